#include <algorithm>

#include <fmt/format.h>

#include "insight/training/label_sql.h"

namespace boon::training {
namespace {

Result<Timestamp> first_event(warehouse::Warehouse& warehouse, Timestamp now) {
    BOON_TRY(
        const auto frame,
        warehouse.query(fmt::format(
            "SELECT min(happened) FROM (SELECT occurred_at AS happened FROM boon.transactions WHERE known_at <= "
            "{now} UNION ALL SELECT paid_at FROM boon.payments WHERE paid_at <= {now})",
            fmt::arg("now", sql_time(now))
        ))
    );
    return frame.columns[0].is_null(0) ? now : frame.columns[0].time(0);
}

std::unexpected<Error> too_short(Timestamp first, Timestamp settled, std::int64_t needed_days) {
    return fail(
        ErrorCode::invalid,
        fmt::format(
            "the history runs from {} to {}, after the lateness; at least {} days are needed", to_string(first),
            to_string(settled), needed_days
        ),
        "load more history into the warehouse"
    );
}

struct CutOffs {
    Timestamp test;
    std::vector<Timestamp> train;
};

// VALUES (at, is_test), …
std::string values_of(const CutOffs& cuts) {
    std::string text = fmt::format("VALUES ({}, true)", sql_time(cuts.test));
    for (const Timestamp at : cuts.train) text += fmt::format(", ({}, false)", sql_time(at));
    return text;
}

constexpr std::string_view kNumberRows =
    "SELECT row_number() OVER (ORDER BY as_of, customer_id) - 1 AS row_id, customer_id, "
    "dense_rank() OVER (ORDER BY customer_id) - 1 AS customer, as_of, label::DOUBLE AS label, is_test "
    "FROM labelled ORDER BY row_id";

}  // namespace

std::string sql_time(Timestamp at) { return fmt::format("make_timestamp({})", at.micros); }

std::string activity_sql(Timestamp now) {
    return fmt::format(
        "SELECT customer_id, occurred_at AS happened, known_at FROM boon.transactions WHERE known_at <= {now} AND "
        "coalesce(type, 'purchase') IN ('purchase', 'recharge', 'usage') UNION ALL "
        "SELECT customer_id, paid_at AS happened, greatest(known_at, paid_at) FROM boon.payments WHERE paid_at <= "
        "{now} AND "
        "NOT coalesce(automatic, false)",
        fmt::arg("now", sql_time(now))
    );
}

std::string last_event_sql(Model model, Timestamp now) {
    if (model == Model::nbo) {
        return fmt::format("SELECT max(occurred_at) FROM boon.interactions WHERE known_at <= {}", sql_time(now));
    }
    return fmt::format("SELECT max(happened) FROM ({})", activity_sql(now));
}

Result<LabelPlan> plan_churn(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    const ChurnOptions& o = options.churn;
    BOON_TRY(const Timestamp first, first_event(warehouse, window.now));
    CutOffs cuts;
    cuts.test = options.test_from.value_or(plus_days(window.settled, -o.horizon_days));
    for (int k = 0; k < o.cutoffs; ++k) {
        const Timestamp at = plus_days(cuts.test, -o.horizon_days - std::int64_t{k} * o.spacing_days);
        if (plus_days(first, o.active_days) <= at) cuts.train.push_back(at);
    }
    if (cuts.train.empty() || plus_days(cuts.test, o.horizon_days) > window.settled) {
        return too_short(first, window.settled, 2 * std::int64_t{o.horizon_days} + o.active_days);
    }
    LabelPlan plan;
    plan.test_from = cuts.test;
    plan.validation_from = cuts.train.front();
    plan.horizon_days = o.horizon_days;
    plan.rows_sql = fmt::format(
        "WITH cuts(as_of, is_test) AS ({cuts}), activity AS ({activity}), "
        "seen AS (SELECT c.as_of, c.is_test, a.customer_id, min(a.happened) FILTER (a.known_at <= c.as_of) AS "
        "first_at, "
        "max(a.happened) FILTER (a.happened < c.as_of AND a.known_at <= c.as_of) AS last_at, "
        "count(*) FILTER (a.happened >= c.as_of AND a.happened < c.as_of + to_days({horizon})) AS later "
        "FROM cuts c JOIN activity a ON a.happened < c.as_of + to_days({horizon}) GROUP BY ALL), "
        "labelled AS (SELECT s.customer_id, s.as_of, s.is_test, CASE WHEN s.later = 0 THEN 1 ELSE 0 END AS label "
        "FROM seen s LEFT JOIN boon.customers k ON k.customer_id = s.customer_id "
        "WHERE s.last_at >= s.as_of - to_days({active}) "
        "AND coalesce(k.joined_at, s.first_at) <= s.as_of - to_days({tenure}) "
        "AND (k.closed_at IS NULL OR k.closed_at > s.as_of)) {number}",
        fmt::arg("cuts", values_of(cuts)), fmt::arg("activity", activity_sql(window.now)),
        fmt::arg("horizon", o.horizon_days), fmt::arg("active", o.active_days), fmt::arg("tenure", o.tenure_days),
        fmt::arg("number", kNumberRows)
    );
    return plan;
}

Result<LabelPlan> plan_ltv(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    if (options.ltv.horizons_days.empty()) return fail(ErrorCode::invalid, "ltv.horizons_days is empty");
    BOON_TRY(const Timestamp first, first_event(warehouse, window.now));
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
        "WITH cuts(as_of, is_test) AS ({cuts}), activity AS ({activity}), "
        "base AS (SELECT c.as_of, c.is_test, a.customer_id FROM cuts c JOIN activity a ON a.happened < c.as_of AND "
        "a.happened >= c.as_of - to_days({base}) AND a.known_at <= c.as_of GROUP BY ALL), "
        "revenue AS (SELECT c.as_of, t.customer_id, sum(t.amount) AS amount FROM cuts c JOIN (SELECT * FROM "
        "boon.transactions "
        "WHERE known_at <= {now} QUALIFY transaction_id IS NULL OR row_number() OVER (PARTITION BY transaction_id "
        "ORDER BY known_at, occurred_at) = 1) t ON t.occurred_at >= c.as_of AND "
        "t.occurred_at < c.as_of + to_days({horizon}) GROUP BY ALL), "
        "labelled AS (SELECT b.customer_id, b.as_of, b.is_test, coalesce(r.amount, 0) AS label FROM base b "
        "LEFT JOIN revenue r ON r.as_of = b.as_of AND r.customer_id = b.customer_id "
        "LEFT JOIN boon.customers k ON k.customer_id = b.customer_id "
        "WHERE k.closed_at IS NULL OR k.closed_at > b.as_of) {number}",
        fmt::arg("cuts", values_of(cuts)), fmt::arg("activity", activity_sql(window.now)),
        fmt::arg("horizon", plan.horizon_days), fmt::arg("base", options.ltv.base_days),
        fmt::arg("now", sql_time(window.now)), fmt::arg("number", kNumberRows)
    );
    return plan;
}

Result<LabelPlan> plan_labels(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window) {
    switch (options.model) {
        case Model::nbo: return plan_nbo(warehouse, options, window);
        case Model::churn: return plan_churn(warehouse, options, window);
        case Model::ltv: return plan_ltv(warehouse, options, window);
    }
    return fail(ErrorCode::internal, "an unknown model");
}

}  // namespace boon::training
