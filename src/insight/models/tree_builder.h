// The narrow waist of tree models: every format's loader feeds this builder, every evaluator reads what it builds.
// Whatever is fed is checked here, so that evaluators need not check anything.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/models/tree_ensemble.h"

namespace boon::models {

// A node as files have it. A leaf has no children (both -1).
struct SourceNode {
    std::int64_t left = -1;
    std::int64_t right = -1;
    std::int64_t feature = 0;
    float value = 0;  // inner node: x < value goes left; leaf: what it adds to the margin
    bool missing_goes_left = false;
    float cover = 0;  // weight of the training rows that came by; explain() needs the children's shares
};

class TreeBuilder {
public:
    static constexpr std::int64_t kMaxFeatures = 1 << 20;
    static constexpr std::int64_t kMaxOutputs = 1 << 14;
    static constexpr int kMaxDepth = 64;

    // base_margins: one per output.
    static Result<TreeBuilder> start(Objective objective, std::int64_t features, std::vector<float> base_margins);

    // Node 0 is the root; nodes that it does not reach are ignored. Errors: a child or feature index out of range, a
    // node with one child or two parents, a threshold or leaf that is not finite, a cover below 0 or not finite, a tree
    // deeper than kMaxDepth.
    Status add_tree(std::int64_t output, std::span<const SourceNode> nodes);

    TreeEnsemble build() &&;

private:
    explicit TreeBuilder(std::shared_ptr<Trees> trees) : trees_(std::move(trees)) {}

    std::shared_ptr<Trees> trees_;
};

}  // namespace boon::models
