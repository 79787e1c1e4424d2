#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {

std::string last_payment_sql(const Options& /*options*/, Timestamp now) {
    return fmt::format("SELECT max(paid_at) FROM boon.payments WHERE paid_at <= {}", sql_time(now));
}

// Rows: a payment is due within `due_days` after the cut-off, and none is `late_days` late at it. Positive: one of
// those becomes `late_days` late within the horizon.
Result<LabelPlan> plan_default_risk(
    warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window
) {
    const DefaultRiskOptions& o = options.default_risk;
    if (o.due_days + o.late_days > o.horizon_days) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "default_risk: a payment due in {} days is {} days late only after the horizon of {} days", o.due_days,
                o.late_days, o.horizon_days
            ),
            "horizon_days must be due_days + late_days or more"
        );
    }
    BOON_TRY(
        const Timestamp first,
        first_event(
            warehouse, fmt::format("SELECT min(due_at) FROM boon.payments WHERE due_at <= {}", sql_time(window.now)),
            window.now
        )
    );
    const CutOffShape shape{o.horizon_days, o.due_days, o.cutoffs, o.spacing_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string ctes = fmt::format(
        "late AS (SELECT DISTINCT c.as_of, p.customer_id FROM cuts c JOIN boon.payments p ON "
        "p.due_at <= c.as_of - to_days({late}) AND (p.paid_at IS NULL OR p.paid_at >= c.as_of)), "
        "due AS (SELECT c.as_of, c.is_test, p.customer_id, max(CASE WHEN p.paid_at IS NULL OR p.paid_at >= p.due_at + "
        "to_days({late}) THEN 1 ELSE 0 END) AS label FROM cuts c JOIN boon.payments p ON p.due_at > c.as_of AND "
        "p.due_at <= c.as_of + to_days({due}) WHERE p.known_at <= {now} GROUP BY ALL), "
        "labelled AS (SELECT d.customer_id, d.as_of, d.is_test, d.label FROM due d "
        "LEFT JOIN late l ON l.as_of = d.as_of AND l.customer_id = d.customer_id "
        "LEFT JOIN boon.customers k ON k.customer_id = d.customer_id "
        "WHERE l.customer_id IS NULL AND (k.closed_at IS NULL OR k.closed_at > d.as_of))",
        fmt::arg("late", o.late_days), fmt::arg("due", o.due_days), fmt::arg("now", sql_time(window.now))
    );
    return plan_of(cuts, o.horizon_days, ctes);
}

}  // namespace boon::training
