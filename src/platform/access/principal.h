// Who asks, and what they may do: an API key with its scopes, a user with a role, or who is at the machine itself.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/access/permission.h"
#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::access {

enum class PrincipalKind { key, user, local };
BOOST_DESCRIBE_ENUM(PrincipalKind, key, user, local)

// A key's id is a UUID, a user's its name.
struct Principal {
    PrincipalKind kind = PrincipalKind::key;
    std::string id;
    std::string name;
    std::vector<Scope> scopes;      // of a key
    std::optional<Role> role = {};  // of a user
    bool operator==(const Principal&) const = default;
};
BOOST_DESCRIBE_STRUCT(Principal, (), (kind, id, name, scopes, role))

// `key:0199…`, `user:anna`: how the audit log and idempotency keys name it.
std::string to_string(const Principal& principal);

// Whoever runs the command line on the instance's own machine.
Principal local_principal(std::string_view user_name);

bool may(const Principal& principal, Permission wanted);
// `forbidden`, naming what is missing and who could have it.
Status require(const Principal& principal, Permission wanted);
std::vector<Permission> permissions_of(const Principal& principal);

}  // namespace boon::access
