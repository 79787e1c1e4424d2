// Numbers as people read them: no exponents, and no digits that only binary fractions have.
#pragma once

#include <string>
#include <string_view>

namespace boon {

// Four significant digits, every digit before the point, no zeros at the end: `123457`, `527.8`, `12.35`, `0.004321`.
// `inf` and `nan` as such.
std::string number_text(double value);

// Whether a unit says that a number is an amount: an ISO 4217 code, or `money`.
bool is_amount(std::string_view unit);

// An amount in units of its currency with the currency's decimals: `123456.78 EUR`. Of `money`, two
// decimals and no code.
std::string amount_text(double amount, std::string_view unit);

// The decimal number with the fewest digits that this float is nearest to: of 123456.78 as float (123456.78125) it is
// 123456.78.
double shortest_decimal(float value);

}  // namespace boon
