// Evaluates any rule in memory, over JSON values: the whole language, in both modes.
#pragma once

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/rules/tree.h"
#include "platform/rules/value.h"

namespace boon::rules {

// Over a document, as the reference implementation does.
Result<json::Value> walk(const Tree& tree, const json::Value& data, Timestamp now);

// Over values. In strict mode null stands for what is missing or unknown, and what is made of it is null; times are
// their microseconds.
Result<json::Value> walk(const Tree& tree, const Values& values, Timestamp now);

}  // namespace boon::rules
