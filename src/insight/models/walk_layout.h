// Layouts to walk a row down the trees, a few trees (or a few rows) at a time so that their loads overlap.
//
// Trees of at most six levels are padded to perfect heaps (root 1, children of i at 2i and 2i + 1), which need no
// links; deeper ones keep links. In both, the child that a smaller value goes to is the *second* one: a comparison's
// carry is then what is added to the index.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "insight/models/order_key.h"

namespace boon::models {

struct Node;
struct Trees;

inline constexpr std::uint32_t kMaxHeapDepth = 6;
inline constexpr std::size_t kHeapSize = std::size_t{1} << kMaxHeapDepth;
inline constexpr std::size_t kTogether = 8;  // trees of one row, or rows of one tree, walked at once

// One tree as a perfect heap: [1, 2^depth) are splits (nullptr = padding, never less), leaves by their order.
struct PaddedTree {
    std::array<const Node*, kHeapSize> splits{};
    std::array<float, kHeapSize> leaves{};
};
PaddedTree pad_to_heap(const Node* root, std::uint32_t depth);

struct HeapNode {
    OrderKey threshold = kBelowAll;
    std::uint32_t slot = 0;
};

struct LinkedNode {
    OrderKey threshold = kBelowAll;  // a leaf's: nothing is less, so that it leads to itself
    std::uint32_t slot = 0;
    std::uint32_t next = 0;
};

struct WalkLayout {
    bool is_heap = true;
    std::uint32_t depth = 0;         // of the deepest tree
    std::vector<HeapNode> heap;      // per tree 2^depth; padded to whole groups of kTogether trees
    std::vector<LinkedNode> linked;  // of all trees
    std::vector<std::uint32_t> roots;
    std::vector<float> leaves;  // heap: per tree 2^depth; linked: by node
};

WalkLayout make_walk_layout(const Trees& trees);

// Keys of one row: `prepared` has trees.slots() places.
void prepare_row(const Trees& trees, const float* row, OrderKey* prepared);

// Adds each tree's leaf to sums[its output], in the order of the trees.
void walk_row(const Trees& trees, const OrderKey* prepared, float* sums);

// kTogether rows at once. Keys of row k stand at prepared[slot * kTogether + k], its sums at sums[k * outputs].
void prepare_rows(const Trees& trees, const float* rows, std::size_t stride, OrderKey* prepared);
void walk_rows(const Trees& trees, const OrderKey* prepared, float* sums);

}  // namespace boon::models
