// Who is logged in: server-side sessions, known by a token (token.h) that only the browser's cookie holds; stored is
// its SHA-256. A session ends when it has not been used for a while, when its time is over, when its user logs out, and
// when what its user may do changes.
//
// verify() answers from memory; what it knows is at most 2 s old, as with keys. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/access/principal.h"
#include "platform/access/users.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::access {

struct SessionLife {
    std::int64_t idle_micros = kMicrosPerHour;
    std::int64_t whole_micros = 12 * kMicrosPerHour;
};

// How exactly the last use is kept: a write per request would be too many.
inline constexpr std::int64_t kSeenMicros = 60 * kMicrosPerSecond;

struct OpenedSession {
    std::string token;
    Timestamp expires_at;
};

// Where somebody logged in from: the client's address, and what the browser said it is, of which printable ASCII is
// kept, kMaxAgent characters.
struct LoginPlace {
    std::string address;
    std::string agent;
};
inline constexpr std::size_t kMaxAgent = 200;

// A session as lists show it. `id` names it and opens nothing: it is the first half of the token's hash.
struct SessionEntry {
    std::string id;
    std::string address;
    std::string agent;
    Timestamp created_at;
    Timestamp seen_at;  // to kSeenMicros
    Timestamp expires_at;
    bool is_current = false;
};
BOOST_DESCRIBE_STRUCT(SessionEntry, (), (id, address, agent, created_at, seen_at, expires_at, is_current))

// Whose sessions, and which of them is the caller's own: its token, or nothing.
struct SessionsOf {
    std::string_view name;
    std::string_view token = {};
};

class Sessions {
public:
    // `database` must outlive it.
    Sessions(db::Database& database, const SessionLife& life) : database_(database), life_(life) {}

    // A new session, always with a new token; `replaced`, the token that the browser came with, ends.
    Result<OpenedSession> open(const User& user, const LoginPlace& place, std::string_view replaced, Timestamp now);
    // Whose session it is, with the role as it is now. `unauthenticated` when it is none (any more).
    Result<Principal> verify(std::string_view token, Timestamp now);
    // When it ends at the latest.
    Result<Timestamp> expiry(std::string_view token);
    [[nodiscard]] const SessionLife& life() const { return life_; }

    // Ends one; that there is none is no error.
    Status close(std::string_view token, const Principal& by, Timestamp now);
    // Ends all of a user.
    Status close_all(std::string_view name, const Principal& by, Timestamp now);

    // Those that are open, the last used first.
    Result<std::vector<SessionEntry>> list(const SessionsOf& whose, Timestamp now);
    // Ends one of a user's; `not_found` when none has that id.
    Status end(std::string_view name, std::string_view id, const Principal& by, Timestamp now);
    // Ends all of a user's but the one with that token; how many.
    Result<std::int64_t> end_others(const SessionsOf& whose, const Principal& by, Timestamp now);

    // What is remembered of a user's sessions is read anew at their next use.
    void forget(std::string_view name);

private:
    struct Known {
        std::optional<Principal> principal;  // empty: there is no such session
        Timestamp read_at;
        Timestamp seen_at;
        Timestamp expires_at;
    };

    Result<Known> look_up(const std::string& hash, Timestamp now);
    void note_use(const std::string& hash, Timestamp now);

    db::Database& database_;
    SessionLife life_;
    std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;  // by hash; under mutex_
};

// Removes sessions and links that are past their time; how many.
Result<std::int64_t> forget_expired(db::Connection& connection, const SessionLife& life, Timestamp now);

}  // namespace boon::access
