// boon's logical tables: what a company's history is called inside boon. Each is configured as one SELECT and seen by
// everything else as the view boon.NAME with all the columns below; see warehouse.h for what a view guarantees.
#pragma once

#include <span>
#include <string_view>

namespace boon::warehouse {

// The type a standard column has in its view: VARCHAR; VARCHAR that names something (an id); INTEGER; DOUBLE;
// DOUBLE in the currency's units, with `NAME_minor BIGINT` beside it; BOOLEAN; TIMESTAMP in UTC.
enum class ColumnKind { text, id, integer, real, money, boolean, time };

// What a value must be beyond its type.
enum class Limit { none, not_negative };

struct StandardColumn {
    std::string_view name;
    ColumnKind kind;
    bool required = false;
    Limit limit = Limit::none;
    std::string_view otherwise = {};  // SQL for a missing value, e.g. occurred_at for known_at
    std::string_view choices = {};    // the words it may be, `a|b|c`
};

struct LogicalTable {
    std::string_view name;
    std::span<const StandardColumn> columns;
    std::string_view key;       // the columns that tell one row from another, comma separated
    std::string_view happened;  // the column that says when; empty: nothing happens in this table
    bool of_customers = false;  // its customer_id must be one of `customers`
};

// All eight, in a fixed order, `customers` first.
std::span<const LogicalTable> logical_tables();
// Null for another name.
const LogicalTable* find_table(std::string_view name);

}  // namespace boon::warehouse
