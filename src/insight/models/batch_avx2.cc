// AVX2: as batch_avx512.cc, 32 rows at a time, with byte masks in place of mask registers and 16-byte look-ups.
#include <immintrin.h>

#include "insight/models/quantised.h"

#define BOON_AVX2 gnu::target("avx2")

namespace boon::models {

namespace {

struct Bits {
    __m256i of_level[kMaxHeapDepth];
};

[[BOON_AVX2, gnu::always_inline]] inline __m256i load_bytes(const std::uint8_t* bytes) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(bytes));
}

// See batch_avx512.cc.
template <unsigned Level, unsigned Known, unsigned Index>
[[BOON_AVX2, gnu::always_inline]] inline __m256i merged(
    const QuantisedTree& tree, const std::uint8_t* columns, const Bits& bits
) {
    if constexpr (Known == 0) {
        return load_bytes(columns + tree.column[(1U << Level) + Index]);
    } else {
        constexpr unsigned kOther = Index + (1U << (Level - Known));
        return _mm256_blendv_epi8(
            merged<Level, Known - 1, Index>(tree, columns, bits), merged<Level, Known - 1, kOther>(tree, columns, bits),
            bits.of_level[Known - 1]
        );
    }
}

// 16 thresholds from heap index `first` on, for both halves of a register.
[[BOON_AVX2, gnu::always_inline]] inline __m256i sixteen(const QuantisedTree& tree, std::size_t first) {
    return _mm256_broadcastsi128_si256(_mm_load_si128(reinterpret_cast<const __m128i*>(tree.threshold.data() + first)));
}

// A look-up uses an index's low four bits: 16 splits lie in one table, the 32 of the sixth level in two.
template <unsigned Level>
[[BOON_AVX2, gnu::always_inline]] inline __m256i thresholds_at(
    const QuantisedTree& tree, const Bits& bits, __m256i at
) {
    if constexpr (Level < 4) return _mm256_shuffle_epi8(sixteen(tree, 0), at);
    if constexpr (Level == 4) return _mm256_shuffle_epi8(sixteen(tree, 16), at);
    return _mm256_blendv_epi8(
        _mm256_shuffle_epi8(sixteen(tree, 32), at), _mm256_shuffle_epi8(sixteen(tree, 48), at), bits.of_level[0]
    );
}

template <unsigned Level, unsigned Depth>
[[BOON_AVX2, gnu::always_inline]] inline __m256i descend(
    const QuantisedTree& tree, const std::uint8_t* columns, Bits& bits, __m256i at
) {
    if constexpr (Level == Depth) {
        return at;
    } else {
        const __m256i thresholds = thresholds_at<Level>(tree, bits, at);
        const __m256i values = merged<Level, Level, 0>(tree, columns, bits);
        bits.of_level[Level] = _mm256_cmpeq_epi8(_mm256_min_epu8(values, thresholds), values);
        return descend<Level + 1, Depth>(
            tree, columns, bits, _mm256_sub_epi8(_mm256_add_epi8(at, at), bits.of_level[Level])
        );
    }
}

template <unsigned Depth>
[[BOON_AVX2]] void add_leaves(const QuantisedTrees& trees, const std::uint8_t* columns, float* sums) {
    for (const QuantisedTree& tree : trees.trees) {
        for (std::size_t half = 0; half < kBlockRows; half += 32) {
            Bits bits;
            const __m256i at = descend<0, Depth>(tree, columns + half, bits, _mm256_set1_epi8(1));
            alignas(32) std::array<std::uint8_t, 32> leaf;
            _mm256_store_si256(
                reinterpret_cast<__m256i*>(leaf.data()), _mm256_sub_epi8(at, _mm256_set1_epi8(1U << Depth))
            );
            float* sum = sums + tree.output * kBlockRows + half;
            for (std::size_t r = 0; r < 32; r += 8) {
                const __m256i index =
                    _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(leaf.data() + r)));
                const __m256 leaves = _mm256_i32gather_ps(tree.leaves.data(), index, 4);
                _mm256_store_ps(sum + r, _mm256_add_ps(_mm256_load_ps(sum + r), leaves));
            }
        }
    }
}

}  // namespace

void add_leaves_avx2(const QuantisedTrees& trees, const std::uint8_t* columns, float* sums) {
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
