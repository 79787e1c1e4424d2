// A table of a study as DuckDB reads it, with the kind of every column found out from its values.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "insight/studies/study.h"
#include "platform/base/error.h"
#include "records/warehouse/warehouse.h"

namespace boon::studies {

enum class ColumnKind { number, time, text };

struct Column {
    std::string name;
    ColumnKind kind = ColumnKind::text;
    std::vector<double> numbers = {};     // NaN: missing; of a time: days since 1970, UTC; empty for text
    std::vector<std::string> texts = {};  // empty: missing
    std::size_t distinct = 0;             // values, the missing not counted
};

struct Table {
    std::vector<Column> columns;
    std::size_t rows = 0;

    // `not_found`, with the name that is nearest.
    [[nodiscard]] Result<const Column*> column(std::string_view name) const;
};

// A DuckDB that reads the files of one folder, which must exist, and nothing else.
Result<std::unique_ptr<warehouse::Warehouse>> open_folder(const std::string& folder);

// A value that is blank, or one of `study.missing`, is missing. A column is of numbers when all its values are (`NA`,
// `?` and the like count as missing there), else of times when all are, else of text; `study.categories`, the
// label, the customer, the treatment, the action and the item
// are text whatever they hold. Rows keep the order of the file.
Result<Table> read_table(warehouse::Warehouse& warehouse, const std::string& folder, const Study& study);

// Columns of another file of that folder, as text (empty: missing), in the order of the file.
Result<std::vector<std::vector<std::string>>> read_columns(
    warehouse::Warehouse& warehouse, const std::string& path, const std::vector<std::string>& columns
);

}  // namespace boon::studies
