// Models held against a world whose truth is known: they are trained on its records as on a company's, and judged on
// the same hold-out rows as the best guess that its laws allow (program/world/best_guess.h).
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/studies/report.h"
#include "insight/training/options.h"
#include "platform/base/error.h"

namespace boon::trial {

struct WorldOptions {
    std::int64_t customers = 40'000;
    std::vector<training::Model> models;  // empty: all
    int threads = 0;                      // of a fit; 0: all cores
    // What it is at, and the share done; an error ends the trial and is returned.
    std::function<Status(std::string_view step, double done)> progress;
};

// One world, by its seed. For each model that tells a probability: AUC beside the best guess's (no more than .02 below,
// where that is .70 to .90) and calibration slope (.9 to 1.1 on 10 000 rows or more); of ltv, what share of outcomes
// its 80 % intervals cover (.77 to .83 on 5 000 rows or more); of every model, what the gate says. Blocks.
Result<studies::Report> try_world(std::uint64_t seed, const WorldOptions& options);

// One world of the first seed; each model is trained once for every seed on labels dealt out at random by it. Of a
// hundred the gate lets at most five through, and each has the rows that it asks for: a refusal for too few of them
// would prove nothing. Blocks.
Result<studies::Report> try_shuffled(std::span<const std::int64_t> seeds, const WorldOptions& options);

}  // namespace boon::trial
