#include "insight/training/cutoffs.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::training {

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

std::string last_activity_sql(const Options& /*options*/, Timestamp now) {
    return fmt::format("SELECT max(happened) FROM ({})", activity_sql(now));
}

std::string first_activity_sql(Timestamp now) {
    return fmt::format(
        "SELECT min(happened) FROM (SELECT occurred_at AS happened FROM boon.transactions WHERE known_at <= "
        "{now} UNION ALL SELECT paid_at FROM boon.payments WHERE paid_at <= {now})",
        fmt::arg("now", sql_time(now))
    );
}

Result<Timestamp> first_event(warehouse::Warehouse& warehouse, const std::string& sql, Timestamp now) {
    BOON_TRY(const auto frame, warehouse.query(sql));
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

Result<CutOffs> place_cutoffs(
    Timestamp first, const CutOffShape& shape, const Options& options, const LabelWindow& window
) {
    if (shape.horizon_days < 1 || shape.cutoffs < 1 || shape.spacing_days < 1) {
        return fail(ErrorCode::invalid, "a model's horizon_days, cutoffs and spacing_days must be at least 1");
    }
    CutOffs cuts;
    cuts.test = options.test_from.value_or(plus_days(window.settled, -shape.horizon_days));
    for (int k = 0; k < shape.cutoffs; ++k) {
        const Timestamp at = plus_days(cuts.test, -shape.horizon_days - std::int64_t{k} * shape.spacing_days);
        if (plus_days(first, shape.history_days) <= at) cuts.train.push_back(at);
    }
    if (cuts.train.empty() || plus_days(cuts.test, shape.horizon_days) > window.settled) {
        return too_short(first, window.settled, 2 * std::int64_t{shape.horizon_days} + shape.history_days);
    }
    return cuts;
}

std::string cuts_sql(const CutOffs& cuts) {
    std::string text = fmt::format("cuts(as_of, is_test) AS (VALUES ({}, true)", sql_time(cuts.test));
    for (const Timestamp at : cuts.train) text += fmt::format(", ({}, false)", sql_time(at));
    return text + ")";
}

std::string base_sql(std::int32_t days) {
    return fmt::format(
        "base AS (SELECT DISTINCT c.as_of, c.is_test, a.customer_id FROM cuts c JOIN activity a ON a.happened < "
        "c.as_of "
        "AND a.happened >= c.as_of - to_days({}) AND a.known_at <= c.as_of "
        "LEFT JOIN boon.customers k ON k.customer_id = a.customer_id "
        "WHERE k.closed_at IS NULL OR k.closed_at > c.as_of)",
        days
    );
}

LabelPlan plan_of(const CutOffs& cuts, std::int32_t horizon_days, const std::string& ctes) {
    LabelPlan plan;
    plan.test_from = cuts.test;
    plan.validation_from = cuts.train.front();
    plan.horizon_days = horizon_days;
    plan.rows_sql = fmt::format("WITH {}, {} {}", cuts_sql(cuts), ctes, kNumberRows);
    return plan;
}

}  // namespace boon::training
