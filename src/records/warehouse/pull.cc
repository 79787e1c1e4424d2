#include "records/warehouse/pull.h"

#include <memory>
#include <vector>

#include <fmt/format.h>

#include "records/warehouse/engine.h"

namespace boon::warehouse {

namespace {

using db::WireKind;

struct LogicalType {
    duckdb_logical_type handle;
    explicit LogicalType(const db::WireColumn& column) {
        handle = column.kind == WireKind::decimal
                     ? duckdb_create_decimal_type(
                           static_cast<std::uint8_t>(column.width), static_cast<std::uint8_t>(column.scale)
                       )
                     : duckdb_create_logical_type(simple(column.kind));
    }
    LogicalType(LogicalType&& other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
    LogicalType(const LogicalType&) = delete;
    LogicalType& operator=(const LogicalType&) = delete;
    ~LogicalType() {
        if (handle != nullptr) duckdb_destroy_logical_type(&handle);
    }

    static duckdb_type simple(WireKind kind) {
        switch (kind) {
            case WireKind::boolean: return DUCKDB_TYPE_BOOLEAN;
            case WireKind::integer: return DUCKDB_TYPE_BIGINT;
            case WireKind::real: return DUCKDB_TYPE_DOUBLE;
            case WireKind::date: return DUCKDB_TYPE_DATE;
            case WireKind::time: return DUCKDB_TYPE_TIMESTAMP;
            case WireKind::decimal:
            case WireKind::text: break;
        }
        return DUCKDB_TYPE_VARCHAR;
    }
};

std::unexpected<Error> unreadable(const db::WireColumn& column, std::string_view what, std::string_view hint) {
    return fail(ErrorCode::invalid, fmt::format("column \"{}\" holds {}", column.name, what), std::string(hint));
}

// Rows gathered into one of DuckDB's chunks at a time.
class Fill {
public:
    static Result<std::unique_ptr<Fill>> into(Session& session, const Pull& what) {
        duckdb_appender appender = nullptr;
        const duckdb_state state =
            duckdb_appender_create(session.impl().connection(), what.schema.c_str(), what.table.c_str(), &appender);
        auto fill = std::make_unique<Fill>(appender, what.columns);
        if (state != DuckDBSuccess) return fill->failed();
        return fill;
    }

    Fill(duckdb_appender appender, std::span<const db::WireColumn> columns) : appender_(appender), columns_(columns) {
        std::vector<LogicalType> types;
        std::vector<duckdb_logical_type> handles;
        for (const db::WireColumn& column : columns) handles.push_back(types.emplace_back(column).handle);
        chunk_ = duckdb_create_data_chunk(handles.data(), handles.size());
        look();
    }
    Fill(const Fill&) = delete;
    Fill& operator=(const Fill&) = delete;
    ~Fill() {
        duckdb_destroy_data_chunk(&chunk_);
        duckdb_appender_destroy(&appender_);
    }

    Status add(const db::WireRow& row) {
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            if (row.is_null(i)) {
                set_null(i);
            } else {
                BOON_CHECK(set(i, row));
            }
        }
        if (++rows_ < duckdb_vector_size()) return {};
        return flush();
    }

    Status finish() {
        BOON_CHECK(flush());
        if (duckdb_appender_close(appender_) != DuckDBSuccess) return failed();
        return {};
    }

private:
    template <class T>
    void put(std::size_t column, T value) {
        static_cast<T*>(data_[column])[rows_] = value;
    }

    void set_null(std::size_t column) {
        duckdb_vector_ensure_validity_writable(vectors_[column]);
        duckdb_validity_set_row_invalid(duckdb_vector_get_validity(vectors_[column]), rows_);
    }

    Status set(std::size_t i, const db::WireRow& row) {
        const db::WireColumn& column = columns_[i];
        switch (column.kind) {
            case WireKind::boolean: put(i, row.boolean(i)); return {};
            case WireKind::integer: put(i, row.integer(i)); return {};
            case WireKind::real: put(i, row.real(i)); return {};
            case WireKind::decimal: return set_decimal(i, row);
            case WireKind::date: {
                const auto days = row.date(i);
                if (!days) return unreadable(column, "an infinite date", "leave it empty in the source");
                put(i, *days);
                return {};
            }
            case WireKind::time: {
                const auto micros = row.time(i);
                if (!micros) return unreadable(column, "an infinite time", "leave it empty in the source");
                put(i, *micros);
                return {};
            }
            case WireKind::text: {
                const std::string_view text = row.text(i);
                duckdb_vector_assign_string_element_len(vectors_[i], rows_, text.data(), text.size());
                return {};
            }
        }
        return {};
    }

    // DuckDB keeps a decimal in the smallest whole number that its width fits.
    Status set_decimal(std::size_t i, const db::WireRow& row) {
        const db::WireColumn& column = columns_[i];
        db::Int128 value = 0;
        const auto fault = row.decimal(i, column.scale, value);
        if (fault == db::WireRow::DecimalFault::not_a_number) {
            set_null(i);
            return {};
        }
        if (fault == db::WireRow::DecimalFault::beyond) {
            return unreadable(
                column, "a number of more than 38 digits, or an infinite one",
                "declare the column as numeric(p,s), or make it double precision in a view of the source"
            );
        }
        if (column.width <= 4) {
            put(i, static_cast<std::int16_t>(value));
        } else if (column.width <= 9) {
            put(i, static_cast<std::int32_t>(value));
        } else if (column.width <= 18) {
            put(i, static_cast<std::int64_t>(value));
        } else {
            put(i, duckdb_hugeint{static_cast<std::uint64_t>(value), static_cast<std::int64_t>(value >> 64)});
        }
        return {};
    }

    Status flush() {
        if (rows_ == 0) return {};
        duckdb_data_chunk_set_size(chunk_, rows_);
        if (duckdb_append_data_chunk(appender_, chunk_) != DuckDBSuccess) return failed();
        duckdb_data_chunk_reset(chunk_);
        rows_ = 0;
        look();
        return {};
    }

    // Where the chunk's columns lie: known anew after each reset.
    void look() {
        vectors_.clear();
        data_.clear();
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            vectors_.push_back(duckdb_data_chunk_get_vector(chunk_, i));
            data_.push_back(duckdb_vector_get_data(vectors_.back()));
        }
    }

    std::unexpected<Error> failed() {
        duckdb_error_data data = duckdb_appender_error_data(appender_);
        const char* text = duckdb_error_data_message(data);
        const std::string message = text == nullptr || *text == '\0' ? "the rows cannot be kept" : text;
        duckdb_destroy_error_data(&data);
        return failure(DUCKDB_ERROR_INVALID, message);
    }

    duckdb_appender appender_;
    std::span<const db::WireColumn> columns_;
    duckdb_data_chunk chunk_ = nullptr;
    std::vector<duckdb_vector> vectors_;
    std::vector<void*> data_;
    idx_t rows_ = 0;
};

}  // namespace

std::string pulled_type(const db::WireColumn& column) {
    switch (column.kind) {
        case WireKind::boolean: return "BOOLEAN";
        case WireKind::integer: return "BIGINT";
        case WireKind::real: return "DOUBLE";
        case WireKind::decimal: return fmt::format("DECIMAL({},{})", column.width, column.scale);
        case WireKind::date: return "DATE";
        case WireKind::time: return "TIMESTAMP";
        case WireKind::text: break;
    }
    return "VARCHAR";
}

Result<std::int64_t> pull(db::PostgresReader& reader, const Pull& what, Session& session) {
    BOON_TRY(const auto fill, Fill::into(session, what));
    constexpr std::int64_t kRowsPerReport = 50'000;
    std::int64_t rows = 0;
    const auto keep = [&](const db::WireRow& row) -> Status {
        BOON_CHECK(fill->add(row));
        if (++rows % kRowsPerReport == 0) return what.on_rows(rows);
        return {};
    };
    BOON_CHECK(reader.copy(what.select, what.columns, keep));
    BOON_CHECK(fill->finish());
    return rows;
}

}  // namespace boon::warehouse
