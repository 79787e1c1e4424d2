// Fitting a tree ensemble with XGBoost, in a process of its own: it runs at lower priority, and when it runs out of
// memory or crashes, the server gets an Error and lives on. The matrices go over in files, progress comes back on a
// pipe, and the child dies with its parent.
//
// Deterministic: the same job gives the same bytes on the same machine, whatever the number of threads (tested for 1
// and 2; tree_method=hist adds gradients up per thread in a fixed partition of rows).
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "insight/training/matrix.h"
#include "platform/base/record.h"

namespace boon::training {

enum class Objective { binary, multiclass, amount };
BOOST_DESCRIBE_ENUM(Objective, binary, multiclass, amount)

// One set of XGBoost's parameters; the names are its own.
struct TreeParameters {
    int max_depth = 4;
    double eta = 0.05;
    double subsample = 0.8;
    double colsample_bytree = 0.8;
    double min_child_weight = 1;
    double lambda = 1;
    bool operator==(const TreeParameters&) const = default;
};
BOOST_DESCRIBE_STRUCT(TreeParameters, (), (max_depth, eta, subsample, colsample_bytree, min_child_weight, lambda))

struct FitOptions {
    Objective objective = Objective::binary;
    int classes = 0;  // multiclass only: labels are 0 … classes - 1
    TreeParameters trees;
    int max_rounds = 1000;
    int early_stopping_rounds = 50;  // 0 = all of max_rounds
    int max_bin = 250;               // at most 250: the quantised scorer holds 252 cuts a feature
    double search_budget_s = 0;      // > 0: other parameter sets are tried after `trees` until the time is used up
    std::int64_t seed = 1;
    int threads = 0;  // 0 = all cores
};
BOOST_DESCRIBE_STRUCT(
    FitOptions, (),
    (objective, classes, trees, max_rounds, early_stopping_rounds, max_bin, search_budget_s, seed, threads)
)

// The search's other parameter sets, in the order they are tried.
const std::vector<TreeParameters>& search_candidates();

struct Trial {
    TreeParameters trees;
    int rounds = 0;
    double validation_loss = 0;  // log-loss, or root mean squared error
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(Trial, (), (trees, rounds, validation_loss, seconds))

struct Importance {
    std::string feature;
    double gain_share = 0;  // of the summed loss reduction of all splits
};
BOOST_DESCRIBE_STRUCT(Importance, (), (feature, gain_share))

struct FitReport {
    int rounds = 0;
    TreeParameters trees;  // the chosen ones
    std::vector<Trial> trials;
    std::vector<Importance> importances;  // of the features used, largest first
};
BOOST_DESCRIBE_STRUCT(FitReport, (), (rounds, trees, trials, importances))

struct Fitted {
    FitReport report;
    std::vector<std::byte> model;       // XGBoost's UBJ; fitted on all rows
    std::vector<float> validation_raw;  // rows × outputs: probability, class probabilities or amount of the validation
                                        // rows, by the ensemble that has not seen them
};

struct FitProgress {
    int trial = 0;  // 0 = the first parameter set
    int round = 0;
    int rounds = 0;              // at most
    double validation_loss = 0;  // NaN in the last fit, on all rows
    double share = 0;            // done of the whole fit, 0–1; never falls
};

struct FitProcess {
    std::vector<std::string>
        command;                    // what runs fit_main(); the job's folder is appended: {"/proc/self/exe", "__fit"}
    std::filesystem::path scratch;  // a folder for the job's files; made and removed here
    // Called at each report of the child and at least once a second. An error stops the child and is returned.
    std::function<Status(const FitProgress&)> progress;
};

// Early stopping and the choice of parameters look at `validation`; the final ensemble is fitted on `all` (null: on
// both together), with as many rounds. Blocks; the child dies with the calling thread. `invalid`: options or rows that
// cannot be fitted; `unavailable`: the child could not be started, or was killed (memory).
Result<Fitted> fit(
    const Matrix& train, const Matrix& validation, const FitOptions&, const FitProcess&, const Matrix* all = nullptr
);

// The child's side: reads the job in `folder`, reports on standard output, writes the result; its exit code.
int fit_main(const std::filesystem::path& folder);

// What the child does, in this process: for tests, and for measuring against XGBoost alone. Not thread-safe per se:
// XGBoost keeps its errors per thread, and this uses `options.threads` of its own.
Result<Fitted> fit_here(
    const Matrix& train, const Matrix& validation, const FitOptions&,
    const std::function<Status(const FitProgress&)>& progress, const Matrix* all = nullptr
);

}  // namespace boon::training
