// DuckDB's handles with owners, and its errors in our words. Only this room's sources include it.
#pragma once

#include <memory>
#include <string_view>

#include <duckdb.h>

#include "platform/base/error.h"
#include "records/warehouse/session.h"

namespace boon::warehouse {

// DuckDB's message without its error class, its excerpt of the SQL and its advice to programmers; the code and the
// hint by what the operator can do.
std::unexpected<Error> failure(duckdb_error_type type, std::string_view message);

// Where DuckDB gives the message only: its error class leads it (`Binder Error: …`).
std::unexpected<Error> failure_of_text(std::string_view message);

struct QueryResult {
    duckdb_result handle{};
    QueryResult() = default;
    QueryResult(const QueryResult&) = delete;
    QueryResult& operator=(const QueryResult&) = delete;
    ~QueryResult() { duckdb_destroy_result(&handle); }
};

struct Statement {
    duckdb_prepared_statement handle = nullptr;
    Statement() = default;
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { duckdb_destroy_prepare(&handle); }
};

class Session::Impl {
public:
    static Result<std::unique_ptr<Impl>> connect(duckdb_database database);
    explicit Impl(duckdb_connection connection) : connection_(connection) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { duckdb_disconnect(&connection_); }

    [[nodiscard]] duckdb_connection connection() const { return connection_; }

private:
    duckdb_connection connection_;
};

}  // namespace boon::warehouse
