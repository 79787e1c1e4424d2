#include "action/serving/predictions.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include <fmt/format.h>

#include "action/decision/propensity.h"
#include "action/serving/told.h"
#include "platform/base/number_text.h"

namespace boon::serving {

namespace {

std::optional<double> known(double value) { return std::isnan(value) ? std::nullopt : std::optional(value); }

// What an offer that the catalogue does not show is called to existing callers.
json::Value unknown_details(OfferId id) {
    json::Object details;
    details["offer_id"] = id;
    details["name"] = fmt::format("Offer #{}", id);
    details["description"] = "Offer details not available";
    return details;
}

json::Value details_of(const State& state, OfferId id) {
    const auto place = state.snapshot->place_of(id);
    if (!place) return unknown_details(id);
    const decision::Gate& gate = state.snapshot->gates()[*place];
    if (!gate.is_active || gate.status != catalog::OfferStatus::live) return unknown_details(id);
    std::string text;
    state.offer_texts->append(text, *place);
    return json::parse(text).value_or(unknown_details(id));
}

PredictionReasons reasons_of(const decision::Explanation& explanation) {
    PredictionReasons reasons{.effects = {}, .base = explanation.base, .margin = explanation.margin};
    for (const decision::Reason& reason : explanation.reasons) {
        reasons.effects.push_back({reason.feature, reason.text, reason.effect});
    }
    return reasons;
}

std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

}  // namespace

Result<NboPrediction> predict_nbo(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    decision::Request request{.customer_id = std::string(ask.customer_id), .allow_unknown = true};
    profiles::Profile nobody{};
    nobody.customer_id = ask.customer_id;
    const auto shown = decision::simulate(*state.snapshot, profile.value_or(nobody), request, ask.now);
    const auto ranking = decision::rank_by_propensity(*state.snapshot, profile.value_or(nobody), ask.now);

    NboPrediction prediction;
    prediction.customer_id = ask.customer_id;
    prediction.model_version = ranking.model_version;
    prediction.is_fallback = ranking.model_version.empty();
    if (profile) prediction.computed_at = profile->computed_at;
    if (!prediction.is_fallback) {
        const scoring::Manifest& manifest = state.model(kNbo)->model->manifest();
        if (!manifest.made_elsewhere) prediction.trained_at = manifest.created_at;
    }
    prediction.decision = {.offers = shown.offers, .no_offer = shown.no_offer, .notes = shown.notes};
    for (const auto& [id, propensity] : ranking.propensities) prediction.offer_scores[std::to_string(id)] = propensity;
    prediction.score_kind = ranking.kind;
    if (!ranking.propensities.empty()) {
        prediction.recommended_offer = ranking.propensities.front().first;
        prediction.confidence = ranking.propensities.front().second;
    } else if (!shown.offers.empty()) {
        // Neither a model nor a rate: what the rules show.
        prediction.recommended_offer = shown.offers.front().offer_id;
    }
    if (prediction.recommended_offer) prediction.offer_details = details_of(state, *prediction.recommended_offer);
    if (ranking.explanation) {
        prediction.reasons = reasons_of(*ranking.explanation);
        prediction.explanation = fmt::format(
            "{} {}{}: {}",
            ranking.kind == decision::ScoreKind::share ? "its share among likely choices is"
                                                       : "its chance to be accepted is",
            percent(*prediction.confidence), ranking.explanation->estimated ? ", estimated" : "",
            main_reasons(*prediction.reasons)
        );
    } else if (!profile) {
        prediction.explanation = "nobody knows this customer: offers are ranked by rates and rules";
    } else {
        prediction.explanation = "no model scored this customer: offers are ranked by rates and rules";
    }
    return prediction;
}

Result<ChurnPrediction> predict_churn(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    Told told = tell(state, kChurn, profile, ask.reasoning);
    ChurnPrediction prediction;
    prediction.customer_id = ask.customer_id;
    prediction.churn_probability = told.value;
    prediction.will_churn = told.reached;
    prediction.threshold = told.threshold;
    prediction.horizon_days = told.horizon_days;
    fill(prediction, std::move(told));
    return prediction;
}

Result<LtvPrediction> predict_ltv(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    Told told = tell(state, kLtv, profile, ask.reasoning);
    LtvPrediction prediction;
    prediction.customer_id = ask.customer_id;
    prediction.predicted_ltv = told.value;
    prediction.lower = told.prediction.lower;
    prediction.upper = told.prediction.upper;
    prediction.currency = state.snapshot->currency().code();
    if (const auto& buying = told.prediction.buying) {
        prediction.alive_probability = buying->alive;
        prediction.expected_purchases = buying->purchases;
    }
    prediction.horizon_days = told.horizon_days;
    fill(prediction, std::move(told));
    return prediction;
}

std::vector<FeatureView> view_features(const profiles::Schema& schema, std::span<const float> features) {
    std::vector<FeatureView> views;
    for (std::size_t i = 0; i < features.size(); ++i) {
        const profiles::Column& column = schema.columns[i];
        views.push_back(
            {.name = column.name,
             .value = known(shortest_decimal(features[i])),
             .words = column.words,
             .text = profiles::value_text(column, features[i])}
        );
    }
    return views;
}

namespace {

json::Value shown(const profiles::AttributeValue& value) {
    if (const auto* text = std::get_if<std::string_view>(&value)) return json::Value(std::string(*text));
    if (const auto* number = std::get_if<double>(&value)) return *number;
    if (const auto* truth = std::get_if<bool>(&value)) return *truth;
    if (const auto* time = std::get_if<Timestamp>(&value)) return json::Value(to_string(*time));
    return nullptr;
}

std::vector<AttributeView> view_attributes(const profiles::AttributeRow& of) {
    std::vector<AttributeView> views;
    if (of.set == nullptr) return views;
    const profiles::AttributeColumns& columns = *of.set->columns();
    for (std::size_t i = 0; i < columns.size(); ++i)
        views.push_back({.name = columns[i].name, .kind = columns[i].kind, .value = shown(of.set->at(of.row, i))});
    return views;
}

}  // namespace

Result<CustomerView> view_customer(const State& state, std::string_view customer_id) {
    BOON_TRY(const auto profile, state.find(customer_id));
    CustomerView view;
    view.customer_id = customer_id;
    view.computed_at = profile.computed_at;
    if (!profile.stage.empty()) view.stage = profile.stage;
    if (!profile.value_segment.empty()) view.value_segment = profile.value_segment;
    if (profile.lifetime_value) view.lifetime_value = shortest_decimal(static_cast<float>(*profile.lifetime_value));
    view.attributes = view_attributes(profile.attributes);
    if (profile.schema != nullptr) view.features = view_features(*profile.schema, profile.features);
    return view;
}

}  // namespace boon::serving
