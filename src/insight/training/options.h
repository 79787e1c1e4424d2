// What a training run does, with every number configurable; read from `[training]` of boon.toml, shown in the card.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "insight/training/fit.h"
#include "insight/training/gate.h"
#include "insight/training/metrics.h"
#include "platform/base/record.h"

namespace boon::training {

// nbo: one exposure of one offer, scored as (customer ‖ offer), or multi-class among converters.
enum class Model { nbo, churn, ltv };
BOOST_DESCRIBE_ENUM(Model, nbo, churn, ltv)

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

struct ChurnOptions {
    std::int32_t horizon_days = 90;  // without activity
    std::int32_t active_days = 90;   // the customer was active within, before the cut-off
    std::int32_t tenure_days = 90;
    std::int32_t cutoffs = 4;  // for training; the test has one
    std::int32_t spacing_days = 30;
    double validation_share = 0.4;  // of the customers, in place of the general one: their last cut-off validates
};
BOOST_DESCRIBE_STRUCT(
    ChurnOptions, (), (horizon_days, active_days, tenure_days, cutoffs, spacing_days, validation_share)
)

struct LtvOptions {
    std::vector<std::int32_t> horizons_days = {365, 180, 90, 30};  // the longest that fits is taken
    std::int32_t base_days = 365;                                  // customers with activity within
};
BOOST_DESCRIBE_STRUCT(LtvOptions, (), (horizons_days, base_days))

struct Options {
    Model model = Model::nbo;
    double lateness_days = 3;            // rows whose outcome was settled later than the watermark minus this stay out
    std::optional<Timestamp> watermark;  // of the data; by default the last event
    std::optional<Timestamp> test_from;  // test rows are at or after it, training windows end at or before it
    std::optional<Timestamp> test_until;
    double validation_share = 0.2;                             // of the training customers: early stopping, calibration
    std::string recency_feature = "days_since_last_activity";  // of the recency-only baseline, where it is defined
    std::map<std::string, std::string> outcomes;  // name → SELECT interaction_id of the exposures that succeeded
    NboOptions nbo;
    ChurnOptions churn;
    LtvOptions ltv;
    FitOptions fit;
    MetricOptions metrics;
    GateLimits gate;
};
BOOST_DESCRIBE_STRUCT(
    Options, (),
    (model, lateness_days, watermark, test_from, test_until, validation_share, recency_feature, outcomes, nbo, churn,
     ltv, fit, metrics, gate)
)

}  // namespace boon::training
