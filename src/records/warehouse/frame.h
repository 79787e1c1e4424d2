// A whole query result in memory, by column. Immutable once made; may be read by several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "records/warehouse/chunk.h"

namespace boon::warehouse {

class Column {
public:
    Column(std::string name, Kind kind) : name_(std::move(name)), kind_(kind) {}

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] std::size_t rows() const { return nulls_.size(); }
    [[nodiscard]] bool is_null(std::size_t row) const { return nulls_[row] != 0; }

    // By kind: integers() of `integer` (booleans as 0 and 1) and `time` (microseconds), reals() of `real`, texts() of
    // `text`; empty for the others. A null row holds 0 or "".
    [[nodiscard]] std::span<const std::int64_t> integers() const { return integers_; }
    [[nodiscard]] std::span<const double> reals() const { return reals_; }
    [[nodiscard]] std::span<const std::string> texts() const { return texts_; }

    [[nodiscard]] std::int64_t integer(std::size_t row) const { return integers_[row]; }
    [[nodiscard]] Timestamp time(std::size_t row) const { return {integers_[row]}; }
    [[nodiscard]] const std::string& text(std::size_t row) const { return texts_[row]; }
    // Of an `integer`, `time` or `real` column; NaN for null.
    [[nodiscard]] double real(std::size_t row) const;

    // `invalid` when a whole number does not fit int64.
    Status append(const ColumnView& view, std::size_t rows);

private:
    void append_empty();
    void append_value(const ColumnView& view, std::size_t row);

    std::string name_;
    Kind kind_;
    std::vector<std::int64_t> integers_;
    std::vector<double> reals_;
    std::vector<std::string> texts_;
    std::vector<std::uint8_t> nulls_;
};

struct Frame {
    std::vector<Column> columns;

    [[nodiscard]] std::size_t rows() const { return columns.empty() ? 0 : columns.front().rows(); }
    // The column of that name; BOON_ASSERT that there is one: the name comes from our own SQL.
    [[nodiscard]] const Column& column(std::string_view name) const;
};

}  // namespace boon::warehouse
