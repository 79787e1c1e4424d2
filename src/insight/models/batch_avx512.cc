// AVX-512 (F, BW, VBMI): 64 rows at a time, one byte each. Instead of comparing at all 63 splits of a tree, each level
// first merges the columns of its splits into the one value that each row needs there, with the bits of the levels
// above as masks; then a table look-up gives each row its threshold, and one comparison its bit.
#if defined(__GNUC__) && !defined(__clang__)
// GCC 12's own intrinsics start from a register that they leave undefined on purpose (GCC bug 105593).
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#include "insight/models/quantised.h"

#define BOON_AVX512 gnu::target("avx512f,avx512bw,avx512vbmi,avx512vl")

namespace boon::models {

namespace {

struct Bits {
    __mmask64 of_level[kMaxHeapDepth];
};

[[BOON_AVX512, gnu::always_inline]] inline __m512i load_column(
    const QuantisedTree& tree, const std::uint8_t* columns, std::size_t heap_index
) {
    return _mm512_load_si512(columns + tree.column[heap_index]);
}

// The value that each row is compared by on a level of 2^Level splits, once the bits of `Known` levels are used up:
// candidates i and i + 2^(Level - Known) differ in the latest of those bits.
template <unsigned Level, unsigned Known, unsigned Index>
[[BOON_AVX512, gnu::always_inline]] inline __m512i merged(
    const QuantisedTree& tree, const std::uint8_t* columns, const Bits& bits
) {
    if constexpr (Known == 0) {
        return load_column(tree, columns, (1U << Level) + Index);
    } else {
        constexpr unsigned kOther = Index + (1U << (Level - Known));
        return _mm512_mask_mov_epi8(
            merged<Level, Known - 1, Index>(tree, columns, bits), bits.of_level[Known - 1],
            merged<Level, Known - 1, kOther>(tree, columns, bits)
        );
    }
}

template <unsigned Level, unsigned Depth>
[[BOON_AVX512, gnu::always_inline]] inline __m512i descend(
    const QuantisedTree& tree, const std::uint8_t* columns, Bits& bits, __m512i at
) {
    if constexpr (Level == Depth) {
        return at;
    } else {
        const __m512i thresholds = _mm512_permutexvar_epi8(at, _mm512_load_si512(tree.threshold.data()));
        const __m512i values = merged<Level, Level, 0>(tree, columns, bits);
        bits.of_level[Level] = _mm512_cmple_epu8_mask(values, thresholds);
        at = _mm512_add_epi8(at, at);
        at = _mm512_mask_sub_epi8(at, bits.of_level[Level], at, _mm512_set1_epi8(-1));
        return descend<Level + 1, Depth>(tree, columns, bits, at);
    }
}

// Leaves of 16 rows. A table of 64 floats is four registers: vpermi2ps reads two, the first bit chooses the two.
template <unsigned Depth>
[[BOON_AVX512, gnu::always_inline]] inline __m512 leaves_at(
    const QuantisedTree& tree, __m128i at, __mmask16 first_bit
) {
    const __m512i index = _mm512_cvtepu8_epi32(at);
    const float* leaves = tree.leaves.data();
    const __m512 low = _mm512_permutex2var_ps(_mm512_load_ps(leaves), index, _mm512_load_ps(leaves + 16));
    if constexpr (Depth < kMaxHeapDepth) return low;
    const __m512 high = _mm512_permutex2var_ps(_mm512_load_ps(leaves + 32), index, _mm512_load_ps(leaves + 48));
    return _mm512_mask_mov_ps(low, first_bit, high);
}

template <unsigned Depth>
[[BOON_AVX512]] void add_leaves(const QuantisedTrees& trees, const std::uint8_t* columns, float* sums) {
    for (const QuantisedTree& tree : trees.trees) {
        Bits bits;
        const __m512i heap_index = descend<0, Depth>(tree, columns, bits, _mm512_set1_epi8(1));
        const __m512i at = _mm512_sub_epi8(heap_index, _mm512_set1_epi8(1U << Depth));
        float* sum = sums + tree.output * kBlockRows;
        const __m128i quarters[4] = {
            _mm512_extracti32x4_epi32(at, 0), _mm512_extracti32x4_epi32(at, 1), _mm512_extracti32x4_epi32(at, 2),
            _mm512_extracti32x4_epi32(at, 3)
        };
#pragma GCC unroll 4
        for (unsigned q = 0; q < 4; ++q) {
            const auto first_bit = static_cast<__mmask16>(bits.of_level[0] >> (16 * q));
            const __m512 leaves = leaves_at<Depth>(tree, quarters[q], first_bit);
            _mm512_store_ps(sum + 16 * q, _mm512_add_ps(_mm512_load_ps(sum + 16 * q), leaves));
        }
    }
}

}  // namespace

void add_leaves_avx512(const QuantisedTrees& trees, const std::uint8_t* columns, float* sums) {
    switch (trees.depth) {
        case 1: return add_leaves<1>(trees, columns, sums);
        case 2: return add_leaves<2>(trees, columns, sums);
        case 3: return add_leaves<3>(trees, columns, sums);
        case 4: return add_leaves<4>(trees, columns, sums);
        case 5: return add_leaves<5>(trees, columns, sums);
        default: return add_leaves<kMaxHeapDepth>(trees, columns, sums);
    }
}

}  // namespace boon::models
