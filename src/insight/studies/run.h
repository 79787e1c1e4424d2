// Runs a study.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "insight/studies/report.h"

namespace boon::studies {

struct Environment {
    std::string folder;  // of the data, absolute
    int threads = 0;     // 0: all cores; no figure depends on it
    // What it is at, and the share done; an error ends the study and is returned.
    std::function<Status(std::string_view step, double done)> progress;
};

struct Outcome {
    Report report;
    // CSV with a header: a line for each row that was judged (row, part, what is predicted, actual), by a model that
    // has not learnt from it; of purchases a line for each customer.
    std::string predictions;
};

// `not_found` or `invalid` where the data is not what the study says. Blocks.
Result<Outcome> run(const Study& study, const Environment& environment);

}  // namespace boon::studies
