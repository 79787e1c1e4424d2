#include "platform/access/keys.h"

#include <fmt/core.h>

#include "platform/access/token.h"
#include "platform/base/id.h"
#include "platform/db/record.h"
#include "platform/storage/audit.h"
#include "platform/storage/change_feed.h"

namespace boon::access {

namespace {

constexpr std::string_view kPrefix = "boon_";
constexpr std::size_t kMaxName = 100;
// Answers about keys that do not exist are remembered too; this bounds what a stranger can make us remember.
constexpr std::size_t kMaxKnown = 10'000;
constexpr std::string_view kColumns = "id, name, scopes, created_by, created_at, expires_at, revoked_at, last_used_at";

bool has_key_form(std::string_view secret) {
    return secret.starts_with(kPrefix) && is_token(secret.substr(kPrefix.size()));
}

std::unexpected<Error> refuse(std::string why) {
    return fail(ErrorCode::unauthenticated, std::move(why), "send `Authorization: Bearer boon_…` with a valid key");
}

Status check(const NewKey& wanted, Timestamp now) {
    if (wanted.name.empty() || !is_utf8(wanted.name) || characters_in(wanted.name) > kMaxName) {
        return fail(ErrorCode::invalid, fmt::format("a key's name must be text of 1 to {} characters", kMaxName));
    }
    if (wanted.scopes.empty()) {
        return fail(ErrorCode::invalid, "a key needs a scope", "give some of " + enum_choices<Scope>());
    }
    if (wanted.expires_at && *wanted.expires_at <= now) {
        return fail(ErrorCode::invalid, "a key's expiry must lie in the future");
    }
    return {};
}

}  // namespace

Result<CreatedKey> Keys::create(const NewKey& wanted, Timestamp now) {
    BOON_CHECK(check(wanted, now));
    CreatedKey created;
    created.secret = std::string(kPrefix) + new_token();
    created.record = {new_uuid(), wanted.name, wanted.scopes, wanted.created_by, now, wanted.expires_at, {}, {}};
    const std::string hash = hash_of(created.secret);
    const auto store = [&](db::Connection& connection) -> Status {
        const KeyRecord& record = created.record;
        BOON_CHECK(connection.execute(
            "insert into api_keys (id, name, hash, scopes, created_by, created_at, expires_at) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            {record.id, record.name, bytes_of(hash), json::write(record.scopes), record.created_by, now,
             record.expires_at}
        ));
        const storage::Deed deed{
            wanted.created_by, "keys.create", "keys/" + created.record.id, {}, json::write(created.record)
        };
        return storage::record_deed(connection, deed, now);
    };
    BOON_CHECK(database_.write(store));
    return created;
}

Result<Principal> Keys::verify(std::string_view secret, Timestamp now) {
    if (!has_key_form(secret)) return refuse("this is not an API key");
    const std::string hash = hash_of(secret);
    BOON_TRY(const auto record, look_up(hash, now));
    if (!record) return refuse("there is no such API key");
    if (record->revoked_at) return refuse(fmt::format("the API key \"{}\" was revoked", record->name));
    if (record->expires_at && *record->expires_at <= now) {
        return refuse(fmt::format("the API key \"{}\" expired on {}", record->name, to_string(*record->expires_at)));
    }
    note_use(hash, *record, now);
    return Principal{PrincipalKind::key, record->id, record->name, record->scopes};
}

Result<std::optional<KeyRecord>> Keys::look_up(const std::string& hash, Timestamp now) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(hash);
        if (found != known_.end() && now.micros - found->second.read_at.micros < kCacheMicros) {
            return found->second.record;
        }
    }
    BOON_TRY(auto record, database_.read([&](db::Connection& connection) {
        return db::select_one<KeyRecord>(
            connection, fmt::format("select {} from api_keys where hash = ?", kColumns), {bytes_of(hash)}
        );
    }));
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kMaxKnown) known_.clear();
    known_[hash] = {record, now};
    return record;
}

void Keys::note_use(const std::string& hash, const KeyRecord& record, Timestamp now) {
    {
        const std::lock_guard lock(mutex_);
        auto found = known_.find(hash);
        if (found == known_.end() || !found->second.record) return;
        std::optional<Timestamp>& last = found->second.record->last_used_at;
        if (last && now.micros - last->micros < kLastUsedMicros) return;
        last = now;
    }
    // Nobody waits for it, and a use that is not noted does no harm.
    database_.write_async(
        db::Lane::batch,
        [id = record.id, now](db::Connection& connection) -> Status {
            BOON_CHECK(connection.execute("update api_keys set last_used_at = ? where id = ?", {now, id}));
            return {};
        },
        [](Status) {}
    );
}

Result<std::vector<KeyRecord>> Keys::list() {
    return database_.read([](db::Connection& connection) {
        return db::select<KeyRecord>(
            connection, fmt::format("select {} from api_keys order by created_at, id", kColumns)
        );
    });
}

Status Keys::revoke(std::string_view id, const Principal& by, Timestamp now) {
    Status revoked = database_.write([&](db::Connection& connection) -> Status {
        BOON_TRY(
            const std::int64_t rows,
            connection.execute("update api_keys set revoked_at = coalesce(revoked_at, ?) where id = ?", {now, id})
        );
        if (rows == 0) return fail(ErrorCode::not_found, fmt::format("there is no API key {}", id), "see `boon keys`");
        BOON_CHECK(storage::append_change(connection, kKeyChange, id, now));
        return storage::record_deed(
            connection, {to_string(by), "keys.revoke", fmt::format("keys/{}", id), {}, {}}, now
        );
    });
    if (revoked) database_.once_written([this, id = std::string(id)] { forget(id); });
    return revoked;
}

void Keys::forget(std::string_view id) {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [&](const auto& entry) {
        return id.empty() || (entry.second.record && entry.second.record->id == id);
    });
}

}  // namespace boon::access
