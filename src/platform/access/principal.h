// Who asks, and what they may do. API keys have scopes; users, when they come, have roles that are sets of the same.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::access {

// read: look at anything but secrets. decide: ask for decisions, report outcomes and events. write: change offers and
// the like, start jobs. admin: keys, settings; has all others.
enum class Scope { read, decide, write, admin };
BOOST_DESCRIBE_ENUM(Scope, read, decide, write, admin)

enum class PrincipalKind { key, user, local };
BOOST_DESCRIBE_ENUM(PrincipalKind, key, user, local)

struct Principal {
    PrincipalKind kind = PrincipalKind::key;
    std::string id;
    std::string name;
    std::vector<Scope> scopes;
    bool operator==(const Principal&) const = default;
};
BOOST_DESCRIBE_STRUCT(Principal, (), (kind, id, name, scopes))

// `key:0199…`: how the audit log and idempotency keys name it.
std::string to_string(const Principal& principal);

// Whoever runs the command line on the instance's own machine.
Principal local_principal(std::string_view user_name);

bool may(const Principal& principal, Scope wanted);
// `forbidden`, naming the scope that is missing.
Status require(const Principal& principal, Scope wanted);

// `read,decide`; `invalid` for an unknown name or an empty list.
Result<std::vector<Scope>> parse_scopes(std::string_view text);

}  // namespace boon::access
