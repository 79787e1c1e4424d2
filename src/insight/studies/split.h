// Which rows of a study are learnt from and which are judged.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "insight/studies/table.h"

namespace boon::studies {

struct Part {  // one fit
    std::vector<std::uint32_t> learn;
    std::vector<std::uint32_t> judge;
};

struct Parts {
    std::vector<Part> parts;
    std::string words;  // how they came about
};

struct SplitInput {
    const Study& study;
    const Table& table;
    const std::string& folder;
    std::span<const float> labels;             // of all rows; NaN: the row has none and is in no part
    std::span<const std::uint32_t> customers;  // empty: each row its own; rows of one stay on one side of random folds
};
// `invalid` when a part has no rows on a side, or the file of folds does not fit the table.
Result<Parts> split_rows(warehouse::Warehouse& warehouse, const SplitInput& input);

}  // namespace boon::studies
