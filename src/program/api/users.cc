// Users: list, add, change, remove, and a one-time link for who has no password, or no longer.
#include "platform/access/users.h"

#include <fmt/format.h>

#include "program/api/route.h"

namespace boon::api {

struct UserRequest {
    std::string name;
    std::string full_name;
    access::Role role = access::Role::viewer;
};
BOOST_DESCRIBE_STRUCT(UserRequest, (), (name, full_name, role))

struct UserPatch {
    std::optional<std::string> full_name;
    std::optional<access::Role> role;
    std::optional<bool> is_disabled;
};
BOOST_DESCRIBE_STRUCT(UserPatch, (), (full_name, role, is_disabled))

struct ResetRequest {
    access::LinkPurpose purpose = access::LinkPurpose::password;
};
BOOST_DESCRIBE_STRUCT(ResetRequest, (), (purpose))

struct LinkAnswer {
    std::string link;
    std::string path;
    Timestamp expires_at;
};
BOOST_DESCRIBE_STRUCT(LinkAnswer, (), (link, path, expires_at))

struct CreatedUser {
    access::User user;
    LinkAnswer link;
};
BOOST_DESCRIBE_STRUCT(CreatedUser, (), (user, link))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::access::User> = std::array{
    boon::Field{.name = "has_password", .doc = "false: a one-time link waits to be used, or is needed"},
    boon::Field{.name = "is_disabled", .doc = "may not log in"},
};
template <>
inline constexpr auto boon::kFields<boon::api::UserRequest> = std::array{
    boon::Field{
        .name = "name",
        .doc = "1 to 64 of a-z, 0-9 and . _ - @; never given to another",
        .required = true,
        .max_length = 64
    },
    boon::Field{.name = "full_name", .max_length = 100},
    boon::Field{.name = "role", .required = true},
};
template <>
inline constexpr auto boon::kFields<boon::api::ResetRequest> = std::array{
    boon::Field{.name = "purpose", .doc = "password: sets one, and the old one ends at once; login: logs in without"},
};
template <>
inline constexpr auto boon::kFields<boon::api::LinkAnswer> = std::array{
    boon::Field{.name = "link", .doc = "shown only now; just the path where this server does not know its own address"},
    boon::Field{.name = "path", .doc = "of the link, on this server"},
};

namespace boon::api {

namespace {

LinkAnswer answer_of(const access::Link& link) {
    return {.link = link.url.empty() ? link.path : link.url, .path = link.path, .expires_at = link.expires_at};
}

http::Response user_response(const Call& call, const access::User& user) {
    http::Response response = record_response(call, user);
    response.headers.push_back({"ETag", etag_of(user.version)});
    return response;
}

Result<http::Response> list_users(Call& call) {
    BOON_TRY(const auto users, call.app.users().list());
    return list_response(call, users);
}

Result<http::Response> create_user(Call& call) {
    BOON_TRY(auto request, call.body<UserRequest>());
    const access::NewUser wanted{
        .name = std::move(request.name), .full_name = std::move(request.full_name), .role = request.role
    };
    BOON_TRY(auto user, call.app.users().create(wanted, call.principal, call.now));
    BOON_TRY(
        const auto link, call.app.users().make_link(user.name, access::LinkPurpose::password, call.principal, call.now)
    );
    const std::string location = "/api/v1/users/" + user.name;
    const std::string etag = etag_of(user.version);
    http::Response response = record_response(call, CreatedUser{.user = std::move(user), .link = answer_of(link)}, 201);
    response.headers = {{"Location", location}, {"ETag", etag}, {"Cache-Control", "no-store"}};
    return response;
}

Result<http::Response> read_user(Call& call) {
    BOON_TRY(const auto user, call.app.users().find(call.part("name")));
    return user_response(call, user);
}

Result<http::Response> patch_user(Call& call) {
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(auto patch, call.body<UserPatch>());
    const access::UserChange change{
        .full_name = std::move(patch.full_name), .role = patch.role, .is_disabled = patch.is_disabled
    };
    BOON_TRY(const auto user, call.app.users().change(call.part("name"), change, version, call.principal, call.now));
    return user_response(call, user);
}

Result<http::Response> remove_user(Call& call) {
    BOON_TRY(const auto version, if_match(call));
    BOON_CHECK(call.app.users().remove(call.part("name"), version, call.principal, call.now));
    return http::Response{.status = 204};
}

Result<http::Response> reset_user(Call& call) {
    ResetRequest request;
    if (!call.request.body.empty()) {
        BOON_TRY(request, call.body<ResetRequest>());
    }
    BOON_TRY(const auto link, call.app.users().make_link(call.part("name"), request.purpose, call.principal, call.now));
    http::Response response = record_response(call, answer_of(link));
    response.headers.push_back({"Cache-Control", "no-store"});
    return response;
}

}  // namespace

std::vector<Route> user_routes() {
    using access::Permission;
    return {
        {.method = "GET",
         .path = "/api/v1/users",
         .permission = Permission::users,
         .call = list_users,
         .summary = "Users, by name",
         .tag = "users",
         .response = page_of<access::User>},
        {.method = "POST",
         .path = "/api/v1/users",
         .permission = Permission::users,
         .call = create_user,
         .summary = "Add a user; the answer has the one-time link by which they set their password",
         .tag = "users",
         .request = schema_of<UserRequest>,
         .response = schema_of<CreatedUser>,
         .status = 201,
         .deed = Deed::by_room},
        {.method = "GET",
         .path = "/api/v1/users/{name}",
         .permission = Permission::users,
         .call = read_user,
         .summary = "A user",
         .tag = "users",
         .response = schema_of<access::User>},
        {.method = "PATCH",
         .path = "/api/v1/users/{name}",
         .permission = Permission::users,
         .call = patch_user,
         .summary = "Change a user's role or full name, disable or enable; another role ends the user's sessions",
         .tag = "users",
         .request = schema_of<UserPatch>,
         .response = schema_of<access::User>,
         .deed = Deed::by_room},
        {.method = "DELETE",
         .path = "/api/v1/users/{name}",
         .permission = Permission::users,
         .call = remove_user,
         .summary = "Remove a user; the name is not given to another",
         .tag = "users",
         .status = 204,
         .deed = Deed::by_room},
        {.method = "POST",
         .path = "/api/v1/users/{name}:reset",
         .permission = Permission::users,
         .call = reset_user,
         .summary = "A one-time link for a user: for a new password, or for a login",
         .tag = "users",
         .request = schema_of<ResetRequest>,
         .response = schema_of<LinkAnswer>,
         .deed = Deed::by_room},
    };
}

}  // namespace boon::api
