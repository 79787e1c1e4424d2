#include "platform/access/sessions.h"

#include <algorithm>

#include <fmt/core.h>

#include "platform/access/token.h"
#include "platform/db/record.h"
#include "platform/storage/audit.h"
#include "platform/storage/digest.h"

namespace boon::access {

namespace {

constexpr std::int64_t kKnownMicros = 2 * kMicrosPerSecond;
// Answers about sessions that do not exist are remembered too; this bounds what a stranger can make us remember.
constexpr std::size_t kMaxKnown = 10'000;
// Bytes of the hash that a session is named by.
constexpr std::size_t kIdBytes = 16;

std::unexpected<Error> no_session() {
    return fail(ErrorCode::unauthenticated, "you are not logged in, or no longer", "log in again");
}

std::string place_text(const LoginPlace& place) {
    return json::to_text(json::Object{{"address", place.address}, {"agent", place.agent}});
}

// What a browser says of itself, which may be any bytes.
std::string agent_text(std::string_view agent) {
    std::string text(agent.substr(0, kMaxAgent));
    std::ranges::replace_if(text, [](unsigned char c) { return c < 0x20 || c > 0x7e; }, '?');
    return text;
}

std::string id_of(const std::string& hash) { return storage::to_hex(bytes_of(hash).first(kIdBytes)); }

std::string text_of(db::Bytes bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

// The hashes of a user's sessions.
Result<std::vector<std::string>> hashes_of(db::Connection& connection, std::string_view name) {
    std::vector<std::string> hashes;
    BOON_CHECK(connection
                   .query("select hash from user_sessions where name = ?", {name}, [&](const db::Row& row) -> Status {
                       hashes.push_back(text_of(row.blob(0)));
                       return {};
                   }));
    return hashes;
}

struct SessionRow {
    std::string name;
    std::string full_name;
    Role role = Role::viewer;
    Timestamp seen_at;
    Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(SessionRow, (), (name, full_name, role, seen_at, expires_at))

}  // namespace

Result<OpenedSession> Sessions::open(
    const User& user, const LoginPlace& place, std::string_view replaced, Timestamp now
) {
    OpenedSession opened{.token = new_token(), .expires_at = plus_micros(now, life_.whole_micros)};
    const std::string hash = hash_of(opened.token);
    const std::string old_hash = hash_of(replaced);
    const LoginPlace kept{.address = place.address, .agent = agent_text(place.agent)};
    const auto store = [&](db::Connection& connection) -> Status {
        if (!replaced.empty()) {
            BOON_CHECK(connection.execute("delete from user_sessions where hash = ?", {bytes_of(old_hash)}));
        }
        BOON_CHECK(connection.execute(
            "insert into user_sessions (hash, name, created_at, seen_at, expires_at, address, agent) "
            "values (?, ?, ?, ?, ?, ?, ?)",
            {bytes_of(hash), user.name, now, now, opened.expires_at, kept.address, kept.agent}
        ));
        const storage::Deed deed{"user:" + user.name, "session.create", "users/" + user.name, {}, place_text(kept)};
        return storage::record_deed(connection, deed, now);
    };
    BOON_CHECK(database_.write(store));
    if (!replaced.empty()) {
        const std::lock_guard lock(mutex_);
        known_.erase(old_hash);
    }
    return opened;
}

Result<Sessions::Known> Sessions::look_up(const std::string& hash, Timestamp now) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(hash);
        if (found != known_.end() && now.micros - found->second.read_at.micros < kKnownMicros) return found->second;
    }
    BOON_TRY(const auto row, database_.read([&](db::Connection& connection) {
        return db::select_one<SessionRow>(
            connection,
            "select u.name, u.full_name, u.role, s.seen_at, s.expires_at from user_sessions s join users u on u.name = "
            "s.name where s.hash = ? and u.is_disabled = 0 and u.removed_at is null",
            {bytes_of(hash)}
        );
    }));
    Known known{.principal = {}, .read_at = now, .seen_at = {}, .expires_at = {}};
    if (row) {
        known.principal = Principal{PrincipalKind::user, row->name, row->name, {}, row->role};
        known.seen_at = row->seen_at;
        known.expires_at = row->expires_at;
    }
    const std::lock_guard lock(mutex_);
    if (known_.size() >= kMaxKnown) known_.clear();
    known_[hash] = known;
    return known;
}

Result<Principal> Sessions::verify(std::string_view token, Timestamp now) {
    if (!is_token(token)) return no_session();
    const std::string hash = hash_of(token);
    BOON_TRY(const Known known, look_up(hash, now));
    const bool is_over = known.expires_at <= now || plus_micros(known.seen_at, life_.idle_micros) <= now;
    if (!known.principal || is_over) return no_session();
    if (now.micros - known.seen_at.micros >= kSeenMicros) note_use(hash, now);
    return *known.principal;
}

void Sessions::note_use(const std::string& hash, Timestamp now) {
    {
        const std::lock_guard lock(mutex_);
        const auto found = known_.find(hash);
        if (found == known_.end()) return;
        found->second.seen_at = now;
    }
    // Nobody waits for it: a use that is not noted ends the session a minute early at worst.
    database_.write_async(
        db::Lane::batch,
        [hash, now](db::Connection& connection) -> Status {
            BOON_CHECK(connection.execute("update user_sessions set seen_at = ? where hash = ?", {now, bytes_of(hash)})
            );
            return {};
        },
        [](Status) {}
    );
}

Result<Timestamp> Sessions::expiry(std::string_view token) {
    const std::string hash = hash_of(token);
    return database_.read([&](db::Connection& connection) -> Result<Timestamp> {
        BOON_TRY(
            const std::int64_t micros,
            db::select_number(connection, "select expires_at from user_sessions where hash = ?", {bytes_of(hash)})
        );
        return Timestamp{micros};
    });
}

Status Sessions::close(std::string_view token, const Principal& by, Timestamp now) {
    const std::string hash = hash_of(token);
    const auto end = [&](db::Connection& connection) -> Status {
        BOON_TRY(
            const std::int64_t ended, connection.execute("delete from user_sessions where hash = ?", {bytes_of(hash)})
        );
        if (ended == 0) return {};
        return storage::record_deed(connection, {to_string(by), "session.delete", "users/" + by.id, {}, {}}, now);
    };
    BOON_CHECK(database_.write(end));
    const std::lock_guard lock(mutex_);
    known_.erase(hash);
    return {};
}

Status Sessions::close_all(std::string_view name, const Principal& by, Timestamp now) {
    const auto end_all = [&](db::Connection& connection) -> Status {
        BOON_CHECK(connection.execute("delete from user_sessions where name = ?", {name}));
        return storage::record_deed(
            connection, {to_string(by), "session.delete_all", fmt::format("users/{}", name), {}, {}}, now
        );
    };
    BOON_CHECK(database_.write(end_all));
    forget(name);
    return {};
}

Result<std::vector<SessionEntry>> Sessions::list(const SessionsOf& whose, Timestamp now) {
    const std::string own = whose.token.empty() ? std::string() : hash_of(whose.token);
    return database_.read([&](db::Connection& connection) -> Result<std::vector<SessionEntry>> {
        std::vector<SessionEntry> entries;
        BOON_CHECK(connection.query(
            "select hash, address, agent, created_at, seen_at, expires_at from user_sessions where name = ? and "
            "expires_at > ? and seen_at > ? order by seen_at desc, created_at desc, hash",
            {whose.name, now, plus_micros(now, -life_.idle_micros)},
            [&](const db::Row& row) -> Status {
                const std::string hash = text_of(row.blob(0));
                entries.push_back({
                    .id = id_of(hash),
                    .address = std::string(row.text(1)),
                    .agent = std::string(row.text(2)),
                    .created_at = Timestamp{row.integer(3)},
                    .seen_at = Timestamp{row.integer(4)},
                    .expires_at = Timestamp{row.integer(5)},
                    .is_current = hash == own,
                });
                return {};
            }
        ));
        return entries;
    });
}

Status Sessions::end(std::string_view name, std::string_view id, const Principal& by, Timestamp now) {
    std::string ended;
    const auto end_one = [&](db::Connection& connection) -> Status {
        BOON_TRY(const auto hashes, hashes_of(connection, name));
        const auto found = std::ranges::find(hashes, id, id_of);
        if (found == hashes.end()) {
            return fail(
                ErrorCode::not_found, fmt::format("{} has no session {}, or no longer", name, id),
                "list the sessions to see which are open"
            );
        }
        ended = *found;
        BOON_CHECK(connection.execute("delete from user_sessions where hash = ?", {bytes_of(ended)}));
        const std::string target = fmt::format("users/{}", name);
        return storage::record_deed(connection, {to_string(by), "session.delete", target, {}, {}}, now);
    };
    BOON_CHECK(database_.write(end_one));
    const std::lock_guard lock(mutex_);
    known_.erase(ended);
    return {};
}

Result<std::int64_t> Sessions::end_others(const SessionsOf& whose, const Principal& by, Timestamp now) {
    const std::string own = hash_of(whose.token);
    BOON_TRY(const auto ended, database_.write([&](db::Connection& connection) -> Result<std::int64_t> {
        BOON_TRY(
            const auto rows,
            connection.execute("delete from user_sessions where name = ? and hash <> ?", {whose.name, bytes_of(own)})
        );
        if (rows == 0) return rows;
        const std::string target = fmt::format("users/{}", whose.name);
        BOON_CHECK(storage::record_deed(connection, {to_string(by), "session.delete_others", target, {}, {}}, now));
        return rows;
    }));
    forget(whose.name);
    return ended;
}

void Sessions::forget(std::string_view name) {
    const std::lock_guard lock(mutex_);
    std::erase_if(known_, [&](const auto& entry) {
        return name.empty() || (entry.second.principal && entry.second.principal->id == name);
    });
}

Result<std::int64_t> forget_expired(db::Connection& connection, const SessionLife& life, Timestamp now) {
    BOON_TRY(
        const std::int64_t sessions, connection.execute(
                                         "delete from user_sessions where expires_at <= ? or seen_at <= ?",
                                         {now, plus_micros(now, -life.idle_micros)}
                                     )
    );
    BOON_TRY(const std::int64_t links, connection.execute("delete from user_links where expires_at <= ?", {now}));
    return sessions + links;
}

}  // namespace boon::access
