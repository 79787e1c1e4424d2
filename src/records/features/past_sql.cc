#include "records/features/past_sql.h"

#include <bit>
#include <cmath>

#include <fmt/format.h>

#include "platform/sql/literal.h"
#include "records/features/sources.h"

namespace boon::features {

std::string_view until_sql(Table table) {
    if (table == Table::payments) return "t.paid_at";
    return table == Table::holdings ? "t.ended_at" : "NULL::TIMESTAMP";
}

std::string cell_sql(const Schema& schema, Table table, const Column& column) {
    if (column.kind == ColumnKind::text) return fmt::format("CAST(t.{} AS VARCHAR)", sql::quote_name(column.name));
    if (column.kind == ColumnKind::boolean) return fmt::format("CAST(t.{} AS BIGINT)", sql::quote_name(column.name));
    return whole_sql(schema, table, column, fmt::format("t.{}", sql::quote_name(column.name)));
}

std::int64_t cell_at(const Column& column, const warehouse::ColumnView& view, std::size_t row) {
    if (view.is_null(row)) return kNoCell;
    return column.kind == ColumnKind::text ? text_cell(view.text(row)) : view.integer(row);
}

std::string attribute_sql(const Feature& feature) {
    const Declaration& d = feature.declaration;
    const std::string column = "t." + sql::quote_name(*d.column);
    if (d.aggregate == Aggregate::days_since) return fmt::format("epoch_us(CAST({} AS TIMESTAMP))", column);
    if (d.aggregate == Aggregate::years_since) return fmt::format("CAST({} AS BIGINT)", column);
    return fmt::format("CAST({} AS {})", column, feature.kind == Kind::categorical ? "VARCHAR" : "DOUBLE");
}

std::int64_t attribute_at(
    const Schema& schema, const Feature& feature, const warehouse::ColumnView& view, std::size_t row
) {
    if (view.is_null(row)) return kNoCell;
    if (feature.kind == Kind::categorical) {
        const float code = schema.code_of(feature, view.text(row));
        return std::isnan(code) ? kNoCell : static_cast<std::int64_t>(code);
    }
    if (feature.declaration.aggregate != Aggregate::value) return view.integer(row);
    const double number = view.real(row);
    return std::isfinite(number) ? std::bit_cast<std::int64_t>(number) : kNoCell;
}

}  // namespace boon::features
