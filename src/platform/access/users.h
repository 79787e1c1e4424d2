// The people who use the web UI: their names, roles and passwords, and the one-time links by which a password is set
// for the first time or after it was lost. Every change is entered in the audit log in its own transaction.
//
// Times are passed in. Thread-safe. What takes an author is entered as that author's deed.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/access/password.h"
#include "platform/access/principal.h"
#include "platform/access/throttle.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::access {

// A one-time link is good for so long.
inline constexpr std::int64_t kLinkMicros = kMicrosPerDay;

struct User {
    std::string name;
    std::string full_name;
    Role role = Role::viewer;
    bool is_disabled = false;
    bool has_password = false;
    std::int64_t version = 1;
    std::string created_by;
    Timestamp created_at;
    std::optional<Timestamp> password_changed_at;
    std::optional<Timestamp> last_login_at;
    bool operator==(const User&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    User, (),
    (name, full_name, role, is_disabled, has_password, version, created_by, created_at, password_changed_at,
     last_login_at)
)

struct NewUser {
    std::string name;
    std::string full_name;
    Role role = Role::viewer;
};

// What an admin changes of a user; empty: as it is.
struct UserChange {
    std::optional<std::string> full_name = {};
    std::optional<Role> role = {};
    std::optional<bool> is_disabled = {};
};

// password: its holder sets a password, then is logged in. login: is logged in at once.
enum class LinkPurpose { password, login };
BOOST_DESCRIBE_ENUM(LinkPurpose, password, login)

struct Link {
    std::string token;  // shown now, never again
    std::string path;   // of the page that takes it, with the token behind `#`, which browsers do not send
    std::string url;    // the same with where this server is reached, where that is known; else empty
    Timestamp expires_at;
};

class Users {
public:
    // `database` must outlive it.
    explicit Users(db::Database& database, const HashCost& cost = {}) : database_(database), passwords_(cost) {}

    // By name; those who were removed are not among them.
    Result<std::vector<User>> list();
    Result<User> find(std::string_view name);
    // Whether nobody can log in yet: no user has ever set a password.
    Result<bool> is_unclaimed();

    // `invalid` for a name that is not 1 to 64 of `a-z 0-9 . _ - @`, `conflict` for one that was ever used.
    Result<User> create(const NewUser& wanted, const Principal& author, Timestamp now);
    // `failed_precondition` when `version` is not the current one; `conflict` when no admin would be left.
    Result<User> change(
        std::string_view name, const UserChange& change, std::int64_t version, const Principal& author, Timestamp now
    );
    // Likewise. The name stays taken, so that the audit log always means the same person by it.
    Status remove(std::string_view name, std::int64_t version, const Principal& author, Timestamp now);

    // A new link; those before it end. A link for a password ends the old one, and every session with it.
    Result<Link> make_link(std::string_view name, LinkPurpose purpose, const Principal& author, Timestamp now);
    // Uses a link up: sets the password where it is for one. `unauthenticated` for one that is used, old or none.
    Result<User> redeem(std::string_view token, std::string_view password, Timestamp now);

    // Who has this name and password. `unauthenticated` in the same words and the same time whatever is wrong: the
    // name, the password, that none is set, or that the user is disabled.
    Result<User> authenticate(std::string_view name, std::string_view password, Timestamp now);
    // `invalid` when `current` is not the password or the new one may not be used. Ends every session of the user.
    Status change_password(std::string_view name, std::string_view current, std::string_view wanted, Timestamp now);

    // What attempts to log in are charged to, by who takes them from outside.
    Throttle& attempts() { return attempts_; }

    // Where links lead: `http://127.0.0.1:8480`.
    void set_base_url(std::string url);
    // Called once a change that ends a user's sessions is on disk.
    void on_sessions_ended(std::function<void(const std::string& name)> then) { sessions_ended_ = std::move(then); }

private:
    Status store_password(db::Connection& connection, const std::string& name, const std::string& hash, Timestamp now);
    void tell_ended(const std::string& name);
    Link link_of(std::string token, LinkPurpose purpose, Timestamp expires_at);

    db::Database& database_;
    Passwords passwords_;
    Throttle attempts_;
    std::function<void(const std::string&)> sessions_ended_;
    std::mutex mutex_;
    std::string base_url_;  // under mutex_
};

}  // namespace boon::access
