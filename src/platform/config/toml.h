// TOML as JSON, for the files that a room describes as records of its own.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/json.h"

namespace boon::config {

// Tables become objects, dates their text. `invalid` with `name`, line and column.
Result<json::Value> json_of_toml(std::string_view text, const std::string& name);

}  // namespace boon::config
