#include "insight/models/quantised.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

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

void add_feature(QuantisedTrees& quantised, std::uint32_t feature, const std::vector<float>& cuts) {
    const auto columns = static_cast<std::uint32_t>((cuts.size() + kCutsPerColumn - 1) / kCutsPerColumn);
    const std::size_t padded = std::bit_ceil(cuts.size() + 1) - 1;
    quantised.features.push_back({
        .feature = feature,
        .first_cut = static_cast<std::uint32_t>(quantised.cuts.size()),
        .cuts = static_cast<std::uint32_t>(padded),
        .first_column = static_cast<std::uint32_t>(quantised.columns),
        .columns = columns,
    });
    quantised.cuts.insert(quantised.cuts.end(), cuts.begin(), cuts.end());
    // Not a number: no value is >= it.
    quantised.cuts.resize(quantised.cuts.size() + padded - cuts.size(), std::numeric_limits<float>::quiet_NaN());
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

// How many of the 2^k - 1 cuts are <= x; 0 for a missing x.
inline std::uint32_t count_cuts(const float* cuts, std::uint32_t size, float x) {
    std::uint32_t count = 0;
    for (std::uint32_t step = (size + 1) / 2; step > 0; step /= 2) count += cuts[count + step - 1] <= x ? step : 0;
    return count;
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
        const float* cuts = &trees.cuts[feature.first_cut];
        std::uint8_t* missing_left = columns + feature.first_column * kBlockRows;
        std::uint8_t* missing_right = missing_left + feature.columns * kBlockRows;
        std::array<std::uint32_t, kBlockRows> counts;
        for (std::size_t r = 0; r < kBlockRows; ++r) {
            counts[r] = count_cuts(cuts, feature.cuts, rows[r * stride + feature.feature]);
        }
        for (std::uint32_t c = 0; c < feature.columns; ++c) {
            const std::uint32_t before = c * static_cast<std::uint32_t>(kCutsPerColumn);
            for (std::size_t r = 0; r < kBlockRows; ++r) {
                const std::uint32_t here = std::max(counts[r], before) - before;
                const auto byte = static_cast<std::uint8_t>(std::min<std::uint32_t>(here, kCutsPerColumn));
                missing_left[c * kBlockRows + r] = byte;
                missing_right[c * kBlockRows + r] = std::isnan(rows[r * stride + feature.feature]) ? 255 : byte;
            }
        }
    }
}

}  // namespace boon::models
