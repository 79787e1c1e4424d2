// What customers were worth: a row when the segment, an RFM score, the base or the partial mark changes, or the score
// has moved by kKeptMove since the last row; and one row per recomputation of the base. Within the caller's read() or
// write().
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/value/worth.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"
#include "records/profiles/pasts.h"

namespace boon::value {

inline constexpr double kKeptMove = 5;

// The segments as pasts: keep_points() marks their customers as loose.
inline constexpr profiles::PastTable kSegmentPast{
    .rows = "value_history", .begins = "at", .ends = "", .state = "value_segment"
};

struct ValuePoint {
    std::string customer_id;
    Timestamp at;
    double value_score = 0;
    std::string value_segment;
    bool is_partial = false;
    bool in_base = true;
    std::int32_t r = 0;  // 0: no RFM
    std::int32_t f = 0;
    std::int32_t m = 0;
    std::string rfm_segment;
    std::optional<double> revenue_365d;
    std::optional<double> lifetime_value;
    std::optional<double> predicted_ltv;
};
BOOST_DESCRIBE_STRUCT(
    ValuePoint, (),
    (customer_id, at, value_score, value_segment, is_partial, in_base, r, f, m, rfm_segment, revenue_365d,
     lifetime_value, predicted_ltv)
)

// Whether `next` says enough that `last` does not.
bool is_worth_keeping(const ValuePoint& last, const ValuePoint& next);

using PointsByCustomer = std::map<std::string, ValuePoint, std::less<>>;
// The last point of each customer after `after`, up to and with `up_to`.
Result<PointsByCustomer> last_points(db::Connection& connection, std::string_view after, std::string_view up_to);
Result<PointsByCustomer> last_points(db::Connection& connection, std::span<const std::string_view> customer_ids);
// All of a customer's, the latest first.
Result<std::vector<ValuePoint>> history_of(db::Connection& connection, std::string_view customer_id);
// Replaces a point of the same customer and instant.
Status keep_points(db::Connection& connection, std::span<const ValuePoint> points);

// One segment as a whole; amounts in currency units, means over its customers.
struct SegmentTotals {
    std::string segment;
    std::int64_t customers = 0;
    double share = 0;
    double revenue_365d = 0;
    double revenue_share = 0;  // of what all customers brought
    double mean_score = 0;
    double mean_revenue_365d = 0;
    std::optional<double> mean_predicted_ltv;  // of those that have one
    double predicted_ltv = 0;
};
BOOST_DESCRIBE_STRUCT(
    SegmentTotals, (),
    (segment, customers, share, revenue_365d, revenue_share, mean_score, mean_revenue_365d, mean_predicted_ltv,
     predicted_ltv)
)

struct ValueRun {
    Timestamp as_of;
    std::int64_t customers = 0;
    std::int64_t in_base = 0;
    std::int64_t is_partial = 0;
    std::int64_t changed = 0;
    std::string model_version;  // empty: no model of the lifetime value
    std::vector<SegmentTotals> segments;
    BaseShape shape;
    Timestamp finished_at;
};
BOOST_DESCRIBE_STRUCT(
    ValueRun, (), (as_of, customers, in_base, is_partial, changed, model_version, segments, shape, finished_at)
)
Status keep_run(db::Connection& connection, const ValueRun& run);
Result<std::optional<ValueRun>> last_run(db::Connection& connection);

// A run as its dashboard shows it: all but the shape, which is most of its bytes.
struct ValueSeriesPoint {
    Timestamp as_of;
    std::int64_t customers = 0;
    std::int64_t in_base = 0;
    std::int64_t is_partial = 0;
    std::string model_version;
    std::vector<SegmentTotals> segments;
};
BOOST_DESCRIBE_STRUCT(ValueSeriesPoint, (), (as_of, customers, in_base, is_partial, model_version, segments))
// With as_of in [from, to], ascending.
Result<std::vector<ValueSeriesPoint>> series(db::Connection& connection, Timestamp from, Timestamp to);

// Customers by their segment at two instants; empty: not valued yet. Also of those whose segment is the same.
struct Movement {
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::int64_t customers = 0;
};
BOOST_DESCRIBE_STRUCT(Movement, (), (from, to, customers))
Result<std::vector<Movement>> movements(db::Connection& connection, Timestamp from, Timestamp to);

}  // namespace boon::value
