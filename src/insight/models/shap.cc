#include "insight/models/shap.h"

#include <algorithm>

#include "insight/models/scratch.h"
#include "insight/models/trees.h"

namespace boon::models {

namespace {

struct Scratch {
    std::vector<OrderKey> row;
    std::vector<ShapState> nodes;
    std::vector<std::uint64_t> taken;
    std::vector<FourDoubles> contributions;  // per used feature
};

// Takes the factor of an ancestor's feature out of the product, for a split on the same feature.
inline void take_out(const ShapPass& pass, std::uint32_t ancestor, FourDoubles& product) {
    const ShapPoints& points = pass.points;
    const double inverse_share = pass.shares[ancestor].inverse;
    for (std::size_t q = 0; q < kShapPoints; ++q) {
        const double when_taken = 1 + points.falling[q] * pass.nodes[ancestor].pull[q];
        const double when_not = points.inverse_falling[q] * inverse_share;
        product[q] *= pass.taken[ancestor] != 0 ? when_taken : when_not;
    }
}

inline void enter(const ShapPass& pass, const FourDoubles& product, std::size_t child, std::uint64_t taken) {
    const ShapPoints& points = pass.points;
    const double share = pass.shares[child].share;
    ShapState& state = pass.nodes[child];
    pass.taken[child] = taken;
    for (std::size_t q = 0; q < kShapPoints; ++q) {
        const double when_not = points.falling[q] * share;
        state.product[q] = product[q] * (taken != 0 ? points.rising[q] + when_not : when_not);
        state.pull[q] = taken != 0 ? static_cast<double>(pass.pulls[child][q]) : -points.inverse_falling[q];
    }
}

// Products go down.
inline void descend(const ShapPass& pass, std::size_t k) {
    const ShapSplit& split = pass.splits[k];
    const std::uint64_t taken_above = pass.taken[split.ancestor];
    const std::uint64_t right = pass.row[split.slot] >= split.threshold ? ~std::uint64_t{0} : 0;
    FourDoubles product = pass.nodes[split.node].product;
    if (split.ancestor != 0) take_out(pass, split.ancestor, product);
    enter(pass, product, 2 * k + 1, taken_above & ~right);
    enter(pass, product, 2 * k + 2, taken_above & right);
}

// Sums go up: leaves below a node count with the pull of the node, not with that of an ancestor by the same feature.
inline void ascend(const ShapPass& pass, std::size_t k) {
    const ShapSplit& split = pass.splits[k];
    const ShapState& left = pass.nodes[2 * k + 1];
    const ShapState& right = pass.nodes[2 * k + 2];
    const FourDoubles& pull_above = pass.nodes[split.ancestor].pull;
    FourDoubles& sum = pass.nodes[split.node].product;
    FourDoubles& contribution = pass.contributions[split.feature];
    for (std::size_t q = 0; q < kShapPoints; ++q) {
        sum[q] = left.product[q] + right.product[q];
        const double below = left.product[q] * left.pull[q] + right.product[q] * right.pull[q];
        contribution[q] += below - sum[q] * pull_above[q];
    }
}

}  // namespace

void shap_pass_portable(const ShapPass& pass) {
    // The quadrature's weights ride along in the products.
    pass.nodes[0] = {.product = pass.points.weight, .pull = {}};
    pass.taken[0] = ~std::uint64_t{0};
    for (std::size_t k = 0; k < pass.split_count; ++k) descend(pass, k);
    for (std::size_t i = 0; i < pass.leaf_count; ++i) {
        for (double& product : pass.nodes[pass.leaves[i].node].product) {
            product *= static_cast<double>(pass.leaves[i].value);
        }
    }
    for (std::size_t k = pass.split_count; k-- > 0;) ascend(pass, k);
}

void explain_trees(
    const Trees& trees, std::span<const float> row, std::uint32_t output, InstructionSet set,
    std::span<double> contributions
) {
    thread_local Scratch scratch;
    const ShapTables& tables = trees.shap;
    grow(scratch.row, trees.slots());
    grow(scratch.nodes, tables.most_nodes);
    grow(scratch.taken, tables.most_nodes);
    grow(scratch.contributions, trees.used_features.size());
    std::fill_n(scratch.contributions.begin(), trees.used_features.size(), FourDoubles{});
    prepare_row(trees, row.data(), scratch.row.data());

    for (const ShapPoints& points : tables.points) {
        for (const ShapTree& tree : tables.trees) {
            if (tree.output != output || tree.splits == 0) continue;
            const ShapPass pass{
                .splits = &tables.splits[tree.first_split],
                .split_count = tree.splits,
                .shares = &tables.shares[tree.first_node],
                .pulls = &points.pulls[tree.first_node],
                .points = points,
                .leaves = &tables.leaves[tree.first_leaf],
                .leaf_count = tree.leaves,
                .row = scratch.row.data(),
                .nodes = scratch.nodes.data(),
                .taken = scratch.taken.data(),
                .contributions = scratch.contributions.data(),
            };
            if (set == InstructionSet::portable) {
                shap_pass_portable(pass);
            } else {
                shap_pass_avx2(pass);
            }
        }
    }

    std::ranges::fill(contributions, 0.0);
    for (std::size_t i = 0; i < trees.used_features.size(); ++i) {
        const FourDoubles& sum = scratch.contributions[i];
        contributions[trees.used_features[i]] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
    }
    contributions.back() = tables.expectation[output];
}

}  // namespace boon::models
