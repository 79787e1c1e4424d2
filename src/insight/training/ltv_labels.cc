#include <algorithm>

#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {

Result<LabelPlan> plan_ltv(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    if (options.ltv.horizons_days.empty()) return fail(ErrorCode::invalid, "ltv.horizons_days is empty");
    BOON_TRY(const Timestamp first, first_event(warehouse, first_activity_sql(window.now), window.now));
    LabelPlan plan;
    CutOffs cuts;
    for (const std::int32_t days : options.ltv.horizons_days) {
        cuts.test = options.test_from.value_or(plus_days(window.settled, -days));
        const Timestamp train = plus_days(cuts.test, -days);
        // Two windows that do not overlap, and as much history before the first.
        if (plus_days(cuts.test, days) > window.settled || plus_days(train, -days) < first) continue;
        plan.horizon_days = days;
        cuts.train = {train};
        break;
    }
    if (plan.horizon_days == 0) {
        const auto shortest = std::ranges::min_element(options.ltv.horizons_days);
        return too_short(first, window.settled, 3 * std::int64_t{*shortest});
    }
    plan.test_from = cuts.test;
    plan.rows_sql = fmt::format(
        "WITH {cuts}, activity AS ({activity}), {base}, "
        "revenue AS (SELECT c.as_of, t.customer_id, sum(t.amount) AS amount FROM cuts c JOIN (SELECT * FROM "
        "boon.transactions "
        "WHERE known_at <= {now} QUALIFY transaction_id IS NULL OR row_number() OVER (PARTITION BY transaction_id "
        "ORDER BY known_at, occurred_at) = 1) t ON t.occurred_at >= c.as_of AND "
        "t.occurred_at < c.as_of + to_days({horizon}) GROUP BY ALL), "
        "labelled AS (SELECT b.customer_id, b.as_of, b.is_test, coalesce(r.amount, 0) AS label FROM base b "
        "LEFT JOIN revenue r ON r.as_of = b.as_of AND r.customer_id = b.customer_id) {number}",
        fmt::arg("cuts", cuts_sql(cuts)), fmt::arg("activity", activity_sql(window.now)),
        fmt::arg("base", base_sql(options.ltv.base_days)), fmt::arg("horizon", plan.horizon_days),
        fmt::arg("now", sql_time(window.now)), fmt::arg("number", kNumberRows)
    );
    return plan;
}

}  // namespace boon::training
