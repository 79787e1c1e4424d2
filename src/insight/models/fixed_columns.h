// Margins of many rows that differ in a few columns only, and there take one of a few sets of values: one customer with
// each of the catalogue's offers. The sets are known beforehand, so what they decide in every tree is found once; per
// row the other columns are looked at once, whatever the number of sets.
//
// The evaluation is QuickScorer's (Lucchese et al., SIGIR 2015): a tree's leaves are the bits of a word; each split
// that sends the row to its second child clears the leaves below its first; the lowest bit left is the row's leaf. Such
// words of the sets and of the row are combined with one `and` a tree. Trees deeper than six levels do not fit a word:
// then the rows are put together and evaluated as a batch. The margins have the same bits in either way.
//
// Immutable; margins() may be called from any number of threads at once, and does not allocate once its thread's space
// has grown.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/models/order_key.h"
#include "insight/models/tree_ensemble.h"

namespace boon::models {

class FixedColumns {
public:
    // `ensemble` has one output. `values`: for each set, one value for each of `columns` (NaN = missing).
    FixedColumns(TreeEnsemble ensemble, std::span<const std::uint32_t> columns, std::span<const float> values);

    // row: features() values, of which `columns` are not read. out: a margin for each of `sets`, by their number.
    void margins(std::span<const float> row, std::span<const std::uint32_t> sets, std::span<float> out) const;

private:
    // A split: a key below the threshold goes to the second child, and leaves `keep` of the tree's leaves.
    struct Split {
        std::uint64_t keep;
        OrderKey threshold;
        std::uint32_t tree;
    };

    [[nodiscard]] bool fits_words() const;
    void collect_splits();
    void clear_leaves(std::span<const float> row, std::span<const std::uint32_t> slots, std::uint64_t* words) const;
    void add_leaves(const std::uint64_t* words, std::span<const std::uint32_t> sets, float* out) const;
    void batch_margins(std::span<const float> row, std::span<const std::uint32_t> sets, std::span<float> out) const;

    TreeEnsemble ensemble_;
    std::vector<std::uint32_t> columns_;
    std::vector<float> values_;
    std::vector<Split> splits_;              // by slot, within it the greatest threshold first
    std::vector<std::size_t> slot_ends_;     // in splits_
    std::vector<std::uint32_t> free_slots_;  // of the columns that are not fixed
    std::vector<std::uint64_t> words_;       // set by set, one a tree
};

}  // namespace boon::models
