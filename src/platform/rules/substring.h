// JsonLogic's substr.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace boon::rules {

// Characters (code points, so that none is torn apart) of UTF-8 text from `start`, or from so many before the end when
// it is negative; `length` of them, or all but so many at the end when that is negative.
std::string substring(std::string_view text, double start, std::optional<double> length);

}  // namespace boon::rules
