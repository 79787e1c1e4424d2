// Receivers of webhooks: which there are, how they fare, and the secrets they check signatures with.
#include "platform/delivery/webhooks.h"

#include <array>

#include "platform/db/database.h"
#include "platform/storage/audit.h"
#include "program/api/route.h"
#include "program/app/audience_export.h"

namespace boon::api {

struct WebhookRequest {
    std::string url;
    std::string topic = std::string(app::kAudienceTopic);
};
BOOST_DESCRIBE_STRUCT(WebhookRequest, (), (url, topic))

struct WebhookSecret {
    std::string id;
    std::string secret;
};
BOOST_DESCRIBE_STRUCT(WebhookSecret, (), (id, secret))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::delivery::Webhook> = std::array{
    boon::Field{.name = "topic", .doc = "whose events it hears: tmf620, audiences"},
    boon::Field{.name = "query", .doc = "which of them; empty: all"},
    boon::Field{.name = "state", .doc = "gone: it answered 410 and gets nothing until it is resumed"},
    boon::Field{.name = "failures", .doc = "since it last took a message"},
    boon::Field{.name = "last_error", .doc = "why the last message was not taken"},
};

template <>
inline constexpr auto boon::kFields<boon::api::WebhookRequest> = std::array{
    boon::Field{.name = "url", .doc = "where it listens", .required = true, .max_length = 2000},
    boon::Field{.name = "topic", .doc = "audiences; receivers of tmf620 register at its hub", .max_length = 50},
};

template <>
inline constexpr auto boon::kFields<boon::api::WebhookSecret> = std::array{
    boon::Field{.name = "secret", .doc = "whsec_…, as Standard Webhooks writes it"},
};

namespace boon::api {

namespace {

using delivery::Webhook;

Result<http::Response> list_webhooks(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"topic"}));
    BOON_TRY(const auto found, call.app.database().read([&](db::Connection& connection) {
        return call.app.webhooks().list(connection, query.find("topic").value_or(""));
    }));
    return list_response(call, found);
}

Result<http::Response> create_webhook(Call& call) {
    BOON_TRY(const auto request, call.body<WebhookRequest>());
    if (request.topic != app::kAudienceTopic) {
        Error error{ErrorCode::invalid, "one field is wrong"};
        error.fields.push_back({"/topic", "must be audiences; receivers of tmf620 register at its hub"});
        return std::unexpected(std::move(error));
    }
    const delivery::NewWebhook wanted{
        .topic = request.topic, .url = request.url, .query = {}, .created_by = call.principal.name
    };
    BOON_TRY(const auto made, call.app.database().write([&](db::Connection& connection) {
        return call.app.webhooks().add(connection, wanted, call.now);
    }));
    http::Response response = record_response(call, made, 201);
    response.headers.push_back({"Location", "/api/v1/webhooks/" + made.id});
    return response;
}

Result<http::Response> delete_webhook(Call& call) {
    BOON_CHECK(call.app.database().write([&](db::Connection& connection) -> Status {
        BOON_TRY(const auto found, call.app.webhooks().find(connection, call.part("webhook_id")));
        return call.app.webhooks().remove(connection, found.topic, found.id, call.now);
    }));
    return http::Response{.status = 204};
}

Result<http::Response> read_webhook(Call& call) {
    BOON_TRY(const auto found, call.app.database().read([&](db::Connection& connection) {
        return call.app.webhooks().find(connection, call.part("webhook_id"));
    }));
    return record_response(call, found);
}

Result<http::Response> resume_webhook(Call& call) {
    BOON_CHECK(call.app.database().write([&](db::Connection& connection) {
        return call.app.webhooks().resume(connection, call.part("webhook_id"));
    }));
    return read_webhook(call);
}

Result<http::Response> read_secret(Call& call) {
    BOON_TRY(auto secret, call.app.database().read([&](db::Connection& connection) {
        return call.app.webhooks().secret(connection, call.part("webhook_id"));
    }));
    return record_response(call, WebhookSecret{call.part("webhook_id"), std::move(secret)});
}

Result<http::Response> rotate_secret(Call& call) {
    const std::string& id = call.part("webhook_id");
    // Its deed is entered here: the router would enter the answer, which holds the secret.
    const storage::Deed deed{
        .who = access::to_string(call.principal),
        .what = "webhooks.rotate",
        .target = "webhooks/" + id,
        .before = {},
        .after = {}
    };
    BOON_TRY(auto secret, call.app.database().write([&](db::Connection& connection) -> Result<std::string> {
        BOON_TRY(auto fresh, call.app.webhooks().rotate(connection, id, call.now));
        BOON_CHECK(storage::record_deed(connection, deed, call.now));
        return fresh;
    }));
    return record_response(call, WebhookSecret{call.part("webhook_id"), std::move(secret)});
}

}  // namespace

std::vector<Route> webhook_routes() {
    using access::Permission;
    using access::Scope;
    return {
        {.method = "GET",
         .path = "/api/v1/webhooks",
         .permission = Scope::read,
         .call = list_webhooks,
         .summary = "Receivers of webhooks, the oldest first",
         .tag = "webhooks",
         .response = page_of<Webhook>,
         .query = {{"topic", "whose events they hear: tmf620 or audiences"}}},
        {.method = "GET",
         .path = "/api/v1/webhooks/{webhook_id}",
         .permission = Scope::read,
         .call = read_webhook,
         .summary = "A receiver, and how its last message went",
         .tag = "webhooks",
         .response = schema_of<Webhook>},
        {.method = "POST",
         .path = "/api/v1/webhooks",
         .permission = Permission::connect,
         .call = create_webhook,
         .summary = "Register a receiver of audiences; its secret is read at /secret",
         .tag = "webhooks",
         .request = schema_of<WebhookRequest>,
         .response = schema_of<Webhook>,
         .status = 201},
        {.method = "DELETE",
         .path = "/api/v1/webhooks/{webhook_id}",
         .permission = Permission::connect,
         .call = delete_webhook,
         .summary = "Forget a receiver; what waits for it is given up",
         .tag = "webhooks",
         .status = 204},
        {.method = "POST",
         .path = "/api/v1/webhooks/{webhook_id}:resume",
         .permission = Permission::operate,
         .call = resume_webhook,
         .summary = "Send to a receiver again that had answered 410",
         .tag = "webhooks",
         .response = schema_of<Webhook>},
        {.method = "GET",
         .path = "/api/v1/webhooks/{webhook_id}/secret",
         .permission = Permission::connect,
         .call = read_secret,
         .summary = "What the receiver checks signatures with",
         .tag = "webhooks",
         .response = schema_of<WebhookSecret>},
        {.method = "POST",
         .path = "/api/v1/webhooks/{webhook_id}:rotate",
         .permission = Permission::connect,
         .call = rotate_secret,
         .summary = "A new secret; the old one signs beside it for a day",
         .tag = "webhooks",
         .response = schema_of<WebhookSecret>,
         .deed = Deed::by_room},
    };
}

}  // namespace boon::api
