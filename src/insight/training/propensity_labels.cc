#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {

// Positive: a purchase. Recharges, usage and automatic charges are none.
Result<LabelPlan> plan_propensity(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    const PropensityOptions& o = options.propensity;
    BOON_TRY(const Timestamp first, first_event(warehouse, first_activity_sql(window.now), window.now));
    const CutOffShape shape{o.horizon_days, o.horizon_days, o.cutoffs, o.spacing_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string ctes = fmt::format(
        "activity AS ({activity}), {base}, "
        "bought AS (SELECT DISTINCT c.as_of, t.customer_id FROM cuts c JOIN boon.transactions t ON "
        "t.occurred_at >= c.as_of AND t.occurred_at < c.as_of + to_days({horizon}) "
        "WHERE t.known_at <= {now} AND t.type = 'purchase'), "
        "labelled AS (SELECT b.customer_id, b.as_of, b.is_test, (p.customer_id IS NOT NULL)::INTEGER AS label "
        "FROM base b LEFT JOIN bought p ON p.as_of = b.as_of AND p.customer_id = b.customer_id)",
        fmt::arg("activity", activity_sql(window.now)), fmt::arg("base", base_sql(o.base_days)),
        fmt::arg("horizon", o.horizon_days), fmt::arg("now", sql_time(window.now))
    );
    return plan_of(cuts, o.horizon_days, ctes);
}

}  // namespace boon::training
