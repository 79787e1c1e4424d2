// From a PostgreSQL reader into a table of the warehouse's own, chunk by chunk: memory stays bounded.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "platform/base/error.h"
#include "platform/db/postgres_reader.h"
#include "records/warehouse/session.h"

namespace boon::warehouse {

// DuckDB's type of a column that comes over the wire: whole numbers BIGINT, times TIMESTAMP (UTC), decimals as they
// are.
std::string pulled_type(const db::WireColumn& column);

struct Pull {
    std::string select;  // in PostgreSQL
    std::span<const db::WireColumn> columns;
    std::string schema;  // of the table that has these columns, in their order
    std::string table;
    // Hears now and then how many rows there are so far; its error ends the pull.
    std::function<Status(std::int64_t rows)> on_rows;
};

// Appends what the SELECT gives; how many rows. NaN is missing. `invalid` for a value that DuckDB cannot hold: an
// infinite time, a decimal of more than 38 digits.
Result<std::int64_t> pull(db::PostgresReader& reader, const Pull& what, Session& session);

}  // namespace boon::warehouse
