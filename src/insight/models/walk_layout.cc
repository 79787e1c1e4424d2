#include "insight/models/walk_layout.h"

#include <algorithm>
#include <cmath>

#include "insight/models/trees.h"

namespace boon::models {

namespace {

struct Padding {
    PaddedTree tree;
    const Node* root;
    std::size_t first_leaf;  // heap index

    void below(const Node* node, std::uint32_t levels, std::size_t at) {
        if (levels == 0) {
            tree.leaves[at - first_leaf] = node->value;
        } else if (node->left == 0) {
            below(node, levels - 1, 2 * at);
            below(node, levels - 1, 2 * at + 1);
        } else {
            tree.splits[at] = node;
            below(root + node->left + 1, levels - 1, 2 * at);
            below(root + node->left, levels - 1, 2 * at + 1);
        }
    }
};

void add_heap(WalkLayout& layout, const Trees& trees, const Tree& tree) {
    const std::size_t size = std::size_t{1} << layout.depth;
    const PaddedTree padded = pad_to_heap(&trees.nodes[tree.first], layout.depth);
    for (std::size_t i = 0; i < size; ++i) {
        const Node* split = padded.splits[i];
        layout.heap.push_back(split == nullptr ? HeapNode{} : HeapNode{order_key(split->value), trees.slot_of(*split)});
        layout.leaves.push_back(padded.leaves[i]);
    }
}

void add_linked(WalkLayout& layout, const Trees& trees, const Tree& tree) {
    const auto first = static_cast<std::uint32_t>(layout.linked.size());
    layout.roots.push_back(first);
    layout.linked.resize(first + tree.size);
    layout.leaves.resize(first + tree.size);
    std::vector<std::uint32_t> place(tree.size, first);  // siblings change places
    for (std::uint32_t i = 0; i < tree.size; ++i) {
        const Node& node = trees.nodes[tree.first + i];
        LinkedNode& linked = layout.linked[place[i]];
        if (node.left == 0) {
            linked = {.next = place[i]};
            layout.leaves[place[i]] = node.value;
        } else {
            place[node.left] = first + node.left + 1;
            place[node.left + 1] = first + node.left;
            linked = {order_key(node.value), trees.slot_of(node), first + node.left};
        }
    }
}

struct Prepared {
    OrderKey missing_left;
    OrderKey missing_right;
};

inline Prepared prepare(float x) {
    const bool is_missing = std::isnan(x);
    const OrderKey key = order_key(x);
    return {is_missing ? kBelowAll : key, is_missing ? kAboveAll : key};
}

using Indices = std::array<std::size_t, kTogether>;

// Down kTogether heaps of one row. Depth is known to the compiler, so that all is unrolled.
template <std::uint32_t Depth>
inline Indices descend_heaps(const HeapNode* heaps, const OrderKey* row) {
    Indices at;
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kTogether; ++k) at[k] = 1;
#pragma GCC unroll 8
    for (std::uint32_t level = 0; level < Depth; ++level) {
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kTogether; ++k) {
            const HeapNode& node = heaps[(k << Depth) + at[k]];
            at[k] = at[k] + at[k] + (row[node.slot] < node.threshold ? 1U : 0U);
        }
    }
    return at;
}

// Down one heap with kTogether rows.
template <std::uint32_t Depth>
inline Indices descend_heap(const HeapNode* heap, const OrderKey* rows) {
    Indices at;
#pragma GCC unroll 8
    for (std::size_t k = 0; k < kTogether; ++k) at[k] = 1;
#pragma GCC unroll 8
    for (std::uint32_t level = 0; level < Depth; ++level) {
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kTogether; ++k) {
            const HeapNode& node = heap[at[k]];
            at[k] = at[k] + at[k] + (rows[node.slot * kTogether + k] < node.threshold ? 1U : 0U);
        }
    }
    return at;
}

template <std::uint32_t Depth>
void walk_heaps(const Trees& trees, const OrderKey* row, float* sums) {
    const WalkLayout& layout = trees.walk;
    const std::size_t count = trees.trees.size();
    for (std::size_t first = 0; first < count; first += kTogether) {
        const Indices at = descend_heaps<Depth>(&layout.heap[first << Depth], row);
        const float* leaves = &layout.leaves[first << Depth];
        const std::size_t here = std::min(kTogether, count - first);
        for (std::size_t k = 0; k < here; ++k) {
            sums[trees.trees[first + k].output] += leaves[(k << Depth) + at[k] - (std::size_t{1} << Depth)];
        }
    }
}

template <std::uint32_t Depth>
void walk_heaps_with_rows(const Trees& trees, const OrderKey* rows, float* sums) {
    const WalkLayout& layout = trees.walk;
    const std::size_t outputs = trees.base_margins.size();
    for (std::size_t i = 0; i < trees.trees.size(); ++i) {
        const Indices at = descend_heap<Depth>(&layout.heap[i << Depth], rows);
        const float* leaves = &layout.leaves[i << Depth];
        float* output = sums + trees.trees[i].output;
        for (std::size_t k = 0; k < kTogether; ++k) {
            output[k * outputs] += leaves[at[k] - (std::size_t{1} << Depth)];
        }
    }
}

void walk_linked(const Trees& trees, const OrderKey* row, float* sums) {
    const WalkLayout& layout = trees.walk;
    const std::size_t count = trees.trees.size();
    for (std::size_t first = 0; first < count; first += kTogether) {
        Indices at;
        const std::size_t here = std::min(kTogether, count - first);
        std::uint32_t depth = 0;
        for (std::size_t k = 0; k < kTogether; ++k) {
            at[k] = layout.roots[first + std::min(k, here - 1)];
            depth = std::max(depth, trees.trees[first + std::min(k, here - 1)].depth);
        }
        for (std::uint32_t level = 0; level < depth; ++level) {
#pragma GCC unroll 8
            for (std::size_t k = 0; k < kTogether; ++k) {
                const LinkedNode& node = layout.linked[at[k]];
                at[k] = node.next + (row[node.slot] < node.threshold ? 1U : 0U);
            }
        }
        for (std::size_t k = 0; k < here; ++k) sums[trees.trees[first + k].output] += layout.leaves[at[k]];
    }
}

void walk_linked_with_rows(const Trees& trees, const OrderKey* rows, float* sums) {
    const WalkLayout& layout = trees.walk;
    const std::size_t outputs = trees.base_margins.size();
    for (std::size_t i = 0; i < trees.trees.size(); ++i) {
        Indices at;
        at.fill(layout.roots[i]);
        for (std::uint32_t level = 0; level < trees.trees[i].depth; ++level) {
#pragma GCC unroll 8
            for (std::size_t k = 0; k < kTogether; ++k) {
                const LinkedNode& node = layout.linked[at[k]];
                at[k] = node.next + (rows[node.slot * kTogether + k] < node.threshold ? 1U : 0U);
            }
        }
        float* output = sums + trees.trees[i].output;
        for (std::size_t k = 0; k < kTogether; ++k) output[k * outputs] += layout.leaves[at[k]];
    }
}

}  // namespace

PaddedTree pad_to_heap(const Node* root, std::uint32_t depth) {
    Padding padding{{}, root, std::size_t{1} << depth};
    padding.below(root, depth, 1);
    return padding.tree;
}

WalkLayout make_walk_layout(const Trees& trees) {
    WalkLayout layout;
    layout.depth = trees.depth;
    layout.is_heap = trees.depth <= kMaxHeapDepth;
    for (const Tree& tree : trees.trees) {
        if (layout.is_heap) {
            add_heap(layout, trees, tree);
        } else {
            add_linked(layout, trees, tree);
        }
    }
    const std::size_t groups = (trees.trees.size() + kTogether - 1) / kTogether;
    if (layout.is_heap) {
        layout.heap.resize((groups * kTogether) << layout.depth);
        layout.leaves.resize((groups * kTogether) << layout.depth);
    }
    return layout;
}

void prepare_row(const Trees& trees, const float* row, OrderKey* prepared) {
    for (const std::uint32_t feature : trees.used_features) {
        const Prepared keys = prepare(row[feature]);
        *prepared++ = keys.missing_left;
        *prepared++ = keys.missing_right;
    }
}

void prepare_rows(const Trees& trees, const float* rows, std::size_t stride, OrderKey* prepared) {
    for (const std::uint32_t feature : trees.used_features) {
        for (std::size_t k = 0; k < kTogether; ++k) {
            const Prepared keys = prepare(rows[k * stride + feature]);
            prepared[k] = keys.missing_left;
            prepared[kTogether + k] = keys.missing_right;
        }
        prepared += 2 * kTogether;
    }
}

void walk_row(const Trees& trees, const OrderKey* prepared, float* sums) {
    if (!trees.walk.is_heap) return walk_linked(trees, prepared, sums);
    switch (trees.depth) {
        case 0: return walk_heaps<0>(trees, prepared, sums);
        case 1: return walk_heaps<1>(trees, prepared, sums);
        case 2: return walk_heaps<2>(trees, prepared, sums);
        case 3: return walk_heaps<3>(trees, prepared, sums);
        case 4: return walk_heaps<4>(trees, prepared, sums);
        case 5: return walk_heaps<5>(trees, prepared, sums);
        default: return walk_heaps<kMaxHeapDepth>(trees, prepared, sums);
    }
}

void walk_rows(const Trees& trees, const OrderKey* prepared, float* sums) {
    if (!trees.walk.is_heap) return walk_linked_with_rows(trees, prepared, sums);
    switch (trees.depth) {
        case 0: return walk_heaps_with_rows<0>(trees, prepared, sums);
        case 1: return walk_heaps_with_rows<1>(trees, prepared, sums);
        case 2: return walk_heaps_with_rows<2>(trees, prepared, sums);
        case 3: return walk_heaps_with_rows<3>(trees, prepared, sums);
        case 4: return walk_heaps_with_rows<4>(trees, prepared, sums);
        case 5: return walk_heaps_with_rows<5>(trees, prepared, sums);
        default: return walk_heaps_with_rows<kMaxHeapDepth>(trees, prepared, sums);
    }
}

}  // namespace boon::models
