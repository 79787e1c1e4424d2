// Seeds as they are written on the command line.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon::cli {

// `7`, `1,2,3`, `1..100`, and lists of these; at least one, each from 0 on, at most 1 000.
Result<std::vector<std::int64_t>> world_seeds(std::string_view text);

}  // namespace boon::cli
