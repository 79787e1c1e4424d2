#include "platform/rules/schema.h"

#include <utility>

#include "platform/base/nearest.h"

namespace boon::rules {

Schema::Schema(std::vector<Variable> variables) {
    variables_.reserve(variables.size());
    for (Variable& variable : variables) add(std::move(variable));
}

bool Schema::add(Variable variable) {
    for (const Variable& known : variables_) {
        if (known.name == variable.name && known.family == variable.family) return false;
    }
    variables_.push_back(std::move(variable));
    return true;
}

std::optional<std::uint32_t> Schema::find(std::string_view name) const {
    std::optional<std::uint32_t> family;
    std::size_t longest = 0;
    for (std::uint32_t i = 0; i < variables_.size(); ++i) {
        const Variable& variable = variables_[i];
        if (!variable.family) {
            if (variable.name == name) return i;
            continue;
        }
        const bool longer = !family || variable.name.size() > longest;
        if (longer && name.size() > variable.name.size() && name.starts_with(variable.name)) {
            family = i;
            longest = variable.name.size();
        }
    }
    return family;
}

std::string_view Schema::nearest(std::string_view name) const {
    std::vector<std::string_view> names;
    for (const Variable& variable : variables_) {
        if (!variable.family) names.emplace_back(variable.name);
    }
    return nearest_of(name, names);
}

}  // namespace boon::rules
