#include "platform/base/number_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

#include "platform/base/money.h"

namespace boon {

namespace {

constexpr double kWholeDigits = 1e15;  // beyond, a double has no cents any more
constexpr double kTooSmall = 1e-6;     // a dozen zeros help nobody: `1.2e-09`

std::string without_tail(std::string text) {
    if (text.find('.') == std::string::npos) return text;
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

}  // namespace

std::string number_text(double value) {
    const double size = std::fabs(value);
    if (!std::isfinite(value) || size >= kWholeDigits) return fmt::format("{:.4g}", value);
    if (value == std::round(value)) return fmt::format("{:.0f}", value == 0 ? 0.0 : value);
    if (size < kTooSmall) return fmt::format("{:.3g}", value);
    const int before = static_cast<int>(std::floor(std::log10(size))) + 1;
    return without_tail(fmt::format("{:.{}f}", value, std::max(0, 4 - before)));
}

bool is_amount(std::string_view unit) { return unit == "money" || Currency::from_code(unit).has_value(); }

std::string amount_text(double amount, std::string_view unit) {
    const auto currency = Currency::from_code(unit);
    const double shown = amount == 0 ? 0.0 : amount;
    if (!currency) return fmt::format("{:.2f}", shown);
    return fmt::format("{:.{}f} {}", shown, currency->exponent(), unit);
}

double shortest_decimal(float value) {
    if (!std::isfinite(value)) return static_cast<double>(value);
    std::array<char, 64> digits{};
    const auto written = std::to_chars(digits.data(), digits.data() + digits.size(), value);
    double decimal = 0;
    std::from_chars(digits.data(), written.ptr, decimal);
    return decimal;
}

}  // namespace boon
