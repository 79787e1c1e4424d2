// What the models say about one customer, in the shapes of the API. Nothing is recorded, no exploration is drawn.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action/decision/decide.h"
#include "action/serving/state.h"
#include "platform/base/json.h"
#include "platform/base/record.h"

namespace boon::serving {

// refuse: `not_found`; allow: the stated fallback, marked.
enum class Unknown { refuse, allow };

// Whether an answer has its reasons: they take most of the time of it.
enum class Reasoning { given, none };

// Whether a ranking of products may hold what the customer bought before.
enum class Products { repeats_allowed, new_items };
BOOST_DESCRIBE_ENUM(Products, repeats_allowed, new_items)

// What is asked of one customer.
struct Ask {
    std::string_view customer_id;
    Unknown unknown = Unknown::refuse;
    Timestamp now = {};
    Reasoning reasoning = Reasoning::given;
    // Of campaign_response.
    std::string_view campaign_id = {};
    std::string_view channel = {};  // of the contact; empty: the campaign's, where the model knows it
    // Of product_recommendation.
    Products products = Products::repeats_allowed;
    std::size_t most = 10;
};

// Why a number is what it is. base + the effects = margin: exact, in the model's margin (log-odds, or the amount).
// Without a model only the text.
struct PredictionReason {
    std::string feature;
    std::string text;
    double effect = 0;
};
BOOST_DESCRIBE_STRUCT(PredictionReason, (), (feature, text, effect))
struct PredictionReasons {
    std::vector<PredictionReason> effects;  // greatest first
    double base = 0;
    double margin = 0;
};
BOOST_DESCRIBE_STRUCT(PredictionReasons, (), (effects, base, margin))

// What the decision engine would show now.
struct WouldShow {
    std::vector<decision::RankedOffer> offers;
    std::optional<decision::NoOffer> no_offer;
    std::vector<std::string> notes;
};
BOOST_DESCRIBE_STRUCT(WouldShow, (), (offers, no_offer, notes))

struct NboPrediction {
    std::string customer_id;
    std::optional<OfferId> recommended_offer;    // the model's first label; null when there is none
    json::Value offer_details;                   // of the catalogue, or `Offer #N`; null without a recommendation
    std::map<std::string, double> offer_scores;  // by offer id
    std::optional<double> confidence;            // P(convert given shown), calibrated; see score_kind
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    decision::ScoreKind score_kind = decision::ScoreKind::rules;
    std::string model_version;  // empty without a model
    bool is_fallback = false;
    std::optional<Timestamp> computed_at;  // the profile; null for a customer nobody knows
    std::optional<Timestamp> trained_at;   // the model
    WouldShow decision;
};
BOOST_DESCRIBE_STRUCT(
    NboPrediction, (),
    (customer_id, recommended_offer, offer_details, offer_scores, confidence, explanation, reasons, score_kind,
     model_version, is_fallback, computed_at, trained_at, decision)
)

struct ChurnPrediction {
    std::string customer_id;
    std::optional<double> churn_probability;
    std::optional<bool> will_churn;
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
    ChurnPrediction, (),
    (customer_id, churn_probability, will_churn, threshold, horizon_days, explanation, reasons, model_version,
     is_fallback, computed_at, trained_at)
)

struct LtvPrediction {
    std::string customer_id;
    std::optional<double> predicted_ltv;  // in currency units
    std::optional<double> lower;          // 80 % of actual values lie between
    std::optional<double> upper;
    std::optional<std::int64_t> horizon_days;
    std::string currency;
    // Where the purchase model tells it, of customers without a contract: whether they still buy here, and on how many
    // days of the horizon.
    std::optional<double> alive_probability;
    std::optional<double> expected_purchases;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    std::string model_version;
    bool is_fallback = false;
    std::optional<Timestamp> computed_at;
    std::optional<Timestamp> trained_at;
};
BOOST_DESCRIBE_STRUCT(
    LtvPrediction, (),
    (customer_id, predicted_ltv, lower, upper, horizon_days, currency, alive_probability, expected_purchases,
     explanation, reasons, model_version, is_fallback, computed_at, trained_at)
)

// Ranked by the model's propensity alone. Thread-safe, like all here: the state is only read.
// `not_found` for a customer nobody knows, unless that is allowed.
Result<NboPrediction> predict_nbo(const State& state, const Ask& ask);
Result<ChurnPrediction> predict_churn(const State& state, const Ask& ask);
Result<LtvPrediction> predict_ltv(const State& state, const Ask& ask);

struct FeatureView {
    std::string name;
    std::optional<double> value;  // of a category: its code
    std::string words;
    std::string text;  // the value as people read it
};
BOOST_DESCRIBE_STRUCT(FeatureView, (), (name, value, words, text))

// What the records say of a customer beside behaviour.
struct AttributeView {
    std::string name;  // rules name it behind `attributes.`
    profiles::AttributeKind kind = profiles::AttributeKind::text;
    json::Value value;  // of its kind, a time as RFC 3339; null: not known
};
BOOST_DESCRIBE_STRUCT(AttributeView, (), (name, kind, value))

struct CustomerView {
    std::string customer_id;
    Timestamp computed_at;
    std::optional<std::string> stage;
    std::optional<std::string> value_segment;
    std::optional<double> lifetime_value;
    std::vector<AttributeView> attributes;
    std::vector<FeatureView> features;
};
BOOST_DESCRIBE_STRUCT(
    CustomerView, (), (customer_id, computed_at, stage, value_segment, lifetime_value, attributes, features)
)

// A row of features in the schema's order, as people read it.
std::vector<FeatureView> view_features(const profiles::Schema& schema, std::span<const float> features);

// What is known about a customer; `not_found` without a profile.
Result<CustomerView> view_customer(const State& state, std::string_view customer_id);

}  // namespace boon::serving
