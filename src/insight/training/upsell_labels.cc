// Upsell: the next tier. Cross-sell: the next category.
#include <algorithm>

#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {

std::string last_holding_sql(const Options& /*options*/, Timestamp now) {
    return fmt::format(
        "SELECT max(started_at) FROM boon.holdings WHERE started_at <= {now} AND known_at <= {now}",
        fmt::arg("now", sql_time(now))
    );
}

// Rows: the highest tier that a customer holds at the cut-off is below the highest there is. Positive: a holding of a
// higher tier starts within the horizon.
Result<LabelPlan> plan_upsell(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    const UpsellOptions& o = options.upsell;
    const std::string first_sql = fmt::format(
        "SELECT coalesce(({}), (SELECT min(started_at) FROM boon.holdings))", first_activity_sql(window.now)
    );
    BOON_TRY(const Timestamp first, first_event(warehouse, first_sql, window.now));
    const CutOffShape shape{o.horizon_days, o.horizon_days, o.cutoffs, o.spacing_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string ctes = fmt::format(
        "tiers AS (SELECT * FROM boon.holdings WHERE tier IS NOT NULL AND known_at <= {now}), "
        "held AS (SELECT c.as_of, c.is_test, h.customer_id, max(h.tier) AS tier FROM cuts c JOIN tiers h ON "
        "h.started_at < c.as_of AND h.known_at <= c.as_of AND (h.ended_at IS NULL OR h.ended_at > c.as_of) GROUP BY "
        "ALL), "
        "labelled AS (SELECT h.customer_id, h.as_of, h.is_test, "
        "(EXISTS (SELECT 1 FROM tiers t WHERE t.customer_id = h.customer_id AND t.tier > h.tier AND t.started_at >= "
        "h.as_of AND t.started_at < h.as_of + to_days({horizon})))::INTEGER AS label "
        "FROM held h LEFT JOIN boon.customers k ON k.customer_id = h.customer_id "
        "WHERE h.tier < (SELECT max(tier) FROM tiers) AND (k.closed_at IS NULL OR k.closed_at > h.as_of))",
        fmt::arg("now", sql_time(window.now)), fmt::arg("horizon", o.horizon_days)
    );
    return plan_of(cuts, o.horizon_days, ctes);
}

// Positive: a purchase of a category that the customer did not buy in `history_days` before the cut-off.
Result<LabelPlan> plan_cross_sell(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    const CrossSellOptions& o = options.cross_sell;
    BOON_TRY(const Timestamp first, first_event(warehouse, first_activity_sql(window.now), window.now));
    const CutOffShape shape{o.horizon_days, std::max(o.history_days, o.tenure_days), o.cutoffs, o.spacing_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string ctes = fmt::format(
        "activity AS ({activity}), {base}, "
        "firsts AS (SELECT customer_id, min(happened) AS first_at FROM activity GROUP BY ALL), "
        "bought AS (SELECT c.as_of, t.customer_id, t.category, bool_or(t.occurred_at >= c.as_of) AS later, "
        "bool_or(t.occurred_at < c.as_of) AS before FROM cuts c JOIN boon.transactions t ON "
        "t.occurred_at >= c.as_of - to_days({history}) AND t.occurred_at < c.as_of + to_days({horizon}) "
        "WHERE t.known_at <= {now} AND t.type = 'purchase' AND t.category IS NOT NULL GROUP BY ALL), "
        "crossed AS (SELECT DISTINCT as_of, customer_id FROM bought WHERE later AND NOT before), "
        "labelled AS (SELECT b.customer_id, b.as_of, b.is_test, (x.customer_id IS NOT NULL)::INTEGER AS label "
        "FROM base b JOIN firsts f ON f.customer_id = b.customer_id "
        "LEFT JOIN boon.customers k ON k.customer_id = b.customer_id "
        "LEFT JOIN crossed x ON x.as_of = b.as_of AND x.customer_id = b.customer_id "
        "WHERE coalesce(k.joined_at, f.first_at) <= b.as_of - to_days({tenure}))",
        fmt::arg("activity", activity_sql(window.now)), fmt::arg("base", base_sql(o.base_days)),
        fmt::arg("history", o.history_days), fmt::arg("horizon", o.horizon_days), fmt::arg("tenure", o.tenure_days),
        fmt::arg("now", sql_time(window.now))
    );
    return plan_of(cuts, o.horizon_days, ctes);
}

}  // namespace boon::training
