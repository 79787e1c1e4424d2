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

#include "insight/models/order_key.h"
#include "insight/models/tree_ensemble.h"

namespace boon::models {

struct Trees;

inline constexpr std::size_t kShapPoints = 4;  // handled at once
using FourDoubles = std::array<double, kShapPoints>;

// One inner node; its children, left first, are the nodes 2k + 1 and 2k + 2 of its tree, where k counts splits.
struct ShapSplit {
    std::uint32_t node = 0;
    std::uint32_t ancestor = 0;  // the nearest node above that a split on the same feature leads to; 0 = none
    std::uint32_t feature = 0;   // among Trees::used_features
    std::uint32_t slot = 0;      // of the prepared row
    OrderKey threshold = 0;
};

// z of the feature that leads to a node (1 for the root), and 1 / z, or 0 where z is 0.
struct ShapShare {
    double share = 1;
    double inverse = 1;
};

struct ShapLeaf {
    std::uint32_t node = 0;
    float value = 0;
};

struct ShapTree {
    std::uint32_t output = 0;
    std::uint32_t first_split = 0;
    std::uint32_t splits = 0;
    std::uint32_t first_leaf = 0;
    std::uint32_t leaves = 0;
    std::uint32_t first_node = 0;  // in ShapTables::shares and ShapPoints::pulls
};

// Four points t of the quadrature.
struct ShapPoints {
    FourDoubles rising{};           // t
    FourDoubles falling{};          // 1 - t
    FourDoubles inverse_falling{};  // 1 / (1 - t)
    FourDoubles weight{};
    std::vector<std::array<float, kShapPoints>> pulls;  // by node: (1 - z) / (t + (1 - t) z)
};

struct ShapTables {
    std::vector<ShapTree> trees;
    std::vector<ShapSplit> splits;
    std::vector<ShapShare> shares;
    std::vector<ShapLeaf> leaves;
    std::vector<ShapPoints> points;   // as many fours as the deepest path needs
    std::vector<double> expectation;  // per output, the base margin included
    std::size_t most_nodes = 0;       // of one tree
};

// Per node of the tree at hand, for four points t.
struct alignas(32) ShapState {
    FourDoubles product;  // ∏ (t o + (1−t) z) over the features so far; on the way up, the sum of v × product below
    FourDoubles pull;     // (o − z) / (t o + (1−t) z) of the feature that leads here: ∂/∂o of a product, by the product
};

// What one pass over a tree reads and writes.
struct ShapPass {
    const ShapSplit* splits;
    std::size_t split_count;
    const ShapShare* shares;
    const std::array<float, kShapPoints>* pulls;
    const ShapPoints& points;
    const ShapLeaf* leaves;
    std::size_t leaf_count;
    const OrderKey* row;
    ShapState* nodes;            // room for ShapTables::most_nodes
    std::uint64_t* taken;        // likewise: all ones where o is 1, else 0
    FourDoubles* contributions;  // by used feature, per point; added to
};

// The same operations in the same order, so the same bits.
void shap_pass_portable(const ShapPass& pass);
void shap_pass_avx2(const ShapPass& pass);

ShapTables make_shap_tables(const Trees& trees);

// See TreeEnsemble::explain.
void explain_trees(
    const Trees& trees, std::span<const float> row, std::uint32_t output, InstructionSet set,
    std::span<double> contributions
);

}  // namespace boon::models
