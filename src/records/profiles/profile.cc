#include "records/profiles/profile.h"

#include <cmath>

#include <fmt/format.h>

#include "platform/base/number_text.h"

namespace boon::profiles {

std::string value_text(const Column& column, float value) {
    if (std::isnan(value)) return "not known";
    const auto number = static_cast<double>(value);
    if (!column.categories.empty()) {
        const bool known = number >= 0 && number < static_cast<double>(column.categories.size());
        return known ? column.categories[static_cast<std::size_t>(number)] : "not known";
    }
    if (column.unit == "share") return fmt::format("{:.3g} %", 100 * number);
    if (column.unit == "flag") return number > 0.5 ? "yes" : "no";
    if (is_amount(column.unit)) return amount_text(shortest_decimal(value), column.unit);
    const std::string digits = number_text(shortest_decimal(value));
    const bool plain = column.unit.empty() || column.unit == "count" || column.unit == "number" ||
                       column.unit == "ratio" || column.unit == "category";
    return plain ? digits : digits + " " + column.unit;
}

std::optional<std::size_t> Schema::index_of(std::string_view name) const {
    for (std::size_t i = 0; i < columns.size(); ++i) {
        if (columns[i].name == name) return i;
    }
    return std::nullopt;
}

}  // namespace boon::profiles
