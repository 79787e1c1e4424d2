#include "records/warehouse/chunk.h"

#include <cmath>
#include <cstring>

#include <duckdb.h>

namespace boon::warehouse {

namespace {

constexpr double kTwoTo64 = 18446744073709551616.0;

template <class T>
T value_at(const void* data, std::size_t row) {
    return static_cast<const T*>(data)[row];
}

double real_of(duckdb_hugeint value) {
    return static_cast<double>(value.upper) * kTwoTo64 + static_cast<double>(value.lower);
}

std::int64_t floor_divide(std::int64_t value, std::int64_t divisor) {
    const std::int64_t quotient = value / divisor;
    return value % divisor < 0 ? quotient - 1 : quotient;
}

}  // namespace

std::size_t ColumnView::native_size() const {
    switch (type_->native) {
        case Native::boolean:
        case Native::int8:
        case Native::uint8:
        case Native::enum8: return 1;
        case Native::int16:
        case Native::uint16:
        case Native::decimal16:
        case Native::enum16: return 2;
        case Native::int32:
        case Native::uint32:
        case Native::float32:
        case Native::decimal32:
        case Native::date:
        case Native::enum32: return 4;
        case Native::int64:
        case Native::uint64:
        case Native::float64:
        case Native::decimal64:
        case Native::timestamp_s:
        case Native::timestamp_ms:
        case Native::timestamp_us:
        case Native::timestamp_ns: return 8;
        case Native::huge:
        case Native::decimal128:
        case Native::text: return 16;
    }
    return 0;
}

std::int64_t ColumnView::integer(std::size_t row) const {
    switch (type_->native) {
        case Native::boolean: return value_at<bool>(data_, row) ? 1 : 0;
        case Native::int8: return value_at<std::int8_t>(data_, row);
        case Native::int16: return value_at<std::int16_t>(data_, row);
        case Native::int32: return value_at<std::int32_t>(data_, row);
        case Native::int64:
        case Native::timestamp_us: return value_at<std::int64_t>(data_, row);
        case Native::uint8: return value_at<std::uint8_t>(data_, row);
        case Native::uint16: return value_at<std::uint16_t>(data_, row);
        case Native::uint32: return value_at<std::uint32_t>(data_, row);
        case Native::uint64: return static_cast<std::int64_t>(value_at<std::uint64_t>(data_, row));
        case Native::huge: return static_cast<std::int64_t>(value_at<duckdb_hugeint>(data_, row).lower);
        case Native::date: return std::int64_t{value_at<std::int32_t>(data_, row)} * 86'400'000'000;
        case Native::timestamp_s: return value_at<std::int64_t>(data_, row) * 1'000'000;
        case Native::timestamp_ms: return value_at<std::int64_t>(data_, row) * 1000;
        case Native::timestamp_ns: return floor_divide(value_at<std::int64_t>(data_, row), 1000);
        case Native::float32:
        case Native::float64:
        case Native::decimal16:
        case Native::decimal32:
        case Native::decimal64:
        case Native::decimal128:
        case Native::text:
        case Native::enum8:
        case Native::enum16:
        case Native::enum32: break;
    }
    BOON_ASSERT(!"the column holds no integers");
    return 0;
}

double ColumnView::real(std::size_t row) const {
    switch (type_->native) {
        case Native::float32: return static_cast<double>(value_at<float>(data_, row));
        case Native::float64: return value_at<double>(data_, row);
        case Native::decimal16: return value_at<std::int16_t>(data_, row) / type_->decimal_divisor;
        case Native::decimal32: return value_at<std::int32_t>(data_, row) / type_->decimal_divisor;
        case Native::decimal64: return static_cast<double>(value_at<std::int64_t>(data_, row)) / type_->decimal_divisor;
        case Native::decimal128: return real_of(value_at<duckdb_hugeint>(data_, row)) / type_->decimal_divisor;
        case Native::huge: return real_of(value_at<duckdb_hugeint>(data_, row));
        case Native::uint64: return static_cast<double>(value_at<std::uint64_t>(data_, row));
        case Native::boolean:
        case Native::int8:
        case Native::int16:
        case Native::int32:
        case Native::int64:
        case Native::uint8:
        case Native::uint16:
        case Native::uint32:
        case Native::date:
        case Native::timestamp_s:
        case Native::timestamp_ms:
        case Native::timestamp_us:
        case Native::timestamp_ns: return static_cast<double>(integer(row));
        case Native::text:
        case Native::enum8:
        case Native::enum16:
        case Native::enum32: break;
    }
    BOON_ASSERT(!"the column holds no numbers");
    return 0;
}

std::string_view ColumnView::text(std::size_t row) const {
    BOON_ASSERT(type_->kind == Kind::text);
    if (type_->native == Native::enum8) return type_->enum_words[value_at<std::uint8_t>(data_, row)];
    if (type_->native == Native::enum16) return type_->enum_words[value_at<std::uint16_t>(data_, row)];
    if (type_->native == Native::enum32) return type_->enum_words[value_at<std::uint32_t>(data_, row)];
    const auto& string = static_cast<const duckdb_string_t*>(data_)[row];
    const std::uint32_t length = string.value.inlined.length;
    if (length <= sizeof(string.value.inlined.inlined)) return {string.value.inlined.inlined, length};
    return {string.value.pointer.ptr, length};
}

}  // namespace boon::warehouse
