#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {
namespace {

// What scores: customer_id, happened, points; each event once.
std::string points_sql(const EngagementOptions& o, Timestamp now) {
    std::string sql = fmt::format(
        "SELECT customer_id, occurred_at AS happened, CASE kind WHEN 'viewed' THEN {} WHEN 'clicked' THEN {} ELSE {} "
        "END AS points FROM (SELECT * FROM boon.interactions WHERE known_at <= {now} AND kind IN ('viewed', 'clicked', "
        "'converted') QUALIFY interaction_id IS NULL OR row_number() OVER (PARTITION BY interaction_id ORDER BY "
        "known_at, occurred_at) = 1) UNION ALL "
        "SELECT customer_id, occurred_at, {} FROM (SELECT * FROM boon.transactions WHERE known_at <= {now} AND type IN "
        "('purchase', 'recharge') QUALIFY transaction_id IS NULL OR row_number() OVER (PARTITION BY transaction_id "
        "ORDER BY known_at, occurred_at) = 1)",
        o.viewed, o.clicked, o.converted, o.transaction, fmt::arg("now", sql_time(now))
    );
    if (!o.logins.empty()) {
        sql += fmt::format(
            " UNION ALL SELECT customer_id::VARCHAR, happened::TIMESTAMP, {} FROM ({}) WHERE happened <= {}", o.login,
            o.logins, sql_time(now)
        );
    }
    return sql;
}

}  // namespace

std::string last_engagement_sql(const Options& options, Timestamp now) {
    return fmt::format("SELECT max(happened) FROM ({})", points_sql(options.engagement, now));
}

// The target is the points of what the customer does within the horizon; what was sent does not count.
Result<LabelPlan> plan_engagement(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    const EngagementOptions& o = options.engagement;
    BOON_TRY(const Timestamp first, first_event(warehouse, first_activity_sql(window.now), window.now));
    const CutOffShape shape{o.horizon_days, o.horizon_days, o.cutoffs, o.spacing_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string ctes = fmt::format(
        "activity AS ({activity}), {base}, points AS ({points}), "
        "earned AS (SELECT c.as_of, p.customer_id, sum(p.points) AS points FROM cuts c JOIN points p ON "
        "p.happened >= c.as_of AND p.happened < c.as_of + to_days({horizon}) GROUP BY ALL), "
        "labelled AS (SELECT b.customer_id, b.as_of, b.is_test, coalesce(e.points, 0) AS label FROM base b "
        "LEFT JOIN earned e ON e.as_of = b.as_of AND e.customer_id = b.customer_id)",
        fmt::arg("activity", activity_sql(window.now)), fmt::arg("base", base_sql(o.base_days)),
        fmt::arg("points", points_sql(o, window.now)), fmt::arg("horizon", o.horizon_days)
    );
    return plan_of(cuts, o.horizon_days, ctes);
}

}  // namespace boon::training
