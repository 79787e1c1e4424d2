// A boosted tree ensemble as numbers: a row of float32 features in (NaN = missing), margins and exact SHAP values out.
// Whatever made the model, it becomes this one type (tree_builder.h builds it, xgboost_model.h reads XGBoost's files).
//
// A TreeEnsemble is immutable; all its functions may be called from any number of threads at once. Working space is
// kept per thread and grows on the first call with a larger model: after that no call allocates.
//
// Exactness: margins are the same bits as XGBoost's own predictor gives (leaf values are added in float32, in the order
// of the trees, to the base margin), whatever the instruction set. -0 equals 0, ±inf are ordinary values, and a value
// equal to a threshold goes right.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "insight/models/scorer.h"
#include "platform/base/error.h"

namespace boon::models {

// Named as XGBoost names them, with `_` for `:`.
enum class Objective {
    binary_logistic,
    binary_logitraw,
    reg_logistic,
    reg_squarederror,
    multi_softprob,
    multi_softmax,
    count_poisson,
    reg_gamma,
    reg_tweedie,
    rank_pairwise,
    rank_ndcg,
    rank_map,
};

// `binary:logistic` …
std::string_view objective_name(Objective objective);

// Which code evaluates batches and explanations. `best` is what the processor can do, found at run time.
enum class InstructionSet { portable, avx2, avx512, best };

// What `best` stands for on this processor: never `best`.
InstructionSet best_instruction_set();
std::string_view instruction_set_name(InstructionSet set);

struct Trees;  // the trees in their layouts; private to the room

class TreeEnsemble final : public Scorer {
public:
    // A model saved by XGBoost as JSON or UBJ; which of the two is seen from the bytes. All its trees count, also where
    // early stopping noted a `best_iteration`: slice the model before saving it to serve fewer. Errors (`invalid`) name
    // what cannot be served: another booster, objective or format, categorical splits, vector leaves, damage.
    static Result<TreeEnsemble> from_xgboost(std::span<const std::byte> json_or_ubj);

    explicit TreeEnsemble(std::shared_ptr<const Trees> trees);

    [[nodiscard]] int features() const override;
    [[nodiscard]] int outputs() const override;
    [[nodiscard]] std::size_t trees() const;
    [[nodiscard]] Objective objective() const;

    void margins(std::span<const float> row, std::span<float> out) const override;

    void margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out) const override;
    // An instruction set that the processor lacks must not be asked for.
    void margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out, InstructionSet set) const;

    // Exact path-dependent TreeSHAP (Lundberg et al. 2020, algorithm 2) of one output's margin. contributions:
    // features() + 1 values; the last is the margin's expectation over the training rows, and all sum to the margin.
    void explain(std::span<const float> row, int output, std::span<double> contributions) const override;
    void explain(std::span<const float> row, int output, std::span<double> contributions, InstructionSet set) const;
    [[nodiscard]] Exactness exactness() const override { return Exactness::exact; }

private:
    friend class FixedColumns;
    std::shared_ptr<const Trees> trees_;
};

}  // namespace boon::models
