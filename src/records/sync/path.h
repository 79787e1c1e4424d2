// Paths into a record: a JSON Pointer (RFC 6901) whose steps may also be `*`, every element of a list, and
// `[member=value]`, the first element of a list whose member is that text.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "platform/base/json.h"

namespace boon::sync {

// Whether it is one: empty, or starts with `/`, and each `[` step is `[member=value]`.
bool is_path(std::string_view path);

// What the path leads to, in order; nothing where a step does not exist. Null values are left out.
std::vector<const json::Value*> values_at(const json::Value& body, std::string_view path);

// The first of them as text: text as it is, numbers and booleans as JSON has them; empty when there is none, or when it
// is a list or an object.
std::string text_at(const json::Value& body, std::string_view path);

// By a pointer without `*` and `[…]`, to change it; null when it does not exist.
json::Value* member_at(json::Value& body, std::string_view pointer);

}  // namespace boon::sync
