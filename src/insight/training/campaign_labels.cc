#include <fmt/format.h>

#include "insight/training/label_sql.h"

namespace boon::training {
namespace {

// Contacts that were made (not the control group), once each, and whether a conversion is credited to them: one that
// names the campaign, to the customer's latest contact of it; one that names none, to the latest contact of any.
std::string contacts_sql(const Options& options, const LabelWindow& window) {
    return fmt::format(
        "contacts AS (SELECT row_number() OVER (ORDER BY sent_at, customer_id, contact_id) AS n, customer_id, "
        "campaign_id, channel, sent_at AS happened, sent_at + to_days({horizon}) AS ends FROM (SELECT * FROM "
        "boon.contacts WHERE NOT coalesce(is_control, false) AND sent_at <= {watermark} AND known_at <= {now} "
        "QUALIFY row_number() OVER (PARTITION BY contact_id ORDER BY known_at, sent_at) = 1)), "
        "conversions AS (SELECT customer_id, campaign_id, occurred_at AS happened FROM boon.interactions "
        "WHERE kind = 'converted' AND known_at <= {now}), "
        "named AS (SELECT k.n FROM (SELECT * FROM conversions WHERE campaign_id IS NOT NULL) c ASOF JOIN contacts k "
        "ON c.customer_id = k.customer_id AND c.campaign_id = k.campaign_id AND c.happened >= k.happened "
        "WHERE c.happened <= k.ends), "
        "latest AS (SELECT k.n FROM (SELECT * FROM conversions WHERE campaign_id IS NULL) c ASOF JOIN contacts k "
        "ON c.customer_id = k.customer_id AND c.happened >= k.happened WHERE c.happened <= k.ends), "
        "credited AS (SELECT n FROM named UNION SELECT n FROM latest)",
        fmt::arg("horizon", options.campaign_response.horizon_days), fmt::arg("watermark", sql_time(window.watermark)),
        fmt::arg("now", sql_time(window.now))
    );
}

}  // namespace

std::string last_contact_sql(const Options& /*options*/, Timestamp now) {
    return fmt::format(
        "SELECT max(happened) FROM (SELECT sent_at AS happened FROM boon.contacts WHERE known_at <= {now} UNION ALL "
        "SELECT occurred_at FROM boon.interactions WHERE known_at <= {now} AND EXISTS (SELECT 1 FROM boon.contacts))",
        fmt::arg("now", sql_time(now))
    );
}

Result<LabelPlan> plan_campaign_response(
    warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window
) {
    const std::string contacts = contacts_sql(options, window);
    const std::string settled = sql_time(window.settled);
    BOON_TRY(
        const auto frame,
        warehouse.query(fmt::format(
            "WITH {} SELECT count(*) FILTER (ends > {settled}), quantile_disc(happened, {}) FILTER (ends <= {settled}) "
            "FROM contacts",
            contacts, 1 - options.campaign_response.test_share, fmt::arg("settled", settled)
        ))
    );
    LabelPlan plan;
    plan.unmatured = frame.columns[0].integer(0);
    plan.horizon_days = options.campaign_response.horizon_days;
    if (options.test_from) {
        plan.test_from = *options.test_from;
    } else if (!frame.columns[1].is_null(0)) {
        plan.test_from = frame.columns[1].time(0);
    }
    plan.rows_sql = fmt::format(
        "WITH {contacts}, parted AS (SELECT *, (n IN (SELECT n FROM credited))::INTEGER AS label, happened >= "
        "{test_from} AS is_test FROM contacts WHERE ends <= {settled} AND (ends <= {test_from} OR happened >= "
        "{test_from})) "
        "SELECT row_number() OVER (ORDER BY n) - 1 AS row_id, customer_id, dense_rank() OVER (ORDER BY customer_id) - "
        "1 AS customer, happened AS as_of, label::DOUBLE AS label, is_test, campaign_id, channel FROM parted ORDER BY "
        "n",
        fmt::arg("contacts", contacts), fmt::arg("settled", settled), fmt::arg("test_from", sql_time(plan.test_from))
    );
    return plan;
}

}  // namespace boon::training
