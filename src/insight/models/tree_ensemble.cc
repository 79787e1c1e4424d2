#include "insight/models/tree_ensemble.h"

#include <algorithm>
#include <cmath>

#include "insight/models/shap.h"
#include "insight/models/trees.h"
#include "insight/models/xgboost_model.h"

namespace boon::models {

namespace {

float leaf_of(const Node* root, const float* row) {
    const Node* node = root;
    while (node->left != 0) {
        const float x = row[node->feature];
        const bool goes_left = std::isnan(x) ? node->missing_goes_left : x < node->value;
        node = root + node->left + (goes_left ? 0 : 1);
    }
    return node->value;
}

}  // namespace

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
    std::ranges::copy(trees_->base_margins, out.begin());
    for (const Tree& tree : trees_->trees) out[tree.output] += leaf_of(&trees_->nodes[tree.first], row.data());
}

void TreeEnsemble::margins_batch(const float* rows, std::size_t n, std::size_t stride, float* out, InstructionSet set)
    const {
    static_cast<void>(set);
    const std::size_t outputs = trees_->base_margins.size();
    for (std::size_t i = 0; i < n; ++i) {
        margins({rows + i * stride, trees_->features}, {out + i * outputs, outputs});
    }
}

void TreeEnsemble::explain(std::span<const float> row, int output, std::span<double> contributions) const {
    BOON_ASSERT(row.size() == trees_->features && contributions.size() == row.size() + 1);
    BOON_ASSERT(output >= 0 && static_cast<std::size_t>(output) < trees_->base_margins.size());
    explain_trees(*trees_, row, static_cast<std::uint32_t>(output), contributions);
}

}  // namespace boon::models
