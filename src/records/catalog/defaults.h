// The offers that models of a programme without a catalogue speak of: labels 0 to 7, one for each usual category.
#pragma once

#include <string_view>

namespace boon::catalog {

// The text of an embedded file of this room; empty when there is none of that name.
std::string_view default_text(std::string_view name);

// A JSON array as the import takes it.
inline std::string_view default_offers() { return default_text("default_offers.json"); }

}  // namespace boon::catalog
