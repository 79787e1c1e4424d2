// What a feature may be declared on: the logical tables, when a row of each counts as having happened, and their
// columns. A column is plain (read as it is) or as-of (its value depends on the instant asked about, as a payment's
// state does). docs/features.md says the same in words.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <boost/describe.hpp>

namespace boon::features {

// `activity`: what a customer did: purchases, recharges, usage, and payments made by the customer (not automatic).
enum class Table { customers, transactions, interactions, payments, holdings, contacts, activity };
BOOST_DESCRIBE_ENUM(Table, customers, transactions, interactions, payments, holdings, contacts, activity)

// integer: whole numbers, exact. number: decimals, summed exactly in millionths. money: minor units, from NAME_minor.
enum class ColumnKind { text, integer, number, money, boolean, time };
BOOST_DESCRIBE_ENUM(ColumnKind, text, integer, number, money, boolean, time)

struct Column {
    std::string_view name;
    ColumnKind kind = ColumnKind::text;
    // SQL over `t.` with `{as_of}` for the instant, and for PostgreSQL where that says it otherwise; empty for a plain
    // column.
    std::string_view as_of_sql = {};
    std::string_view as_of_postgres = {};
};

struct TableInfo {
    Table table = Table::customers;
    // The business id by which repeated rows count once; empty when the table has none.
    std::string_view id = {};
    // When a row happened: a TIMESTAMP column. Empty for customers.
    std::string_view at = {};
    std::span<const Column> columns = {};
};

const TableInfo& table_info(Table table);

// Columns that the company's tables have beyond the logical ones, declared with the features that use them.
using ExtraColumns = std::map<std::string, std::map<std::string, ColumnKind>>;

// The column, standard or extra; nothing when the table has no such column. `extra` must outlive the result.
std::optional<Column> find_column(Table table, std::string_view name, const ExtraColumns& extra);

// Whether a column holds today's state with no date to it (total_revenue, churn_score, …), or the future itself
// (churned, …): it may be served, but never trained on.
bool is_serving_only(std::string_view column);

}  // namespace boon::features
