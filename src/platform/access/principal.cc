#include "platform/access/principal.h"

#include <algorithm>

#include <fmt/core.h>

namespace boon::access {

std::string to_string(const Principal& principal) {
    return fmt::format("{}:{}", enum_name(principal.kind), principal.id);
}

Principal local_principal(std::string_view user_name) {
    return {PrincipalKind::local, std::string(user_name), std::string(user_name), {Scope::admin}};
}

bool may(const Principal& principal, Scope wanted) {
    return std::ranges::any_of(principal.scopes, [&](Scope has) { return has == wanted || has == Scope::admin; });
}

Status require(const Principal& principal, Scope wanted) {
    if (may(principal, wanted)) return {};
    return fail(
        ErrorCode::forbidden, fmt::format("\"{}\" lacks the scope {}", principal.name, enum_name(wanted)),
        "use a key that has it, or make one with `boon keys create`"
    );
}

Result<std::vector<Scope>> parse_scopes(std::string_view text) {
    std::vector<Scope> scopes;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find(','), text.size());
        const std::string_view name = text.substr(0, end);
        const auto scope = enum_from<Scope>(name);
        if (!scope) {
            return fail(
                ErrorCode::invalid, fmt::format("\"{}\" is not a scope", name), "give some of " + enum_choices<Scope>()
            );
        }
        if (std::ranges::find(scopes, *scope) == scopes.end()) scopes.push_back(*scope);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    if (scopes.empty()) return fail(ErrorCode::invalid, "no scope is given", "give some of " + enum_choices<Scope>());
    return scopes;
}

}  // namespace boon::access
