#include "platform/rules/substring.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace boon::rules {

std::string substring(std::string_view text, double start, std::optional<double> length) {
    std::vector<std::size_t> begins;  // of each character, and the end
    for (std::size_t i = 0; i < text.size(); ++i) {
        if ((static_cast<unsigned char>(text[i]) & 0xc0U) != 0x80U) begins.push_back(i);
    }
    begins.push_back(text.size());
    const auto count = static_cast<double>(begins.size() - 1);
    const auto whole = [](double number) { return std::isnan(number) ? 0.0 : std::trunc(number); };

    double first = whole(start);
    if (first < 0) first += count;
    first = std::clamp(first, 0.0, count);
    double last = count;
    if (length) last = whole(*length) < 0 ? count + whole(*length) : first + whole(*length);
    last = std::clamp(last, first, count);
    const std::size_t from = begins[static_cast<std::size_t>(first)];
    return std::string(text.substr(from, begins[static_cast<std::size_t>(last)] - from));
}

}  // namespace boon::rules
