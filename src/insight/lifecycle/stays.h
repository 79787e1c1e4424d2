// Where customers have been: one row per stay in a stage, at most one of a customer's stays open (the database sees to
// that), each from entered_at on and before exited_at. All functions run within the caller's read() or write().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"
#include "records/profiles/pasts.h"

namespace boon::lifecycle {

// The stays as pasts: what changes them here marks their customers as loose.
inline constexpr profiles::PastTable kStagePast{
    .rows = "stays", .begins = "entered_at", .ends = "exited_at", .state = "stage"
};

struct Stay {
    std::string customer_id;
    Timestamp entered_at;
    std::optional<Timestamp> exited_at;  // empty: still there
    std::string stage;
    std::string rule;    // that decided, `override`, or of a version that is gone
    std::string reason;  // in words, with the values that decided
    std::int64_t rules_version = 0;
};
BOOST_DESCRIBE_STRUCT(Stay, (), (customer_id, entered_at, exited_at, stage, rule, reason, rules_version))

// Days of 24 hours from entry to exit, or to `as_of` while the stay is open.
double duration_days(const Stay& stay, Timestamp as_of);

// Customers after `after`, up to and with `up_to` (empty: all that come after).
struct CustomerRange {
    std::string_view after;
    std::string_view up_to;
};
using StaysByCustomer = std::map<std::string, Stay, std::less<>>;
Result<StaysByCustomer> open_stays(db::Connection& connection, const CustomerRange& range);
Result<StaysByCustomer> open_stays(db::Connection& connection, std::span<const std::string_view> customer_ids);
Result<std::optional<Stay>> open_stay(db::Connection& connection, std::string_view customer_id);
// Where the customer was at an instant.
Result<std::optional<Stay>> stay_at(db::Connection& connection, std::string_view customer_id, Timestamp at);
// All of a customer's, the latest first.
Result<std::vector<Stay>> stays_of(db::Connection& connection, std::string_view customer_id);

// Ends the open stay, if there is one, and begins `next` at next.entered_at; the stay that is open then. `conflict`
// when the open one began later. One that began at the same instant never was: it is replaced, and a stay in next's
// stage that ended there goes on.
Result<Stay> move(db::Connection& connection, const std::optional<Stay>& open, const Stay& next);
// The same for many that have an open stay which began earlier, or none (`has_open`); all at one instant.
struct Move {
    Stay next;
    bool has_open = false;
};
Status move_many(db::Connection& connection, std::span<const Move> moves);
// The customer is gone: ends the open stay. One that began at `at` never was.
Status leave(db::Connection& connection, const Stay& open, Timestamp at);

}  // namespace boon::lifecycle
