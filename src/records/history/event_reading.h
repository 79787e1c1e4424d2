// What was posted (events.h), read by those who keep up with it. All within the caller's read().
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "records/history/events.h"

namespace boon::history {

// A place in the order in which events are handed out. On PostgreSQL, as in storage/change_feed.h, positions are given
// out before commits happen: events come by (transaction, position), each once all older transactions have ended, so
// that what appears later always stands behind.
struct EventPlace {
    std::int64_t transaction = 0;  // always 0 on SQLite
    std::int64_t position = 0;
    auto operator<=>(const EventPlace&) const = default;
};

struct PlacedEvent {
    EventPlace place;
    Event event;
};

// What came after `place`, at most `limit`; go on from the last one's.
Result<std::vector<PlacedEvent>> events_after(db::Connection& connection, EventPlace place, std::int64_t limit);
// Whom the next `limit` events behind `place` are about, each once.
Result<std::vector<std::string>> customers_after(db::Connection& connection, EventPlace place, std::int64_t limit);
// The place of the last event that is handed out; the beginning when there is none. Whatever is read after this was
// asked has all events up to it.
Result<EventPlace> last_event_place(db::Connection& connection);

using OnEvent = std::function<Status(const Event& event)>;
// All that there are, handed out or not, in the order of their positions; an error ends it.
Status for_each_event(db::Connection& connection, const OnEvent& on_event);
Status for_each_event_of(
    db::Connection& connection, std::span<const std::string_view> customer_ids, const OnEvent& on_event
);

// A customer's, the latest that happened first: what stands behind `before`, at most `limit`.
struct EventAge {
    Timestamp occurred_at{std::numeric_limits<std::int64_t>::max()};
    std::int64_t position = 0;
};
struct AgedEvent {
    EventAge age;
    Event event;
};
Result<std::vector<AgedEvent>> events_of(
    db::Connection& connection, std::string_view customer_id, const EventAge& before, std::int64_t limit
);

}  // namespace boon::history
