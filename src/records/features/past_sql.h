// What a past is read from: a table's columns as SQL, and their values as cells. Only read_pasts.cc and rows.cc include
// it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "records/features/past.h"
#include "records/warehouse/chunk.h"

namespace boon::features {

// A TIMESTAMP of `t`: when a row of the table ended; null in a table whose rows have no end.
std::string_view until_sql(Table table);
// A column of `t` as text, or as the whole number that features count with.
std::string cell_sql(const Schema& schema, Table table, const Column& column);
std::int64_t cell_at(const Column& column, const warehouse::ColumnView& view, std::size_t row);

// What a feature of Table::customers reads of the customer `t`, and the value as Past::attributes has it.
std::string attribute_sql(const Feature& feature);
std::int64_t attribute_at(
    const Schema& schema, const Feature& feature, const warehouse::ColumnView& view, std::size_t row
);

}  // namespace boon::features
