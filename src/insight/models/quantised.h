// Trees of at most six levels over rows of bytes. Per feature, the thresholds of all trees are sorted ("cuts"); what a
// split needs to know of a value is how many cuts are <= it, and that is one byte per 255 cuts (a *column*). Each
// feature has its columns twice, for splits that send missing values left and for those that send them right. 64 rows
// at a time are turned into columns, on which the instruction sets work bytewise.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "insight/models/walk_layout.h"

namespace boon::models {

inline constexpr std::size_t kBlockRows = 64;
inline constexpr std::size_t kCutsPerColumn = 255;

struct QuantisedFeature {
    std::uint32_t feature = 0;    // in the row
    std::uint32_t first_cut = 0;  // in QuantisedTrees::cut_heaps
    std::uint32_t levels = 0;     // of its heap of cuts: 2^levels places, the first unused
    std::uint32_t first_column = 0;
    std::uint32_t columns = 0;  // for missing left; as many for missing right follow
};

// Heap order as in PaddedTree: bit 1 (byte <= threshold) leads to the second child.
struct alignas(64) QuantisedTree {
    std::array<std::uint8_t, kHeapSize> threshold{};
    std::array<float, kHeapSize> leaves{};
    std::array<std::uint32_t, kHeapSize> column{};  // byte offset of its 64 rows
    std::uint32_t output = 0;
};

struct QuantisedTrees {
    std::uint32_t depth = 0;
    std::size_t columns = 0;
    std::vector<QuantisedFeature> features;
    std::vector<OrderKey> cut_heaps;  // in heap order (root 1), padded with what no value reaches
    std::vector<QuantisedTree> trees;
};

QuantisedTrees make_quantised(const Trees& trees);

// columns: trees.columns × kBlockRows bytes, aligned to 64. rows: kBlockRows rows, `stride` floats apart.
// sums: per output kBlockRows floats, aligned to 64; each tree's leaves are added in the order of the trees.
void add_leaves_avx2(const QuantisedTrees& trees, const std::uint8_t* columns, float* sums);
void add_leaves_avx512(const QuantisedTrees& trees, const std::uint8_t* columns, float* sums);
void quantise_rows(const QuantisedTrees& trees, const float* rows, std::size_t stride, std::uint8_t* columns);

}  // namespace boon::models
