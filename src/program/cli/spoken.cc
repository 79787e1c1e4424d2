#include "program/cli/spoken.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace boon::cli {

namespace {

// A parameter or member whose option has another name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 11> kOptions = {{
    {"q", "search"},
    {"is_active", "active"},
    {"lifecycle_stage", "stage"},
    {"target_segment", "segment"},
    {"external_system", "system"},
    {"exclusion_group", "group"},
    {"expires_at", "until"},
    {"expires_in_days", "days"},
    {"scopes", "scope"},
    {"webhook_id", "to-webhook"},
    {"order", "desc"},
}};

// `scopes` of `/scopes/0`, `as_of` of `/parameters/as_of` and of `?as_of`.
std::string_view name_of(std::string_view pointer) {
    constexpr std::string_view kParameters = "/parameters";
    if (pointer.starts_with(kParameters)) pointer.remove_prefix(kParameters.size());
    if (!pointer.empty()) pointer.remove_prefix(1);
    return pointer.substr(0, pointer.find('/'));
}

// The option, or the word in its place, that is called so; as it is where there is none.
std::string option_of(const CLI::App& command, const std::string& pointer) {
    std::string name(name_of(pointer));
    const auto other = std::ranges::find(kOptions, name, &std::pair<std::string_view, std::string_view>::first);
    if (other != kOptions.end()) name = other->second;
    std::ranges::replace(name, '_', '-');
    for (const CLI::App* at = &command; at != nullptr; at = at->get_parent()) {
        if (at->get_option_no_throw("--" + name) != nullptr) return "--" + name;
        if (const CLI::Option* word = at->get_option_no_throw(name); word != nullptr && word->get_positional())
            return name;
    }
    return pointer;
}

}  // namespace

const CLI::App& chosen_of(const CLI::App& boon) {
    const CLI::App* command = &boon;
    while (!command->get_subcommands().empty()) command = command->get_subcommands().back();
    return *command;
}

Error in_options_of(const CLI::App& boon, Error error) {
    const CLI::App& command = chosen_of(boon);
    bool is_query = false;
    for (FieldError& field : error.fields) {
        is_query = is_query || field.pointer.starts_with('?');
        field.pointer = option_of(command, field.pointer);
    }
    if (is_query) error.message = "an option is wrong";
    return error;
}

}  // namespace boon::cli
