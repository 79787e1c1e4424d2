#include "platform/access/principal.h"

#include <algorithm>

#include <fmt/core.h>

namespace boon::access {

namespace {

// `marketer, analyst or admin`.
std::string roles_with(Permission wanted) {
    std::vector<std::string_view> names;
    for (const Role role : {Role::viewer, Role::marketer, Role::analyst, Role::operator_, Role::admin}) {
        if (has(role, wanted)) names.push_back(enum_name(role));
    }
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += names[i];
    }
    return text;
}

}  // namespace

std::string to_string(const Principal& principal) {
    return fmt::format("{}:{}", enum_name(principal.kind), principal.id);
}

Principal local_principal(std::string_view user_name) {
    return {PrincipalKind::local, std::string(user_name), std::string(user_name), {Scope::admin}};
}

bool may(const Principal& principal, Permission wanted) {
    if (principal.role) return has(*principal.role, wanted);
    return std::ranges::any_of(principal.scopes, [&](Scope scope) { return has(scope, wanted); });
}

Status require(const Principal& principal, Permission wanted) {
    if (may(principal, wanted)) return {};
    if (principal.role) {
        return fail(
            ErrorCode::forbidden,
            fmt::format(
                "\"{}\" is {}, who may not {}", principal.name, enum_name(*principal.role), grant_of(wanted).doc
            ),
            fmt::format("ask for the role {}", roles_with(wanted))
        );
    }
    return fail(
        ErrorCode::forbidden, fmt::format("\"{}\" lacks the scope {}", principal.name, enum_name(scope_for(wanted))),
        "use a key that has it, or make one with `boon keys create`"
    );
}

std::vector<Permission> permissions_of(const Principal& principal) {
    std::vector<Permission> all;
    for (const Grant& grant : grants()) {
        if (may(principal, grant.permission)) all.push_back(grant.permission);
    }
    return all;
}

}  // namespace boon::access
