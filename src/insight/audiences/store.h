// Audiences in the operational database, with every version. Within the caller's read() or write(); what is written
// was checked before (book.h). Each change tells the change feed.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "insight/audiences/audience.h"
#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::audiences {

// Of rows in the change feed that tell of a changed audience; the key is its name.
inline constexpr std::string_view kChangeKind = "audience";

struct Author {
    std::string_view name;
    Timestamp now;
};

// By name.
Result<std::vector<Audience>> list(db::Connection& connection);
// `not_found`.
Result<Audience> find(db::Connection& connection, std::string_view name);
// `conflict` when there is one of that name.
Result<Audience> create(db::Connection& connection, Audience wanted, const Author& author);

// Which audience is meant to change, as it was read.
struct Target {
    std::string_view name;
    std::int64_t version = 0;
};
// `failed_precondition` when it has another version by now. Another name renames it; a change that changes nothing
// makes no version. `what`: see AudienceRevision.
Result<Audience> change(
    db::Connection& connection, const Target& target, Audience wanted, std::string_view what, const Author& author
);
Status drop(db::Connection& connection, const Target& target, const Author& author);

// named: by an offer that is being written, from now on; changed: about to be renamed or deleted.
enum class Hold { named, changed };
// Whether there is an audience of that name. Until the transaction ends it is held against the other of the two; any
// number may name it at once.
Result<bool> hold(db::Connection& connection, std::string_view name, Hold how);

// The newest first.
Result<std::vector<AudienceRevision>> versions(db::Connection& connection, std::string_view name);
// `not_found`.
Result<AudienceRevision> version(db::Connection& connection, std::string_view name, std::int64_t version);

}  // namespace boon::audiences
