// What a training run does, with every number configurable; read from `[training]` of boon.toml, shown in the card.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "insight/training/fit.h"
#include "insight/training/gate.h"
#include "insight/training/metrics.h"
#include "insight/training/uplift_card.h"
#include "platform/base/record.h"

namespace boon::training {

// What each learns: model_table.h.
enum class Model {
    nbo,
    churn,
    ltv,
    propensity,
    upsell,
    cross_sell,
    default_risk,
    engagement,
    campaign_response,
    product_recommendation
};
BOOST_DESCRIBE_ENUM(
    Model, nbo, churn, ltv, propensity, upsell, cross_sell, default_risk, engagement, campaign_response,
    product_recommendation
)

enum class NboForm { pair, multi_class };
BOOST_DESCRIBE_ENUM(NboForm, pair, multi_class)

struct NboOptions {
    NboForm form = NboForm::pair;
    std::int32_t default_horizon_days = 14;  // where the offer has none
    // One of Options::outcomes instead of the product's own definition of a conversion; empty: that definition.
    std::string outcome;
    bool offer_ids = true;        // `offer.id=N` columns for offers with enough support
    double test_share = 0.2;      // of the matured exposures, the latest
    double propensity_clip = 10;  // largest inverse weight, relative to an even draw
};
BOOST_DESCRIBE_STRUCT(NboOptions, (), (form, default_horizon_days, outcome, offer_ids, test_share, propensity_clip))

// What says that a customer left: nothing done within the horizon, or the company's own flag (the warehouse's table
// `churn`), dated within it.
enum class ChurnLabel { activity, flag };
BOOST_DESCRIBE_ENUM(ChurnLabel, activity, flag)

struct ChurnOptions {
    ChurnLabel label = ChurnLabel::activity;
    std::int32_t horizon_days = 90;
    std::int32_t active_days = 90;  // the customer was active within, before the cut-off
    std::int32_t tenure_days = 90;
    std::int32_t cutoffs = 4;  // for training; the test has one
    std::int32_t spacing_days = 30;
    double validation_share = 0.4;  // of the customers, in place of the general one: their last cut-off validates
};
BOOST_DESCRIBE_STRUCT(
    ChurnOptions, (), (label, horizon_days, active_days, tenure_days, cutoffs, spacing_days, validation_share)
)

struct LtvOptions {
    std::vector<std::int32_t> horizons_days = {365, 180, 90, 30};  // the longest that fits is taken
    std::int32_t base_days = 365;                                  // customers with activity within
    // Contracts whose end is seen: the purchase models, which guess who has left, compete on the other customers.
    std::vector<std::string> contract_types = {"postpaid"};
    std::int32_t most_fitted = 5'000;  // customers whom purchase models are fitted on; of more, every n-th
};
BOOST_DESCRIBE_STRUCT(LtvOptions, (), (horizons_days, base_days, contract_types, most_fitted))

// The models below see customers at cut-offs, as churn does: the test at one, training at `cutoffs` before it.
struct PropensityOptions {
    std::int32_t horizon_days = 30;  // with a purchase
    std::int32_t base_days = 365;    // customers with activity within
    std::int32_t cutoffs = 4;
    std::int32_t spacing_days = 30;
    double validation_share = 0.4;
};
BOOST_DESCRIBE_STRUCT(PropensityOptions, (), (horizon_days, base_days, cutoffs, spacing_days, validation_share))

struct UpsellOptions {
    std::int32_t horizon_days = 60;  // with a holding of a higher tier
    std::int32_t cutoffs = 4;
    std::int32_t spacing_days = 30;
    double validation_share = 0.4;
};
BOOST_DESCRIBE_STRUCT(UpsellOptions, (), (horizon_days, cutoffs, spacing_days, validation_share))

struct CrossSellOptions {
    std::int32_t horizon_days = 60;   // with a purchase of another category
    std::int32_t history_days = 365;  // than those bought within
    std::int32_t base_days = 365;
    std::int32_t tenure_days = 90;
    std::int32_t cutoffs = 4;
    std::int32_t spacing_days = 30;
    double validation_share = 0.4;
};
BOOST_DESCRIBE_STRUCT(
    CrossSellOptions, (), (horizon_days, history_days, base_days, tenure_days, cutoffs, spacing_days, validation_share)
)

struct DefaultRiskOptions {
    std::int32_t due_days = 60;      // customers with a payment due within, after the cut-off
    std::int32_t late_days = 30;     // late by so many days is a default; who is so late at the cut-off is no row
    std::int32_t horizon_days = 90;  // by then
    std::int32_t cutoffs = 4;
    std::int32_t spacing_days = 30;
    double validation_share = 0.4;
};
BOOST_DESCRIBE_STRUCT(
    DefaultRiskOptions, (), (due_days, late_days, horizon_days, cutoffs, spacing_days, validation_share)
)

struct EngagementOptions {
    std::int32_t horizon_days = 30;
    std::int32_t base_days = 365;
    double viewed = 1;  // points, each
    double clicked = 3;
    double converted = 5;
    double transaction = 2;  // purchases and recharges
    double login = 1;
    std::string logins;       // SELECT customer_id, happened; empty: the warehouse knows of no logins
    double medium_from = 40;  // scores: below it `low`, but 0 is `none`
    double high_from = 70;
    std::int32_t cutoffs = 4;
    std::int32_t spacing_days = 30;
    double validation_share = 0.4;
};
BOOST_DESCRIBE_STRUCT(
    EngagementOptions, (),
    (horizon_days, base_days, viewed, clicked, converted, transaction, login, logins, medium_from, high_from, cutoffs,
     spacing_days, validation_share)
)

struct CampaignResponseOptions {
    std::int32_t horizon_days = 14;  // a conversion within, after the contact
    double test_share = 0.2;         // of the matured contacts, the latest
};
BOOST_DESCRIBE_STRUCT(CampaignResponseOptions, (), (horizon_days, test_share))

struct ProductRecommendationOptions {
    std::int32_t horizon_days = 30;            // what is bought within
    std::int32_t base_days = 365;              // customers who bought a product within
    std::int32_t places = 20;                  // of a ranking, that are judged and kept
    std::int64_t most_products = 5000;         // those that most customers bought
    std::int64_t most_customers = 200'000;     // of a cut-off, a sample
    std::string segment_by = "contract_type";  // of customers without purchases: what is popular among their like
};
BOOST_DESCRIBE_STRUCT(
    ProductRecommendationOptions, (), (horizon_days, base_days, places, most_products, most_customers, segment_by)
)

struct Options {
    Model model = Model::nbo;
    double lateness_days = 3;            // rows whose outcome was settled later than the watermark minus this stay out
    std::optional<Timestamp> watermark;  // of the data; by default the last event
    std::optional<Timestamp> test_from;  // test rows are at or after it, training windows end at or before it
    std::optional<Timestamp> test_until;
    double validation_share = 0.2;                             // of the training customers: early stopping, calibration
    std::string recency_feature = "days_since_last_activity";  // of the recency-only baseline, where it is defined
    std::map<std::string, double> thresholds;     // model → from which probability on its answer is `will_…`; 0.5
    std::map<std::string, std::string> outcomes;  // name → SELECT interaction_id of the exposures that succeeded
    NboOptions nbo;
    ChurnOptions churn;
    LtvOptions ltv;
    PropensityOptions propensity;
    UpsellOptions upsell;
    CrossSellOptions cross_sell;
    DefaultRiskOptions default_risk;
    EngagementOptions engagement;
    CampaignResponseOptions campaign_response;
    ProductRecommendationOptions product_recommendation;
    // A check of the gate: labels are dealt out anew at random within training and within test. Such a version never
    // serves.
    std::optional<std::int64_t> shuffle_labels_seed;
    FitOptions fit;
    MetricOptions metrics;
    GateLimits gate;
    UpliftOptions uplift;  // campaign_response, nbo
};
BOOST_DESCRIBE_STRUCT(
    Options, (),
    (model, lateness_days, watermark, test_from, test_until, validation_share, recency_feature, thresholds, outcomes,
     nbo, churn, ltv, propensity, upsell, cross_sell, default_risk, engagement, campaign_response,
     product_recommendation, shuffle_labels_seed, fit, metrics, gate, uplift)
)

}  // namespace boon::training
