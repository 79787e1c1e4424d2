// The arithmetic of strict rules: doubles, where a result that is no number is missing (not-a-number). The SQL of a
// rule does the same operations in the same order.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "platform/base/timestamp.h"
#include "platform/rules/ranges.h"
#include "platform/rules/tree.h"

namespace boon::rules {

// A comparison of two values of one type.
template <class T>
bool is_so(Op op, const T& a, const T& b) {
    switch (op) {
        case Op::less: return a < b;
        case Op::at_most: return a <= b;
        case Op::more: return a > b;
        case Op::at_least: return a >= b;
        case Op::unequal:
        case Op::not_same: return a != b;
        default: return a == b;
    }
}

// A variable's number within arithmetic.
inline double bounded(double number) {
    const double magnitude = std::fabs(number);
    if (magnitude > kGreatestOperand) return NAN;
    return magnitude < kLeastOperand ? 0 : number;
}

// One operation; missing when an operand is, and when it divides by 0.
inline double applied(Op op, double a, double b) {
    if (std::isnan(a) || std::isnan(b)) return NAN;
    switch (op) {
        case Op::plus: return a + b;
        case Op::minus: return a - b;
        case Op::times: return a * b;
        case Op::over: return b == 0 ? NAN : a / b;
        case Op::modulo: return b == 0 ? NAN : a - b * std::trunc(a / b);
        case Op::least: return std::min(a, b);
        case Op::greatest: return std::max(a, b);
        default: return NAN;
    }
}

// Days, with their fraction, from one instant to another.
inline double days_between(std::int64_t from_micros, std::int64_t to_micros) {
    std::int64_t micros = 0;
    if (__builtin_sub_overflow(to_micros, from_micros, &micros)) return NAN;
    return static_cast<double>(micros) / static_cast<double>(kMicrosPerDay);
}

}  // namespace boon::rules
