// AVX2: the four points of the quadrature in one register. The formulas are explained in shap.h and shap.cc.
#include <immintrin.h>

#include "insight/models/shap.h"

#define BOON_AVX2 gnu::target("avx2")

namespace boon::models {

namespace {

struct Constants {
    __m256d rising;
    __m256d falling;
    __m256d inverse_falling;
    __m256d pull_when_not;
};

[[BOON_AVX2, gnu::always_inline]] inline __m256d load(const FourDoubles& four) { return _mm256_loadu_pd(four.data()); }

[[BOON_AVX2, gnu::always_inline]] inline __m256d mask_of(std::uint64_t taken) {
    return _mm256_castsi256_pd(_mm256_set1_epi64x(static_cast<long long>(taken)));
}

[[BOON_AVX2, gnu::always_inline]] inline void enter(
    const ShapPass& pass, const Constants& constants, __m256d product, std::size_t child, std::uint64_t taken
) {
    const __m256d mask = mask_of(taken);
    const __m256d when_not = _mm256_mul_pd(constants.falling, _mm256_set1_pd(pass.shares[child].share));
    const __m256d factor = _mm256_blendv_pd(when_not, _mm256_add_pd(constants.rising, when_not), mask);
    const __m256d pull = _mm256_cvtps_pd(_mm_loadu_ps(pass.pulls[child].data()));
    pass.taken[child] = taken;
    _mm256_store_pd(pass.nodes[child].product.data(), _mm256_mul_pd(product, factor));
    _mm256_store_pd(pass.nodes[child].pull.data(), _mm256_blendv_pd(constants.pull_when_not, pull, mask));
}

[[BOON_AVX2, gnu::always_inline]] inline void descend(const ShapPass& pass, const Constants& constants, std::size_t k) {
    const ShapSplit& split = pass.splits[k];
    const std::uint64_t taken_above = pass.taken[split.ancestor];
    const std::uint64_t right = pass.row[split.slot] >= split.threshold ? ~std::uint64_t{0} : 0;
    __m256d product = load(pass.nodes[split.node].product);
    if (split.ancestor != 0) {
        const __m256d when_taken =
            _mm256_add_pd(_mm256_set1_pd(1), _mm256_mul_pd(constants.falling, load(pass.nodes[split.ancestor].pull)));
        const __m256d when_not =
            _mm256_mul_pd(constants.inverse_falling, _mm256_set1_pd(pass.shares[split.ancestor].inverse));
        product = _mm256_mul_pd(product, _mm256_blendv_pd(when_not, when_taken, mask_of(taken_above)));
    }
    enter(pass, constants, product, 2 * k + 1, taken_above & ~right);
    enter(pass, constants, product, 2 * k + 2, taken_above & right);
}

[[BOON_AVX2, gnu::always_inline]] inline void ascend(const ShapPass& pass, std::size_t k) {
    const ShapSplit& split = pass.splits[k];
    const __m256d left = load(pass.nodes[2 * k + 1].product);
    const __m256d right = load(pass.nodes[2 * k + 2].product);
    const __m256d sum = _mm256_add_pd(left, right);
    const __m256d below = _mm256_add_pd(
        _mm256_mul_pd(left, load(pass.nodes[2 * k + 1].pull)), _mm256_mul_pd(right, load(pass.nodes[2 * k + 2].pull))
    );
    const __m256d above = _mm256_mul_pd(sum, load(pass.nodes[split.ancestor].pull));
    double* contribution = pass.contributions[split.feature].data();
    _mm256_storeu_pd(contribution, _mm256_add_pd(_mm256_loadu_pd(contribution), _mm256_sub_pd(below, above)));
    _mm256_store_pd(pass.nodes[split.node].product.data(), sum);
}

}  // namespace

[[BOON_AVX2]] void shap_pass_avx2(const ShapPass& pass) {
    const ShapPoints& points = pass.points;
    const Constants constants{
        load(points.rising), load(points.falling), load(points.inverse_falling),
        _mm256_sub_pd(_mm256_setzero_pd(), load(points.inverse_falling))
    };
    pass.nodes[0] = {.product = points.weight, .pull = {}};
    pass.taken[0] = ~std::uint64_t{0};
    for (std::size_t k = 0; k < pass.split_count; ++k) descend(pass, constants, k);
    for (std::size_t i = 0; i < pass.leaf_count; ++i) {
        double* product = pass.nodes[pass.leaves[i].node].product.data();
        const __m256d value = _mm256_set1_pd(static_cast<double>(pass.leaves[i].value));
        _mm256_store_pd(product, _mm256_mul_pd(_mm256_load_pd(product), value));
    }
    for (std::size_t k = pass.split_count; k-- > 0;) ascend(pass, k);
}

}  // namespace boon::models
