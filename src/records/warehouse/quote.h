// DuckDB's spelling of names and texts.
#pragma once

#include <string>
#include <string_view>

namespace boon::warehouse {

std::string quote_name(std::string_view name);  // "a""b"
std::string quote_text(std::string_view text);  // 'a''b'

}  // namespace boon::warehouse
