// What the model alone says, for callers that want its ranking and not a decision.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "action/decision/decide.h"
#include "action/decision/snapshot.h"

namespace boon::decision {

struct PropensityRanking {
    // Highest first. Of a multi-class model every label, whether or not the catalogue has that offer; of a pair model,
    // and without a model, the offers that are live and valid. Empty when neither model nor rate is there.
    std::vector<std::pair<OfferId, double>> propensities;
    ScoreKind kind = ScoreKind::rules;       // of the first
    std::string model_version;               // empty without a model
    std::optional<Explanation> explanation;  // of the first, by all features; its text is empty
};

PropensityRanking rank_by_propensity(const Snapshot& snapshot, const profiles::Profile& profile, Timestamp now);

}  // namespace boon::decision
