#include "action/serving/outlook.h"

#include <cmath>

#include <fmt/format.h>

#include "action/serving/told.h"

namespace boon::serving {

namespace {

// Features by whose absence a model has nothing to say; where the instance does not define them, it speaks of
// everybody.
constexpr std::string_view kContract = "contract_type";
constexpr std::string_view kDaysLate = "mean_days_late_365d";
constexpr std::string_view kTier = "top_tier";

std::optional<float> feature(const profiles::Profile& profile, std::string_view name) {
    if (profile.schema == nullptr) return std::nullopt;
    const auto at = profile.schema->index_of(name);
    return at ? std::optional(profile.features[*at]) : std::nullopt;
}

bool is_prepaid(const profiles::Profile& profile) {
    const auto contract = feature(profile, kContract);
    if (!contract || std::isnan(*contract)) return false;
    const auto& categories = profile.schema->columns[*profile.schema->index_of(kContract)].categories;
    const auto code = static_cast<std::size_t>(*contract);
    return code < categories.size() && categories[code] == "prepaid";
}

bool is_known_missing(const std::optional<float>& value) { return value && std::isnan(*value); }

ModelAnswer answer_of(Told told) {
    ModelAnswer answer;
    answer.reaches_threshold = told.reached;
    answer.threshold = told.threshold;
    answer.horizon_days = told.horizon_days;
    fill(answer, std::move(told));
    return answer;
}

std::string_view channel_of(const State& state, const Ask& ask) {
    if (!ask.channel.empty() || ask.campaign_id.empty()) return ask.channel;
    const scoring::Serving* serving = state.model(kCampaignResponse);
    if (serving == nullptr || serving->model == nullptr) return {};
    const auto& campaigns = serving->model->columns().campaigns;
    const auto found = campaigns.find(std::string(ask.campaign_id));
    return found == campaigns.end() ? std::string_view() : std::string_view(found->second);
}

// A channel that the model knows is one of its columns.
CallersColumns contact_columns(const scoring::LoadedModel& model, std::string_view channel) {
    constexpr std::string_view kColumn = "contact.channel=";
    CallersColumns columns;
    bool known = false;
    for (const auto& column : model.columns().columns) {
        if (!column.name.starts_with(kColumn)) continue;
        const bool this_one = std::string_view(column.name).substr(kColumn.size()) == channel;
        known = known || this_one;
        columns[column.name] = this_one ? 1.0F : 0.0F;
    }
    return known ? columns : CallersColumns{};
}

UpliftAnswer no_uplift(std::string_view why) {
    UpliftAnswer answer;
    answer.not_available = why;
    return answer;
}

UpliftAnswer uplift_of(
    const scoring::Serving* serving, const std::optional<profiles::Profile>& profile, const CallersColumns& known
) {
    if (serving == nullptr || serving->model == nullptr) return no_uplift("there is no model");
    if (!profile) return no_uplift("nobody knows this customer");
    const auto& model = serving->model->uplift();
    if (model == nullptr) return no_uplift("the version that serves was not held against a control group");
    const auto uplift = model->of(row_of(*serving, *profile, known));
    if (!uplift) return no_uplift(model->part().words);
    UpliftAnswer answer{uplift->value, uplift->lower, uplift->upper, {}};
    if (!answer.lower) answer.not_available = "no interval: too few held-out contacts are alike";
    return answer;
}

}  // namespace

std::optional<std::string> not_applicable(std::string_view model, const profiles::Profile& profile) {
    if (model == kDefaultRisk) {
        if (is_prepaid(profile)) return "prepaid: there are no bills to pay";
        if (is_known_missing(feature(profile, kDaysLate))) return "no payments of this customer are known";
    }
    if (model == kUpsell && is_known_missing(feature(profile, kTier))) return "the customer holds no tier";
    return std::nullopt;
}

EngagementLevel level_of(const scoring::Percentiles& percentiles, double score) {
    if (score <= 0) return EngagementLevel::none;
    if (score >= percentiles.high_from) return EngagementLevel::high;
    return score >= percentiles.medium_from ? EngagementLevel::medium : EngagementLevel::low;
}

Result<PropensityPrediction> predict_propensity(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    Told told = tell(state, kPropensity, profile, ask.reasoning);
    PropensityPrediction prediction;
    prediction.customer_id = ask.customer_id;
    prediction.propensity = told.value;
    prediction.will_buy = told.reached;
    prediction.threshold = told.threshold;
    prediction.horizon_days = told.horizon_days;
    fill(prediction, std::move(told));
    return prediction;
}

Result<UpsellPrediction> predict_upsell(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    UpsellPrediction prediction;
    prediction.customer_id = ask.customer_id;
    if (profile) prediction.not_applicable = not_applicable(kUpsell, *profile);
    Told upsell = tell(state, kUpsell, profile, prediction.not_applicable ? Reasoning::none : ask.reasoning);
    if (prediction.not_applicable) {
        upsell.value.reset();
        upsell.reached.reset();
        upsell.explanation = *prediction.not_applicable;
    }
    prediction.upsell_probability = upsell.value;
    prediction.upsell = answer_of(std::move(upsell));
    Told cross_sell = tell(state, kCrossSell, profile, ask.reasoning);
    prediction.cross_sell_probability = cross_sell.value;
    prediction.cross_sell = answer_of(std::move(cross_sell));
    return prediction;
}

Result<DefaultRiskPrediction> predict_default_risk(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    DefaultRiskPrediction prediction;
    prediction.customer_id = ask.customer_id;
    if (profile) prediction.not_applicable = not_applicable(kDefaultRisk, *profile);
    Told told = tell(state, kDefaultRisk, profile, prediction.not_applicable ? Reasoning::none : ask.reasoning);
    prediction.threshold = told.threshold;
    prediction.horizon_days = told.horizon_days;
    if (prediction.not_applicable) {
        told.explanation = *prediction.not_applicable;
    } else {
        prediction.default_probability = told.value;
        prediction.will_default = told.reached;
    }
    fill(prediction, std::move(told));
    return prediction;
}

Result<EngagementPrediction> predict_engagement(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    Told told = tell(state, kEngagement, profile, ask.reasoning);
    EngagementPrediction prediction;
    prediction.customer_id = ask.customer_id;
    prediction.expected_points = told.value;
    prediction.lower = told.prediction.lower;
    prediction.upper = told.prediction.upper;
    prediction.horizon_days = told.horizon_days;
    if (!told.prediction.is_fallback) {
        const auto& percentiles = state.model(kEngagement)->model->outputs().percentiles;
        if (percentiles && told.value) {
            prediction.engagement_score = scoring::score_at(*percentiles, *told.value);
            prediction.level = level_of(*percentiles, *prediction.engagement_score);
        }
    }
    fill(prediction, std::move(told));
    return prediction;
}

Result<CampaignResponsePrediction> predict_campaign_response(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    CampaignResponsePrediction prediction;
    prediction.customer_id = ask.customer_id;
    const std::string_view channel = channel_of(state, ask);
    if (!ask.campaign_id.empty()) prediction.campaign_id = ask.campaign_id;
    if (!channel.empty()) prediction.channel = channel;
    const scoring::Serving* serving = state.model(kCampaignResponse);
    CallersColumns known;
    if (serving != nullptr && serving->model != nullptr) {
        known = contact_columns(*serving->model, channel);
        if (prediction.campaign_id)
            prediction.is_new_campaign = !serving->model->columns().campaigns.contains(*prediction.campaign_id);
    }
    Told told = tell(state, kCampaignResponse, profile, ask.reasoning, known);
    prediction.uplift = uplift_of(serving, profile, known);
    prediction.response_probability = told.value;
    prediction.will_respond = told.reached;
    prediction.threshold = told.threshold;
    prediction.horizon_days = told.horizon_days;
    fill(prediction, std::move(told));
    return prediction;
}

Result<RfmPrediction> predict_rfm(const State& state, const Ask& ask) {
    BOON_TRY(const auto profile, look_up(state, ask));
    RfmPrediction prediction;
    prediction.customer_id = ask.customer_id;
    if (!profile) {
        prediction.explanation = "nobody knows this customer";
        return prediction;
    }
    prediction.computed_at = profile->computed_at;
    const profiles::Standing* standing = profile->standing;
    if (standing == nullptr || standing->r == 0) {
        prediction.explanation = "not worked out: the base has fewer than 25 customers, or value was not computed yet";
        return prediction;
    }
    prediction.r_score = standing->r;
    prediction.f_score = standing->f;
    prediction.m_score = standing->m;
    prediction.segment = profile->rfm_segment;
    prediction.explanation = fmt::format(
        "of 5, against the base over 365 days: recency {}, frequency {}, revenue {}", standing->r, standing->f,
        standing->m
    );
    return prediction;
}

}  // namespace boon::serving
