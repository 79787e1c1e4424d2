// What an ensemble holds: the trees as plain nodes, and the layouts that the evaluators derived from them.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/models/quantised.h"
#include "insight/models/shap.h"
#include "insight/models/tree_ensemble.h"
#include "insight/models/walk_layout.h"

namespace boon::models {

// Nodes of one tree stand in breadth-first order, the right child directly after the left one.
struct Node {
    std::uint32_t left = 0;  // within the tree; 0 marks a leaf
    std::uint32_t feature = 0;
    float value = 0;  // threshold or leaf value
    float cover = 0;
    bool missing_goes_left = false;
};

struct Tree {
    std::uint32_t output = 0;
    std::uint32_t first = 0;  // index of the root in Trees::nodes
    std::uint32_t size = 0;
    std::uint32_t depth = 0;  // edges on the longest path
};

struct Trees {
    Objective objective = Objective::reg_squarederror;
    std::uint32_t features = 0;
    std::vector<float> base_margins;  // per output
    std::vector<Tree> trees;
    std::vector<Node> nodes;
    std::uint32_t depth = 0;  // of the deepest tree

    // Features that some tree splits on, ascending; and per feature its place among them.
    std::vector<std::uint32_t> used_features;
    std::vector<std::uint32_t> used_index;

    WalkLayout walk;
    QuantisedTrees quantised;
    ShapTables shap;

    // A prepared row holds each used feature's key twice: missing below all, and above all. A node reads the slot that
    // sends a missing value its way.
    [[nodiscard]] std::size_t slots() const { return 2 * used_features.size(); }
    [[nodiscard]] std::uint32_t slot_of(const Node& node) const {
        return 2 * used_index[node.feature] + (node.missing_goes_left ? 0U : 1U);
    }
    // Derives everything below `nodes`; the builder calls it once, when all trees are in.
    void make_layouts();
};

}  // namespace boon::models
