#include "records/features/explain.h"

#include <cmath>

#include <fmt/format.h>

namespace boon::features {

namespace {

// At most `decimals` of them, without trailing zeros: 25, 2.5, 0.25.
std::string rounded(double value, int decimals) {
    std::string text = fmt::format("{:.{}f}", value, decimals);
    if (text.find('.') == std::string::npos) return text;
    while (text.ends_with('0')) text.pop_back();
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string money(double value, const Currency& currency) {
    double minor_units = 1;
    for (int i = 0; i < currency.exponent(); ++i) minor_units *= 10;
    // A float that came from minor units may stand a hair beside them.
    const Money amount{std::llround(value * minor_units)};
    return fmt::format("{} {}", currency.format(amount), currency.code());
}

}  // namespace

std::string value_in_words(const Schema& schema, const Feature& feature, float value, const Currency& currency) {
    if (!std::isfinite(value)) return "unknown";
    const auto number = static_cast<double>(value);
    switch (feature.unit) {
        case Unit::count: return rounded(number, 0);
        case Unit::days:
        case Unit::years: return rounded(std::floor(number), 0);
        case Unit::money: return money(number, currency);
        case Unit::share: return rounded(number * 100, 1) + " %";
        case Unit::ratio:
        case Unit::number: return rounded(number, 2);
        case Unit::flag: return number != 0 ? "yes" : "no";
        case Unit::category: return std::string(schema.category_of(feature, value).value_or("unknown"));
    }
    return "unknown";
}

std::string describe(const Schema& schema, const Feature& feature, float value, const Currency& currency) {
    return fmt::format("{}: {}", feature.words, value_in_words(schema, feature, value, currency));
}

}  // namespace boon::features
