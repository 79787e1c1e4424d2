// JSON text in and out. Reading goes through Boost.JSON's parser with our own numbers: a double is the nearest one
// (std::from_chars), an integer beyond int64, a number beyond a double, a duplicate key, or text nested deeper than
// the limit is an error with its place. Writing gives the shortest digits that read back the same (std::to_chars).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <boost/json/value.hpp>

#include "platform/base/error.h"

namespace boon::json {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

// Room for a rule of 32 nested operations (two levels each: rules/rule.h) inside a document.
inline constexpr std::size_t kMaxDepth = 96;

Result<Value> parse(std::string_view text, std::size_t max_depth = kMaxDepth);

void append(std::string& out, const Value& value);
void append(std::string& out, std::string_view text);
void append(std::string& out, std::int64_t number);
// Not a number and infinities become null: JSON has no word for them.
void append(std::string& out, double number);
void append(std::string& out, float number);

std::string to_text(const Value& value);

// RFC 7396: what `target` becomes when patched; null removes a member, objects merge, all else replaces.
void merge_patch(Value& target, const Value& patch);

// `/a~1b/0`: one more step of a JSON Pointer (RFC 6901).
std::string pointer_to(std::string_view parent, std::string_view member);

}  // namespace boon::json
