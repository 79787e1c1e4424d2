#include <algorithm>

#include <fmt/format.h>

#include "insight/training/cutoffs.h"

namespace boon::training {

namespace {

// Of each cut-off who was active before it, long enough with the programme and not closed: customer_id, as_of, is_test,
// last_at, and how often each did something within the horizon. Needs cuts.
std::string seen_sql(const ChurnOptions& o, const LabelWindow& window) {
    return fmt::format(
        "activity AS ({activity}), "
        "active AS (SELECT c.as_of, c.is_test, a.customer_id, min(a.happened) FILTER (a.known_at <= c.as_of) AS "
        "first_at, "
        "max(a.happened) FILTER (a.happened < c.as_of AND a.known_at <= c.as_of) AS last_at, "
        "count(*) FILTER (a.happened >= c.as_of AND a.happened < c.as_of + to_days({horizon})) AS later "
        "FROM cuts c JOIN activity a ON a.happened < c.as_of + to_days({horizon}) GROUP BY ALL), "
        "seen AS (SELECT s.* FROM active s LEFT JOIN boon.customers k ON k.customer_id = s.customer_id "
        "WHERE s.last_at >= s.as_of - to_days({active}) "
        "AND coalesce(k.joined_at, s.first_at) <= s.as_of - to_days({tenure}) "
        "AND (k.closed_at IS NULL OR k.closed_at > s.as_of))",
        fmt::arg("activity", activity_sql(window.now)), fmt::arg("horizon", o.horizon_days),
        fmt::arg("active", o.active_days), fmt::arg("tenure", o.tenure_days)
    );
}

constexpr std::string_view kByActivity =
    "labelled AS (SELECT customer_id, as_of, is_test, CASE WHEN later = 0 THEN 1 ELSE 0 END AS label FROM seen)";

// Who left before the cut-off and did something since has come back; who did nothing since is no row.
std::string by_flag_sql(const ChurnOptions& o, Timestamp now) {
    return fmt::format(
        "flags AS (SELECT DISTINCT customer_id, CASE WHEN known_at <= {now} THEN churned_at END AS churned_at "
        "FROM boon.churn), "
        "flagged AS (SELECT s.customer_id, s.as_of, s.is_test, s.last_at, "
        "max(f.churned_at) FILTER (f.churned_at < s.as_of) AS left_at, "
        "count(*) FILTER (f.churned_at >= s.as_of AND f.churned_at < s.as_of + to_days({horizon})) AS leaves "
        "FROM seen s JOIN flags f ON f.customer_id = s.customer_id GROUP BY ALL), "
        "labelled AS (SELECT customer_id, as_of, is_test, CASE WHEN leaves > 0 THEN 1 ELSE 0 END AS label "
        "FROM flagged WHERE left_at IS NULL OR left_at < last_at)",
        fmt::arg("now", sql_time(now)), fmt::arg("horizon", o.horizon_days)
    );
}

// What the flag does not say yet is no negative: horizons end when it was last known.
Result<LabelWindow> window_of_flag(warehouse::Warehouse& warehouse, LabelWindow window) {
    BOON_TRY(
        const auto frame, warehouse.query(fmt::format(
                              "SELECT max(known_at) AS last FROM boon.churn WHERE known_at <= {}", sql_time(window.now)
                          ))
    );
    const auto& last = frame.column("last");
    if (last.is_null(0)) {
        return fail(
            ErrorCode::invalid, "the warehouse's table `churn` says of nobody when they left",
            "map the company's own flag in warehouse.toml, [warehouse.views] churn (customer_id, churned_at), or learn "
            "from activity: [training.churn] label = \"activity\""
        );
    }
    window.settled = std::min(window.settled, last.time(0));
    return window;
}

}  // namespace

Result<LabelPlan> plan_churn(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& given) {
    const ChurnOptions& o = options.churn;
    const bool flag = o.label == ChurnLabel::flag;
    LabelWindow window = given;
    if (flag) {
        BOON_TRY(window, window_of_flag(warehouse, given));
    }
    BOON_TRY(const Timestamp first, first_event(warehouse, first_activity_sql(window.now), window.now));
    const CutOffShape shape{o.horizon_days, o.active_days, o.cutoffs, o.spacing_days};
    BOON_TRY(const CutOffs cuts, place_cutoffs(first, shape, options, window));
    const std::string labelled = flag ? by_flag_sql(o, window.now) : std::string(kByActivity);
    return plan_of(cuts, o.horizon_days, fmt::format("{}, {}", seen_sql(o, window), labelled));
}

}  // namespace boon::training
