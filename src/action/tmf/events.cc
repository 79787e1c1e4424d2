#include "action/tmf/events.h"

#include <fmt/format.h>

#include "action/tmf/listing.h"
#include "platform/base/id.h"
#include "platform/http/uri.h"

namespace boon::tmf {

namespace {

std::string_view words_of(Change change) {
    switch (change) {
        case Change::created: return "Create";
        case Change::attribute_value: return "AttributeValueChange";
        case Change::state: return "StateChange";
        case Change::deleted: return "Delete";
    }
    return "";
}

bool says_nothing(std::string_view member) { return member == "lifecycleStatus" || member == "lastUpdate"; }

bool attributes_differ(const json::Object& before, const json::Object& after) {
    for (const auto& member : after) {
        const json::Value* was = before.if_contains(member.key());
        if (!says_nothing(member.key()) && (was == nullptr || *was != member.value())) return true;
    }
    for (const auto& member : before) {
        if (!says_nothing(member.key()) && !after.contains(member.key())) return true;
    }
    return false;
}

}  // namespace

std::string event_type(Kind kind, Change change) {
    return fmt::format("{}{}Event", resource_of(kind).definition, words_of(change));
}

std::vector<Change> changes_between(const json::Object& before, const json::Object& after) {
    std::vector<Change> changes;
    if (attributes_differ(before, after)) changes.push_back(Change::attribute_value);
    if (text_of(before, "lifecycleStatus") != text_of(after, "lifecycleStatus")) changes.push_back(Change::state);
    return changes;
}

json::Object notification(Kind kind, Change change, const json::Object& resource, Timestamp now) {
    const std::string type = event_type(kind, change);
    return {
        {"eventId", new_uuid()},
        {"eventTime", to_string(now)},
        {"eventType", type},
        {"domain", "ProductCatalogManagement"},
        {"title", type},
        {"timeOcurred", to_string(now)},  // as the specification spells it
        {"event", json::Object{{resource_of(kind).path, resource}}}
    };
}

Status check_query(std::string_view query) {
    BOON_TRY(const auto parameters, http::Query::parse(query));
    for (const auto& [name, value] : parameters.items()) {
        if (name != "eventType" && !name.starts_with("event.")) {
            return fail(
                ErrorCode::invalid, fmt::format("a listener cannot ask for `{}`", first_characters(name, 100)),
                "ask for eventType=ProductOfferingCreateEvent, or for a part of the event: event.productOffering.id=7"
            );
        }
    }
    return {};
}

Result<bool> asks_for(std::string_view query, const json::Object& notification) {
    BOON_TRY(const auto parameters, http::Query::parse(query));
    const json::Value whole(notification);
    for (const auto& [name, value] : parameters.items()) {
        if (!matches(whole, name, value)) return false;
    }
    return true;
}

Status announce(
    db::Connection& connection, const std::vector<delivery::Webhook>& listeners, const json::Object& notification,
    Timestamp now
) {
    const std::string text = json::to_text(notification);
    for (const delivery::Webhook& listener : listeners) {
        if (listener.state == delivery::WebhookState::gone) continue;
        BOON_TRY(const bool wanted, asks_for(listener.query, notification));
        if (wanted) BOON_CHECK(delivery::Webhooks::enqueue(connection, listener, text, now));
    }
    return {};
}

}  // namespace boon::tmf
