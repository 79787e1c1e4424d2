// The default learner of tables: boosted trees of several depths and a logistic regression, averaged on the logit with
// weights that cross-validation inside the training rows chooses. It needs no tuning and no validation set: the same
// inner folds choose how many trees each member gets and what it counts for. Everything happens in this process.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "insight/models/tree_ensemble.h"
#include "insight/training/fit.h"
#include "insight/training/linear.h"
#include "insight/training/matrix.h"

namespace boon::training {

struct BlendOptions {
    std::vector<TreeParameters> trees = {
        {.max_depth = 2, .eta = 0.1, .subsample = 0.8, .colsample_bytree = 0.8, .min_child_weight = 1, .lambda = 1},
        {.max_depth = 4, .eta = 0.08, .subsample = 0.8, .colsample_bytree = 0.8, .min_child_weight = 1, .lambda = 1},
        {.max_depth = 6, .eta = 0.05, .subsample = 0.8, .colsample_bytree = 0.6, .min_child_weight = 10, .lambda = 1},
    };
    double linear_ridge = 3;  // 0: no logistic regression among the members
    std::int32_t folds = 4;   // inside the training rows
    std::int32_t max_rounds = 400;
    std::int32_t patience = 40;     // rounds without a better loss, after which a fold stops
    std::int32_t check_every = 10;  // rounds
    std::int32_t max_bin = 250;
    double stack_ridge = 10;  // draws the members' weights towards equal ones
    std::int64_t seed = 1;
    bool operator==(const BlendOptions&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    BlendOptions, (), (trees, linear_ridge, folds, max_rounds, patience, check_every, max_bin, stack_ridge, seed)
)

struct BlendMember {
    std::string name;          // `depth 4`, `linear`
    std::int32_t rounds = 0;   // trees; 0 of `linear`
    double held_out_loss = 0;  // log-loss on the inner folds' held-out rows
    double weight = 0;         // of its logit
};
BOOST_DESCRIBE_STRUCT(BlendMember, (), (name, rounds, held_out_loss, weight))

struct BlendReport {
    std::vector<BlendMember> members;
    double intercept = 0;
    double held_out_loss = 0;  // of the blend, with weights fitted on the same rows
};
BOOST_DESCRIBE_STRUCT(BlendReport, (), (members, intercept, held_out_loss))

class Blend {  // immutable; thread-safe
public:
    // Labels are 0 or 1. Rows of one of `rows.customers` stay in one inner fold. `threads`: 0 = all cores; the result
    // does not depend on it. `progress` gets the share done and may end the fit by an error. `invalid`: fewer than
    // `folds` rows of either label, or rows that check() refuses.
    static Result<Blend> fit(
        const Matrix& rows, const BlendOptions& options, int threads, const std::function<Status(double)>& progress
    );

    // Probabilities of 1, in the order of the rows, whose columns are those of the fit.
    [[nodiscard]] std::vector<double> predict(const Matrix& rows) const;
    [[nodiscard]] const BlendReport& report() const { return report_; }

private:
    std::vector<models::TreeEnsemble> trees_;
    LinearModel linear_;  // without columns when it is no member
    BlendReport report_;
};

}  // namespace boon::training
