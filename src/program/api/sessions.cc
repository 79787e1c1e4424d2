// Which sessions are open, one's own and, for whoever may change users, another's; and the ends of them.
#include "platform/access/sessions.h"

#include <array>

#include "platform/access/users.h"
#include "program/api/channel.h"
#include "program/api/route.h"

template <>
inline constexpr auto boon::kFields<boon::access::SessionEntry> = std::array{
    boon::Field{.name = "id", .doc = "names the session, and opens nothing"},
    boon::Field{.name = "address", .doc = "that it was opened from; empty: not known"},
    boon::Field{.name = "agent", .doc = "what the browser said it is; empty: not known"},
    boon::Field{.name = "seen_at", .doc = "when it was last used, to the minute"},
    boon::Field{.name = "expires_at", .doc = "when it ends at the latest"},
    boon::Field{.name = "is_current", .doc = "the one that asks"},
};
namespace boon::api {

namespace {

Status require_user(const Call& call) {
    if (call.principal.kind == access::PrincipalKind::user) return {};
    return fail(ErrorCode::conflict, "only users have sessions", "log in with a name and a password first");
}

// Of the caller: whose sessions, and the one that this request is authorised by.
struct OwnSessions {
    std::string token;
    [[nodiscard]] access::SessionsOf of(const Call& call) const { return {call.principal.id, token}; }
};

Result<OwnSessions> own_sessions(const Call& call) {
    BOON_CHECK(require_user(call));
    const Channel channel = channel_of(call.request, call.app.config().http);
    return OwnSessions{std::string(session_cookie(call.request, channel).value_or(""))};
}

Result<http::Response> list_own(Call& call) {
    BOON_TRY(const auto own, own_sessions(call));
    BOON_TRY(const auto found, call.app.sessions().list(own.of(call), call.now));
    return list_response(call, found);
}

Result<http::Response> end_own(Call& call) {
    BOON_CHECK(require_user(call));
    BOON_CHECK(call.app.sessions().end(call.principal.id, call.part("session_id"), call.principal, call.now));
    return http::Response{.status = 204};
}

Result<http::Response> end_others(Call& call) {
    BOON_TRY(const auto own, own_sessions(call));
    BOON_CHECK(call.app.sessions().end_others(own.of(call), call.principal, call.now));
    return http::Response{.status = 204};
}

// Of another user, for whoever may change users.
Result<http::Response> list_of_user(Call& call) {
    BOON_TRY(const auto user, call.app.users().find(call.part("name")));
    BOON_TRY(const auto found, call.app.sessions().list({.name = user.name}, call.now));
    return list_response(call, found);
}

Result<http::Response> end_of_user(Call& call) {
    BOON_CHECK(call.app.sessions().end(call.part("name"), call.part("session_id"), call.principal, call.now));
    return http::Response{.status = 204};
}

Result<http::Response> end_all_of_user(Call& call) {
    BOON_TRY(const auto user, call.app.users().find(call.part("name")));
    BOON_CHECK(call.app.sessions().close_all(user.name, call.principal, call.now));
    return http::Response{.status = 204};
}

}  // namespace

std::vector<Route> session_list_routes() {
    using access::Permission;
    using access::SessionEntry;
    return {
        {.method = "GET",
         .path = "/api/v1/sessions",
         .permission = Permission::session,
         .call = list_own,
         .summary = "The caller's own sessions that are open, the last used first",
         .tag = "session",
         .response = page_of<SessionEntry>},
        {.method = "DELETE",
         .path = "/api/v1/sessions",
         .permission = Permission::session,
         .call = end_others,
         .summary = "End all of the caller's sessions but this one",
         .tag = "session",
         .status = 204,
         .deed = Deed::by_room},
        {.method = "DELETE",
         .path = "/api/v1/sessions/{session_id}",
         .permission = Permission::session,
         .call = end_own,
         .summary = "End one of the caller's sessions",
         .tag = "session",
         .status = 204,
         .deed = Deed::by_room},
        {.method = "GET",
         .path = "/api/v1/users/{name}/sessions",
         .permission = Permission::users,
         .call = list_of_user,
         .summary = "A user's sessions that are open, the last used first",
         .tag = "users",
         .response = page_of<SessionEntry>},
        {.method = "DELETE",
         .path = "/api/v1/users/{name}/sessions",
         .permission = Permission::users,
         .call = end_all_of_user,
         .summary = "End all sessions of a user",
         .tag = "users",
         .status = 204,
         .deed = Deed::by_room},
        {.method = "DELETE",
         .path = "/api/v1/users/{name}/sessions/{session_id}",
         .permission = Permission::users,
         .call = end_of_user,
         .summary = "End one session of a user",
         .tag = "users",
         .status = 204,
         .deed = Deed::by_room},
    };
}

}  // namespace boon::api
