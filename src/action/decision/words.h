// What a decision says about itself, in words a marketer reads.
#pragma once

#include <map>
#include <span>
#include <string>

#include "action/decision/decide.h"
#include "action/decision/score.h"
#include "action/decision/snapshot.h"

namespace boon::decision {

// The state that words are made from: one decision.
struct Telling {
    const Snapshot& snapshot;
    const profiles::Profile& profile;
    const Request& request;
    Timestamp now;
};

// Why an offer dropped out (or is shown), and what would have to change for it to be shown.
struct WhyAndChange {
    std::string why;
    std::string change;
    std::map<std::string, std::string> facts = {};  // what the two name: Considered::facts
};
// `bar`: the score of the last offer shown, for `outranked`.
WhyAndChange tell(const Telling& telling, const Candidate& candidate, Cause cause, double bar);

// The parts of a model's score, greatest first, each in words. `effects`: one per model column, then the base.
Explanation explanation_of(
    const Snapshot& snapshot, std::span<const float> row, std::span<const double> effects, std::size_t max_reasons
);

// One sentence: how likely, and what speaks most for and against it.
std::string score_words(const Candidate& candidate, const Explanation& explanation);

// Scores without a model, in one sentence.
std::string fallback_words(const Candidate& candidate);

}  // namespace boon::decision
