// What the stays tell of the whole base: how many are in each stage and were on any day, who moved where, how long
// customers stay. All read the stays alone, so that a past day comes out as it was. A customer is in a stage at an
// instant when a stay began at or before it and ended after it.
//
// All functions run within the caller's read() and go once through everybody's past (records/profiles/pasts.h):
// bench/base_bench says how long that takes.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "insight/lifecycle/survival.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::lifecycle {

using Counts = std::map<std::string, std::int64_t>;  // by stage

Result<Counts> distribution_at(db::Connection& connection, Timestamp at);

// [from, to], in steps: at from, from + step, …, the last one at or before `to`.
struct Span {
    Timestamp from;
    Timestamp to;
    std::int64_t step_micros = kMicrosPerDay;
};
inline constexpr std::int64_t kMostPoints = 1200;

struct SeriesPoint {
    Timestamp at;
    Counts customers;
    Counts entered;  // since the point before; of the first point nothing
    Counts exited;
};
BOOST_DESCRIBE_STRUCT(SeriesPoint, (), (at, customers, entered, exited))
// `invalid` when `to` lies before `from` or there would be more than kMostPoints.
Result<std::vector<SeriesPoint>> series(db::Connection& connection, const Span& span);

// Customers by where they were at two instants; empty: in no stage yet, or no longer.
struct Flow {
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::int64_t customers = 0;
};
BOOST_DESCRIBE_STRUCT(Flow, (), (from, to, customers))
// Also of those that are in the same stage at both.
Result<std::vector<Flow>> flows(db::Connection& connection, Timestamp from, Timestamp to);

// Of the stays in one stage that ended in [from, to), which stage came next, and what share of all that were in the
// stage at some time in [from, to) that is.
struct Conversion {
    std::string from;
    std::optional<std::string> to;  // empty: left the base
    std::int64_t customers = 0;
    double share_of_exits = 0;
    double share_of_stays = 0;
};
BOOST_DESCRIBE_STRUCT(Conversion, (), (from, to, customers, share_of_exits, share_of_stays))
Result<std::vector<Conversion>> conversions(db::Connection& connection, Timestamp from, Timestamp to);

struct DurationBin {
    double from_days = 0;
    std::optional<double> to_days;  // empty: and longer
    std::int64_t ended = 0;
    std::int64_t open = 0;
};
BOOST_DESCRIBE_STRUCT(DurationBin, (), (from_days, to_days, ended, open))

// How long the stays in one stage that began in [from, to) lasted, as known at `to`. Quantiles are of the survival
// estimate, so that open stays count for what they are; empty where too many are still open. Days are whole ones.
struct Durations {
    std::string stage;
    std::int64_t stays = 0;
    std::int64_t ended = 0;
    std::int64_t open = 0;
    std::optional<double> mean_ended_days;
    std::optional<double> p25_days;
    std::optional<double> median_days;
    std::optional<double> p75_days;
    std::optional<double> p90_days;
    std::vector<DurationBin> histogram;
    std::vector<SurvivalPoint> survival;
};
BOOST_DESCRIBE_STRUCT(
    Durations, (),
    (stage, stays, ended, open, mean_ended_days, p25_days, median_days, p75_days, p90_days, histogram, survival)
)
// One per stage that had stays.
Result<std::vector<Durations>> durations(db::Connection& connection, Timestamp from, Timestamp to);

}  // namespace boon::lifecycle
