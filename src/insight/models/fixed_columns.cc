#include "insight/models/fixed_columns.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <utility>

#include "insight/models/scratch.h"
#include "insight/models/trees.h"

namespace boon::models {

namespace {

constexpr std::uint64_t kAllLeaves = ~std::uint64_t{0};

struct Scratch {
    std::vector<OrderKey> prepared;
    std::vector<std::uint64_t> words;
    std::vector<float> rows;
};

Scratch& scratch() {
    thread_local Scratch space;
    return space;
}

// The leaves that are left when the split at heap index `at` sends a row to its second child.
std::uint64_t leaves_kept(std::size_t at, std::uint32_t depth) {
    const auto level = static_cast<std::uint32_t>(std::bit_width(at)) - 1;
    const std::uint32_t below = depth - level - 1;  // levels under its children
    const std::size_t first = ((2 * at) << below) - (std::size_t{1} << depth);
    const std::uint64_t leaves = (std::uint64_t{1} << (1U << below)) - 1;
    return ~(leaves << first);
}

}  // namespace

FixedColumns::FixedColumns(TreeEnsemble ensemble, std::span<const std::uint32_t> columns, std::span<const float> values)
    : ensemble_(std::move(ensemble)), columns_(columns.begin(), columns.end()), values_(values.begin(), values.end()) {
    BOON_ASSERT(ensemble_.outputs() == 1);
    BOON_ASSERT(columns_.empty() ? values_.empty() : values_.size() % columns_.size() == 0);
    if (!fits_words()) return;
    collect_splits();
    const Trees& trees = *ensemble_.trees_;
    std::vector<std::uint32_t> fixed_slots;
    for (std::uint32_t i = 0; i < trees.used_features.size(); ++i) {
        const bool is_fixed = std::ranges::find(columns_, trees.used_features[i]) != columns_.end();
        auto& slots = is_fixed ? fixed_slots : free_slots_;
        slots.insert(slots.end(), {2 * i, 2 * i + 1});
    }
    if (columns_.empty()) return;
    const std::size_t sets = values_.size() / columns_.size();
    words_.assign(sets * trees.trees.size(), kAllLeaves);
    std::vector<float> row(trees.features, std::numeric_limits<float>::quiet_NaN());
    for (std::size_t set = 0; set < sets; ++set) {
        for (std::size_t i = 0; i < columns_.size(); ++i) row[columns_[i]] = values_[set * columns_.size() + i];
        clear_leaves(row, fixed_slots, &words_[set * trees.trees.size()]);
    }
}

bool FixedColumns::fits_words() const { return ensemble_.trees_->walk.is_heap; }

void FixedColumns::collect_splits() {
    const WalkLayout& walk = ensemble_.trees_->walk;
    const std::size_t trees = ensemble_.trees();
    std::vector<std::vector<Split>> by_slot(ensemble_.trees_->slots());
    for (std::size_t tree = 0; tree < trees; ++tree) {
        for (std::size_t at = 1; at < std::size_t{1} << walk.depth; ++at) {
            const HeapNode& node = walk.heap[(tree << walk.depth) + at];
            if (node.threshold == kBelowAll) continue;  // padding
            by_slot[node.slot].push_back({leaves_kept(at, walk.depth), node.threshold, static_cast<std::uint32_t>(tree)}
            );
        }
    }
    for (auto& splits : by_slot) {
        std::ranges::stable_sort(splits, std::ranges::greater(), &Split::threshold);
        splits_.insert(splits_.end(), splits.begin(), splits.end());
        slot_ends_.push_back(splits_.size());
    }
}

// `words`: one a tree, of which the leaves that `row` cannot reach by the splits of `slots` are cleared.
void FixedColumns::clear_leaves(std::span<const float> row, std::span<const std::uint32_t> slots, std::uint64_t* words)
    const {
    std::vector<OrderKey>& prepared = scratch().prepared;
    grow(prepared, ensemble_.trees_->slots());
    prepare_row(*ensemble_.trees_, row.data(), prepared.data());
    for (const std::uint32_t slot : slots) {
        const OrderKey key = prepared[slot];
        const Split* split = splits_.data() + (slot == 0 ? 0 : slot_ends_[slot - 1]);
        const Split* const end = splits_.data() + slot_ends_[slot];
        for (; split != end && key < split->threshold; ++split) words[split->tree] &= split->keep;
    }
}

// The sums of several sets grow side by side, because each waits for its last addition; written out one by one, they
// stay in registers.
void FixedColumns::add_leaves(const std::uint64_t* words, std::span<const std::uint32_t> sets, float* out) const {
    const WalkLayout& walk = ensemble_.trees_->walk;
    const std::size_t trees = ensemble_.trees();
    while (!sets.empty()) {
        std::array<float, kTogether> sums;
        std::array<const std::uint64_t*, kTogether> fixed;
        const std::size_t here = std::min(kTogether, sets.size());
        sums.fill(ensemble_.trees_->base_margins.front());
        for (std::size_t k = 0; k < kTogether; ++k) fixed[k] = &words_[sets[std::min(k, here - 1)] * trees];
        for (std::size_t tree = 0; tree < trees; ++tree) {
            const float* leaves = &walk.leaves[tree << walk.depth];
            const std::uint64_t left = words[tree];
            [&]<std::size_t... k>(std::index_sequence<k...>) {
                ((sums[k] += leaves[std::countr_zero(left & fixed[k][tree])]), ...);
            }(std::make_index_sequence<kTogether>());
        }
        out = std::copy_n(sums.begin(), here, out);
        sets = sets.subspan(here);
    }
}

void FixedColumns::batch_margins(std::span<const float> row, std::span<const std::uint32_t> sets, std::span<float> out)
    const {
    std::vector<float>& rows = scratch().rows;
    grow(rows, sets.size() * row.size());
    for (std::size_t i = 0; i < sets.size(); ++i) {
        float* const at = &rows[i * row.size()];
        std::ranges::copy(row, at);
        for (std::size_t c = 0; c < columns_.size(); ++c) at[columns_[c]] = values_[sets[i] * columns_.size() + c];
    }
    ensemble_.margins_batch(rows.data(), sets.size(), row.size(), out.data());
}

void FixedColumns::margins(std::span<const float> row, std::span<const std::uint32_t> sets, std::span<float> out)
    const {
    BOON_ASSERT(row.size() == static_cast<std::size_t>(ensemble_.features()) && out.size() == sets.size());
    if (sets.empty()) return;
    if (!fits_words() || words_.empty()) return batch_margins(row, sets, out);
    std::vector<std::uint64_t>& words = scratch().words;
    grow(words, ensemble_.trees());
    std::fill_n(words.begin(), ensemble_.trees(), kAllLeaves);
    clear_leaves(row, free_slots_, words.data());
    add_leaves(words.data(), sets, out.data());
}

}  // namespace boon::models
