#include "records/warehouse/session.h"

#include <array>
#include <cmath>

#include <fmt/format.h>

#include "records/warehouse/engine.h"

namespace boon::warehouse {

namespace {

struct LogicalType {
    duckdb_logical_type handle;
    explicit LogicalType(duckdb_logical_type type) : handle(type) {}
    LogicalType(const LogicalType&) = delete;
    LogicalType& operator=(const LogicalType&) = delete;
    ~LogicalType() { duckdb_destroy_logical_type(&handle); }
};

struct DataChunk {
    duckdb_data_chunk handle;
    explicit DataChunk(duckdb_data_chunk chunk) : handle(chunk) {}
    DataChunk(const DataChunk&) = delete;
    DataChunk& operator=(const DataChunk&) = delete;
    ~DataChunk() {
        if (handle != nullptr) duckdb_destroy_data_chunk(&handle);
    }
};

struct TypeRow {
    duckdb_type type;
    Native native;
    Kind kind;
};

constexpr std::array kTypes = {
    TypeRow{DUCKDB_TYPE_BOOLEAN, Native::boolean, Kind::integer},
    TypeRow{DUCKDB_TYPE_TINYINT, Native::int8, Kind::integer},
    TypeRow{DUCKDB_TYPE_SMALLINT, Native::int16, Kind::integer},
    TypeRow{DUCKDB_TYPE_INTEGER, Native::int32, Kind::integer},
    TypeRow{DUCKDB_TYPE_BIGINT, Native::int64, Kind::integer},
    TypeRow{DUCKDB_TYPE_UTINYINT, Native::uint8, Kind::integer},
    TypeRow{DUCKDB_TYPE_USMALLINT, Native::uint16, Kind::integer},
    TypeRow{DUCKDB_TYPE_UINTEGER, Native::uint32, Kind::integer},
    TypeRow{DUCKDB_TYPE_UBIGINT, Native::uint64, Kind::integer},
    TypeRow{DUCKDB_TYPE_HUGEINT, Native::huge, Kind::integer},
    TypeRow{DUCKDB_TYPE_FLOAT, Native::float32, Kind::real},
    TypeRow{DUCKDB_TYPE_DOUBLE, Native::float64, Kind::real},
    TypeRow{DUCKDB_TYPE_DATE, Native::date, Kind::time},
    TypeRow{DUCKDB_TYPE_TIMESTAMP_S, Native::timestamp_s, Kind::time},
    TypeRow{DUCKDB_TYPE_TIMESTAMP_MS, Native::timestamp_ms, Kind::time},
    TypeRow{DUCKDB_TYPE_TIMESTAMP, Native::timestamp_us, Kind::time},
    TypeRow{DUCKDB_TYPE_TIMESTAMP_TZ, Native::timestamp_us, Kind::time},
    TypeRow{DUCKDB_TYPE_TIMESTAMP_NS, Native::timestamp_ns, Kind::time},
    TypeRow{DUCKDB_TYPE_VARCHAR, Native::text, Kind::text},
    // What a bare NULL is: its values are never read.
    TypeRow{DUCKDB_TYPE_SQLNULL, Native::int32, Kind::integer},
};

void read_decimal(duckdb_logical_type logical, ColumnType& column) {
    column.kind = Kind::real;
    column.decimal_divisor = std::pow(10.0, duckdb_decimal_scale(logical));
    const duckdb_type storage = duckdb_decimal_internal_type(logical);
    column.native = storage == DUCKDB_TYPE_SMALLINT  ? Native::decimal16
                    : storage == DUCKDB_TYPE_INTEGER ? Native::decimal32
                    : storage == DUCKDB_TYPE_BIGINT  ? Native::decimal64
                                                     : Native::decimal128;
}

void read_enum(duckdb_logical_type logical, ColumnType& column) {
    column.kind = Kind::text;
    const duckdb_type storage = duckdb_enum_internal_type(logical);
    column.native = storage == DUCKDB_TYPE_UTINYINT    ? Native::enum8
                    : storage == DUCKDB_TYPE_USMALLINT ? Native::enum16
                                                       : Native::enum32;
    for (std::uint32_t i = 0; i < duckdb_enum_dictionary_size(logical); ++i) {
        char* word = duckdb_enum_dictionary_value(logical, i);
        column.enum_words.emplace_back(word);
        duckdb_free(word);
    }
}

Result<ColumnType> column_type(const char* name, duckdb_logical_type logical) {
    ColumnType column{.name = name == nullptr ? "" : name};
    const duckdb_type type = duckdb_get_type_id(logical);
    for (const TypeRow& row : kTypes) {
        if (row.type != type) continue;
        column.native = row.native;
        column.kind = row.kind;
        return column;
    }
    if (type == DUCKDB_TYPE_DECIMAL) {
        read_decimal(logical, column);
    } else if (type == DUCKDB_TYPE_ENUM) {
        read_enum(logical, column);
    } else {
        return fail(
            ErrorCode::invalid, fmt::format("column \"{}\" has a type that boon does not read", column.name),
            "cast it in the SQL, such as CAST(x AS VARCHAR)"
        );
    }
    return column;
}

Result<std::vector<ColumnType>> column_types(duckdb_result* result) {
    std::vector<ColumnType> types;
    for (idx_t i = 0; i < duckdb_column_count(result); ++i) {
        const LogicalType logical(duckdb_column_logical_type(result, i));
        BOON_TRY(ColumnType type, column_type(duckdb_column_name(result, i), logical.handle));
        types.push_back(std::move(type));
    }
    return types;
}

Status prepare(duckdb_connection connection, std::string_view sql, Statement& statement) {
    if (duckdb_prepare(connection, std::string(sql).c_str(), &statement.handle) == DuckDBSuccess) return {};
    const char* message = duckdb_prepare_error(statement.handle);
    return failure_of_text(message == nullptr ? "the SQL cannot be prepared" : message);
}

Status error_of(duckdb_result* result) {
    const char* message = duckdb_result_error(result);
    if (message == nullptr || *message == '\0') return {};
    return failure(duckdb_result_error_type(result), message);
}

Status deliver(
    duckdb_data_chunk chunk, std::span<const ColumnType> types, const std::function<Status(const Chunk&)>& to
) {
    const std::size_t rows = duckdb_data_chunk_get_size(chunk);
    std::vector<ColumnView> views;
    views.reserve(types.size());
    for (std::size_t i = 0; i < types.size(); ++i) {
        duckdb_vector vector = duckdb_data_chunk_get_vector(chunk, i);
        views.emplace_back(types[i], duckdb_vector_get_data(vector), duckdb_vector_get_validity(vector), rows);
    }
    return to(Chunk(rows, views));
}

using OnTypes = std::function<void(std::span<const ColumnType>)>;

enum class Delivery { as_it_comes, whole };

Status run(
    duckdb_connection connection, std::string_view sql, Delivery delivery, const OnTypes& on_types,
    const std::function<Status(const Chunk&)>& on_chunk
) {
    Statement statement;
    BOON_CHECK(prepare(connection, sql, statement));
    QueryResult result;
    const auto execute = delivery == Delivery::whole ? duckdb_execute_prepared : duckdb_execute_prepared_streaming;
    if (execute(statement.handle, &result.handle) != DuckDBSuccess) {
        return error_of(&result.handle);
    }
    BOON_TRY(const std::vector<ColumnType> types, column_types(&result.handle));
    on_types(types);
    while (true) {
        const DataChunk chunk(duckdb_fetch_chunk(result.handle));
        // The end and a failure on the way look alike but for the message.
        if (chunk.handle == nullptr) return error_of(&result.handle);
        if (duckdb_data_chunk_get_size(chunk.handle) == 0) continue;
        BOON_CHECK(deliver(chunk.handle, types, on_chunk));
    }
}

}  // namespace

Session::Session(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;
Session::~Session() = default;

Status Session::execute(std::string_view sql) {
    QueryResult result;
    if (duckdb_query(impl_->connection(), std::string(sql).c_str(), &result.handle) == DuckDBSuccess) return {};
    return error_of(&result.handle);
}

Result<Frame> Session::query(std::string_view sql) {
    Frame frame;
    const auto make_columns = [&](std::span<const ColumnType> types) {
        for (const ColumnType& type : types) frame.columns.emplace_back(type.name, type.kind);
    };
    const auto append = [&](const Chunk& chunk) -> Status {
        for (std::size_t i = 0; i < chunk.columns(); ++i) {
            BOON_CHECK(frame.columns[i].append(chunk.column(i), chunk.rows()));
        }
        return {};
    };
    // A frame holds all of it in any case.
    BOON_CHECK(run(impl_->connection(), sql, Delivery::whole, make_columns, append));
    return frame;
}

Status Session::for_each_chunk(std::string_view sql, const std::function<Status(const Chunk&)>& on_chunk) {
    return run(impl_->connection(), sql, Delivery::as_it_comes, [](std::span<const ColumnType>) {}, on_chunk);
}

Result<std::vector<ColumnType>> Session::describe(std::string_view sql) {
    Statement statement;
    BOON_CHECK(prepare(impl_->connection(), sql, statement));
    std::vector<ColumnType> types;
    for (idx_t i = 0; i < duckdb_prepared_statement_column_count(statement.handle); ++i) {
        const char* name = duckdb_prepared_statement_column_name(statement.handle, i);
        const LogicalType logical(duckdb_prepared_statement_column_logical_type(statement.handle, i));
        auto type = column_type(name, logical.handle);
        duckdb_free(const_cast<char*>(name));
        if (!type) return std::unexpected(type.error());
        types.push_back(*std::move(type));
    }
    return types;
}

void Session::cancel() { duckdb_interrupt(impl_->connection()); }

}  // namespace boon::warehouse
