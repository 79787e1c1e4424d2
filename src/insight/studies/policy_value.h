// What a choice of actions would have brought, from a log in which actions were drawn with known probabilities.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/training/estimate.h"

namespace boon::studies {

// One entry a row. Actions are numbers.
struct LoggedActions {
    std::vector<std::uint32_t> actions;
    std::vector<double> propensities;  // of the action that was drawn
    std::vector<float> rewards;
    std::vector<std::uint32_t> customers;  // the sampling unit
};

// What is chosen for each row, and what a model expects of it and of the logged action.
struct Choice {
    std::vector<std::uint32_t> actions;
    std::vector<double> expected;
    std::vector<double> expected_of_logged;
};

// Means per row with 95 % intervals clustered by customer. `ips`: the rewards where log and choice agree, each divided
// by its propensity. `snips`: the same divided by the sum of those weights instead of the rows. `dr`: what the model
// expects, corrected by the weighted errors where they agree (Dudík, Langford and Li 2011).
struct PolicyValue {
    training::Estimate ips;
    training::Estimate snips;
    training::Estimate dr;
};
PolicyValue value_of(const LoggedActions& log, const Choice& choice);

// The doubly robust value of one choice less that of another, paired by row.
training::Estimate gain(const LoggedActions& log, const Choice& choice, const Choice& other);

}  // namespace boon::studies
