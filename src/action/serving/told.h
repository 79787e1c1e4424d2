// What a model of one output says of one customer, with everything there is to say about it. Only the predictions of
// this room include it.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "action/serving/predictions.h"
#include "action/serving/state.h"

namespace boon::serving {

struct Told {
    scoring::Prediction prediction;
    std::optional<double> value;  // of it; nothing when not even a rate is known
    std::optional<bool> reached;  // the threshold; nothing for a fallback: a rate of all is no statement about one
    double threshold = 0.5;
    std::optional<std::int64_t> horizon_days;
    std::string explanation;
    std::optional<PredictionReasons> reasons;
    std::optional<Timestamp> computed_at;  // the profile
    std::optional<Timestamp> trained_at;   // the model
};

// Nothing: nobody knows the customer, and that is allowed.
Result<std::optional<profiles::Profile>> look_up(const State& state, const Ask& ask);

// What the caller knows of the row, `contact.…` column → value.
using CallersColumns = std::map<std::string, float>;

// What the serving version reads of a customer. What nobody knows is missing.
std::vector<float> row_of(
    const scoring::Serving& serving, const profiles::Profile& profile, const CallersColumns& known
);

Told tell(
    const State& state, std::string_view model, const std::optional<profiles::Profile>& profile, Reasoning reasoning,
    const CallersColumns& known = {}
);

// The three with the largest effects.
std::string main_reasons(const PredictionReasons& reasons);

// What most answers have in common, member by member.
template <class Answer>
void fill(Answer& answer, Told told) {
    answer.explanation = std::move(told.explanation);
    answer.reasons = std::move(told.reasons);
    answer.model_version = told.prediction.version;
    answer.is_fallback = told.prediction.is_fallback;
    answer.computed_at = told.computed_at;
    answer.trained_at = told.trained_at;
}

}  // namespace boon::serving
