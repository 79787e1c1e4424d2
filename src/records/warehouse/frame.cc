#include "records/warehouse/frame.h"

#include <cmath>
#include <limits>

#include <fmt/format.h>

namespace boon::warehouse {

namespace {

// int64 cannot hold what DuckDB's wider whole numbers can.
bool fits(const ColumnView& view, std::size_t row) {
    if (view.type().native != Native::huge && view.type().native != Native::uint64) return true;
    return std::abs(view.real(row)) < 9223372036854775808.0;
}

}  // namespace

double Column::real(std::size_t row) const {
    if (is_null(row)) return std::numeric_limits<double>::quiet_NaN();
    return kind_ == Kind::real ? reals_[row] : static_cast<double>(integers_[row]);
}

Status Column::append(const ColumnView& view, std::size_t rows) {
    for (std::size_t row = 0; row < rows; ++row) {
        const bool null = view.is_null(row);
        nulls_.push_back(null ? 1 : 0);
        if (null) {
            append_empty();
        } else if (fits(view, row)) {
            append_value(view, row);
        } else {
            return fail(
                ErrorCode::invalid, fmt::format("column \"{}\" holds a number beyond 64 bits", name_),
                "cast it to DOUBLE"
            );
        }
    }
    return {};
}

void Column::append_empty() {
    if (kind_ == Kind::real) {
        reals_.push_back(0);
    } else if (kind_ == Kind::text) {
        texts_.emplace_back();
    } else {
        integers_.push_back(0);
    }
}

void Column::append_value(const ColumnView& view, std::size_t row) {
    if (kind_ == Kind::real) {
        reals_.push_back(view.real(row));
    } else if (kind_ == Kind::text) {
        texts_.emplace_back(view.text(row));
    } else {
        integers_.push_back(view.integer(row));
    }
}

const Column& Frame::column(std::string_view name) const {
    for (const Column& column : columns) {
        if (column.name() == name) return column;
    }
    BOON_ASSERT(!"the frame has no column of that name");
    return columns.front();
}

}  // namespace boon::warehouse
