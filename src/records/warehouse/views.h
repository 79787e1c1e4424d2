// The SQL of the views boon.TABLE: from a source's columns to the standard ones.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/sql/literal.h"
#include "records/warehouse/schema.h"
#include "records/warehouse/warehouse.h"

namespace boon::warehouse {

struct ViewOptions {
    int currency_exponent = 2;
    // duckdb, or postgres: then the same view in the source itself, whose session has time zone UTC; its columns' types
    // are told as DuckDB's names all the same.
    sql::Dialect dialect = sql::Dialect::duckdb;
};

// A source's column as its standard type. `refused` where no value of the source's type can be one (a whole number as
// a time); then `hint` says what to write instead.
struct TypedSql {
    std::string sql;
    std::string minor_sql = {};  // of money: the BIGINT in minor units
    std::string try_sql = {};    // the same, but NULL where the value cannot be cast; empty: every value can
    bool refused = false;
    std::string hint = {};
};
TypedSql typed_sql(const StandardColumn& column, const SourceColumn& source, const ViewOptions& options);

// DuckDB's name of a standard column's type.
std::string_view sql_type(ColumnKind kind);

// The standard column a source's column stands for (names compare without case), or null.
const StandardColumn* standard_of(const LogicalTable& table, std::string_view source_name);
const SourceColumn* source_of(std::span<const SourceColumn> columns, std::string_view standard_name);

// The body of boon.TABLE over the view `from`; with no columns, an empty one. `invalid` for a required column that is
// missing or a type that is refused.
Result<std::string> view_sql(
    const LogicalTable& table, std::span<const SourceColumn> columns, std::string_view from, const ViewOptions& options
);

}  // namespace boon::warehouse
