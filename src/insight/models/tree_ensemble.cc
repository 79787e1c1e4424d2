#include "insight/models/tree_ensemble.h"

#include "insight/models/batch.h"
#include "insight/models/shap.h"
#include "insight/models/trees.h"
#include "insight/models/xgboost_model.h"

namespace boon::models {

Result<TreeEnsemble> TreeEnsemble::from_xgboost(std::span<const std::byte> json_or_ubj) {
    return read_xgboost(json_or_ubj);
}

TreeEnsemble::TreeEnsemble(std::shared_ptr<const Trees> trees) : trees_(std::move(trees)) {}

int TreeEnsemble::features() const { return static_cast<int>(trees_->features); }
int TreeEnsemble::outputs() const { return static_cast<int>(trees_->base_margins.size()); }
std::size_t TreeEnsemble::trees() const { return trees_->trees.size(); }
Objective TreeEnsemble::objective() const { return trees_->objective; }

void TreeEnsemble::margins(std::span<const float> row, std::span<float> out) const {
    BOON_ASSERT(row.size() == trees_->features && out.size() == trees_->base_margins.size());
    margins_of_row(*trees_, row.data(), out.data());
}

void TreeEnsemble::margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out) const {
    margins_batch(rows, n, stride, out, InstructionSet::best);
}

void TreeEnsemble::margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out, InstructionSet set)
    const {
    BOON_ASSERT(stride >= trees_->features);
    if (set == InstructionSet::best) set = best_instruction_set();
    margins_of_rows(*trees_, {rows, n, stride}, set, out);
}

void TreeEnsemble::explain(std::span<const float> row, int output, std::span<double> contributions) const {
    explain(row, output, contributions, InstructionSet::best);
}

void TreeEnsemble::explain(std::span<const float> row, int output, std::span<double> contributions, InstructionSet set)
    const {
    BOON_ASSERT(row.size() == trees_->features && contributions.size() == row.size() + 1);
    BOON_ASSERT(output >= 0 && static_cast<std::size_t>(output) < trees_->base_margins.size());
    if (set == InstructionSet::best) set = best_instruction_set();
    explain_trees(*trees_, row, static_cast<std::uint32_t>(output), set, contributions);
}

}  // namespace boon::models
