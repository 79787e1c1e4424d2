// Who is logged in: server-side sessions, known by a token (token.h) that only the browser's cookie holds; stored is
// its SHA-256. A session ends when it has not been used for a while, when its time is over, when its user logs out, and
// when what its user may do changes.
//
// verify() answers from memory; what it knows is at most 2 s old, as with keys. Thread-safe.
#pragma once

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

// Where somebody logged in from, as they said: for the audit log.
struct LoginPlace {
    std::string address;
    std::string agent;
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
