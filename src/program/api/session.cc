// The own login: in, out, who am I, another password. See docs/access.md.
#include <array>

#include <fmt/format.h>

#include "platform/access/sessions.h"
#include "platform/access/throttle.h"
#include "platform/access/users.h"
#include "platform/base/log.h"
#include "program/api/channel.h"
#include "program/api/family.h"
#include "program/api/route.h"

namespace boon::api {

struct LoginRequest {
    std::string name;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(LoginRequest, (), (name, password))

struct LinkRequest {
    std::string token;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(LinkRequest, (), (token, password))

struct PasswordRequest {
    std::string current;
    std::string password;
};
BOOST_DESCRIBE_STRUCT(PasswordRequest, (), (current, password))

struct WhoAmI {
    access::PrincipalKind kind = access::PrincipalKind::user;
    std::string name;
    std::string full_name;
    std::optional<access::Role> role;
    std::vector<access::Permission> permissions;
    std::optional<Timestamp> expires_at;
    std::int32_t idle_minutes = 0;
};
BOOST_DESCRIBE_STRUCT(WhoAmI, (), (kind, name, full_name, role, permissions, expires_at, idle_minutes))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::LoginRequest> = std::array{
    boon::Field{.name = "name", .required = true, .max_length = 64},
    boon::Field{.name = "password", .required = true, .max_length = 4096},
};
template <>
inline constexpr auto boon::kFields<boon::api::LinkRequest> = std::array{
    boon::Field{.name = "token", .doc = "what stands behind # in the link", .required = true, .max_length = 100},
    boon::Field{
        .name = "password",
        .doc = "the new one, of 12 characters or more; none where the link is for a login",
        .max_length = 4096
    },
};
template <>
inline constexpr auto boon::kFields<boon::api::PasswordRequest> = std::array{
    boon::Field{.name = "current", .required = true, .max_length = 4096},
    boon::Field{
        .name = "password", .doc = "the new one, of 12 characters or more", .required = true, .max_length = 4096
    },
};
template <>
inline constexpr auto boon::kFields<boon::api::WhoAmI> = std::array{
    boon::Field{.name = "role", .doc = "of a user; null for an API key"},
    boon::Field{.name = "permissions", .doc = "each operation names the one that it asks for: x-permission"},
    boon::Field{.name = "expires_at", .doc = "of a user: when to log in again at the latest"},
    boon::Field{.name = "idle_minutes", .doc = "of a user: the session ends after so long without a request"},
};

namespace boon::api {

namespace {

Result<http::Response> who_am_i(Call& call) {
    WhoAmI answer{
        .kind = call.principal.kind,
        .name = call.principal.name,
        .full_name = {},
        .role = call.principal.role,
        .permissions = access::permissions_of(call.principal),
        .expires_at = {},
        .idle_minutes = 0,
    };
    if (call.principal.kind == access::PrincipalKind::user) {
        BOON_TRY(const auto user, call.app.users().find(call.principal.id));
        answer.full_name = user.full_name;
        answer.idle_minutes = call.app.config().session.idle_minutes;
        const Channel channel = channel_of(call.request, call.app.config().http);
        if (const auto token = session_cookie(call.request, channel)) {
            BOON_TRY(answer.expires_at, call.app.sessions().expiry(*token));
        }
    }
    http::Response response = record_response(call, answer);
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

// What a password may be sent over, and from: asked before anything else is looked at.
Result<Channel> login_channel(const Call& call) {
    Channel channel = channel_of(call.request, call.app.config().http);
    BOON_CHECK(require_private(channel));
    // Browsers send it with every POST; a program that is none may leave it out.
    if (call.request.headers.find("Origin")) BOON_CHECK(require_same_origin(call.request, channel));
    return channel;
}

// Logs the user in: a new session, whatever the browser came with.
Result<http::Response> enter(Call& call, const access::User& user, const Channel& channel) {
    const access::LoginPlace place{
        .address = channel.client, .agent = std::string(call.request.headers.find("User-Agent").value_or(""))
    };
    const auto replaced = session_cookie(call.request, channel).value_or("");
    BOON_TRY(const auto opened, call.app.sessions().open(user, place, replaced, call.now));
    const access::Principal principal{access::PrincipalKind::user, user.name, user.name, {}, user.role};
    http::Response response = record_response(
        call,
        WhoAmI{
            .kind = principal.kind,
            .name = user.name,
            .full_name = user.full_name,
            .role = user.role,
            .permissions = access::permissions_of(principal),
            .expires_at = opened.expires_at,
            .idle_minutes = call.app.config().session.idle_minutes,
        }
    );
    response.headers = {{"Set-Cookie", set_session_cookie(channel, opened.token)}, {"Cache-Control", "no-store"}};
    return response;
}

http::Response too_often(const Call& call, int wait_s) {
    const Error error{
        ErrorCode::limited, "too many attempts to log in", fmt::format("wait {} seconds, then try again", wait_s)
    };
    return refusal(call.request.path, error, {.retry_after_s = wait_s});
}

// A name as it is typed: phones begin words with capitals.
std::string typed_name(std::string_view name) {
    std::string folded(name);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return folded;
}

Result<http::Response> log_in(Call& call) {
    BOON_TRY(const auto channel, login_channel(call));
    BOON_TRY(const auto request, call.body<LoginRequest>());
    const std::string name = typed_name(request.name);
    const auto attempt = access::attempt_keys(name, channel.client);
    if (const int wait_s = call.app.users().attempts().charge(attempt, call.now); wait_s > 0)
        return too_often(call, wait_s);
    auto user = call.app.users().authenticate(name, request.password, call.now);
    if (!user) {
        const bool wrong = user.error().code == ErrorCode::unauthenticated;
        // Only a wrong guess is one.
        if (!wrong) call.app.users().attempts().forgive(attempt);
        if (wrong) log::warning(fmt::format("a login was refused address={}", channel.client));
        return std::unexpected(std::move(user).error());
    }
    call.app.users().attempts().forgive(attempt);
    return enter(call, *user, channel);
}

Result<http::Response> redeem(Call& call) {
    BOON_TRY(const auto channel, login_channel(call));
    BOON_TRY(const auto request, call.body<LinkRequest>());
    const auto attempt = access::attempt_keys("", channel.client);
    const std::span<const access::AttemptKey> of_address(&attempt[1], 1);
    if (const int wait_s = call.app.users().attempts().charge(of_address, call.now); wait_s > 0)
        return too_often(call, wait_s);
    auto user = call.app.users().redeem(request.token, request.password, call.now);
    if (user || user.error().code != ErrorCode::unauthenticated) call.app.users().attempts().forgive(of_address);
    if (!user) return std::unexpected(std::move(user).error());
    return enter(call, *user, channel);
}

Status require_user(const Call& call) {
    if (call.principal.kind == access::PrincipalKind::user) return {};
    return fail(ErrorCode::conflict, "this is no user's session", "log in with a name and a password first");
}

Result<http::Response> change_password(Call& call) {
    BOON_CHECK(require_user(call));
    BOON_TRY(const auto channel, login_channel(call));
    BOON_TRY(const auto request, call.body<PasswordRequest>());
    const auto attempt = access::attempt_keys(call.principal.id, channel.client);
    if (const int wait_s = call.app.users().attempts().charge(attempt, call.now); wait_s > 0)
        return too_often(call, wait_s);
    BOON_CHECK(call.app.users().change_password(call.principal.id, request.current, request.password, call.now));
    call.app.users().attempts().forgive(attempt);
    BOON_TRY(const auto user, call.app.users().find(call.principal.id));
    return enter(call, user, channel);
}

Result<http::Response> log_out(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"everywhere"}));
    BOON_CHECK(require_user(call));
    const Channel channel = channel_of(call.request, call.app.config().http);
    if (query.find("everywhere") == "true") {
        BOON_CHECK(call.app.sessions().close_all(call.principal.id, call.principal, call.now));
    } else if (const auto token = session_cookie(call.request, channel)) {
        BOON_CHECK(call.app.sessions().close(*token, call.principal, call.now));
    }
    http::Response response{.status = 204};
    response.headers = {{"Set-Cookie", set_session_cookie(channel, "")}, {"Cache-Control", "no-store"}};
    return response;
}

}  // namespace

std::vector<Route> session_routes() {
    using access::Permission;
    return {
        {.method = "GET",
         .path = "/api/v1/session",
         .permission = Permission::session,
         .call = who_am_i,
         .summary = "Who asks, and what they may do",
         .tag = "session",
         .response = schema_of<WhoAmI>},
        {.method = "POST",
         .path = "/api/v1/session",
         .permission = Open{},
         .call = log_in,
         .summary = "Log in: the answer sets the session's cookie",
         .tag = "session",
         .request = schema_of<LoginRequest>,
         .response = schema_of<WhoAmI>,
         .deed = Deed::by_room},
        {.method = "DELETE",
         .path = "/api/v1/session",
         .permission = Permission::session,
         .call = log_out,
         .summary = "Log out",
         .tag = "session",
         .status = 204,
         .query = {{"everywhere", "true: every session of the user ends"}},
         .deed = Deed::by_room},
        {.method = "POST",
         .path = "/api/v1/session:password",
         .permission = Permission::session,
         .call = change_password,
         .summary = "Change the own password: all sessions end, and the answer sets the cookie of a new one",
         .tag = "session",
         .request = schema_of<PasswordRequest>,
         .response = schema_of<WhoAmI>,
         .deed = Deed::by_room},
        {.method = "POST",
         .path = "/api/v1/session:redeem",
         .permission = Open{},
         .call = redeem,
         .summary = "Use a one-time link up: set the password where it is for one, and log in",
         .tag = "session",
         .request = schema_of<LinkRequest>,
         .response = schema_of<WhoAmI>,
         .deed = Deed::by_room},
    };
}

}  // namespace boon::api
