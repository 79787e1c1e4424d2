#include "insight/studies/policy_value.h"

namespace boon::studies {
namespace {

training::Scored rows_of(const LoggedActions& log) { return {log.propensities, log.rewards, {}, log.customers}; }

std::vector<double> weights_of(const LoggedActions& log, const Choice& choice) {
    std::vector<double> weights(log.actions.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        weights[i] = log.actions[i] == choice.actions[i] ? 1 / log.propensities[i] : 0;
    }
    return weights;
}

std::vector<double> doubly_robust(const LoggedActions& log, const Choice& choice) {
    const auto weights = weights_of(log, choice);
    std::vector<double> values = choice.expected;
    for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] += weights[i] * (static_cast<double>(log.rewards[i]) - choice.expected_of_logged[i]);
    }
    return values;
}

training::Estimate self_normalised(const LoggedActions& log, const std::vector<double>& weights) {
    double sum = 0;
    double weight = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        sum += weights[i] * static_cast<double>(log.rewards[i]);
        weight += weights[i];
    }
    const double value = sum / weight;
    std::vector<double> influence(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) {
        influence[i] = weights[i] * (static_cast<double>(log.rewards[i]) - value) / weight;
    }
    return training::with_variance(value, training::clustered_variance(rows_of(log), influence));
}

}  // namespace

PolicyValue value_of(const LoggedActions& log, const Choice& choice) {
    const auto weights = weights_of(log, choice);
    std::vector<double> weighted(weights.size());
    for (std::size_t i = 0; i < weights.size(); ++i) weighted[i] = weights[i] * static_cast<double>(log.rewards[i]);
    return {
        training::clustered_mean(rows_of(log), weighted), self_normalised(log, weights),
        training::clustered_mean(rows_of(log), doubly_robust(log, choice))
    };
}

training::Estimate gain(const LoggedActions& log, const Choice& choice, const Choice& other) {
    auto differences = doubly_robust(log, choice);
    const auto others = doubly_robust(log, other);
    for (std::size_t i = 0; i < differences.size(); ++i) differences[i] -= others[i];
    return training::clustered_mean(rows_of(log), differences);
}

}  // namespace boon::studies
