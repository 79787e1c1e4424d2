// One customer's past, reduced to what a schema's features are computed from: every row of each table with the columns
// that features read, as whole numbers. Packed, it is some 20 bytes a row.
//
// A cell is what the SQL counts with: minor units of money, millionths of a decimal, a whole number, 0 or 1 of a
// boolean; of a text 64 bits that stand for it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "records/features/schema.h"
#include "records/features/tables.h"

namespace boon::features {

inline constexpr std::int64_t kNoCell = std::numeric_limits<std::int64_t>::min();

// The tables of which a past has rows, in the order of Table without `customers` and `activity`.
inline constexpr std::array kPastTables = {
    Table::transactions, Table::interactions, Table::payments, Table::holdings, Table::contacts
};
constexpr std::size_t place_of(Table table) { return static_cast<std::size_t>(table) - 1; }

// Never kNoCell, and never 0.
std::int64_t text_cell(std::string_view text);

// Which columns of each table the features read, and which features read the customers' attributes.
class Layout {
public:
    explicit Layout(const Schema& schema);

    [[nodiscard]] const std::vector<Column>& columns(Table table) const { return columns_[place_of(table)]; }
    // Where the column stands in a row's cells; nothing for one that is worked out (tables.h) or not read.
    [[nodiscard]] std::optional<std::size_t> slot(Table table, std::string_view name) const;
    // Places of the features of Table::customers, in their order.
    [[nodiscard]] const std::vector<std::size_t>& attributes() const { return attributes_; }

private:
    void need(const Schema& schema, Table table, std::string_view name);

    std::array<std::vector<Column>, kPastTables.size()> columns_;
    std::vector<std::size_t> attributes_;
};

struct PastRow {
    std::int64_t at = 0;  // as TableInfo::at
    std::int64_t known_at = 0;
    std::int64_t until = kNoCell;  // paid_at of payments, ended_at of holdings
    std::int64_t id = 0;           // text_cell() of the business id; 0: none
};

struct PastRows {
    std::vector<PastRow> rows;
    std::vector<std::int64_t> cells;  // row by row, as many as the layout has columns

    [[nodiscard]] std::span<const std::int64_t> cells_of(std::size_t row) const {
        const std::size_t width = cells.size() / rows.size();
        return std::span(cells).subspan(row * width, width);
    }
};

struct Past {
    std::array<PastRows, kPastTables.size()> tables;
    // By Layout::attributes(): of a numeric value the bits of a double, of a category its code, of days_since
    // microseconds, of years_since the year; kNoCell where missing.
    std::vector<std::int64_t> attributes;
    bool is_listed = false;  // the company's own customers have this one
    // Before this, an event of the table does not count, because the company's own rows have it without an id.
    std::array<std::int64_t, kPastTables.size()> counts_from{kNoCell, kNoCell, kNoCell, kNoCell, kNoCell};
    // The earliest that an event happened or was known: when a customer whom nobody lists joined.
    std::int64_t first_seen = kNoCell;
};

std::vector<std::byte> pack(const Past& past);
// `conflict` for bytes that pack() did not write for this layout.
Result<Past> unpack(std::span<const std::byte> bytes, const Layout& layout);

}  // namespace boon::features
