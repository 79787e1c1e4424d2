#include "program/world/random.h"

#include <cmath>

#include <gtest/gtest.h>

namespace boon::world {
namespace {

// The known answers of the authors' own test (Random123 1.14, tests/kat_vectors, philox4x32 10).
TEST(Philox, KnownAnswers) {
    using Block = std::array<std::uint32_t, 4>;
    EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
    EXPECT_EQ(
        philox({0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}, {0xffffffff, 0xffffffff}),
        (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd})
    );
    EXPECT_EQ(
        philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
        (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1})
    );
}

TEST(Functions, AgreeWithTheMathLibrary) {
    for (double x = -50; x < 50; x += 0.0137) EXPECT_NEAR(exp_same(x) / std::exp(x), 1, 1e-15) << x;
    for (double x = 1e-12; x < 1e12; x *= 1.0731) {
        EXPECT_NEAR(log_same(x), std::log(x), 1e-15 * std::max(1.0, std::abs(std::log(x)))) << x;
    }
    EXPECT_EQ(exp_same(0), 1);
    EXPECT_EQ(log_same(1), 0);
    EXPECT_EQ(logistic(0), 0.5);
    EXPECT_EQ(exp_same(-1000), 0);
}

struct Moments {
    double mean = 0;
    double variance = 0;
};

template <class F>
Moments moments(F&& draw) {
    constexpr int kDraws = 200'000;
    double sum = 0;
    double squares = 0;
    for (int i = 0; i < kDraws; ++i) {
        const double x = draw();
        sum += x;
        squares += x * x;
    }
    const double mean = sum / kDraws;
    return {mean, squares / kDraws - mean * mean};
}

// Means and variances as in any textbook; the bounds are over four standard errors of 200 000 draws.
TEST(Distributions, HaveTheirMoments) {
    Random random(7, 1, Random::Purpose::traits);
    const auto expect = [](const Moments& found, double mean, double variance) {
        EXPECT_NEAR(found.mean, mean, 0.012 * (1 + std::sqrt(variance)));
        EXPECT_NEAR(found.variance, variance, 0.06 * variance);
    };
    expect(moments([&] { return random.uniform(); }), 0.5, 1.0 / 12);
    expect(moments([&] { return random.normal(); }), 0, 1);
    expect(moments([&] { return random.exponential(3); }), 3, 9);
    expect(moments([&] { return random.gamma(0.5); }), 0.5, 0.5);
    expect(moments([&] { return random.gamma(4); }), 4, 4);
    expect(moments([&] { return random.beta(2, 3); }), 0.4, 0.04);
    expect(moments([&] { return random.poisson(6); }), 6, 6);
    expect(moments([&] { return static_cast<double>(random.pick(std::array{1.0, 2.0, 1.0})); }), 1, 0.5);
    expect(moments([&] { return static_cast<double>(random.whole(10)); }), 4.5, 8.25);
}

TEST(Streams, AreTheirOwn) {
    using enum Random::Purpose;
    EXPECT_EQ(Random(1, 5, traits).bits(), Random(1, 5, traits).bits());
    EXPECT_NE(Random(1, 5, traits).bits(), Random(2, 5, traits).bits());
    EXPECT_NE(Random(1, 5, traits).bits(), Random(1, 6, traits).bits());
    EXPECT_NE(Random(1, 5, traits).bits(), Random(1, 5, payments).bits());
    EXPECT_NE(Random(1, 5, traits).bits(), Random(1ULL << 32 | 1, 5, traits).bits());
}

}  // namespace
}  // namespace boon::world
