// What the profiles that serve were computed from, so that one customer's features can be computed anew between two
// computations of the whole base, and the same numbers come out; and up to which event customers were. One row of the
// database. Within the caller's read() or write().
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "records/history/event_reading.h"
#include "records/warehouse/posted.h"

namespace boon::app {

struct LiveFeatures {
    std::int64_t fill = 0;       // counts the computations of the base
    std::int64_t schema_id = 0;  // of the profiles
    std::string features;        // a features::Schema
    warehouse::OwnTables own;    // empty: nothing was posted when the base was computed
};

// Where the events are up to which customers are computed; nothing before the first computation of the base.
struct LivePlace {
    std::int64_t fill = 0;
    history::EventPlace place;
    bool operator==(const LivePlace&) const = default;
};

Result<std::optional<LivePlace>> live_place(db::Connection& connection);
Result<LiveFeatures> live_features(db::Connection& connection);

// In the transaction by which a computed base begins to serve: customers of whom something was posted behind `place`
// are computed anew, also those who were while it was computed. `live.fill` is not looked at.
Status begin_live(db::Connection& connection, const LiveFeatures& live, history::EventPlace place);

// In the transaction that keeps what was computed: false when another process, or a computation of the base, came
// first; what was computed must not be kept then.
Result<bool> go_on(db::Connection& connection, const LivePlace& from, history::EventPlace to);

}  // namespace boon::app
