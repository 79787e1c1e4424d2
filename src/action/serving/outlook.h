// What to expect of one customer, beyond the next offer, leaving and value (predictions.h): purchases, tiers,
// payments, engagement, campaigns; and where RFM has the customer. The same rules: nothing is recorded; without a
// model the stated rate of all, marked, and no statement about the customer.
#pragma once

#include "action/serving/predictions.h"

namespace boon::serving {

struct PropensityPrediction {
    std::string customer_id;
    std::optional<double> propensity;
    std::optional<bool> will_buy;
    double threshold = 0.5;
    std::optional<std::int64_t> horizon_days;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    std::string model_version;
    bool is_fallback = false;
    std::optional<Timestamp> computed_at;
    std::optional<Timestamp> trained_at;
};
BOOST_DESCRIBE_STRUCT(
    PropensityPrediction, (),
    (customer_id, propensity, will_buy, threshold, horizon_days, explanation, reasons, model_version, is_fallback,
     computed_at, trained_at)
)

// One of two models behind an answer.
struct ModelAnswer {
    std::optional<bool> reaches_threshold;
    double threshold = 0.5;
    std::optional<std::int64_t> horizon_days;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    std::string model_version;
    bool is_fallback = false;
    std::optional<Timestamp> computed_at;
    std::optional<Timestamp> trained_at;
};
BOOST_DESCRIBE_STRUCT(
    ModelAnswer, (),
    (reaches_threshold, threshold, horizon_days, explanation, reasons, model_version, is_fallback, computed_at,
     trained_at)
)
struct UpsellPrediction {
    std::string customer_id;
    std::optional<double> upsell_probability;   // null for who holds no tier
    std::optional<std::string> not_applicable;  // then: why
    std::optional<double> cross_sell_probability;
    ModelAnswer upsell;
    ModelAnswer cross_sell;
};
BOOST_DESCRIBE_STRUCT(
    UpsellPrediction, (), (customer_id, upsell_probability, not_applicable, cross_sell_probability, upsell, cross_sell)
)

struct DefaultRiskPrediction {
    std::string customer_id;
    std::optional<double> default_probability;  // null for prepaid, and where no payments are known
    std::optional<bool> will_default;
    std::optional<std::string> not_applicable;  // then: why
    double threshold = 0.5;
    std::optional<std::int64_t> horizon_days;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    std::string model_version;
    bool is_fallback = false;
    std::optional<Timestamp> computed_at;
    std::optional<Timestamp> trained_at;
};
BOOST_DESCRIBE_STRUCT(
    DefaultRiskPrediction, (),
    (customer_id, default_probability, will_default, not_applicable, threshold, horizon_days, explanation, reasons,
     model_version, is_fallback, computed_at, trained_at)
)

enum class EngagementLevel { none, low, medium, high };
BOOST_DESCRIBE_ENUM(EngagementLevel, none, low, medium, high)

struct EngagementPrediction {
    std::string customer_id;
    std::optional<double> engagement_score;  // 0–100: the percentile of the expected points in the base; nothing is 0
    std::optional<EngagementLevel> level;
    std::optional<double> expected_points;
    std::optional<double> lower;  // 80 % of actual points lie between
    std::optional<double> upper;
    std::optional<std::int64_t> horizon_days;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    std::string model_version;
    bool is_fallback = false;
    std::optional<Timestamp> computed_at;
    std::optional<Timestamp> trained_at;
};
BOOST_DESCRIBE_STRUCT(
    EngagementPrediction, (),
    (customer_id, engagement_score, level, expected_points, lower, upper, horizon_days, explanation, reasons,
     model_version, is_fallback, computed_at, trained_at)
)

// By how much a contact changes the probability of a response.
struct UpliftAnswer {
    std::optional<double> value;  // -1 to 1
    std::optional<double> lower;  // 95 %: the mean effect among held-out contacts whose value was alike
    std::optional<double> upper;
    std::optional<std::string> not_available;  // then: why there is no value, or no interval of it
};
BOOST_DESCRIBE_STRUCT(UpliftAnswer, (), (value, lower, upper, not_available))

struct CampaignResponsePrediction {
    std::string customer_id;
    std::optional<std::string> campaign_id;  // as asked
    std::optional<std::string> channel;      // as asked, or the campaign's
    std::optional<bool> is_new_campaign;     // the model has seen no contact of it; null without one
    std::optional<double> response_probability;
    std::optional<bool> will_respond;
    UpliftAnswer uplift;
    double threshold = 0.5;
    std::optional<std::int64_t> horizon_days;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    std::string model_version;
    bool is_fallback = false;
    std::optional<Timestamp> computed_at;
    std::optional<Timestamp> trained_at;
};
BOOST_DESCRIBE_STRUCT(
    CampaignResponsePrediction, (),
    (customer_id, campaign_id, channel, is_new_campaign, response_probability, will_respond, uplift, threshold,
     horizon_days, explanation, reasons, model_version, is_fallback, computed_at, trained_at)
)

struct RfmPrediction {
    std::string customer_id;
    std::optional<std::int32_t> r_score;  // 1–5; null where there is no RFM
    std::optional<std::int32_t> f_score;
    std::optional<std::int32_t> m_score;
    std::optional<std::string> segment;
    std::string explanation;
    std::optional<Timestamp> computed_at;
};
BOOST_DESCRIBE_STRUCT(RfmPrediction, (), (customer_id, r_score, f_score, m_score, segment, explanation, computed_at))

Result<PropensityPrediction> predict_propensity(const State& state, const Ask& ask);
Result<UpsellPrediction> predict_upsell(const State& state, const Ask& ask);
Result<DefaultRiskPrediction> predict_default_risk(const State& state, const Ask& ask);
Result<EngagementPrediction> predict_engagement(const State& state, const Ask& ask);
Result<CampaignResponsePrediction> predict_campaign_response(const State& state, const Ask& ask);
Result<RfmPrediction> predict_rfm(const State& state, const Ask& ask);

// Why a model of that name has nothing to say of this customer; nothing when it has.
std::optional<std::string> not_applicable(std::string_view model, const profiles::Profile& profile);

// none, low, medium, high.
EngagementLevel level_of(const scoring::Percentiles& percentiles, double score);

}  // namespace boon::serving

template <>
inline constexpr auto boon::kFields<boon::serving::UpliftAnswer> = std::array{
    boon::Field{.name = "value", .doc = "by how much a contact changes the probability of a response, -1 to 1"},
    boon::Field{.name = "lower", .doc = "95 %: the mean effect among held-out contacts whose value was alike"},
    boon::Field{.name = "not_available", .doc = "why there is no value, or no interval of it"},
};
