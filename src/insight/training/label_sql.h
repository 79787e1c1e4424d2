// The SQL behind labels.h, one plan per model. Only this room includes it.
#pragma once

#include <string>
#include <string_view>

#include "insight/training/options.h"
#include "records/warehouse/warehouse.h"

namespace boon::training {

struct LabelWindow {
    Timestamp watermark;
    Timestamp settled;  // the watermark minus the lateness: horizons that ended by then are matured
    Timestamp now;      // what became known later does not exist
};

struct LabelPlan {
    // SELECT row_id, customer_id, customer (number), as_of, label, is_test; for nbo also offer_id, version_row,
    // propensity; for campaign_response campaign_id, channel. Row ids are dense from 0.
    std::string rows_sql;
    Timestamp test_from;
    std::optional<Timestamp> validation_from = {};
    std::int32_t horizon_days = 0;
    std::int64_t unmatured = 0;
};

// A plan per model; model_table.h says which.
Result<LabelPlan> plan_nbo(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_churn(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_ltv(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_propensity(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_upsell(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_cross_sell(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_default_risk(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_engagement(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_campaign_response(
    warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window
);
// campaign_response, both arms: `treated` beside its columns.
Result<LabelPlan> plan_arms(warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window);
Result<LabelPlan> plan_product_recommendation(
    warehouse::Warehouse& warehouse, const Options& options, const LabelWindow& window
);

// The last event of each kind that labels are made of, known by `now`.
std::string last_interaction_sql(const Options& options, Timestamp now);
std::string last_activity_sql(const Options& options, Timestamp now);
std::string last_holding_sql(const Options& options, Timestamp now);
std::string last_payment_sql(const Options& options, Timestamp now);
std::string last_engagement_sql(const Options& options, Timestamp now);
std::string last_contact_sql(const Options& options, Timestamp now);
std::string last_product_sql(const Options& options, Timestamp now);

// boon.offers with a number per row.
inline constexpr std::string_view kOfferVersions =
    "SELECT (row_number() OVER (ORDER BY offer_id, valid_from NULLS FIRST) - 1)::INTEGER AS version_row, * "
    "FROM boon.offers";

// TIMESTAMP '…' in DuckDB.
std::string sql_time(Timestamp at);
// What a customer did, up to `now`: customer_id, happened, known_at. Automatic charges do not count.
std::string activity_sql(Timestamp now);
// Purchases of a named product, known by `now`: customer_id, product_id, occurred_at, known_at.
std::string product_purchases_sql(Timestamp now);

}  // namespace boon::training
