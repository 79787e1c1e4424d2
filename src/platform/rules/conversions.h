// How JsonLogic's reference implementation turns values into each other: the conversions of ECMAScript (ECMA-262, 2023:
// ToBoolean 7.1.2, ToNumber 7.1.4, ToString 7.1.17, IsLessThan 7.2.13, IsLooselyEqual 7.2.14, parseFloat 19.2.4), on
// JSON. Undefined is null.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/json.h"
#include "platform/rules/tree.h"

namespace boon::rules {

// JsonLogic's own: an empty array is false, and so are 0, "", null, false and what is no number.
bool is_truthy(const json::Value& value);

// Not-a-number where there is none.
double to_number(const json::Value& value);
// parseFloat: the longest beginning of the text that is a decimal number.
double to_leading_number(const json::Value& value);
// How arithmetic reads its operands: the original takes the beginning of a text that it adds or multiplies.
using NumberReader = double (*)(const json::Value&);
NumberReader number_reader(Mode mode, Op op);
std::string to_string(const json::Value& value);
std::string to_string(double number);

bool are_loosely_equal(const json::Value& a, const json::Value& b);
// Arrays and objects are equal to nothing, not even to the like: they are compared by identity there.
bool are_strictly_equal(const json::Value& a, const json::Value& b);

// Whether a < b, or nothing when they have no order (one is not a number).
std::optional<bool> is_less(const json::Value& a, const json::Value& b);

// Whether a comparison's operator holds of the two.
bool are_related(Op op, const json::Value& a, const json::Value& b);

// Arithmetic as it is there: a division by 0 is infinite, a remainder exact.
double originally_applied(Op op, double a, double b);

// A whole number within 2^53 as an integer, so that it is written without a point.
json::Value of_number(double number);

}  // namespace boon::rules
