#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {

std::string product_purchases_sql(Timestamp now) {
    return fmt::format(
        "SELECT customer_id, product_id, occurred_at, known_at FROM boon.transactions WHERE known_at <= {} AND "
        "coalesce(type, 'purchase') = 'purchase' AND product_id IS NOT NULL",
        sql_time(now)
    );
}

std::string last_product_sql(const Options& /*options*/, Timestamp now) {
    return fmt::format("SELECT max(occurred_at) FROM ({})", product_purchases_sql(now));
}

// Two cut-offs: recipes are chosen at the first and judged at the second. The label is how many products are bought.
Result<LabelPlan> plan_product_recommendation(
    warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window
) {
    const ProductRecommendationOptions& o = options.product_recommendation;
    const std::string bought = product_purchases_sql(window.now);
    BOON_TRY(
        const Timestamp first,
        first_event(warehouse, fmt::format("SELECT min(occurred_at) FROM ({})", bought), window.now)
    );
    const CutOffShape shape{o.horizon_days, o.horizon_days, 1, o.horizon_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string ctes = fmt::format(
        "bought AS ({bought}), "
        "seen AS (SELECT c.as_of, c.is_test, b.customer_id, "
        "count(DISTINCT b.product_id) FILTER (b.occurred_at >= c.as_of) AS later, "
        "count(*) FILTER (b.occurred_at < c.as_of AND b.occurred_at >= c.as_of - to_days({base}) AND "
        "b.known_at <= c.as_of) AS before "
        "FROM cuts c JOIN bought b ON b.occurred_at < c.as_of + to_days({horizon}) GROUP BY ALL), "
        "labelled AS (SELECT customer_id, as_of, is_test, later AS label FROM seen WHERE before > 0 "
        "QUALIFY row_number() OVER (PARTITION BY as_of ORDER BY hash(customer_id), customer_id) <= {most})",
        fmt::arg("bought", bought), fmt::arg("base", o.base_days), fmt::arg("horizon", o.horizon_days),
        fmt::arg("most", o.most_customers)
    );
    return plan_of(cuts, o.horizon_days, ctes);
}

}  // namespace boon::training
