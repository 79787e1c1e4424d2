// API keys: list, create, revoke.
#include "platform/access/keys.h"

#include "program/api/route.h"

namespace boon::api {

struct KeyRequest {
    std::string name;
    std::vector<access::Scope> scopes;
    std::optional<std::int32_t> expires_in_days;
};
BOOST_DESCRIBE_STRUCT(KeyRequest, (), (name, scopes, expires_in_days))

struct KeyAnswer {
    std::string id;
    std::string key;
};
BOOST_DESCRIBE_STRUCT(KeyAnswer, (), (id, key))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::KeyRequest> = std::array{
    boon::Field{.name = "name", .doc = "who will use it", .required = true, .max_length = 100},
    boon::Field{.name = "scopes", .doc = "what it may do", .required = true},
    boon::Field{.name = "expires_in_days", .doc = "never when absent", .min = 1, .max = 3650},
};
template <>
inline constexpr auto boon::kFields<boon::api::KeyAnswer> = std::array{
    boon::Field{.name = "key", .doc = "the secret, shown only now"},
};

namespace boon::api {

namespace {

Result<http::Response> list_keys(Call& call) {
    BOON_TRY(const auto keys, call.app.keys().list());
    return list_response(call, keys);
}

Result<http::Response> create_key(Call& call) {
    BOON_TRY(auto request, call.body<KeyRequest>());
    if (request.scopes.empty()) return fail(ErrorCode::invalid, "a key needs at least one scope");
    access::NewKey wanted{
        .name = std::move(request.name),
        .scopes = std::move(request.scopes),
        .expires_at = {},
        .created_by = access::to_string(call.principal)
    };
    if (request.expires_in_days) wanted.expires_at = plus_days(call.now, *request.expires_in_days);
    BOON_TRY(const auto created, call.app.keys().create(wanted, call.now));
    return record_response(call, KeyAnswer{.id = created.record.id, .key = created.secret}, 201);
}

Result<http::Response> revoke_key(Call& call) {
    BOON_CHECK(call.app.keys().revoke(call.part("key_id"), call.principal, call.now));
    return http::Response{.status = 204};
}

}  // namespace

std::vector<Route> key_routes() {
    using access::Permission;
    return {
        {.method = "GET",
         .path = "/api/v1/keys",
         .permission = Permission::keys,
         .call = list_keys,
         .summary = "List API keys, without their secrets",
         .tag = "keys",
         .response = page_of<access::KeyRecord>},
        {.method = "POST",
         .path = "/api/v1/keys",
         .permission = Permission::keys,
         .call = create_key,
         .summary = "Create an API key",
         .tag = "keys",
         .request = schema_of<KeyRequest>,
         .response = schema_of<KeyAnswer>,
         .status = 201,
         .deed = Deed::by_room},
        {.method = "DELETE",
         .path = "/api/v1/keys/{key_id}",
         .permission = Permission::keys,
         .call = revoke_key,
         .summary = "Revoke an API key at once",
         .tag = "keys",
         .status = 204,
         .deed = Deed::by_room},
    };
}

}  // namespace boon::api
