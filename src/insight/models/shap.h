// Exact path-dependent TreeSHAP by quadrature. For one leaf with value v and the distinct features j on its path, let
// z_j be the share of the training rows that pass all of the path's splits on j, and o_j 1 when the row itself passes
// them, else 0. Its Shapley values are
//
//     φ_i = v (o_i − z_i) ∫₀¹ ∏_{j≠i} (t o_j + (1−t) z_j) dt,
//
// a polynomial in t of degree d − 1 for d features, which q Gauss–Legendre points integrate exactly when 2q ≥ d. The
// products are carried down a tree and summed back up, four points at a time, so that a tree costs a few operations per
// node and point, not per leaf and feature. (The integral form: Owen's multilinear extension, 1972, section 4.)
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace boon::models {

struct Trees;

inline constexpr std::size_t kShapPoints = 4;  // handled at once

// One inner node with its two children; the children of split k are the nodes 2k + 1 and 2k + 2 of its tree.
struct ShapSplit {
    std::uint32_t node = 0;
    std::uint32_t ancestor = 0;  // the nearest node above that a split on the same feature leads to; 0 = none
    std::uint32_t feature = 0;   // among Trees::used_features
    std::uint32_t slot = 0;      // of the prepared row
    float threshold = 0;
    std::array<float, 2> share{};          // z of the left and the right child
    std::array<float, 2> inverse_share{};  // 1 / z, or 0 where z is 0
};

struct ShapTree {
    std::uint32_t output = 0;
    std::uint32_t first_split = 0;
    std::uint32_t splits = 0;
    std::uint32_t first_leaf = 0;
    std::uint32_t leaves = 0;
};

struct ShapLeaf {
    std::uint32_t node = 0;
    float value = 0;
};

// Four points t of the quadrature, their weights, and per split and child 1 / (t + (1−t) z).
struct ShapPoints {
    std::array<double, kShapPoints> point{};
    std::array<double, kShapPoints> weight{};
    std::vector<std::array<std::array<float, kShapPoints>, 2>> inverse_taken;
};

struct ShapTables {
    std::vector<ShapTree> trees;
    std::vector<ShapSplit> splits;
    std::vector<ShapLeaf> leaves;
    std::vector<ShapPoints> points;   // as many fours as the deepest path needs
    std::vector<double> expectation;  // per output, the base margin included
    std::size_t most_nodes = 0;       // of one tree
};

ShapTables make_shap_tables(const Trees& trees);

// See TreeEnsemble::explain.
void explain_trees(
    const Trees& trees, std::span<const float> row, std::uint32_t output, std::span<double> contributions
);

}  // namespace boon::models
