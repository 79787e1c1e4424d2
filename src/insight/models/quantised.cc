#include "insight/models/quantised.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <span>

#include "insight/models/trees.h"

namespace boon::models {

namespace {

using Cuts = std::vector<std::vector<float>>;  // per used feature, ascending, distinct

Cuts cuts_of(const Trees& trees) {
    Cuts cuts(trees.used_features.size());
    for (const Node& node : trees.nodes) {
        if (node.left != 0) cuts[trees.used_index[node.feature]].push_back(node.value + 0.0F);  // -0 becomes 0
    }
    for (std::vector<float>& of_one : cuts) {
        std::ranges::sort(of_one);
        of_one.erase(std::unique(of_one.begin(), of_one.end()), of_one.end());
    }
    return cuts;
}

// Sorted cuts into heap order. As in the trees, a smaller value goes to the second child: there are the smaller cuts.
void fill_heap(const std::vector<float>& cuts, std::size_t at, std::size_t& next, std::span<OrderKey> heap) {
    if (at >= heap.size()) return;
    fill_heap(cuts, 2 * at + 1, next, heap);
    heap[at] = next < cuts.size() ? order_key(cuts[next]) : kAboveAll;
    ++next;
    fill_heap(cuts, 2 * at, next, heap);
}

void add_feature(QuantisedTrees& quantised, std::uint32_t feature, const std::vector<float>& cuts) {
    const auto columns = static_cast<std::uint32_t>((cuts.size() + kCutsPerColumn - 1) / kCutsPerColumn);
    const std::size_t size = std::bit_ceil(cuts.size() + 1);
    const std::size_t first = quantised.cut_heaps.size();
    quantised.features.push_back({
        .feature = feature,
        .first_cut = static_cast<std::uint32_t>(first),
        .levels = static_cast<std::uint32_t>(std::countr_zero(size)),
        .first_column = static_cast<std::uint32_t>(quantised.columns),
        .columns = columns,
    });
    quantised.cut_heaps.resize(first + size, kAboveAll);
    std::size_t next = 0;
    fill_heap(cuts, 1, next, std::span(quantised.cut_heaps).subspan(first));
    quantised.columns += std::size_t{2} * columns;
}

void add_tree(QuantisedTrees& quantised, const Trees& trees, const Cuts& cuts, const Tree& tree) {
    const PaddedTree padded = pad_to_heap(&trees.nodes[tree.first], trees.depth);
    QuantisedTree& out = quantised.trees.emplace_back();
    out.output = tree.output;
    out.leaves = padded.leaves;
    for (std::size_t i = 0; i < kHeapSize; ++i) {
        const Node* split = padded.splits[i];
        if (split == nullptr) continue;
        const std::uint32_t used = trees.used_index[split->feature];
        const QuantisedFeature& feature = quantised.features[used];
        // x < cut k  ⇔  at most k cuts are <= x.
        const auto k =
            static_cast<std::size_t>(std::ranges::lower_bound(cuts[used], split->value) - cuts[used].begin());
        out.threshold[i] = static_cast<std::uint8_t>(k % kCutsPerColumn);
        const std::size_t copy = split->missing_goes_left ? 0 : feature.columns;
        out.column[i] = static_cast<std::uint32_t>((feature.first_column + copy + k / kCutsPerColumn) * kBlockRows);
    }
}

using Block = std::array<std::uint32_t, kBlockRows>;

// How many of a feature's cuts are <= each value, by walking its heap of cuts with eight values at a time.
void count_cuts(const OrderKey* heap, std::uint32_t levels, const Block& keys, Block& counts) {
    const std::size_t last = (std::size_t{2} << levels) - 1;
    for (std::size_t r = 0; r < kBlockRows; r += kTogether) {
        std::array<std::size_t, kTogether> at;
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kTogether; ++k) at[k] = 1;
        for (std::uint32_t level = 0; level < levels; ++level) {
            // Greater cuts count up, as a comparison's carry does; the cuts that are <= are what is left.
#pragma GCC unroll 8
            for (std::size_t k = 0; k < kTogether; ++k) at[k] = at[k] + at[k] + (keys[r + k] < heap[at[k]] ? 1U : 0U);
        }
#pragma GCC unroll 8
        for (std::size_t k = 0; k < kTogether; ++k) counts[r + k] = static_cast<std::uint32_t>(last - at[k]);
    }
}

}  // namespace

QuantisedTrees make_quantised(const Trees& trees) {
    QuantisedTrees quantised;
    quantised.depth = trees.depth;
    if (trees.depth == 0 || trees.depth > kMaxHeapDepth) return quantised;
    const Cuts cuts = cuts_of(trees);
    for (std::size_t i = 0; i < cuts.size(); ++i) add_feature(quantised, trees.used_features[i], cuts[i]);
    for (const Tree& tree : trees.trees) add_tree(quantised, trees, cuts, tree);
    return quantised;
}

void quantise_rows(const QuantisedTrees& trees, const float* rows, std::size_t stride, std::uint8_t* columns) {
    for (const QuantisedFeature& feature : trees.features) {
        std::uint8_t* missing_left = columns + feature.first_column * kBlockRows;
        std::uint8_t* missing_right = missing_left + feature.columns * kBlockRows;
        Block keys;
        Block counts;
        for (std::size_t r = 0; r < kBlockRows; ++r) {
            const float x = rows[r * stride + feature.feature];
            keys[r] = std::isnan(x) ? kBelowAll : order_key(x);
        }
        count_cuts(&trees.cut_heaps[feature.first_cut], feature.levels, keys, counts);
        for (std::uint32_t c = 0; c < feature.columns; ++c) {
            const std::uint32_t before = c * static_cast<std::uint32_t>(kCutsPerColumn);
            for (std::size_t r = 0; r < kBlockRows; ++r) {
                const std::uint32_t here = std::max(counts[r], before) - before;
                const auto byte = static_cast<std::uint8_t>(std::min<std::uint32_t>(here, kCutsPerColumn));
                missing_left[c * kBlockRows + r] = byte;
                missing_right[c * kBlockRows + r] = keys[r] == kBelowAll ? 255 : byte;
            }
        }
    }
}

}  // namespace boon::models
