// What companies post as it happens.
#include "records/history/events.h"

#include <array>

#include <fmt/format.h>

#include "program/api/route.h"
#include "records/customers/erasures.h"

namespace boon::api {

enum class Taken { accepted, duplicate, rejected };
BOOST_DESCRIBE_ENUM(Taken, accepted, duplicate, rejected)

struct EventMistake {
    std::string pointer;
    std::string detail;
};
BOOST_DESCRIBE_STRUCT(EventMistake, (), (pointer, detail))

struct EventResult {
    Taken result = Taken::rejected;
    bool late = false;
    std::vector<EventMistake> errors;
};
BOOST_DESCRIBE_STRUCT(EventResult, (), (result, late, errors))

struct EventsAnswer {
    std::int64_t accepted = 0;
    std::int64_t duplicates = 0;
    std::int64_t rejected = 0;
    std::int64_t late = 0;
    std::vector<EventResult> items;
};
BOOST_DESCRIBE_STRUCT(EventsAnswer, (), (accepted, duplicates, rejected, late, items))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::history::EventCount> = std::array{
    boon::Field{.name = "events", .doc = "how many were kept so far, those that were removed since among them"},
    boon::Field{.name = "late", .doc = "of them, that had happened before the watermark of the moment"},
    boon::Field{.name = "watermark", .doc = "three days before last_occurred_at: what is earlier is believed complete"},
};
template <>
inline constexpr auto boon::kFields<boon::api::EventMistake> = std::array{
    boon::Field{.name = "pointer", .doc = "JSON Pointer into the event; empty: the whole event"},
};
template <>
inline constexpr auto boon::kFields<boon::api::EventResult> = std::array{
    boon::Field{.name = "result", .doc = "duplicate: its source has posted that id before; nothing was changed"},
    boon::Field{.name = "late", .doc = "it happened before its source's watermark; it counts all the same"},
    boon::Field{.name = "errors", .doc = "why it was rejected"},
};
template <>
inline constexpr auto boon::kFields<boon::api::EventsAnswer> = std::array{
    boon::Field{.name = "items", .doc = "for each event what became of it, in the order sent"},
};

namespace boon::api {

namespace {

constexpr std::size_t kMostEvents = 10'000;

Result<json::Value> sent_body(const Call& call) {
    const auto type = call.request.headers.find("Content-Type");
    if (!type || !type->starts_with("application/cloudevents")) return call.body_json();
    if (type->starts_with("application/cloudevents+json") || type->starts_with("application/cloudevents-batch+json")) {
        return json::parse(call.request.body);
    }
    return fail(
        ErrorCode::invalid, fmt::format("the body is {}, which is not understood here", type->substr(0, 60)),
        "send application/json, application/cloudevents+json or application/cloudevents-batch+json"
    );
}

// One event alone is a list of one.
Result<json::Array> sent_events(const Call& call) {
    BOON_TRY(auto body, sent_body(call));
    if (body.is_object()) return json::Array{std::move(body)};
    if (!body.is_array()) return fail(ErrorCode::invalid, "the body is neither an event nor an array of events");
    const std::size_t count = body.get_array().size();
    if (count == 0 || count > kMostEvents) {
        return fail(
            ErrorCode::invalid, fmt::format("the body has {} events", count), "send 1 to 10000 events in a request"
        );
    }
    return std::move(body.get_array());
}

EventResult refused(const Error& error) {
    EventResult result;
    for (const auto& [pointer, detail] : error.fields) result.errors.push_back({pointer, detail});
    return result;
}

// Of whom nothing is taken any more.
EventResult refused_as_erased(const json::Value& sent) {
    const bool enveloped = sent.get_object().contains("specversion");
    return {
        Taken::rejected, false, {{enveloped ? "/subject" : "/customer_id", "was erased: nothing is taken of them"}}
    };
}

// `places`: of each event its item's.
void enter(EventsAnswer& answer, std::span<const std::size_t> places, std::span<const history::TakenEvent> taken) {
    for (std::size_t i = 0; i < taken.size(); ++i) {
        const bool is_new = taken[i].recorded == history::Recorded::added;
        EventResult& item = answer.items[places[i]];
        item.result = is_new ? Taken::accepted : Taken::duplicate;
        item.late = taken[i].is_late;
        ++(is_new ? answer.accepted : answer.duplicates);
        answer.late += item.late ? 1 : 0;
    }
    answer.rejected = static_cast<std::int64_t>(answer.items.size() - taken.size());
}

Result<http::Response> post_events(Call& call) {
    BOON_TRY(const auto sent, sent_events(call));
    EventsAnswer answer;
    std::vector<history::Event> events;
    std::vector<std::size_t> places;
    for (const json::Value& one : sent) {
        auto event = history::read_event(one, call.context(), call.now);
        answer.items.push_back(event ? EventResult{} : refused(event.error()));
        if (!event) continue;
        if (call.app.erasures().has(event->customer_id)) {
            answer.items.back() = refused_as_erased(one);
            continue;
        }
        places.push_back(answer.items.size() - 1);
        events.push_back(*std::move(event));
    }
    BOON_TRY(const auto taken, history::add_events(call.app.database(), events));
    call.app.wake_events();
    enter(answer, places, taken);
    return record_response(call, answer);
}

Result<http::Response> count_events(Call& call) {
    BOON_TRY(const auto counts, history::count_events(call.app.database()));
    return list_response(call, counts);
}

}  // namespace

std::vector<Route> event_routes() {
    using access::Scope;
    return {
        {.method = "POST",
         .path = "/api/v1/events",
         .permission = Scope::decide,
         .call = post_events,
         .summary = "Transactions, interactions and payments as they happen, each kept once; CloudEvents are accepted",
         .tag = "events",
         .request = schema_of<std::vector<history::Event>>,
         .response = schema_of<EventsAnswer>,
         .deed = Deed::none},
        {.method = "GET",
         .path = "/api/v1/events/counts",
         .permission = Scope::read,
         .call = count_events,
         .summary = "How far each source of events is: how many it posted, how many of them late, and its watermark",
         .tag = "events",
         .response = page_of<history::EventCount>},
    };
}

}  // namespace boon::api
