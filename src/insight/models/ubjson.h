// Universal Binary JSON, draft 12 (ubjson.org), read into a json::Value. Everything of the draft but high-precision
// numbers (`H`), which are refused.
#pragma once

#include <cstddef>
#include <span>

#include "platform/base/json.h"

namespace boon::models {

// Errors (`invalid`) say what is wrong at which byte: cut off, a length beyond the end of the bytes, an unknown marker,
// an integer beyond int64, a repeated key, nesting deeper than json::kMaxDepth, bytes after the end.
Result<json::Value> parse_ubjson(std::span<const std::byte> bytes);

}  // namespace boon::models
