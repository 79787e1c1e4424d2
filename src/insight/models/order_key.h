// float32 as unsigned integers of the same order, with a place for missing on either side: comparing needs no branch
// for missing values, and integers compare cheaper than floats.
#pragma once

#include <bit>
#include <cstdint>

namespace boon::models {

using OrderKey = std::uint32_t;

inline constexpr OrderKey kBelowAll = 0;           // less than every number's key, -inf included
inline constexpr OrderKey kAboveAll = 0xffffffff;  // more than every number's key, +inf included

// a < b  ⇔  order_key(a) < order_key(b), for numbers; -0 and 0 have one key.
inline OrderKey order_key(float number) {
    const auto bits = std::bit_cast<std::uint32_t>(number + 0.0F);
    return bits ^ ((bits >> 31U) != 0 ? 0xffffffffU : 0x80000000U);
}

}  // namespace boon::models
