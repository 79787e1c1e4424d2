// Uplift beside a response model: two ways compete on the validation cut, the winner is judged on the time hold-out and
// goes through a gate of its own.
#pragma once

#include <map>
#include <string>

#include "insight/training/uplift_arms.h"

namespace boon::training {

struct LearntUplift {
    CardUplift card;
    std::map<std::string, std::string> files;  // of the artefact
};

// Arms without rows give a card of one sentence, and so do arms that are too small. The gate: chance decided who was
// treated as far as the rows tell, and the lower bound of the Qini is above 0. What does not pass does not serve: the
// files say why.
Result<LearntUplift> learn_uplift(const TrainEnvironment& environment, const Options& options, const Arms& arms);

}  // namespace boon::training
