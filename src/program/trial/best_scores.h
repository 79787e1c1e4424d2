// The best guess for each row that a model was judged on.
#pragma once

#include <vector>

#include "insight/training/options.h"
#include "insight/training/train.h"
#include "program/world/world.h"

namespace boon::trial {

// One a row of `tested`; nothing where there is no best guess of that model (amounts, rankings).
Result<std::vector<double>> best_scores(
    const world::Options& world, warehouse::Warehouse& warehouse, const training::Options& options,
    const training::TestRows& tested
);

}  // namespace boon::trial
