#include "platform/access/permission.h"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace boon::access {

namespace {

template <class... E>
constexpr std::uint32_t bits(E... of) {
    return ((std::uint32_t{1} << static_cast<unsigned>(of)) | ... | 0U);
}

constexpr std::uint32_t kAnyScope = bits(Scope::read, Scope::decide, Scope::write);
constexpr std::uint32_t kAnyRole = bits(Role::viewer, Role::marketer, Role::analyst, Role::operator_);
constexpr std::uint32_t kAdminOnly = 0;

constexpr auto kGrants = [] {
    using enum Permission;
    const auto marketer = Role::marketer;
    const auto analyst = Role::analyst;
    const auto operators = Role::operator_;
    return std::array{
        Grant{look, "look at everything but secrets", bits(Scope::read), kAnyRole, false},
        Grant{session, "see and end the own session", kAnyScope, kAnyRole, false},
        Grant{
            decide, "ask for decisions, try them out, report outcomes and events", bits(Scope::decide),
            bits(marketer, analyst), false
        },
        Grant{offers, "change offers", bits(Scope::write), bits(marketer)},
        Grant{audiences, "change audiences and campaigns", bits(Scope::write), bits(marketer, analyst)},
        Grant{customers, "change what is kept of a customer", bits(Scope::write), bits(marketer, analyst)},
        Grant{programme, "change the rules of stages and value", bits(Scope::write), bits(analyst)},
        Grant{models, "promote, roll back and retire models", bits(Scope::write), bits(analyst)},
        Grant{jobs, "start and cancel jobs", bits(Scope::write), bits(analyst, operators)},
        Grant{operate, "start, approve and cancel runs of the sync", bits(Scope::write), bits(operators)},
        Grant{connect, "change sources, webhooks and their secrets", kAdminOnly, bits(operators)},
        Grant{settings, "see the settings", kAdminOnly, bits(operators), false},
        Grant{audit, "read the audit log", kAdminOnly, bits(operators), false},
        Grant{erase, "erase a customer for good", kAdminOnly, bits(operators)},
        Grant{keys, "make and revoke API keys", kAdminOnly, kAdminOnly},
        Grant{users, "add, change and remove users", kAdminOnly, kAdminOnly},
    };
}();

constexpr bool is_whole() {
    for (std::size_t i = 0; i < kGrants.size(); ++i) {
        if (static_cast<std::size_t>(kGrants[i].permission) != i) return false;
    }
    return kGrants.size() == static_cast<std::size_t>(Permission::users) + 1;
}
static_assert(is_whole(), "the table has one row a permission, in the order of the enum");

}  // namespace

std::span<const Grant> grants() { return kGrants; }

const Grant& grant_of(Permission permission) { return kGrants[static_cast<std::size_t>(permission)]; }

bool has(Scope scope, Permission permission) {
    return scope == Scope::admin || (grant_of(permission).scopes & bits(scope)) != 0;
}

bool has(Role role, Permission permission) {
    return role == Role::admin || (grant_of(permission).roles & bits(role)) != 0;
}

Scope scope_for(Permission permission) {
    for (const Scope scope : {Scope::read, Scope::decide, Scope::write}) {
        if (has(scope, permission)) return scope;
    }
    return Scope::admin;
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
