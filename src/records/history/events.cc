#include "records/history/events.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "platform/db/record.h"

namespace boon::history {

namespace {

// Up to so many are as urgent as a decision; see db/writer.h, also for the size of a chunk.
constexpr std::size_t kUrgentEvents = 500;
constexpr std::size_t kChunkEvents = 2'000;

struct Attribute {
    std::string_view envelope;
    std::string_view member;
};
constexpr std::array kAttributes = {
    Attribute{"id", "id"},
    Attribute{"source", "source"},
    Attribute{"type", "type"},
    Attribute{"time", "occurred_at"},
    Attribute{"subject", "customer_id"},
    Attribute{"data", "data"},
};

bool is_cloud_event(const json::Value& value) {
    return value.is_object() && value.get_object().contains("specversion");
}

// `com.example.transaction` → `transaction`.
std::string_view last_word(std::string_view type) { return type.substr(type.rfind('.') + 1); }

// Other attributes, which the envelope may have, say nothing about the event itself.
json::Object open_envelope(const json::Object& envelope) {
    json::Object event;
    for (const auto& [attribute, member] : kAttributes) {
        if (const json::Value* value = envelope.if_contains(attribute)) event[member] = *value;
    }
    if (const json::Value* type = event.if_contains("type"); type != nullptr && type->is_string()) {
        const std::string word(last_word(type->get_string()));  // a copy: operator[] may move the members
        event["type"] = word;
    }
    return event;
}

std::string pointer_in_envelope(std::string_view pointer) {
    for (const auto& [attribute, member] : kAttributes) {
        if (pointer == json::pointer_to("", member)) return json::pointer_to("", attribute);
    }
    return std::string(pointer);
}

template <class Data>
void check_as(const json::Value& data, const json::Context& context, std::vector<FieldError>& mistakes) {
    const auto read = json::read<Data>(data, context);
    if (read) return;
    for (const auto& [pointer, detail] : read.error().fields) mistakes.push_back({"/data" + pointer, detail});
}

void check_data(const Event& event, const json::Context& context, std::vector<FieldError>& mistakes) {
    switch (event.type) {
        case EventType::transaction: return check_as<TransactionData>(event.data, context, mistakes);
        case EventType::interaction: return check_as<InteractionData>(event.data, context, mistakes);
        case EventType::payment: return check_as<PaymentData>(event.data, context, mistakes);
    }
}

// PostgreSQL's text cannot hold the byte 0.
void check_text(std::string_view text, std::string_view member, std::vector<FieldError>& mistakes) {
    if (text.contains('\0')) mistakes.push_back({json::pointer_to("", member), "must not contain U+0000"});
}

Result<Event> read_plain(const json::Value& value, const json::Context& context, Timestamp known_at) {
    BOON_TRY(auto event, json::read<Event>(value, context));
    event.known_at = known_at;
    if (event.occurred_at == Timestamp{}) event.occurred_at = known_at;
    std::vector<FieldError> mistakes;
    if (event.occurred_at > known_at) mistakes.push_back({"/occurred_at", "lies in the future"});
    check_text(event.id, "id", mistakes);
    check_text(event.source, "source", mistakes);
    check_text(event.customer_id, "customer_id", mistakes);
    check_data(event, context, mistakes);
    if (mistakes.empty()) return event;
    return std::unexpected(Error{ErrorCode::invalid, "the event is wrong", {}, std::move(mistakes)});
}

Result<Event> read_enveloped(const json::Object& envelope, const json::Context& context, Timestamp known_at) {
    if (envelope.at("specversion") != "1.0") {
        return std::unexpected(
            Error{ErrorCode::invalid, "the event is wrong", {}, {{"/specversion", "must be \"1.0\""}}}
        );
    }
    auto event = read_plain(open_envelope(envelope), context, known_at);
    if (!event) {
        for (FieldError& mistake : event.error().fields) mistake.pointer = pointer_in_envelope(mistake.pointer);
    }
    return event;
}

Result<Recorded> insert_event(db::Connection& connection, const Event& event) {
    const std::string data = json::to_text(event.data);
    BOON_TRY(
        const std::int64_t inserted,
        connection.execute(
            "insert into events (source, id, type, customer_id, occurred_at, known_at, data) "
            "values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
            {event.source, event.id, event.type, event.customer_id, event.occurred_at, event.known_at, data}
        )
    );
    return inserted == 0 ? Recorded::duplicate : Recorded::added;
}

// How far the sources of some events are, and what these events add.
class Sources {
public:
    // Whether the event, which is new, is late.
    Result<bool> count(db::Connection& connection, const Event& event) {
        const auto [place, is_unknown] = added_.try_emplace({event.source, event.type});
        Added& added = place->second;
        if (is_unknown) {
            BOON_TRY(added.last_before, last_occurred(connection, event));
            added.last_occurred_at = event.occurred_at;
            added.last_known_at = event.known_at;
        }
        const bool is_late = added.last_before && event.occurred_at < plus_micros(*added.last_before, -kLatenessMicros);
        ++added.events;
        added.late += is_late ? 1 : 0;
        added.last_occurred_at = std::max(added.last_occurred_at, event.occurred_at);
        added.last_known_at = std::max(added.last_known_at, event.known_at);
        return is_late;
    }

    // In one order, so that two writers do not wait for each other.
    Status write(db::Connection& connection) const {
        for (const auto& [name, added] : added_) {
            BOON_CHECK(connection.execute(
                "insert into event_sources (source, type, events, late, last_occurred_at, last_known_at) "
                "values (?, ?, ?, ?, ?, ?) on conflict (source, type) do update set "
                "events = event_sources.events + excluded.events, late = event_sources.late + excluded.late, "
                "last_occurred_at = case when excluded.last_occurred_at > event_sources.last_occurred_at "
                "then excluded.last_occurred_at else event_sources.last_occurred_at end, "
                "last_known_at = case when excluded.last_known_at > event_sources.last_known_at "
                "then excluded.last_known_at else event_sources.last_known_at end",
                {name.first, name.second, added.events, added.late, added.last_occurred_at, added.last_known_at}
            ));
        }
        return {};
    }

private:
    struct Added {
        std::optional<Timestamp> last_before;  // of what was there; what comes in one go has no order
        std::int64_t events = 0;
        std::int64_t late = 0;
        Timestamp last_occurred_at;
        Timestamp last_known_at;
    };

    static Result<std::optional<Timestamp>> last_occurred(db::Connection& connection, const Event& event) {
        std::optional<Timestamp> last;
        BOON_CHECK(connection.query(
            "select last_occurred_at from event_sources where source = ? and type = ?", {event.source, event.type},
            [&](const db::Row& row) -> Status {
                last = Timestamp{row.integer(0)};
                return {};
            }
        ));
        return last;
    }

    std::map<std::pair<std::string_view, EventType>, Added> added_;
};

Result<std::vector<TakenEvent>> insert_events(db::Connection& connection, std::span<const Event> events) {
    std::vector<TakenEvent> taken;
    taken.reserve(events.size());
    Sources sources;
    for (const Event& event : events) {
        TakenEvent one;
        BOON_TRY(one.recorded, insert_event(connection, event));
        if (one.recorded == Recorded::added) {
            BOON_TRY(one.is_late, sources.count(connection, event));
        }
        taken.push_back(one);
    }
    BOON_CHECK(sources.write(connection));
    return taken;
}

}  // namespace

Result<Event> read_event(const json::Value& value, const json::Context& context, Timestamp known_at) {
    if (is_cloud_event(value)) return read_enveloped(value.get_object(), context, known_at);
    return read_plain(value, context, known_at);
}

Result<std::vector<TakenEvent>> add_events(db::Database& database, std::span<const Event> events) {
    const db::Lane lane = events.size() <= kUrgentEvents ? db::Lane::ledger : db::Lane::batch;
    std::vector<TakenEvent> taken;
    while (!events.empty()) {
        const auto chunk = events.first(std::min(events.size(), kChunkEvents));
        BOON_TRY(const auto part, database.write(lane, [&](db::Connection& c) { return insert_events(c, chunk); }));
        taken.insert(taken.end(), part.begin(), part.end());
        events = events.subspan(chunk.size());
    }
    return taken;
}

Result<std::vector<EventCount>> count_events(db::Database& database) {
    return database.read([](db::Connection& c) {
        return db::select<EventCount>(
            c,
            "select source, type, events, late, last_occurred_at, last_known_at, last_occurred_at - ? as watermark "
            "from event_sources order by source, type",
            {kLatenessMicros}
        );
    });
}

}  // namespace boon::history
