// How the text of a setting is read. Each is false, with `out` as before, for a text that is not what is expected.
#pragma once

#include <string>
#include <string_view>

namespace boon::config {

inline constexpr std::string_view kYesOrNo = "True or False";

bool read_int(std::string_view text, int low, int high, int& out);
// As Django writes booleans (True, False), and as everybody else does.
bool read_bool(std::string_view text, bool& out);
// Any but the empty text.
bool read_text(std::string_view text, std::string& out);

}  // namespace boon::config
