#include "records/history/events.h"

#include <algorithm>
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

Result<std::vector<Recorded>> insert_events(db::Connection& connection, std::span<const Event> events) {
    std::vector<Recorded> recorded;
    recorded.reserve(events.size());
    for (const Event& event : events) {
        BOON_TRY(const Recorded one, insert_event(connection, event));
        recorded.push_back(one);
    }
    return recorded;
}

}  // namespace

Result<Event> read_event(const json::Value& value, const json::Context& context, Timestamp known_at) {
    if (is_cloud_event(value)) return read_enveloped(value.get_object(), context, known_at);
    return read_plain(value, context, known_at);
}

Result<std::vector<Recorded>> add_events(db::Database& database, std::span<const Event> events) {
    const db::Lane lane = events.size() <= kUrgentEvents ? db::Lane::ledger : db::Lane::batch;
    std::vector<Recorded> recorded;
    while (!events.empty()) {
        const auto chunk = events.first(std::min(events.size(), kChunkEvents));
        BOON_TRY(const auto part, database.write(lane, [&](db::Connection& c) { return insert_events(c, chunk); }));
        recorded.insert(recorded.end(), part.begin(), part.end());
        events = events.subspan(chunk.size());
    }
    return recorded;
}

Result<std::vector<EventCount>> count_events(db::Database& database) {
    return database.read([](db::Connection& c) {
        return db::select<EventCount>(
            c,
            "select source, type, count(*) as events, max(occurred_at) as last_occurred_at, "
            "max(known_at) as last_known_at from events group by source, type order by source, type"
        );
    });
}

}  // namespace boon::history
