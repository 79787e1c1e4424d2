// The known name nearest to a mistyped one, for "did you mean".
#pragma once

#include <span>
#include <string_view>

namespace boon {

// The one with the smallest Levenshtein distance (insertions, deletions, substitutions), at most a third of the name's
// length; empty when none is that near.
std::string_view nearest_of(std::string_view name, std::span<const std::string_view> known);

}  // namespace boon
