#include "platform/access/users.h"

#include <algorithm>

#include <fmt/core.h>

#include "platform/access/token.h"
#include "platform/base/id.h"
#include "platform/db/record.h"
#include "platform/storage/audit.h"

namespace boon::access {

namespace {

constexpr std::size_t kMaxName = 64;
constexpr std::size_t kMaxFullName = 100;
constexpr std::string_view kColumns =
    "name, full_name, role, is_disabled, case when password_hash is null then 0 else 1 end as has_password, version, "
    "created_by, created_at, password_changed_at, last_login_at";

Status check_name(std::string_view name) {
    const bool fits = !name.empty() && name.size() <= kMaxName && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-' || c == '@';
    });
    if (fits && name != "." && name != ".." && name != "-") return {};
    return fail(
        ErrorCode::invalid, "this is not a name for a user", "take 1 to 64 of a-z, 0-9 and . _ - @, as in anna.meier"
    );
}

Status check_full_name(std::string_view name) {
    if (is_utf8(name) && characters_in(name) <= kMaxFullName) return {};
    return fail(ErrorCode::invalid, fmt::format("a full name must be text of at most {} characters", kMaxFullName));
}

std::unexpected<Error> no_user(std::string_view name) {
    return fail(ErrorCode::not_found, fmt::format("there is no user \"{}\"", name), "see `boon users`");
}

std::unexpected<Error> wrong_login() {
    return fail(
        ErrorCode::unauthenticated, "the name or the password is wrong",
        "an admin can make a link for a new password: `boon users reset NAME`"
    );
}

std::unexpected<Error> wrong_link() {
    return fail(
        ErrorCode::unauthenticated, "this link was used, is too old, or is none",
        "an admin can make another: `boon users reset NAME`"
    );
}

Result<User> read_user(db::Connection& connection, std::string_view name) {
    BOON_TRY(
        auto user,
        db::select_one<User>(
            connection, fmt::format("select {} from users where name = ? and removed_at is null", kColumns), {name}
        )
    );
    if (!user) return no_user(name);
    return *std::move(user);
}

Status check_version(const User& user, std::int64_t version) {
    if (user.version == version) return {};
    return fail(
        ErrorCode::failed_precondition, fmt::format("user \"{}\" was changed meanwhile", user.name), "read it again"
    );
}

// Admins are counted one change at a time, also where two servers share a database: this makes the second wait.
Status hold_admins(db::Connection& connection) {
    BOON_CHECK(connection.execute("update users set version = version where role = 'admin'"));
    return {};
}

bool manages(const User& user) { return user.role == Role::admin && !user.is_disabled; }

Status check_admins(db::Connection& connection) {
    BOON_TRY(
        const std::int64_t admins,
        db::select_number(
            connection, "select count(*) from users where role = 'admin' and is_disabled = 0 and removed_at is null"
        )
    );
    if (admins > 0) return {};
    return fail(ErrorCode::conflict, "nobody would be left who may manage users", "make somebody else an admin first");
}

Status end_sessions(db::Connection& connection, std::string_view name) {
    BOON_CHECK(connection.execute("delete from user_sessions where name = ?", {name}));
    return {};
}

Status end_links(db::Connection& connection, std::string_view name) {
    BOON_CHECK(connection.execute("delete from user_links where name = ?", {name}));
    return {};
}

// The values that a deed keeps of a user: what an admin sets.
std::string deed_text(const User& user) {
    return json::to_text(
        json::Object{{"full_name", user.full_name}, {"role", enum_name(user.role)}, {"is_disabled", user.is_disabled}}
    );
}

std::string target_of(std::string_view name) { return fmt::format("users/{}", name); }

struct PasswordRow {
    std::string name;
    std::optional<std::string> password_hash;
    bool is_disabled = false;
};
BOOST_DESCRIBE_STRUCT(PasswordRow, (), (name, password_hash, is_disabled))

Result<std::optional<PasswordRow>> read_password(db::Connection& connection, std::string_view name) {
    return db::select_one<PasswordRow>(
        connection, "select name, password_hash, is_disabled from users where name = ? and removed_at is null", {name}
    );
}

struct LinkRow {
    std::string name;
    LinkPurpose purpose = LinkPurpose::password;
    Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(LinkRow, (), (name, purpose, expires_at))

Result<LinkRow> read_link(db::Connection& connection, const std::string& hash, Timestamp now) {
    BOON_TRY(
        const auto link,
        db::select_one<LinkRow>(
            connection, "select name, purpose, expires_at from user_links where hash = ?", {bytes_of(hash)}
        )
    );
    if (!link || link->expires_at <= now) return wrong_link();
    return *link;
}

}  // namespace

Result<std::vector<User>> Users::list() {
    return database_.read([](db::Connection& connection) {
        return db::select<User>(
            connection, fmt::format("select {} from users where removed_at is null order by name", kColumns)
        );
    });
}

Result<User> Users::find(std::string_view name) {
    return database_.read([&](db::Connection& connection) { return read_user(connection, name); });
}

Result<bool> Users::is_unclaimed() {
    return database_.read([](db::Connection& connection) -> Result<bool> {
        BOON_TRY(
            const std::int64_t claimed,
            db::select_number(connection, "select count(*) from users where password_changed_at is not null")
        );
        return claimed == 0;
    });
}

Result<User> Users::create(const NewUser& wanted, const Principal& author, Timestamp now) {
    BOON_CHECK(check_name(wanted.name));
    BOON_CHECK(check_full_name(wanted.full_name));
    return database_.write([&](db::Connection& connection) -> Result<User> {
        BOON_TRY(
            const std::int64_t taken,
            db::select_number(connection, "select count(*) from users where name = ?", {wanted.name})
        );
        if (taken > 0) {
            return fail(
                ErrorCode::conflict, fmt::format("the name \"{}\" is taken, or was once", wanted.name),
                "take another: in the audit log a name always means the same person"
            );
        }
        BOON_CHECK(connection.execute(
            "insert into users (name, full_name, role, is_disabled, version, created_by, created_at) "
            "values (?, ?, ?, 0, 1, ?, ?)",
            {wanted.name, wanted.full_name, wanted.role, to_string(author), now}
        ));
        BOON_TRY(auto user, read_user(connection, wanted.name));
        const storage::Deed deed{to_string(author), "users.create", target_of(user.name), {}, deed_text(user)};
        BOON_CHECK(storage::record_deed(connection, deed, now));
        return user;
    });
}

Result<User> Users::change(
    std::string_view name, const UserChange& change, std::int64_t version, const Principal& author, Timestamp now
) {
    if (change.full_name) BOON_CHECK(check_full_name(*change.full_name));
    bool ended = false;
    auto changed = database_.write([&](db::Connection& connection) -> Result<User> {
        BOON_CHECK(hold_admins(connection));
        BOON_TRY(const User before, read_user(connection, name));
        BOON_CHECK(check_version(before, version));
        User after = before;
        after.full_name = change.full_name.value_or(before.full_name);
        after.role = change.role.value_or(before.role);
        after.is_disabled = change.is_disabled.value_or(before.is_disabled);
        if (after == before) return before;
        ++after.version;
        BOON_CHECK(connection.execute(
            "update users set full_name = ?, role = ?, is_disabled = ?, version = ? where name = ?",
            {after.full_name, after.role, after.is_disabled, after.version, after.name}
        ));
        if (manages(before) && !manages(after)) BOON_CHECK(check_admins(connection));
        ended = after.role != before.role || after.is_disabled;
        if (ended) BOON_CHECK(end_sessions(connection, name));
        if (after.is_disabled) BOON_CHECK(end_links(connection, name));
        const storage::Deed deed{
            to_string(author), "users.change", target_of(name), deed_text(before), deed_text(after)
        };
        BOON_CHECK(storage::record_deed(connection, deed, now));
        return after;
    });
    if (changed && ended) tell_ended(std::string(name));
    return changed;
}

Status Users::remove(std::string_view name, std::int64_t version, const Principal& author, Timestamp now) {
    Status removed = database_.write([&](db::Connection& connection) -> Status {
        BOON_CHECK(hold_admins(connection));
        BOON_TRY(const User before, read_user(connection, name));
        BOON_CHECK(check_version(before, version));
        BOON_CHECK(connection.execute(
            "update users set removed_at = ?, password_hash = null, full_name = '' where name = ?", {now, name}
        ));
        if (manages(before)) BOON_CHECK(check_admins(connection));
        BOON_CHECK(end_sessions(connection, name));
        BOON_CHECK(end_links(connection, name));
        const storage::Deed deed{to_string(author), "users.delete", target_of(name), deed_text(before), {}};
        return storage::record_deed(connection, deed, now);
    });
    if (removed) tell_ended(std::string(name));
    return removed;
}

Result<Link> Users::make_link(std::string_view name, LinkPurpose purpose, const Principal& author, Timestamp now) {
    std::string token = new_token();
    const std::string hash = hash_of(token);
    const Timestamp expires_at = plus_micros(now, kLinkMicros);
    const bool resets = purpose == LinkPurpose::password;
    const auto store = [&](db::Connection& connection) -> Status {
        BOON_TRY(const User user, read_user(connection, name));
        if (user.is_disabled) {
            return fail(ErrorCode::conflict, fmt::format("user \"{}\" is disabled", name), "enable it first");
        }
        BOON_CHECK(end_links(connection, name));
        if (resets) {
            BOON_CHECK(connection.execute("update users set password_hash = null where name = ?", {name}));
            BOON_CHECK(end_sessions(connection, name));
        }
        BOON_CHECK(connection.execute(
            "insert into user_links (name, hash, purpose, expires_at) values (?, ?, ?, ?)",
            {name, bytes_of(hash), purpose, expires_at}
        ));
        const storage::Deed deed{
            to_string(author), resets ? "users.reset" : "users.login_link", target_of(name), {}, {}
        };
        return storage::record_deed(connection, deed, now);
    };
    BOON_CHECK(database_.write(store));
    if (resets) tell_ended(std::string(name));
    return link_of(std::move(token), purpose, expires_at);
}

Result<User> Users::redeem(std::string_view token, std::string_view password, Timestamp now) {
    if (!is_token(token)) return wrong_link();
    const std::string hash = hash_of(token);
    BOON_TRY(const LinkRow link, database_.read([&](db::Connection& connection) {
        return read_link(connection, hash, now);
    }));
    std::string password_hash;
    if (link.purpose == LinkPurpose::password) {
        BOON_CHECK(check_password(password, link.name));
        BOON_TRY(password_hash, passwords_.hash(password));
    } else if (!password.empty()) {
        return fail(ErrorCode::invalid, "this link is for logging in, not for a new password");
    }
    auto redeemed = database_.write([&](db::Connection& connection) -> Result<User> {
        // Of two who use it at once, one finds it gone.
        BOON_TRY(
            const std::int64_t used, connection.execute("delete from user_links where hash = ?", {bytes_of(hash)})
        );
        if (used != 1) return wrong_link();
        if (!password_hash.empty()) BOON_CHECK(store_password(connection, link.name, password_hash, now));
        return read_user(connection, link.name);
    });
    if (redeemed && !password_hash.empty()) tell_ended(link.name);
    return redeemed;
}

Result<User> Users::authenticate(std::string_view name, std::string_view password, Timestamp now) {
    BOON_TRY(const auto row, database_.read([&](db::Connection& connection) {
        return read_password(connection, name);
    }));
    const std::string hash = row && row->password_hash ? *row->password_hash : std::string();
    const bool too_long = password.size() > kMaxPassword;
    BOON_TRY(const bool matches, passwords_.matches(too_long ? std::string_view() : password, hash));
    if (!matches || row->is_disabled) return wrong_login();
    std::string renewed;
    if (passwords_.is_outdated(hash)) {
        BOON_TRY(renewed, passwords_.hash(password));
    }
    return database_.write([&](db::Connection& connection) -> Result<User> {
        if (!renewed.empty()) {
            BOON_CHECK(connection.execute(
                "update users set password_hash = ? where name = ? and password_hash = ?", {renewed, name, hash}
            ));
        }
        // The password, or whether it may be used, can have changed while it was hashed.
        BOON_TRY(
            const std::int64_t rows, connection.execute(
                                         "update users set last_login_at = ? where name = ? and password_hash = ? and "
                                         "is_disabled = 0 and removed_at is null",
                                         {now, name, renewed.empty() ? hash : renewed}
                                     )
        );
        if (rows == 0) return wrong_login();
        return read_user(connection, name);
    });
}

Status Users::change_password(std::string_view name, std::string_view current, std::string_view wanted, Timestamp now) {
    BOON_TRY(const auto row, database_.read([&](db::Connection& connection) {
        return read_password(connection, name);
    }));
    if (!row) return no_user(name);
    BOON_TRY(
        const bool matches,
        passwords_.matches(
            current.size() > kMaxPassword ? std::string_view() : current, row->password_hash.value_or("")
        )
    );
    if (!matches) {
        Error error{ErrorCode::invalid, "the current password is wrong"};
        error.fields.push_back({"/current", "is not the password"});
        return std::unexpected(std::move(error));
    }
    BOON_CHECK(check_password(wanted, name));
    BOON_TRY(const std::string hash, passwords_.hash(wanted));
    BOON_CHECK(database_.write([&](db::Connection& connection) {
        return store_password(connection, std::string(name), hash, now);
    }));
    tell_ended(std::string(name));
    return {};
}

Status Users::store_password(
    db::Connection& connection, const std::string& name, const std::string& hash, Timestamp now
) {
    BOON_CHECK(connection.execute(
        "update users set password_hash = ?, password_changed_at = ? where name = ?", {hash, now, name}
    ));
    BOON_CHECK(end_sessions(connection, name));
    BOON_CHECK(end_links(connection, name));
    return storage::record_deed(connection, {"user:" + name, "users.password", target_of(name), {}, {}}, now);
}

void Users::tell_ended(const std::string& name) {
    if (!sessions_ended_) return;
    database_.once_written([this, name] { sessions_ended_(name); });
}

void Users::set_base_url(std::string url) {
    const std::lock_guard lock(mutex_);
    base_url_ = std::move(url);
}

Link Users::link_of(std::string token, LinkPurpose purpose, Timestamp expires_at) {
    const std::string_view page = purpose == LinkPurpose::login ? "/setup/login" : "/setup";
    Link link{.token = token, .path = fmt::format("{}#{}", page, token), .url = {}, .expires_at = expires_at};
    const std::lock_guard lock(mutex_);
    if (!base_url_.empty()) link.url = base_url_ + link.path;
    return link;
}

}  // namespace boon::access
