// Who changed what: an append-only chain. Each entry's hash covers the hash before it, so that an entry that is edited,
// removed or put in between is found by verify_audit().
//
// The values themselves are not in the chain, but a commitment to them: SHA-256 over a random salt and the values. A
// value that must be forgotten goes together with its salt, which leaves the chain whole and nothing to guess from.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::storage {

struct Deed {
    std::string who;     // the principal: `key:…`, `user:…`, `cli`
    std::string what;    // `offer.update`
    std::string target;  // `offer/17`
    std::optional<std::string> before;
    std::optional<std::string> after;
};
Status record_deed(db::Connection& connection, const Deed& deed, Timestamp now);

struct AuditEntry {
    std::int64_t seq = 0;
    Timestamp at;
    std::string who;
    std::string what;
    std::string target;
    std::optional<std::string> before;
    std::optional<std::string> after;
    std::optional<std::vector<std::byte>> salt;  // empty: the values were erased
    std::vector<std::byte> commitment;
    std::vector<std::byte> hash;
};
BOOST_DESCRIBE_STRUCT(AuditEntry, (), (seq, at, who, what, target, before, after, salt, commitment, hash))

// Empty texts and times select everything.
struct AuditQuery {
    std::string who = {};
    std::string what = {};
    std::string target = {};
    std::optional<Timestamp> from = {};                                  // at or after
    std::optional<Timestamp> until = {};                                 // before
    std::int64_t before_seq = std::numeric_limits<std::int64_t>::max();  // of the page before, its last entry
    std::int64_t limit = 50;
};
// The newest first.
Result<std::vector<AuditEntry>> list_audit(db::Connection& connection, const AuditQuery& wanted);

// Forgets the values of the entries of a target and of what lies below it (`TARGET/…`); how many entries had any.
Result<std::int64_t> erase_audit_values(db::Connection& connection, std::string_view target);

// Removes the oldest entries, those of before `before`, at most `limit`; how many. The removal is an entry itself: it
// says where the chain begins from now on.
Result<std::int64_t> trim_audit(db::Connection& connection, Timestamp before, std::int64_t limit, Timestamp now);

struct BrokenLink {
    std::int64_t seq = 0;
    std::string why;
    bool operator==(const BrokenLink&) const = default;
};
struct AuditVerdict {
    std::int64_t entries = 0;
    std::optional<BrokenLink> broken;  // the first entry that is not what it was when it was written
};
// Reads the whole chain.
Result<AuditVerdict> verify_audit(db::Connection& connection);

}  // namespace boon::storage
