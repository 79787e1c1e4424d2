#include "insight/models/batch.h"

#include <algorithm>
#include <memory>
#include <new>

#include "insight/models/quantised.h"
#include "insight/models/scratch.h"
#include "insight/models/trees.h"

namespace boon::models {

namespace {

// A block with fewer rows than this costs more than its rows one by one.
constexpr std::size_t kLeastBlockRows = 12;

struct alignas(64) ByteLine {
    std::array<std::uint8_t, kBlockRows> bytes;
};
struct alignas(64) SumLine {
    std::array<float, kBlockRows> sums;
};

struct Scratch {
    std::vector<OrderKey> prepared;
    std::vector<ByteLine> columns;
    std::vector<SumLine> sums;
    std::vector<float> rows;
};

Scratch& scratch() {
    thread_local Scratch space;
    return space;
}

// The rows of a last, short block, made up to a whole one with zeros.
const float* padded_rows(Scratch& space, const Trees& trees, const Rows& rows) {
    grow(space.rows, kBlockRows * trees.features);
    for (std::size_t r = 0; r < kBlockRows; ++r) {
        float* row = &space.rows[r * trees.features];
        if (r < rows.count) {
            std::copy_n(rows.first + r * rows.stride, trees.features, row);
        } else {
            std::fill_n(row, trees.features, 0.0F);
        }
    }
    return space.rows.data();
}

// At most kBlockRows rows through the bytewise code.
void block(const Trees& trees, const Rows& rows, InstructionSet set, float* out) {
    Scratch& space = scratch();
    const QuantisedTrees& quantised = trees.quantised;
    const std::size_t outputs = trees.base_margins.size();
    grow(space.columns, quantised.columns);
    grow(space.sums, outputs);
    std::uint8_t* columns = space.columns.front().bytes.data();
    float* sums = space.sums.front().sums.data();

    if (rows.count == kBlockRows) {
        quantise_rows(quantised, rows.first, rows.stride, columns);
    } else {
        quantise_rows(quantised, padded_rows(space, trees, rows), trees.features, columns);
    }
    for (std::size_t o = 0; o < outputs; ++o) space.sums[o].sums.fill(trees.base_margins[o]);
    if (set == InstructionSet::avx512) {
        add_leaves_avx512(quantised, columns, sums);
    } else {
        add_leaves_avx2(quantised, columns, sums);
    }
    for (std::size_t r = 0; r < rows.count; ++r) {
        for (std::size_t o = 0; o < outputs; ++o) out[r * outputs + o] = sums[o * kBlockRows + r];
    }
}

// kTogether rows by walking.
void few_rows(const Trees& trees, const Rows& rows, float* out) {
    Scratch& space = scratch();
    grow(space.prepared, trees.slots() * kTogether);
    prepare_rows(trees, rows.first, rows.stride, space.prepared.data());
    const std::size_t outputs = trees.base_margins.size();
    for (std::size_t r = 0; r < kTogether; ++r) std::ranges::copy(trees.base_margins, out + r * outputs);
    walk_rows(trees, space.prepared.data(), out);
}

Rows part_of(const Rows& rows, std::size_t first, std::size_t count) {
    return {rows.first + first * rows.stride, count, rows.stride};
}

}  // namespace

void margins_of_row(const Trees& trees, const float* row, float* out) {
    Scratch& space = scratch();
    grow(space.prepared, trees.slots());
    prepare_row(trees, row, space.prepared.data());
    std::ranges::copy(trees.base_margins, out);
    walk_row(trees, space.prepared.data(), out);
}

void margins_of_rows(const Trees& trees, const Rows& rows, InstructionSet set, float* out) {
    const std::size_t outputs = trees.base_margins.size();
    std::size_t done = 0;
    if (set != InstructionSet::portable && !trees.quantised.trees.empty()) {
        while (rows.count - done >= kLeastBlockRows) {
            const std::size_t here = std::min(kBlockRows, rows.count - done);
            block(trees, part_of(rows, done, here), set, out + done * outputs);
            done += here;
        }
    }
    for (; rows.count - done >= kTogether; done += kTogether) {
        few_rows(trees, part_of(rows, done, kTogether), out + done * outputs);
    }
    for (; done < rows.count; ++done) margins_of_row(trees, rows.first + done * rows.stride, out + done * outputs);
}

}  // namespace boon::models
