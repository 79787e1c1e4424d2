#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {

Result<LabelPlan> plan_churn(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    const ChurnOptions& o = options.churn;
    BOON_TRY(const Timestamp first, first_event(warehouse, first_activity_sql(window.now), window.now));
    const CutOffShape shape{o.horizon_days, o.active_days, o.cutoffs, o.spacing_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string ctes = fmt::format(
        "activity AS ({activity}), "
        "seen AS (SELECT c.as_of, c.is_test, a.customer_id, min(a.happened) FILTER (a.known_at <= c.as_of) AS "
        "first_at, "
        "max(a.happened) FILTER (a.happened < c.as_of AND a.known_at <= c.as_of) AS last_at, "
        "count(*) FILTER (a.happened >= c.as_of AND a.happened < c.as_of + to_days({horizon})) AS later "
        "FROM cuts c JOIN activity a ON a.happened < c.as_of + to_days({horizon}) GROUP BY ALL), "
        "labelled AS (SELECT s.customer_id, s.as_of, s.is_test, CASE WHEN s.later = 0 THEN 1 ELSE 0 END AS label "
        "FROM seen s LEFT JOIN boon.customers k ON k.customer_id = s.customer_id "
        "WHERE s.last_at >= s.as_of - to_days({active}) "
        "AND coalesce(k.joined_at, s.first_at) <= s.as_of - to_days({tenure}) "
        "AND (k.closed_at IS NULL OR k.closed_at > s.as_of))",
        fmt::arg("activity", activity_sql(window.now)), fmt::arg("horizon", o.horizon_days),
        fmt::arg("active", o.active_days), fmt::arg("tenure", o.tenure_days)
    );
    return plan_of(cuts, o.horizon_days, ctes);
}

}  // namespace boon::training
