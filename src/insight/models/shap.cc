#include "insight/models/shap.h"

#include <algorithm>

#include "insight/models/scratch.h"
#include "insight/models/trees.h"

namespace boon::models {

namespace {

using Four = double __attribute__((vector_size(sizeof(double) * kShapPoints)));

// Per node of the tree at hand, for four points t.
struct NodeState {
    Four product;         // ∏ (t o + (1−t) z) over the features so far; on the way up, the sum of v × product below
    Four inverse_factor;  // 1 / (t o + (1−t) z) of the feature that leads here
    Four pull;            // (o − z) × inverse_factor: what turns a product into ∂/∂o of its leaf
    double taken;         // o
};

struct Scratch {
    std::vector<float> row;
    std::vector<NodeState> nodes;
    std::vector<Four> contributions;  // per used feature
};

struct Constants {
    Four rising;   // t
    Four falling;  // 1 − t
    Four inverse_falling;
    Four weight;
};

Constants constants_of(const ShapPoints& points) {
    Constants constants{};
    for (std::size_t q = 0; q < kShapPoints; ++q) {
        constants.rising[q] = points.point[q];
        constants.falling[q] = 1 - points.point[q];
        constants.inverse_falling[q] = 1 / (1 - points.point[q]);
        constants.weight[q] = points.weight[q];
    }
    return constants;
}

// How the products go down through one split.
inline void descend(
    const ShapSplit& split, std::size_t k, const std::array<std::array<float, kShapPoints>, 2>& inverse_taken,
    const Constants& constants, Scratch& scratch
) {
    const NodeState& above = scratch.nodes[split.ancestor];
    const Four product = scratch.nodes[split.node].product * above.inverse_factor;
    const bool goes_right = scratch.row[split.slot] >= split.threshold;
    for (std::size_t side = 0; side < 2; ++side) {
        NodeState& child = scratch.nodes[2 * k + 1 + side];
        const double taken = goes_right == (side == 1) ? above.taken : 0.0;
        const auto share = static_cast<double>(split.share[side]);
        const std::array<float, kShapPoints>& inverse = inverse_taken[side];
        const Four when_taken = {
            static_cast<double>(inverse[0]), static_cast<double>(inverse[1]), static_cast<double>(inverse[2]),
            static_cast<double>(inverse[3])
        };
        const Four when_not = constants.inverse_falling * static_cast<double>(split.inverse_share[side]);
        child.taken = taken;
        child.product = product * (constants.rising * taken + constants.falling * share);
        child.inverse_factor = taken != 0.0 ? when_taken : when_not;
        child.pull = child.inverse_factor * (taken - share);
    }
}

void add_tree(const ShapTables& tables, const ShapTree& tree, const ShapPoints& points, Scratch& scratch) {
    const Constants constants = constants_of(points);
    const ShapSplit* splits = &tables.splits[tree.first_split];
    NodeState* nodes = scratch.nodes.data();
    nodes[0] = {Four{1, 1, 1, 1}, Four{1, 1, 1, 1}, Four{}, 1.0};
    for (std::size_t k = 0; k < tree.splits; ++k) {
        descend(splits[k], k, points.inverse_taken[tree.first_split + k], constants, scratch);
    }
    for (std::size_t i = 0; i < tree.leaves; ++i) {
        const ShapLeaf& leaf = tables.leaves[tree.first_leaf + i];
        nodes[leaf.node].product *= static_cast<double>(leaf.value);
    }
    for (std::size_t k = tree.splits; k-- > 0;) {
        const NodeState& left = nodes[2 * k + 1];
        const NodeState& right = nodes[2 * k + 2];
        const Four pull_above = nodes[splits[k].ancestor].pull;
        // Leaves below count with the share of all splits on the feature down to here, not with the ancestor's.
        scratch.contributions[splits[k].feature] +=
            constants.weight * (left.product * (left.pull - pull_above) + right.product * (right.pull - pull_above));
        nodes[splits[k].node].product = left.product + right.product;
    }
}

}  // namespace

void explain_trees(
    const Trees& trees, std::span<const float> row, std::uint32_t output, std::span<double> contributions
) {
    thread_local Scratch scratch;
    const ShapTables& tables = trees.shap;
    grow(scratch.row, trees.slots());
    grow(scratch.nodes, tables.most_nodes);
    grow(scratch.contributions, trees.used_features.size());
    std::fill_n(scratch.contributions.begin(), trees.used_features.size(), Four{});
    trees.prepare(row.data(), scratch.row.data());

    for (const ShapPoints& points : tables.points) {
        for (const ShapTree& tree : tables.trees) {
            if (tree.output == output && tree.splits > 0) add_tree(tables, tree, points, scratch);
        }
    }

    std::ranges::fill(contributions, 0.0);
    for (std::size_t i = 0; i < trees.used_features.size(); ++i) {
        const Four& sum = scratch.contributions[i];
        contributions[trees.used_features[i]] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
    contributions.back() = tables.expectation[output];
}

}  // namespace boon::models
