// What was sent to a receiver of webhooks, what waits and what was given up; a message to try it with, and those that
// are sent again.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "platform/db/database.h"
#include "platform/delivery/webhooks.h"
#include "platform/storage/outbox.h"
#include "program/api/offer_query.h"
#include "program/api/route.h"

namespace boon::api {

struct Delivery {
    std::string id;
    storage::MessageState state = storage::MessageState::waiting;
    std::int64_t attempts = 0;
    std::string last_error;
    Timestamp created_at;
    std::optional<Timestamp> next_try_at;
    std::optional<Timestamp> finished_at;
};
BOOST_DESCRIBE_STRUCT(Delivery, (), (id, state, attempts, last_error, created_at, next_try_at, finished_at))

struct DeliveryWithPayload {
    Delivery delivery;
    json::Value payload;
};
BOOST_DESCRIBE_STRUCT(DeliveryWithPayload, (), (delivery, payload))

struct SentAgain {
    std::int64_t messages = 0;
};
BOOST_DESCRIBE_STRUCT(SentAgain, (), (messages))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::Delivery> = std::array{
    boon::Field{.name = "id", .doc = "the header webhook-id: the same however often it is sent"},
    boon::Field{.name = "attempts", .doc = "since it was last begun anew"},
    boon::Field{.name = "last_error", .doc = "why the last attempt that failed did; empty: none failed"},
    boon::Field{.name = "next_try_at", .doc = "of one that waits"},
    boon::Field{.name = "finished_at", .doc = "when it was taken, or given up"},
};
template <>
inline constexpr auto boon::kFields<boon::api::DeliveryWithPayload> = std::array{
    boon::Field{.name = "payload", .doc = "the body, as it is sent"},
};
template <>
inline constexpr auto boon::kFields<boon::api::SentAgain> = std::array{
    boon::Field{.name = "messages", .doc = "how many had been given up, and wait again"},
};

namespace boon::api {

namespace {

using delivery::Webhook;

Delivery delivery_of(storage::OutboxEntry entry) {
    return {
        .id = std::move(entry.id),
        .state = entry.state,
        .attempts = entry.attempts,
        .last_error = std::move(entry.last_error),
        .created_at = entry.created_at,
        .next_try_at =
            entry.state == storage::MessageState::waiting ? std::optional<Timestamp>(entry.due_at) : std::nullopt,
        .finished_at = entry.finished_at,
    };
}

storage::Destination destination_of(const Webhook& webhook) { return {delivery::kWebhookKind, webhook.id}; }

// A cursor is when the last message was made, in microseconds, a dot, and its id.
std::string cursor_of(const Delivery& last) { return fmt::format("{}.{}", last.created_at.micros, last.id); }

Result<storage::OutboxQuery::Place> place_of(std::string_view cursor) {
    storage::OutboxQuery::Place place;
    const std::size_t dot = std::min(cursor.find('.'), cursor.size());
    const std::string_view number = cursor.substr(0, dot);
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), place.created_at.micros);
    if (error != std::errc() || end != number.data() + number.size() || dot == cursor.size()) {
        return fail(ErrorCode::invalid, "?cursor is not one of ours", "take it from the page before");
    }
    place.id = cursor.substr(dot + 1);
    return place;
}

Result<http::Response> list_deliveries(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 3>{"state", "limit", "cursor"}));
    storage::OutboxQuery wanted;
    BOON_TRY(wanted.state, enum_parameter<storage::MessageState>(query, "state"));
    if (const auto cursor = query.find("cursor")) {
        BOON_TRY(wanted.after, place_of(*cursor));
    }
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    wanted.limit = limit + 1;  // one more tells whether there is a further page
    BOON_TRY(
        auto entries,
        call.app.database().read([&](db::Connection& connection) -> Result<std::vector<storage::OutboxEntry>> {
            BOON_TRY(const Webhook webhook, call.app.webhooks().find(connection, call.part("webhook_id")));
            return storage::list_messages(connection, destination_of(webhook), wanted);
        })
    );
    const bool has_more = std::ssize(entries) > limit;
    if (has_more) entries.pop_back();
    std::vector<Delivery> rows;
    for (auto& entry : entries) rows.push_back(delivery_of(std::move(entry)));
    return list_response(call, rows, has_more ? cursor_of(rows.back()) : "");
}

Result<http::Response> read_delivery(Call& call) {
    BOON_TRY(const auto found, call.app.database().read([&](db::Connection& connection) -> Result<DeliveryWithPayload> {
        BOON_TRY(const Webhook webhook, call.app.webhooks().find(connection, call.part("webhook_id")));
        const auto to = destination_of(webhook);
        BOON_TRY(auto entry, storage::find_message(connection, to, call.part("delivery_id")));
        BOON_TRY(const std::string text, storage::message_payload(connection, to, entry.id));
        BOON_TRY(json::Value payload, json::parse(text));
        return DeliveryWithPayload{delivery_of(std::move(entry)), std::move(payload)};
    }));
    return record_response(call, found);
}

// A receiver that takes messages: `conflict` for one that answered 410.
Result<Webhook> active_webhook(Call& call, db::Connection& connection) {
    BOON_TRY(Webhook webhook, call.app.webhooks().find(connection, call.part("webhook_id")));
    if (webhook.state == delivery::WebhookState::active) return webhook;
    return fail(ErrorCode::conflict, "the receiver wants no more messages: it answered 410", "resume it first");
}

Result<http::Response> send_test(Call& call) {
    BOON_CHECK(call.query({}));
    BOON_TRY(auto entry, call.app.database().write([&](db::Connection& connection) -> Result<storage::OutboxEntry> {
        BOON_TRY(const Webhook webhook, active_webhook(call, connection));
        const json::Object event{
            {"type", "webhook.test"},
            {"timestamp", to_string(call.now)},
            {"data", json::Object{{"webhook_id", webhook.id}, {"asked_by", call.principal.name}}},
        };
        const storage::Message message{
            .id = new_uuid(),
            .kind = std::string(delivery::kWebhookKind),
            .destination = webhook.id,
            .payload = json::to_text(event),
        };
        BOON_CHECK(storage::enqueue_message(connection, message, call.now));
        return storage::find_message(connection, destination_of(webhook), message.id);
    }));
    call.app.wake_courier();
    return record_response(call, delivery_of(std::move(entry)), 202);
}

Result<http::Response> send_one_again(Call& call) {
    BOON_TRY(auto entry, call.app.database().write([&](db::Connection& connection) -> Result<storage::OutboxEntry> {
        BOON_TRY(const Webhook webhook, active_webhook(call, connection));
        const auto to = destination_of(webhook);
        BOON_CHECK(storage::send_again(connection, to, call.part("delivery_id"), call.now));
        return storage::find_message(connection, to, call.part("delivery_id"));
    }));
    call.app.wake_courier();
    return record_response(call, delivery_of(std::move(entry)), 202);
}

Result<http::Response> send_all_again(Call& call) {
    BOON_TRY(const auto messages, call.app.database().write([&](db::Connection& connection) -> Result<std::int64_t> {
        BOON_TRY(const Webhook webhook, active_webhook(call, connection));
        return storage::send_given_up_again(connection, destination_of(webhook), call.now);
    }));
    call.app.wake_courier();
    return record_response(call, SentAgain{messages}, 202);
}

}  // namespace

std::vector<Route> delivery_routes() {
    using access::Permission;
    using access::Scope;
    return {
        {.method = "GET",
         .path = "/api/v1/webhooks/{webhook_id}/deliveries",
         .permission = Scope::read,
         .call = list_deliveries,
         .summary = "A receiver's messages, the newest first: sent ones of 7 days, those given up of 30",
         .tag = "webhooks",
         .response = page_of<Delivery>,
         .query = {{"state", "waiting, sent or given_up"}, {"limit", "1 to 500; 50"}, {"cursor", "of the page before"}}
        },
        {.method = "GET",
         .path = "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}",
         .permission = Scope::read,
         .call = read_delivery,
         .summary = "A message, with its body",
         .tag = "webhooks",
         .response = schema_of<DeliveryWithPayload>},
        {.method = "POST",
         .path = "/api/v1/webhooks/{webhook_id}:test",
         .permission = Permission::operate,
         .call = send_test,
         .summary = "Send a receiver a message of the type webhook.test, to see whether it arrives",
         .tag = "webhooks",
         .response = schema_of<Delivery>,
         .status = 202},
        {.method = "POST",
         .path = "/api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}:resend",
         .permission = Permission::operate,
         .call = send_one_again,
         .summary = "Send a message again, now, under the same id",
         .tag = "webhooks",
         .response = schema_of<Delivery>,
         .status = 202},
        {.method = "POST",
         .path = "/api/v1/webhooks/{webhook_id}:resend",
         .permission = Permission::operate,
         .call = send_all_again,
         .summary = "Send every message again that was given up, each under its id",
         .tag = "webhooks",
         .response = schema_of<SentAgain>,
         .status = 202},
    };
}

}  // namespace boon::api
