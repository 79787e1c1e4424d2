#include <string>

#include "records/warehouse/engine.h"

namespace boon::warehouse {

class Appender::Impl {
public:
    explicit Impl(duckdb_appender handle) : handle_(handle) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { duckdb_appender_destroy(&handle_); }

    [[nodiscard]] duckdb_appender handle() const { return handle_; }

    void note(duckdb_state state) {
        if (state != DuckDBSuccess && first_error_.empty()) first_error_ = message();
    }

    Status outcome() const {
        if (first_error_.empty()) return {};
        return failure(DUCKDB_ERROR_INVALID, first_error_);
    }

private:
    [[nodiscard]] std::string message() const {
        duckdb_error_data data = duckdb_appender_error_data(handle_);
        const char* text = duckdb_error_data_message(data);
        std::string copy = text == nullptr || *text == '\0' ? "the rows cannot be appended" : text;
        duckdb_destroy_error_data(&data);
        return copy;
    }

    duckdb_appender handle_;
    std::string first_error_;
};

Appender::Appender(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Appender::Appender(Appender&&) noexcept = default;
Appender& Appender::operator=(Appender&&) noexcept = default;
Appender::~Appender() = default;

Appender& Appender::add(bool value) {
    impl_->note(duckdb_append_bool(impl_->handle(), value));
    return *this;
}

Appender& Appender::add(std::int32_t value) {
    impl_->note(duckdb_append_int32(impl_->handle(), value));
    return *this;
}

Appender& Appender::add(std::int64_t value) {
    impl_->note(duckdb_append_int64(impl_->handle(), value));
    return *this;
}

Appender& Appender::add(float value) {
    impl_->note(duckdb_append_float(impl_->handle(), value));
    return *this;
}

Appender& Appender::add(double value) {
    impl_->note(duckdb_append_double(impl_->handle(), value));
    return *this;
}

Appender& Appender::add(std::string_view value) {
    impl_->note(duckdb_append_varchar_length(impl_->handle(), value.data(), value.size()));
    return *this;
}

Appender& Appender::add(Timestamp value) {
    impl_->note(duckdb_append_timestamp(impl_->handle(), duckdb_timestamp{value.micros}));
    return *this;
}

Appender& Appender::add_null() {
    impl_->note(duckdb_append_null(impl_->handle()));
    return *this;
}

Status Appender::end_row() {
    impl_->note(duckdb_appender_end_row(impl_->handle()));
    return impl_->outcome();
}

Status Appender::finish() {
    BOON_CHECK(impl_->outcome());
    impl_->note(duckdb_appender_close(impl_->handle()));
    return impl_->outcome();
}

Result<Appender> Session::append_to(std::string_view table) {
    duckdb_appender handle = nullptr;
    const duckdb_state state =
        duckdb_appender_create(impl_->connection(), nullptr, std::string(table).c_str(), &handle);
    auto impl = std::make_unique<Appender::Impl>(handle);
    impl->note(state);
    BOON_CHECK(impl->outcome());
    return Appender(std::move(impl));
}

}  // namespace boon::warehouse
