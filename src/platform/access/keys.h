// API keys: `boon_` and a token (token.h), shown once, when they are made. Stored is the SHA-256.
//
// verify() answers from memory; what it knows is at most 2 s old (kCacheMicros), so that is how long a revoked key may
// still work on another server; on this one it ends at once, and through forget() when the change feed names it.
// Thread-safe.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/access/principal.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::access {

inline constexpr std::int64_t kCacheMicros = 2 * kMicrosPerSecond;
// How exactly last_used_at is kept: a write per request would be too many.
inline constexpr std::int64_t kLastUsedMicros = 60 * kMicrosPerSecond;
// The change feed's kind for what is done to a key; its key is the id.
inline constexpr std::string_view kKeyChange = "api_key";

// What is known of a key; not the key itself.
struct KeyRecord {
    std::string id;
    std::string name;
    std::vector<Scope> scopes;
    std::string created_by;
    Timestamp created_at;
    std::optional<Timestamp> expires_at;
    std::optional<Timestamp> revoked_at;
    std::optional<Timestamp> last_used_at;
    bool operator==(const KeyRecord&) const = default;
};
BOOST_DESCRIBE_STRUCT(KeyRecord, (), (id, name, scopes, created_by, created_at, expires_at, revoked_at, last_used_at))

struct NewKey {
    std::string name;
    std::vector<Scope> scopes;
    std::optional<Timestamp> expires_at;
    std::string created_by;
};

struct CreatedKey {
    KeyRecord record;
    std::string secret;  // `boon_…`: to be shown now, never again
};

class Keys {
public:
    // `database` must outlive it.
    explicit Keys(db::Database& database) : database_(database) {}

    // `invalid` without a name (at most 100 characters), without a scope, or when it would have expired already.
    Result<CreatedKey> create(const NewKey& wanted, Timestamp now);

    // Whose key it is. `unauthenticated`, with the reason, when it is not a valid one (any more).
    Result<Principal> verify(std::string_view secret, Timestamp now);

    // The oldest first.
    Result<std::vector<KeyRecord>> list();

    // `not_found` for an unknown id; a key that is revoked already stays so.
    Status revoke(std::string_view id, const Principal& by, Timestamp now);

    // What is remembered of the key is read anew at its next use; of all keys when `id` is empty.
    void forget(std::string_view id);

private:
    struct Known {
        std::optional<KeyRecord> record;  // empty: there is no such key
        Timestamp read_at;
    };

    Result<std::optional<KeyRecord>> look_up(const std::string& hash, Timestamp now);
    void note_use(const std::string& hash, const KeyRecord& record, Timestamp now);

    db::Database& database_;
    std::mutex mutex_;
    std::unordered_map<std::string, Known> known_;  // by hash
};

}  // namespace boon::access
