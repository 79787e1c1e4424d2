#include "action/serving/told.h"

#include <cmath>
#include <limits>
#include <ranges>

#include <fmt/format.h>

namespace boon::serving {

namespace {

constexpr std::string_view kAll = "there is no model: this is the rate of all";
constexpr std::string_view kNobody = "nobody knows this customer: this is the rate of all";
constexpr std::string_view kNothing = "there is no model, and no rate is known";

PredictionReasons reasons_of(const scoring::Breakdown& breakdown) {
    PredictionReasons reasons;
    reasons.base = breakdown.base;
    reasons.margin = reasons.base;
    for (const scoring::Reason& reason : breakdown.reasons) {
        const std::string_view direction = reason.contribution > 0 ? "raises" : "lowers";
        reasons.effects.push_back(
            {reason.feature, fmt::format("{} ({} it)", reason.words, direction), reason.contribution}
        );
        reasons.margin += reason.contribution;
    }
    return reasons;
}

Told tell_fallback(const scoring::Serving* serving, bool known) {
    const bool has_rate = serving != nullptr && serving->fallback_value.has_value();
    const std::string_view why = known ? kAll : kNobody;
    Told told;
    told.prediction = scoring::fallback(has_rate ? *serving->fallback_value : std::nan(""), std::string(why));
    if (has_rate) told.value = serving->fallback_value;
    told.explanation = has_rate ? why : kNothing;
    return told;
}

// A network made elsewhere that has no answer for this customer.
Told tell_unanswered(const scoring::Serving& serving, Told told) {
    told.explanation = told.prediction.fallback_reason;
    told.value = serving.fallback_value;
    told.prediction.value = told.value.value_or(std::nan(""));
    return told;
}

}  // namespace

Result<std::optional<profiles::Profile>> look_up(const State& state, const Ask& ask) {
    auto profile = state.find(ask.customer_id);
    if (profile) return std::optional(*profile);
    if (ask.unknown == Unknown::allow && profile.error().code == ErrorCode::not_found) return std::nullopt;
    return std::unexpected(std::move(profile).error());
}

std::string main_reasons(const PredictionReasons& reasons) {
    std::string text;
    for (const PredictionReason& reason : reasons.effects | std::views::take(3)) {
        text += (text.empty() ? "" : "; ") + reason.text;
    }
    return text;
}

std::vector<float> row_of(
    const scoring::Serving& serving, const profiles::Profile& profile, const CallersColumns& known
) {
    const auto& columns = serving.model->columns().columns;
    std::vector<float> row(columns.size(), std::numeric_limits<float>::quiet_NaN());
    for (std::size_t i = 0; i < row.size(); ++i) {
        if (const auto found = known.find(columns[i].name); found != known.end()) row[i] = found->second;
    }
    serving.rows.assemble(profile.features, row);
    return row;
}

Told tell(
    const State& state, std::string_view model, const std::optional<profiles::Profile>& profile, Reasoning reasoning,
    const CallersColumns& known
) {
    const scoring::Serving* serving = state.model(model);
    const scoring::LoadedModel* loaded = serving == nullptr ? nullptr : serving->model.get();
    Told told = loaded == nullptr || !profile ? tell_fallback(serving, profile.has_value()) : Told{};
    if (profile) told.computed_at = profile->computed_at;
    if (loaded == nullptr) return told;
    told.threshold = loaded->outputs().threshold;
    told.horizon_days = loaded->horizon_days();
    if (!profile) return told;
    if (!loaded->manifest().made_elsewhere) told.trained_at = loaded->manifest().created_at;
    const std::vector<float> row = row_of(*serving, *profile, known);
    told.prediction = loaded->predict(row);
    if (told.prediction.is_fallback) return tell_unanswered(*serving, std::move(told));
    told.value = told.prediction.value;
    told.reached = told.prediction.value >= told.threshold;
    if (reasoning == Reasoning::none) return told;
    const scoring::Breakdown why = loaded->explain(row, 0, row.size());
    told.reasons = reasons_of(why);
    told.explanation = why.words.empty() ? main_reasons(*told.reasons) : why.words;
    if (told.prediction.buying) return told;
    if (loaded->scorer()->exactness() == models::Exactness::estimated) told.explanation.insert(0, "estimated: ");
    return told;
}

}  // namespace boon::serving
