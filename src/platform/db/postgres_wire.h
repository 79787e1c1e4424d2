// How values and errors travel between libpq and us: parameters in binary form with their types, answers as text.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <libpq-fe.h>

#include "platform/base/error.h"
#include "platform/db/connection.h"

namespace boon::db {

struct FreeResult {
    void operator()(PGresult* result) const { PQclear(result); }
};
using PostgresResult = std::unique_ptr<PGresult, FreeResult>;

// The arrays that libpq takes; views the Params it was made of.
class WireParams {
public:
    explicit WireParams(const Params& params);

    [[nodiscard]] int count() const { return static_cast<int>(types_.size()); }
    [[nodiscard]] const Oid* types() const { return types_.data(); }
    [[nodiscard]] const char* const* values() const { return values_.data(); }
    [[nodiscard]] const int* lengths() const { return lengths_.data(); }
    [[nodiscard]] const int* formats() const { return formats_.data(); }
    // One letter per type: statements are prepared per combination of types, since a NULL has none.
    [[nodiscard]] std::string signature() const;

private:
    void add(Oid type, const char* value, std::size_t length);
    void add_number(Oid type, std::uint64_t bits);

    std::vector<std::array<char, 8>> numbers_;
    std::vector<Oid> types_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

// The first row of a result.
class PostgresRow final : public Row {
public:
    explicit PostgresRow(const PGresult* result) : result_(result) {}

    [[nodiscard]] int columns() const override { return PQnfields(result_); }
    [[nodiscard]] std::string_view name(int column) const override { return PQfname(result_, column); }
    [[nodiscard]] bool is_null(int column) const override { return PQgetisnull(result_, 0, column) != 0; }
    [[nodiscard]] std::int64_t integer(int column) const override;
    [[nodiscard]] double real(int column) const override;
    [[nodiscard]] std::string_view text(int column) const override;
    [[nodiscard]] Bytes blob(int column) const override;

private:
    const PGresult* result_;
    // What blob() has decoded, per column: its views live as long as the row.
    mutable std::vector<std::vector<std::byte>> decoded_;
};

// What an SQLSTATE means for the caller. `what`: `could not use "boon" on HOST`.
Error explain_postgres(std::string_view sql_state, std::string_view what, std::string_view server_says);

}  // namespace boon::db
