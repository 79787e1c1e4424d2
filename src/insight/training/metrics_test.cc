#include "insight/training/metrics.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/scoring/calibration.h"

namespace boon::training {
namespace {

using testing::DoubleNear;
using testing::Each;

constexpr MetricOptions kOptions;

struct Example {
    std::vector<double> predicted;
    std::vector<float> actual;
    std::vector<float> weights = {};
    std::vector<std::uint32_t> clusters = {};
    [[nodiscard]] Scored rows() const { return {predicted, actual, weights, clusters}; }
    [[nodiscard]] std::vector<double> ones() const { return std::vector<double>(actual.size(), 1.0); }
};

// Of the 4 pairs, (.8, .4), (.8, .1), (.35, .1) are in order: scikit-learn's own example, AUC .75, AP .8333.
const Example kSmall{{0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1}};
// (.5 against .5) counts half; (.5, .2), (.9, .5), (.9, .2) count whole: 3.5 of 4.
const Example kTied{{0.2, 0.5, 0.5, 0.9}, {0, 0, 1, 1}};

TEST(Auc, CountsPairs) {
    EXPECT_DOUBLE_EQ(Ranking(kSmall.rows()).auc(kSmall.ones()), 0.75);
    EXPECT_DOUBLE_EQ(Ranking(kTied.rows()).auc(kTied.ones()), 0.875);
}

TEST(Auc, IsMissingWithoutBothClasses) {
    const Example one_class{{0.1, 0.2}, {1, 1}};
    EXPECT_TRUE(std::isnan(Ranking(one_class.rows()).auc(one_class.ones())));
}

TEST(Auc, AWeightOfTwoIsTheRowTwice) {
    const Example once{{0.2, 0.5, 0.5, 0.9, 0.7}, {0, 0, 1, 1, 0}};
    const Example twice{{0.2, 0.5, 0.5, 0.9, 0.7, 0.7}, {0, 0, 1, 1, 0, 0}};
    const std::vector<double> weights{1, 1, 1, 1, 2};
    EXPECT_DOUBLE_EQ(Ranking(once.rows()).auc(weights), Ranking(twice.rows()).auc(twice.ones()));
    EXPECT_DOUBLE_EQ(
        Ranking(once.rows()).average_precision(weights), Ranking(twice.rows()).average_precision(twice.ones())
    );
}

TEST(AveragePrecision, IsTheStepSum) {
    // Falling order: .8 (+) precision 1; .4 (−); .35 (+) precision 2/3: ½ × 1 + ½ × 2/3.
    EXPECT_DOUBLE_EQ(Ranking(kSmall.rows()).average_precision(kSmall.ones()), 0.5 + 1.0 / 3);
    // The tied pair enters together: precision at .5 is 2/3.
    EXPECT_DOUBLE_EQ(Ranking(kTied.rows()).average_precision(kTied.ones()), 0.5 + 1.0 / 3);
}

TEST(Lift, SharesTheGroupAtTheEdge) {
    // Top half of kSmall: .8 (+), .4 (−): rate ½ of base ½.
    EXPECT_DOUBLE_EQ(Ranking(kSmall.rows()).lift_at(0.5, kSmall.ones()), 1);
    EXPECT_DOUBLE_EQ(Ranking(kSmall.rows()).lift_at(0.25, kSmall.ones()), 2);
    // Top half of kTied: .9 (+) and half of the tied pair (½ positive each): 1.5 of 2, base ½.
    EXPECT_DOUBLE_EQ(Ranking(kTied.rows()).lift_at(0.5, kTied.ones()), 1.5);
}

TEST(LossAndBrier, ByHand) {
    const auto metrics = measure_binary(kSmall.rows(), kOptions);
    const double expected = -(std::log(0.9) + std::log(0.6) + std::log(0.35) + std::log(0.8)) / 4;
    EXPECT_NEAR(metrics.log_loss.value, expected, 1e-15);
    // (.01 + .16 + .4225 + .04) / 4
    EXPECT_NEAR(metrics.brier.value, 0.158125, 1e-15);
    EXPECT_EQ(metrics.positives, 2);
    EXPECT_EQ(metrics.base_rate, 0.5);
}

TEST(CalibrationError, ByHand) {
    // Two bins of two: means .25 against 0, .575 against 1: ½ × .25 + ½ × .425.
    const Example example{{0.1, 0.4, 0.35, 0.8}, {0, 0, 1, 1}};
    EXPECT_NEAR(Reliability(example.rows(), 2).error(example.ones()), 0.5 * 0.275 + 0.5 * 0.1, 1e-15);
}

TEST(CalibrationError, EqualPredictionsShareABin) {
    const Example flat{{0.5, 0.5, 0.5, 0.5}, {1, 0, 1, 1}};
    EXPECT_EQ(Reliability(flat.rows(), 10).bins().size(), 1U);
    EXPECT_NEAR(Reliability(flat.rows(), 10).error(flat.ones()), 0.25, 1e-15);
}

TEST(CalibrationError, UnderPerfectCalibration) {
    // One bin of n rows of p = ½: |mean − ½| is half normal with sd 1 / (2 √n); its 95th percentile is 1.96 sd.
    Example example;
    example.predicted.assign(2500, 0.5);
    example.actual.assign(2500, 0);
    EXPECT_NEAR(Reliability(example.rows(), 10).error_if_perfect(0.95, 2000, 7), 0.0196, 0.0015);
}

TEST(Recalibrations, FindTheTruthThatMadeTheLabels) {
    std::mt19937_64 generator(11);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    Example example;
    for (int i = 0; i < 200'000; ++i) {
        const double margin = normal(generator);
        example.predicted.push_back(scoring::inverse_logit(margin));
        example.actual.push_back(uniform(generator) < scoring::inverse_logit(0.4 + 0.7 * margin) ? 1.0F : 0.0F);
    }
    const auto found = recalibrate(example.rows());
    EXPECT_NEAR(found.intercept.value, 0.4, 0.02);
    EXPECT_NEAR(found.slope.value, 0.7, 0.02);
    EXPECT_LT(found.slope.lower, 0.7);
    EXPECT_GT(found.slope.upper, 0.7);
    // The information of one row at a = .4, b = .7 is about .2, so se(slope) ≈ 1 / √(200 000 × .19).
    EXPECT_NEAR(found.slope.upper - found.slope.value, 1.96 / std::sqrt(200'000 * 0.19), 0.001);
}

TEST(Recalibrations, AreMissingForAConstant) {
    const Example flat{{0.5, 0.5, 0.5, 0.5}, {1, 0, 1, 1}};
    EXPECT_TRUE(std::isnan(recalibrate(flat.rows()).slope.value));
}

TEST(Intervals, ClusteredMeanByHand) {
    // Clusters {1, 3} and {5, 7}: mean 4, cluster sums of (v − 4) / 4 are ∓1; variance 2 / (2 − 1) × 2 = 4.
    const Example example{{0, 0, 0, 0}, {0, 0, 0, 0}, {}, {0, 0, 1, 1}};
    const std::vector<double> values{1, 3, 5, 7};
    const Estimate mean = clustered_mean(example.rows(), values);
    EXPECT_DOUBLE_EQ(mean.value, 4);
    EXPECT_NEAR(mean.upper, 4 + 1.959964 * 2, 1e-5);
}

// Every customer has `copies` equal rows: the clustered interval must be that of one row each, not √copies narrower.
Example repeated(int customers, int copies) {
    std::mt19937_64 generator(5);
    std::uniform_real_distribution<double> uniform;
    Example example;
    for (std::uint32_t c = 0; c < static_cast<std::uint32_t>(customers); ++c) {
        const double p = uniform(generator);
        const float y = uniform(generator) < p ? 1 : 0;
        for (int k = 0; k < copies; ++k) {
            example.predicted.push_back(p);
            example.actual.push_back(y);
            example.clusters.push_back(c);
        }
    }
    return example;
}

TEST(Intervals, CopiesOfACustomersRowsTellNothingNew) {
    const Example once = repeated(500, 1);
    const Example five = repeated(500, 5);
    const auto a = measure_binary(once.rows(), kOptions);
    const auto b = measure_binary(five.rows(), kOptions);
    for (const auto figure :
         {&BinaryMetrics::auc, &BinaryMetrics::log_loss, &BinaryMetrics::brier, &BinaryMetrics::calibration_slope,
          &BinaryMetrics::average_precision}) {
        const double width_once = (a.*figure).upper - (a.*figure).lower;
        const double width_five = (b.*figure).upper - (b.*figure).lower;
        EXPECT_NEAR((a.*figure).value, (b.*figure).value, 1e-9);
        EXPECT_NEAR(width_five / width_once, 1, 1e-6);
    }
}

TEST(Intervals, ClosedFormsAgreeWithTheBootstrap) {
    const Example example = repeated(800, 3);
    const Scored rows = example.rows();
    const Ranking ranking(rows);
    const auto metrics = measure_binary(rows, kOptions);
    const auto drawn = bootstrapped(rows, [&](auto w) { return ranking.auc(w); }, 2000, 3);
    EXPECT_NEAR((metrics.auc.upper - metrics.auc.value) / (drawn.upper - drawn.value), 1, 0.08);
    const auto losses = log_losses(rows);
    const auto loss = bootstrapped(
        rows,
        [&](auto w) {
            double sum = 0;
            double weight = 0;
            for (std::size_t i = 0; i < losses.size(); ++i) {
                sum += w[i] * losses[i];
                weight += w[i];
            }
            return sum / weight;
        },
        2000, 3
    );
    EXPECT_NEAR((metrics.log_loss.upper - metrics.log_loss.value) / (loss.upper - loss.value), 1, 0.08);
}

TEST(Curves, RunFromCornerToCorner) {
    const Ranking ranking(kTied.rows());
    const auto roc = roc_curve(ranking, 50);
    ASSERT_EQ(roc.size(), 4U);
    EXPECT_EQ(roc[1].y, 0.5);  // .9 is a positive
    EXPECT_EQ(roc[2].x, 0.5);  // the tied pair moves both at once
    EXPECT_EQ(roc[2].y, 1);
    EXPECT_EQ(roc[3].x, 1);
    const auto lift = lift_curve(ranking, 4);
    EXPECT_DOUBLE_EQ(lift[0].y, 0.5 / 0.25);
    EXPECT_DOUBLE_EQ(lift[3].y, 1);
    const auto gain = gain_curve(ranking, 4);
    EXPECT_DOUBLE_EQ(gain[1].y, 0.5);
    EXPECT_DOUBLE_EQ(gain[2].y, 0.75);
    EXPECT_DOUBLE_EQ(gain[4].y, 1);
}

TEST(Amounts, ByHand) {
    const Example example{{1, 2, 3, 4}, {2, 2, 5, 3}};
    const std::vector<double> lower{0, 3, 2, 2};
    const std::vector<double> upper{2, 4, 6, 3};
    const auto metrics = measure_amount(example.rows(), Bounds{lower, upper}, kOptions);
    EXPECT_DOUBLE_EQ(metrics.mean_absolute_error.value, 1);  // 1, 0, 2, 1
    EXPECT_DOUBLE_EQ(metrics.root_mean_squared_error.value, std::sqrt(1.5));
    EXPECT_DOUBLE_EQ(metrics.interval_coverage->value, 0.75);
    // Four tenths of one row each: 1 + 0 + 2 + 1 over four rows, of a mean of 3.
    EXPECT_DOUBLE_EQ(metrics.decile_error.value, 1.0 / 3);
    ASSERT_EQ(metrics.deciles.size(), 4U);
    EXPECT_EQ(metrics.deciles[2].predicted, 3);
    EXPECT_EQ(metrics.deciles[2].actual, 5);
    // Ranks 1 2 3 4 against 1.5 1.5 4 3: products about the means 2.5 add up to 3.5.
    EXPECT_NEAR(metrics.rank_correlation.value, 3.5 / std::sqrt(5 * 4.5), 1e-12);
}

TEST(Classes, ByHand) {
    const Example example{{0, 0}, {0, 2}};
    const std::vector<float> shares{0.5F, 0.25F, 0.25F, 0.25F, 0.5F, 0.25F};
    const auto metrics = measure_classes(example.rows(), shares, 3);
    EXPECT_DOUBLE_EQ(metrics.log_loss.value, (std::log(2.0) + std::log(4.0)) / 2);
    EXPECT_DOUBLE_EQ(metrics.accuracy.value, 0.5);
}

}  // namespace
}  // namespace boon::training
