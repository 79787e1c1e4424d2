// The definitions as SQL over the logical tables (records/warehouse): DuckDB's views boon.TABLE, or PostgreSQL's
// relations boon_TABLE.
//
// What counts at an instant T (decisions 7 and 9):
//   - a row counts when it happened before T (an event at T itself does not) and was known at or before T;
//   - a window of N days is [local midnight of T's local date minus N days, T), in the programme's time zone;
//   - rows that share a business id count once: the one that could be counted first.
// So nothing that happens or becomes known after T changes what is computed for T.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/timestamp.h"
#include "platform/sql/literal.h"
#include "records/features/schema.h"

namespace boon::features {

struct SqlOptions {
    sql::Dialect dialect = sql::Dialect::duckdb;
    // For PostgreSQL: logical table → its SELECT; all that the features read. They become the statement's boon_TABLE.
    std::map<std::string, std::string> views = {};
    // Tables whose business ids are known not to repeat (the warehouse's check says so): spares the search for
    // repeated ones, which costs about as much as all the rest.
    std::set<Table> unique_ids = {};
    // What is read in place of a table's view, with all of its columns (parts.h). DuckDB only.
    std::map<Table, std::string> relations = {};
    bool in_order = false;  // of customers' ids, as bytes
    // "TABLE.COLUMN" → all its values, for counting different ones by bit mask (up to 126). Complete.
    std::map<std::string, std::vector<std::string>> distinct_values = {};
};

// A table's rows that count once each.
std::string rows_of(Table table, const SqlOptions& options);

// The whole base at one instant: `customer_id VARCHAR`, then one FLOAT per feature, null = missing; every customer of
// boon.customers exactly once. One pass over each table.
std::string batch_sql(const Schema& schema, Timestamp as_of, const SqlOptions& options = {});

}  // namespace boon::features
