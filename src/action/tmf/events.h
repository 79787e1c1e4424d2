// What happens to resources, told to whoever listens (TMF620's hub): one message per event and listener, enqueued in
// the transaction of the change.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "action/tmf/resource.h"
#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"
#include "platform/delivery/webhooks.h"

namespace boon::tmf {

// Of listeners among the webhooks.
inline constexpr std::string_view kTopic = "tmf620";

enum class Change { created, attribute_value, state, deleted };

// `ProductOfferingStateChangeEvent`
std::string event_type(Kind kind, Change change);

// `deleted` and `created` stand alone; else the state and the other attributes that differ, none when nothing does.
std::vector<Change> changes_between(const json::Object& before, const json::Object& after);

// The body of a notification; `resource` as it is served.
json::Object notification(Kind kind, Change change, const json::Object& resource, Timestamp now);

// Whether a listener asked for it. A query is `eventType=A,B`, `event.productOffering.name=X`, or several of these
// joined by `&`, all of which must hold; an empty one asks for everything.
Result<bool> asks_for(std::string_view query, const json::Object& notification);
// `invalid` for a query that asks_for() cannot answer.
Status check_query(std::string_view query);

// Enqueues it for every listener that asked for it.
Status announce(
    db::Connection& connection, const std::vector<delivery::Webhook>& listeners, const json::Object& notification,
    Timestamp now
);

}  // namespace boon::tmf
