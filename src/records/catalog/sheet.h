// Offers as a CSV sheet: a column per member that a person may set, a row per offer; and as a JSON array of the same
// members. What is written reads back the same, and is written the same again.
//
// Cells: numbers, amounts, times, true and false, and names as they are. An empty cell is empty text, an empty list, or
// null; where the member cannot be null (status, weight, is_active, …) it says nothing. Lists of
// names are separated by semicolons, or are a JSON array where a name would make that ambiguous; caps, content,
// attributes and the rule are JSON. Text that a spreadsheet would run as a formula has an apostrophe before it
// (base/csv.h).
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "records/catalog/offer.h"
#include "records/catalog/plan.h"

namespace boon::catalog {

// For JSON members of several languages and channels.
inline constexpr std::size_t kMaxCellBytes = std::size_t{256} * 1024;

std::string to_csv(std::span<const Offer> offers, const Currency& currency);

// One offer a line, without what boon sets by itself.
std::string to_json_lines(std::span<const Offer> offers, const Currency& currency);

// The rows of a sheet, its first line the names of the columns; columns that boon sets by itself are passed over. A
// cell that cannot be read is a problem of its row. `invalid` for a sheet that is none: no header, columns that are not
// known or there twice, quotes that do not match; `limited` for more than `max_rows` and for cells that are too long.
Result<std::vector<ImportRow>> read_csv(std::string_view text, std::size_t max_rows);

}  // namespace boon::catalog
