// What happened with a customer, the latest first: what was posted, decisions with what came of them, and stays.
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "insight/lifecycle/stays.h"
#include "program/api/route.h"
#include "records/history/event_reading.h"
#include "records/history/ledger.h"

namespace boon::api {

enum class TimelineKind { event, decision, stay };
BOOST_DESCRIBE_ENUM(TimelineKind, event, decision, stay)

struct TimelineDecision {
    std::string decision_id;
    std::string placement;
    std::string channel;
    std::vector<OfferId> offers;
    std::vector<history::Outcome> outcomes;
};
BOOST_DESCRIBE_STRUCT(TimelineDecision, (), (decision_id, placement, channel, offers, outcomes))

struct TimelineItem {
    Timestamp at;
    TimelineKind kind = TimelineKind::event;
    std::optional<history::Event> event;
    std::optional<TimelineDecision> decision;
    std::optional<lifecycle::Stay> stay;
};
BOOST_DESCRIBE_STRUCT(TimelineItem, (), (at, kind, event, decision, stay))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::TimelineDecision> = std::array{
    boon::Field{.name = "offers", .doc = "what was shown, best first"},
    boon::Field{.name = "outcomes", .doc = "what came of it, in order of time"},
};
template <>
inline constexpr auto boon::kFields<boon::api::TimelineItem> = std::array{
    boon::Field{.name = "at", .doc = "when it happened, was decided, or began"},
    boon::Field{.name = "kind", .doc = "which of the following members there is"},
};

namespace boon::api {

namespace {

// How far each of the three was read: `EVENT_MICROS.POSITION~STAY_MICROS~` and the ledger's own cursor; `-` where all
// decisions were.
struct Place {
    history::EventAge event;
    std::int64_t stay = std::numeric_limits<std::int64_t>::max();
    std::string decision;
    bool decisions_left = true;
};

std::string to_cursor(const Place& place) {
    return fmt::format(
        "{}.{}~{}~{}", place.event.occurred_at.micros, place.event.position, place.stay,
        place.decisions_left ? place.decision : "-"
    );
}

bool take_number(std::string_view& text, char end, std::int64_t& number) {
    const auto [rest, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    const auto length = static_cast<std::size_t>(rest - text.data());
    if (problem != std::errc() || length >= text.size() || text[length] != end) return false;
    text.remove_prefix(length + 1);
    return true;
}

Result<Place> parse_cursor(std::string_view cursor) {
    Place place;
    if (cursor.empty()) return place;
    if (!take_number(cursor, '.', place.event.occurred_at.micros) || !take_number(cursor, '~', place.event.position) ||
        !take_number(cursor, '~', place.stay)) {
        return fail(ErrorCode::invalid, "cursor is none of this list's", "take next_cursor of the page before");
    }
    place.decisions_left = cursor != "-";
    if (place.decisions_left) place.decision = cursor;
    return place;
}

// What may be on a page, of each kind as many as fit on it, one more event and stay.
struct Candidates {
    std::vector<history::AgedEvent> events;
    history::DecisionPage decisions;
    std::vector<lifecycle::Stay> stays;
};

Result<Candidates> candidates(app::App& app, const std::string& customer, const Place& place, int limit) {
    Candidates found;
    BOON_TRY(found.events, app.database().read([&](db::Connection& connection) {
        return history::events_of(connection, customer, place.event, limit + 1);
    }));
    BOON_TRY(auto stays, app.database().read([&](db::Connection& connection) {
        return lifecycle::stays_of(connection, customer);
    }));
    std::erase_if(stays, [&](const lifecycle::Stay& stay) { return stay.entered_at.micros >= place.stay; });
    found.stays = std::move(stays);
    if (place.decisions_left) {
        BOON_TRY(found.decisions, app.ledger().decisions_of(customer, limit, place.decision));
    }
    return found;
}

Result<TimelineItem> item_of(app::App& app, const history::DecisionRecord& record) {
    TimelineItem item;
    item.at = record.decided_at;
    item.kind = TimelineKind::decision;
    BOON_TRY(auto outcomes, app.ledger().outcomes(record.decision_id));
    item.decision = TimelineDecision{
        .decision_id = record.decision_id,
        .placement = record.placement,
        .channel = record.channel,
        .offers = record.offers,
        .outcomes = std::move(outcomes),
    };
    return item;
}

// Takes the latest of the three, one after the other.
class Merge {
public:
    Merge(app::App& app, Candidates found) : app_(app), found_(std::move(found)) {}

    [[nodiscard]] bool is_done() const { return at(0) == kNone && at(1) == kNone && at(2) == kNone; }
    [[nodiscard]] std::size_t decisions_taken() const { return next_[1]; }
    [[nodiscard]] bool decisions_left() const {
        return next_[1] < found_.decisions.items.size() || !found_.decisions.next_cursor.empty();
    }
    [[nodiscard]] const history::DecisionPage& decisions() const { return found_.decisions; }

    Result<TimelineItem> take(Place& place) {
        std::size_t latest = 0;
        for (std::size_t kind = 1; kind < next_.size(); ++kind) {
            if (at(kind) > at(latest)) latest = kind;
        }
        const std::size_t i = next_[latest]++;
        if (latest == 1) return item_of(app_, found_.decisions.items[i]);
        if (latest == 0) {
            place.event = found_.events[i].age;
            TimelineItem item;
            item.at = place.event.occurred_at;
            item.event = std::move(found_.events[i].event);
            return item;
        }
        TimelineItem item;
        item.at = found_.stays[i].entered_at;
        item.kind = TimelineKind::stay;
        item.stay = std::move(found_.stays[i]);
        place.stay = item.at.micros;
        return item;
    }

private:
    static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::min();

    [[nodiscard]] std::int64_t at(std::size_t kind) const {
        const std::size_t i = next_[kind];
        if (kind == 0) return i < found_.events.size() ? found_.events[i].age.occurred_at.micros : kNone;
        if (kind == 1) return i < found_.decisions.items.size() ? found_.decisions.items[i].decided_at.micros : kNone;
        return i < found_.stays.size() ? found_.stays[i].entered_at.micros : kNone;
    }

    app::App& app_;
    Candidates found_;
    std::array<std::size_t, 3> next_{};  // events, decisions, stays
};

// The ledger's cursor behind the decisions that were taken.
Status go_behind(app::App& app, const std::string& customer, const Merge& merge, Place& place) {
    if (!place.decisions_left || !merge.decisions_left()) {
        place.decisions_left = false;
        return {};
    }
    const std::size_t taken = merge.decisions_taken();
    if (taken == merge.decisions().items.size()) {
        place.decision = merge.decisions().next_cursor;
    } else if (taken > 0) {
        BOON_TRY(const auto page, app.ledger().decisions_of(customer, static_cast<int>(taken), place.decision));
        place.decision = page.next_cursor;
    }
    return {};
}

Result<http::Response> read_timeline(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 2>{"limit", "cursor"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    BOON_TRY(Place place, parse_cursor(query.find("cursor").value_or("")));
    const std::string customer(call.part("customer_id"));
    BOON_TRY(auto found, candidates(call.app, customer, place, static_cast<int>(limit)));
    Merge merge(call.app, std::move(found));
    std::vector<TimelineItem> items;
    while (std::ssize(items) < limit && !merge.is_done()) {
        BOON_TRY(auto item, merge.take(place));
        items.push_back(std::move(item));
    }
    BOON_CHECK(go_behind(call.app, customer, merge, place));
    const bool more = !merge.is_done() || place.decisions_left;
    return list_response(call, items, more ? to_cursor(place) : "");
}

}  // namespace

std::vector<Route> timeline_routes() {
    return {
        {.method = "GET",
         .path = "/api/v1/customers/{customer_id}/timeline",
         .permission = access::Scope::read,
         .call = read_timeline,
         .summary = "What happened with a customer, the latest first: events, decisions with their outcomes, stays",
         .tag = "customers",
         .response = page_of<TimelineItem>,
         .query = {{"limit", "1 to 500; 50"}, {"cursor", "of the page before"}}},
    };
}

}  // namespace boon::api
