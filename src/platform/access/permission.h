// What may be done, and who may: the one table of permissions, with the scopes of API keys and the roles of users that
// have each. A route names one permission; everything else about who may follows from the table in permission.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::access {

// Of API keys. read: look at anything but secrets. decide: ask for decisions, report outcomes and events. write: change
// offers and the like, start jobs. admin: keys, users, settings; has all others.
enum class Scope { read, decide, write, admin };
BOOST_DESCRIBE_ENUM(Scope, read, decide, write, admin)

// Of users. The operator's enumerator has a mark, since `operator` is a word of the language; its name has none.
enum class Role { viewer, marketer, analyst, operator_, admin };

enum class Permission {
    look,
    session,
    decide,
    offers,
    audiences,
    customers,
    programme,
    models,
    jobs,
    operate,
    connect,
    settings,
    audit,
    erase,
    keys,
    users
};
BOOST_DESCRIBE_ENUM(
    Permission, look, session, decide, offers, audiences, customers, programme, models, jobs, operate, connect,
    settings, audit, erase, keys, users
)

// One row of the table. Who has the scope admin or the role admin has every permission.
struct Grant {
    Permission permission;
    std::string_view doc;  // completes "may …"
    std::uint32_t scopes;  // bits, by Scope
    std::uint32_t roles;   // bits, by Role
    bool changes = true;   // whether it is for changing something: such requests are entered in the audit log
};
std::span<const Grant> grants();
const Grant& grant_of(Permission permission);

bool has(Scope scope, Permission permission);
bool has(Role role, Permission permission);

// The least scope of a key that has it.
Scope scope_for(Permission permission);

// `read,decide`; `invalid` for an unknown name or an empty list.
Result<std::vector<Scope>> parse_scopes(std::string_view text);

// clang-format off: a macro that begins a function and one that ends it are not code to it.
BOOST_DESCRIBE_MAYBE_UNUSED BOOST_DESCRIBE_ENUM_BEGIN(Role)
    BOOST_DESCRIBE_ENUM_ENTRY(Role, viewer)
    BOOST_DESCRIBE_ENUM_ENTRY(Role, marketer)
    BOOST_DESCRIBE_ENUM_ENTRY(Role, analyst),
    [] {
        struct Described {
            static constexpr auto value() noexcept { return Role::operator_; }
            static constexpr auto name() noexcept { return "operator"; }
        };
        return Described();
    }()
    BOOST_DESCRIBE_ENUM_ENTRY(Role, admin)
BOOST_DESCRIBE_ENUM_END(Role)
// clang-format on

}  // namespace boon::access
