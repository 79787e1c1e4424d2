#include "platform/db/postgres_reader.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include <fmt/format.h>
#include <libpq-fe.h>

#include "platform/db/postgres_wire.h"
#include "platform/sql/literal.h"

namespace boon::db {

namespace {

// PostgreSQL counts from 2000-01-01.
constexpr std::int32_t kDaysTo2000 = 10'957;
constexpr std::int64_t kMicrosTo2000 = std::int64_t{kDaysTo2000} * 86'400'000'000;

// A numeric without a declared scale, and one that DECIMAL cannot hold as declared.
constexpr int kWidest = 38;
constexpr int kUsualScale = 10;

template <class T>
T big_endian(std::string_view bytes) {
    T value{};
    std::ranges::copy_n(bytes.begin(), sizeof(T), reinterpret_cast<char*>(&value));
    if constexpr (sizeof(T) == 1) return value;
    return std::byteswap(value);
}

struct TypeRow {
    Oid oid;
    WireKind kind;
};
// Object ids of PostgreSQL's pg_type.dat; they never change.
constexpr Oid kNumeric = 1700;
constexpr std::array kTypes = {
    TypeRow{16, WireKind::boolean}, TypeRow{20, WireKind::integer}, TypeRow{21, WireKind::integer},
    TypeRow{23, WireKind::integer}, TypeRow{25, WireKind::text},    TypeRow{700, WireKind::real},
    TypeRow{701, WireKind::real},   TypeRow{1043, WireKind::text},  TypeRow{1082, WireKind::date},
    TypeRow{1114, WireKind::time},  TypeRow{1184, WireKind::time},
};

void read_type(Oid oid, int modifier, WireColumn& column) {
    if (oid == kNumeric) {
        column.kind = WireKind::decimal;
        column.width = modifier < 4 ? 0 : ((modifier - 4) >> 16) & 0xffff;
        column.scale = modifier < 4 ? -1 : (modifier - 4) & 0x7ff;
        if (column.width == 0 || column.width > kWidest || column.scale < 0 || column.scale > column.width) {
            column.width = kWidest;
            column.scale = kUsualScale;
        }
        return;
    }
    for (const TypeRow& row : kTypes) {
        if (row.oid == oid) column.kind = row.kind;
    }
}

// Whether the values of that kind travel as they are; all others are made text by the server.
bool travels(Oid oid) {
    if (oid == kNumeric) return true;
    for (const TypeRow& row : kTypes) {
        if (row.oid == oid) return true;
    }
    return false;
}

struct FreeBuffer {
    void operator()(char* buffer) const { PQfreemem(buffer); }
};
using CopyBuffer = std::unique_ptr<char, FreeBuffer>;

// One message of COPY: a row, or the end. False when it is not of the form.
bool read_fields(std::string_view message, std::vector<std::optional<std::string_view>>& fields, bool& at_end) {
    if (message.size() < 2) return false;
    const auto count = big_endian<std::int16_t>(message);
    at_end = count == -1;
    if (at_end) return true;
    if (static_cast<std::size_t>(count) != fields.size()) return false;
    message.remove_prefix(2);
    for (auto& field : fields) {
        if (message.size() < 4) return false;
        const auto length = big_endian<std::int32_t>(message);
        message.remove_prefix(4);
        field.reset();
        if (length < 0) continue;
        const auto bytes = static_cast<std::size_t>(length);
        if (message.size() < bytes) return false;
        field = message.substr(0, bytes);
        message.remove_prefix(bytes);
    }
    return true;
}

constexpr std::string_view kSignature("PGCOPY\n\377\r\n\0", 11);

// The header comes with the first row.
bool skip_header(std::string_view& message) {
    if (!message.starts_with(kSignature) || message.size() < 19) return false;
    const auto extension = static_cast<std::size_t>(big_endian<std::uint32_t>(message.substr(15)));
    if (message.size() < 19 + extension) return false;
    message.remove_prefix(19 + extension);
    return true;
}

Int128 power_of_ten(int exponent) {
    Int128 value = 1;
    for (int i = 0; i < exponent; ++i) value *= 10;
    return value;
}

}  // namespace

// --- values ---

std::int64_t WireRow::integer(std::size_t column) const {
    const std::string_view bytes = *fields_[column];
    if (bytes.size() == 2) return big_endian<std::int16_t>(bytes);
    if (bytes.size() == 4) return big_endian<std::int32_t>(bytes);
    return big_endian<std::int64_t>(bytes);
}

double WireRow::real(std::size_t column) const {
    const std::string_view bytes = *fields_[column];
    if (bytes.size() == 4) return std::bit_cast<float>(big_endian<std::uint32_t>(bytes));
    return std::bit_cast<double>(big_endian<std::uint64_t>(bytes));
}

std::optional<std::int32_t> WireRow::date(std::size_t column) const {
    const auto days = big_endian<std::int32_t>(*fields_[column]);
    using Limits = std::numeric_limits<std::int32_t>;
    if (days == Limits::max() || days == Limits::min()) return std::nullopt;
    return days + kDaysTo2000;
}

std::optional<std::int64_t> WireRow::time(std::size_t column) const {
    const auto micros = big_endian<std::int64_t>(*fields_[column]);
    using Limits = std::numeric_limits<std::int64_t>;
    if (micros == Limits::max() || micros == Limits::min()) return std::nullopt;
    return micros + kMicrosTo2000;
}

namespace {

// Adds up groups of four decimal digits as a number of 10^-scale, which it rounds half away from zero.
class DecimalSum {
public:
    // False when the number is as large as 10^kWidest. `last`: which power of ten the last digit of the group counts,
    // in units of the sum. Groups come in falling order.
    bool add(int group, int last) {
        if (last >= 0) {
            if (group == 0) return true;
            if (last > kWidest || group > (limit_ - 1) / power_of_ten(last)) return false;
            value_ += group * power_of_ten(last);
        } else if (last > -4) {
            const auto cut = static_cast<int>(power_of_ten(-last));
            value_ += group / cut;
            first_cut_off_ = group % cut / (cut / 10);
        } else if (last == -4) {
            first_cut_off_ = group / 1000;
        }
        return value_ < limit_;
    }

    [[nodiscard]] Int128 rounded() const { return first_cut_off_ >= 5 ? value_ + 1 : value_; }

private:
    Int128 limit_ = power_of_ten(kWidest);
    Int128 value_ = 0;
    int first_cut_off_ = 0;  // the first digit beyond the scale
};

}  // namespace

// Groups of four decimal digits, the first of which counts 10000^weight; the sign stands apart
// (PostgreSQL, src/backend/utils/adt/numeric.c, numeric_send).
WireRow::DecimalFault WireRow::decimal(std::size_t column, int scale, Int128& unscaled) const {
    constexpr std::uint16_t kNegative = 0x4000;
    constexpr std::uint16_t kNotANumber = 0xC000;
    const std::string_view bytes = *fields_[column];
    if (bytes.size() < 8) return DecimalFault::beyond;
    const auto groups = big_endian<std::uint16_t>(bytes);
    const int weight = big_endian<std::int16_t>(bytes.substr(2));
    const auto sign = big_endian<std::uint16_t>(bytes.substr(4));
    if (sign == kNotANumber) return DecimalFault::not_a_number;
    if (sign != 0 && sign != kNegative) return DecimalFault::beyond;
    if (bytes.size() < 8 + 2 * std::size_t{groups}) return DecimalFault::beyond;

    DecimalSum sum;
    for (int i = 0; i < groups; ++i) {
        const int group = big_endian<std::uint16_t>(bytes.substr(8 + 2 * static_cast<std::size_t>(i)));
        if (!sum.add(group, 4 * (weight - i) + scale)) return DecimalFault::beyond;
    }
    unscaled = sign == kNegative ? -sum.rounded() : sum.rounded();
    return DecimalFault::none;
}

// --- the session ---

void PostgresReader::Close::operator()(pg_conn* connection) const { PQfinish(connection); }
PostgresReader::~PostgresReader() = default;

Result<std::unique_ptr<PostgresReader>> PostgresReader::open(const Options& options) {
    // The URL comes second, so that it can say otherwise.
    constexpr std::array kNames = {
        "connect_timeout",
        "tcp_user_timeout",
        "keepalives_idle",
        "dbname",
        "client_encoding",
        "fallback_application_name",
        static_cast<const char*>(nullptr)
    };
    const std::array values = {
        "10", "60000", "30", options.url.c_str(), "UTF8", "boon", static_cast<const char*>(nullptr)
    };
    std::unique_ptr<PostgresReader> reader(new PostgresReader);
    reader->handle_.reset(PQconnectdbParams(kNames.data(), values.data(), 1));
    PGconn* const handle = reader->handle_.get();
    if (handle == nullptr) return fail(ErrorCode::unavailable, "there is not enough memory");
    if (PQstatus(handle) != CONNECTION_OK) {
        return std::unexpected(explain_postgres("", "could not connect to PostgreSQL", PQerrorMessage(handle)));
    }
    const char* const host = PQhost(handle);
    reader->label_ = fmt::format("\"{}\" on {}", PQdb(handle), host == nullptr ? "localhost" : host);
    reader->timeout_ = options.statement_timeout;
    PQsetNoticeProcessor(handle, [](void*, const char*) {}, nullptr);
    BOON_CHECK(reader->simple(fmt::format(
        "set default_transaction_read_only = on; set timezone = 'UTC'; set datestyle = 'ISO'; "
        "set extra_float_digits = 1; set standard_conforming_strings = on; set lock_timeout = '30s'; "
        "set idle_in_transaction_session_timeout = 0; set statement_timeout = '{}s'",
        options.statement_timeout.count()
    )));
    BOON_CHECK(reader->simple("begin isolation level repeatable read, read only"));
    return reader;
}

Status PostgresReader::simple(const std::string& sql) {
    const PostgresResult result(PQexec(handle_.get(), sql.c_str()));
    const ExecStatusType status = PQresultStatus(result.get());
    if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return {};
    return failure(result.get());
}

std::unexpected<Error> PostgresReader::failure(const pg_result* result) const {
    const char* state = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char* says = result == nullptr ? nullptr : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    const std::string_view sql_state = state == nullptr ? "" : state;
    const std::string what = "could not read " + label_;
    Error error = explain_postgres(sql_state, what, says == nullptr ? PQerrorMessage(handle_.get()) : says);
    if (sql_state == "57014") {
        error.hint =
            fmt::format("it was cancelled, or took longer than the {} s that one statement may take", timeout_.count());
    } else if (sql_state == "42501") {
        error.code = ErrorCode::forbidden;
        error.hint = fmt::format("let boon's user read it: GRANT SELECT ON … TO {}", PQuser(handle_.get()));
    } else if (sql_state == "42P01" || sql_state == "3F000") {
        error.code = ErrorCode::not_found;
        error.hint = "check the name, and write its schema before it";
    } else if (error.code == ErrorCode::internal) {
        error.code = ErrorCode::invalid;
    }
    return std::unexpected(std::move(error));
}

Result<std::optional<std::string>> PostgresReader::find_table(std::string_view name) {
    BOON_TRY(const auto literal, sql::Literal::of(sql::Dialect::postgres, name));
    BOON_TRY(
        auto row, first_row(fmt::format(
                      "select quote_ident(n.nspname) || '.' || quote_ident(c.relname) from pg_class c "
                      "join pg_namespace n on n.oid = c.relnamespace where c.oid = to_regclass({}) "
                      "and c.relkind in ('r', 'v', 'm', 'p', 'f')",
                      literal.text()
                  ))
    );
    if (row.empty()) return std::optional<std::string>{};
    return std::move(row.front());
}

Result<std::vector<WireColumn>> PostgresReader::describe(const std::string& select) {
    const PostgresResult prepared(PQprepare(handle_.get(), "", select.c_str(), 0, nullptr));
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return failure(prepared.get());
    const PostgresResult described(PQdescribePrepared(handle_.get(), ""));
    if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) return failure(described.get());
    std::vector<WireColumn> columns;
    std::string types;
    for (int i = 0; i < PQnfields(described.get()); ++i) {
        WireColumn column{.name = PQfname(described.get(), i), .type = {}};
        read_type(PQftype(described.get(), i), PQfmod(described.get(), i), column);
        types += fmt::format(
            "{}format_type({}, {})", types.empty() ? "" : ", ", PQftype(described.get(), i), PQfmod(described.get(), i)
        );
        columns.push_back(std::move(column));
    }
    if (columns.empty()) return columns;
    BOON_TRY(const auto names, first_row("select " + types));
    for (std::size_t i = 0; i < columns.size(); ++i) columns[i].type = names[i].value_or("");
    return columns;
}

Result<std::vector<std::optional<std::string>>> PostgresReader::first_row(const std::string& select) {
    const PostgresResult result(PQexec(handle_.get(), select.c_str()));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK) return failure(result.get());
    std::vector<std::optional<std::string>> row;
    if (PQntuples(result.get()) == 0) return row;
    for (int i = 0; i < PQnfields(result.get()); ++i) {
        row.emplace_back();
        if (PQgetisnull(result.get(), 0, i) == 0) row.back() = PQgetvalue(result.get(), 0, i);
    }
    return row;
}

Result<std::int64_t> PostgresReader::copy(
    const std::string& select, std::span<const WireColumn> columns, const std::function<Status(const WireRow&)>& on_row
) {
    const PostgresResult prepared(PQprepare(handle_.get(), "", select.c_str(), 0, nullptr));
    if (PQresultStatus(prepared.get()) != PGRES_COMMAND_OK) return failure(prepared.get());
    const PostgresResult described(PQdescribePrepared(handle_.get(), ""));
    if (PQresultStatus(described.get()) != PGRES_COMMAND_OK) return failure(described.get());
    std::string items;
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const bool as_it_is = travels(PQftype(described.get(), static_cast<int>(i)));
        items += fmt::format("{}{}{}", i == 0 ? "" : ", ", sql::quote_name(columns[i].name), as_it_is ? "" : "::text");
    }
    const PostgresResult begun(PQexec(
        handle_.get(),
        fmt::format("copy (select {} from ({}) boon_source) to stdout (format binary)", items, select).c_str()
    ));
    if (PQresultStatus(begun.get()) != PGRES_COPY_OUT) return failure(begun.get());
    return receive(columns.size(), on_row);
}

Result<std::int64_t> PostgresReader::receive(std::size_t columns, const std::function<Status(const WireRow&)>& on_row) {
    std::vector<std::optional<std::string_view>> fields(columns);
    std::int64_t rows = 0;
    bool at_end = false;
    for (bool first = true;; first = false) {
        char* bytes = nullptr;
        const int length = PQgetCopyData(handle_.get(), &bytes, 0);
        const CopyBuffer buffer(bytes);
        if (length < 0) break;
        std::string_view message(bytes, static_cast<std::size_t>(length));
        if ((first && !skip_header(message)) || !read_fields(message, fields, at_end)) {
            return fail(ErrorCode::internal, fmt::format("{} sent what is no row of COPY", label_));
        }
        if (at_end) continue;
        BOON_CHECK(on_row(WireRow(fields)));
        ++rows;
    }
    Status ended;
    while (const PostgresResult result{PQgetResult(handle_.get())}) {
        if (PQresultStatus(result.get()) != PGRES_COMMAND_OK && ended) ended = failure(result.get());
    }
    if (!ended) return std::unexpected(ended.error());
    if (!at_end) return fail(ErrorCode::unavailable, fmt::format("{} ended in the middle of a table", label_));
    return rows;
}

void PostgresReader::cancel() {
    const std::unique_ptr<PGcancel, void (*)(PGcancel*)> request(PQgetCancel(handle_.get()), PQfreeCancel);
    std::array<char, 256> problem{};
    if (request != nullptr) PQcancel(request.get(), problem.data(), static_cast<int>(problem.size()));
}

}  // namespace boon::db
