#include <fmt/format.h>

#include "insight/training/label_sql.h"

namespace boon::training {

Result<LabelPlan> plan_arms(warehouse::Warehouse& /*warehouse*/, const Options& options, const LabelWindow& window) {
    BOON_ASSERT(options.test_from.has_value());
    LabelPlan plan;
    plan.horizon_days = options.campaign_response.horizon_days;
    plan.test_from = *options.test_from;
    plan.rows_sql = fmt::format(
        "WITH contacts AS (SELECT row_number() OVER (ORDER BY sent_at, customer_id, contact_id) AS n, customer_id, "
        "campaign_id, channel, sent_at AS happened, sent_at + to_days({horizon}) AS ends, NOT coalesce(is_control, "
        "false) AS treated FROM (SELECT * FROM boon.contacts WHERE sent_at <= {watermark} AND known_at <= {now} "
        "QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY known_at, sent_at) = 1)), "
        "conversions AS (SELECT customer_id, occurred_at AS happened FROM boon.interactions WHERE kind = 'converted' "
        "AND known_at <= {now}), "
        "responded AS (SELECT k.n FROM contacts k ASOF JOIN conversions c ON k.customer_id = c.customer_id AND "
        "k.happened <= c.happened WHERE c.happened <= k.ends), "
        "parted AS (SELECT *, n IN (SELECT n FROM responded) AS label, happened >= {test_from} AS is_test FROM "
        "contacts WHERE ends <= {settled} AND (ends <= {test_from} OR happened >= {test_from})) "
        "SELECT row_number() OVER (ORDER BY n) - 1 AS row_id, customer_id, dense_rank() OVER (ORDER BY customer_id) - "
        "1 AS customer, happened AS as_of, label::INTEGER::DOUBLE AS label, is_test, campaign_id, channel, "
        "treated::INTEGER AS treated FROM parted ORDER BY n",
        fmt::arg("horizon", plan.horizon_days), fmt::arg("watermark", sql_time(window.watermark)),
        fmt::arg("now", sql_time(window.now)), fmt::arg("settled", sql_time(window.settled)),
        fmt::arg("test_from", sql_time(plan.test_from))
    );
    return plan;
}

}  // namespace boon::training
