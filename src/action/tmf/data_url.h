// `data:` URLs (RFC 2397): a small file in the URL itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "platform/base/error.h"

namespace boon::tmf {

inline bool is_data_url(std::string_view url) { return url.starts_with("data:"); }

// What it holds; `invalid` for base64 or percent-encoding that is none, and for text that is no UTF-8.
Result<std::string> read_data_url(std::string_view url);

// `data:application/json;base64,…`
std::string json_data_url(std::string_view content);

}  // namespace boon::tmf
