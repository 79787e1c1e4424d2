#include "action/serving/predictions.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include <fmt/format.h>

#include "action/decision/propensity.h"

namespace boon::serving {

namespace {

constexpr std::string_view kAll = "there is no model: this is the rate of all";
constexpr std::string_view kNobody = "nobody knows this customer: this is the rate of all";
constexpr std::string_view kNothing = "there is no model, and no rate is known";

// Nothing: nobody knows the customer, and that is allowed.
Result<std::optional<profiles::Profile>> look_up(const State& state, std::string_view customer_id, Unknown unknown) {
    auto profile = state.find(customer_id);
    if (profile) return std::optional(*profile);
    if (unknown == Unknown::allow && profile.error().code == ErrorCode::not_found) return std::nullopt;
    return std::unexpected(std::move(profile).error());
}

// One customer's prediction by a model of one output, with everything there is to say about it.
struct Told {
    scoring::Prediction prediction;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
};

PredictionReasons reasons_of(const scoring::LoadedModel& model, std::span<const float> row) {
    PredictionReasons reasons;
    std::vector<double> parts(row.size() + 1);
    model.trees()->explain(row, 0, parts);
    reasons.base = parts.back();
    reasons.margin = reasons.base;
    for (const scoring::Reason& reason : model.explain(row, 0, row.size())) {
        const std::string_view direction = reason.contribution > 0 ? "raises" : "lowers";
        reasons.effects.push_back(
            {reason.feature, fmt::format("{} ({} it)", reason.words, direction), reason.contribution}
        );
        reasons.margin += reason.contribution;
    }
    return reasons;
}

std::string main_reasons(const PredictionReasons& reasons) {
    std::string text;
    for (const PredictionReason& reason : reasons.effects | std::views::take(3)) {
        text += (text.empty() ? "" : "; ") + reason.text;
    }
    return text;
}

Result<Told> tell(const State& state, const char* name, std::string_view customer_id, Unknown unknown) {
    BOON_TRY(const auto profile, look_up(state, customer_id, unknown));
    const scoring::Serving* serving = state.model(name);
    Told told;
    if (serving == nullptr || serving->model == nullptr || !profile) {
        const bool has_rate = serving != nullptr && serving->fallback_value.has_value();
        const std::string_view why = profile ? kAll : kNobody;
        told.prediction = scoring::fallback(has_rate ? *serving->fallback_value : std::nan(""), std::string(why));
        told.explanation = has_rate ? why : kNothing;
        return told;
    }
    told.prediction = serving->predict(profile->features);
    std::vector<float> row(serving->model->columns().columns.size());
    serving->rows.assemble(profile->features, row);
    told.reasons = reasons_of(*serving->model, row);
    told.explanation = main_reasons(*told.reasons);
    return told;
}

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

Result<NboPrediction> predict_nbo(const State& state, std::string_view customer_id, Unknown unknown, Timestamp now) {
    BOON_TRY(const auto profile, look_up(state, customer_id, unknown));
    decision::Request request{.customer_id = std::string(customer_id), .allow_unknown = true};
    profiles::Profile nobody{};
    nobody.customer_id = customer_id;
    const auto shown = decision::simulate(*state.snapshot, profile.value_or(nobody), request, now);
    const auto ranking = decision::rank_by_propensity(*state.snapshot, profile.value_or(nobody), now);

    NboPrediction prediction;
    prediction.customer_id = customer_id;
    prediction.model_version = ranking.model_version;
    prediction.is_fallback = ranking.model_version.empty();
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
            "{} {}: {}",
            ranking.kind == decision::ScoreKind::share ? "its share among likely choices is"
                                                       : "its chance to be accepted is",
            percent(*prediction.confidence), main_reasons(*prediction.reasons)
        );
    } else if (!profile) {
        prediction.explanation = "nobody knows this customer: offers are ranked by rates and rules";
    } else {
        prediction.explanation = "no model scored this customer: offers are ranked by rates and rules";
    }
    return prediction;
}

Result<ChurnPrediction> predict_churn(const State& state, std::string_view customer_id, Unknown unknown) {
    BOON_TRY(Told told, tell(state, kChurn, customer_id, unknown));
    ChurnPrediction prediction;
    prediction.customer_id = customer_id;
    prediction.churn_probability = known(told.prediction.value);
    const scoring::Serving* serving = state.model(kChurn);
    if (serving != nullptr && serving->model != nullptr) prediction.threshold = serving->model->outputs().threshold;
    // A rate of all is no statement about one customer.
    if (!told.prediction.is_fallback) prediction.will_churn = told.prediction.value >= prediction.threshold;
    prediction.explanation = std::move(told.explanation);
    prediction.reasons = std::move(told.reasons);
    prediction.model_version = told.prediction.version;
    prediction.is_fallback = told.prediction.is_fallback;
    return prediction;
}

Result<LtvPrediction> predict_ltv(const State& state, std::string_view customer_id, Unknown unknown) {
    BOON_TRY(Told told, tell(state, kLtv, customer_id, unknown));
    LtvPrediction prediction;
    prediction.customer_id = customer_id;
    prediction.predicted_ltv = known(told.prediction.value);
    prediction.lower = told.prediction.lower;
    prediction.upper = told.prediction.upper;
    prediction.currency = state.snapshot->currency().code();
    const scoring::Serving* serving = state.model(kLtv);
    if (serving != nullptr && serving->model != nullptr) {
        const auto card = json::parse(serving->model->card());
        boost::system::error_code absent;
        const json::Value* days = card ? card->find_pointer("/data/horizon_days", absent) : nullptr;
        if (days != nullptr && days->is_int64()) prediction.horizon_days = days->get_int64();
    }
    prediction.explanation = std::move(told.explanation);
    prediction.reasons = std::move(told.reasons);
    prediction.model_version = told.prediction.version;
    prediction.is_fallback = told.prediction.is_fallback;
    return prediction;
}

Result<CustomerView> view_customer(const State& state, std::string_view customer_id) {
    BOON_TRY(const auto profile, state.find(customer_id));
    CustomerView view;
    view.customer_id = customer_id;
    view.computed_at = profile.computed_at;
    if (!profile.stage.empty()) view.stage = profile.stage;
    if (!profile.value_segment.empty()) view.value_segment = profile.value_segment;
    view.lifetime_value = profile.lifetime_value;
    for (std::size_t i = 0; i < profile.features.size(); ++i) {
        const profiles::Column& column = profile.schema->columns[i];
        view.features.push_back(
            {.name = column.name,
             .value = known(static_cast<double>(profile.features[i])),
             .words = column.words,
             .text = profiles::value_text(column, profile.features[i])}
        );
    }
    return view;
}

}  // namespace boon::serving
