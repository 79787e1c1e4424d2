// One batch of rows of a running query (up to 2 048), as DuckDB holds it: nothing is copied. A Chunk and all it gives
// is valid during the callback that receives it, and is read by one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon::warehouse {

// What a column's values are to a reader. `time` is microseconds since 1970 UTC (a date: its midnight).
enum class Kind { integer, real, text, time };

// How DuckDB stores them.
enum class Native {
    boolean,
    int8,
    int16,
    int32,
    int64,
    uint8,
    uint16,
    uint32,
    uint64,
    huge,
    float32,
    float64,
    decimal16,
    decimal32,
    decimal64,
    decimal128,
    date,
    timestamp_s,
    timestamp_ms,
    timestamp_us,
    timestamp_ns,
    text,
    enum8,
    enum16,
    enum32
};

// A column of a result: the same for all its chunks.
struct ColumnType {
    std::string name;
    Native native = Native::int64;
    Kind kind = Kind::integer;
    double decimal_divisor = 1;                // 10^scale of a decimal
    std::vector<std::string> enum_words = {};  // of an enum, by code
};

class ColumnView {
public:
    ColumnView(const ColumnType& type, const void* data, const std::uint64_t* validity, std::size_t rows)
        : type_(&type), data_(data), validity_(validity), rows_(rows) {}

    [[nodiscard]] const ColumnType& type() const { return *type_; }
    [[nodiscard]] bool has_nulls() const { return validity_ != nullptr; }
    [[nodiscard]] bool is_null(std::size_t row) const {
        return validity_ != nullptr && ((validity_[row / 64] >> (row % 64)) & 1U) == 0;
    }

    // Of an `integer` or `time` column (a boolean is 0 or 1); BOON_ASSERT otherwise. A null row gives anything.
    [[nodiscard]] std::int64_t integer(std::size_t row) const;
    // Of any numeric column.
    [[nodiscard]] double real(std::size_t row) const;
    // Of a `text` column.
    [[nodiscard]] std::string_view text(std::size_t row) const;

    // The values as they lie in memory; T must be what `native` says (int64: int64_t, timestamp_us: int64_t,
    // float64: double, boolean: bool, …), which only its size is checked against.
    template <class T>
    [[nodiscard]] std::span<const T> values() const {
        BOON_ASSERT(sizeof(T) == native_size());
        return {static_cast<const T*>(data_), rows_};
    }

private:
    [[nodiscard]] std::size_t native_size() const;

    const ColumnType* type_;
    const void* data_;
    const std::uint64_t* validity_;
    std::size_t rows_;
};

class Chunk {
public:
    Chunk(std::size_t rows, std::span<const ColumnView> columns) : rows_(rows), columns_(columns) {}

    [[nodiscard]] std::size_t rows() const { return rows_; }
    [[nodiscard]] std::size_t columns() const { return columns_.size(); }
    [[nodiscard]] const ColumnView& column(std::size_t index) const { return columns_[index]; }

private:
    std::size_t rows_;
    std::span<const ColumnView> columns_;
};

}  // namespace boon::warehouse
