#include "insight/training/uplift.h"

#include <cmath>

#include <gtest/gtest.h>

namespace boon::training {
namespace {

// Eight rows in falling order of score. Of the first four: treated 1 1, others 0 0. Of the last four: treated 1 0,
// others 1 0.
Experiment eight() {
    return {
        .scores = {8, 7, 6, 5, 4, 3, 2, 1},
        .responded = {1, 1, 0, 0, 1, 0, 1, 0},
        .treated = {true, true, false, false, true, true, false, false},
        .customers = {0, 1, 2, 3, 4, 5, 6, 7},
    };
}

TEST(Uplift, AtAShareIsTheDifferenceOfTheArmsRates) {
    const auto experiment = eight();
    const UpliftCurve curve(experiment);
    const std::vector<double> ones(8, 1);
    EXPECT_DOUBLE_EQ(curve.uplift_at(0.5, ones), 1);
    EXPECT_DOUBLE_EQ(curve.uplift_at(1, ones), 0.75 - 0.25);
}

// By hand: gained after each row 0, 0, 2, 2, then 3 − 0 = 3, 3, 3 − 1 × 4 / 3 = 5/3, 3 − 1 = 2 (without others there
// is nothing to compare with: 0). Trapezoids of width 1/8: (0 + 0 + 1 + 2 + 2.5 + 3 + 7/3 + 11/6) / 8 = 1.58333; less
// 2 / 2; by 4 treated.
TEST(Uplift, QiniIsTheAreaOverARandomOrder) {
    const auto experiment = eight();
    EXPECT_NEAR(UpliftCurve(experiment).qini(std::vector<double>(8, 1)), 0.58333333 / 4, 1e-8);
}

TEST(Uplift, OfOneScoreForAllIsThatOfARandomOrder) {
    auto experiment = eight();
    experiment.scores.assign(8, 1);
    const UpliftCurve curve(experiment);
    const std::vector<double> ones(8, 1);
    EXPECT_DOUBLE_EQ(curve.uplift_at(0.3, ones), curve.uplift_at(1, ones));
    EXPECT_DOUBLE_EQ(curve.qini(ones), 0);
}

// A weight of 2 is the row twice.
TEST(Uplift, CountsWeights) {
    auto twice = eight();
    twice.scores.push_back(8);
    twice.responded.push_back(1);
    twice.treated.push_back(true);
    twice.customers.push_back(8);
    const auto once = eight();
    std::vector<double> weights(8, 1);
    weights[0] = 2;
    EXPECT_DOUBLE_EQ(UpliftCurve(once).qini(weights), UpliftCurve(twice).qini(std::vector<double>(9, 1)));
}

// Two blocks of customers who were treated with chances of 1/4 and 3/4, and respond with 0 and 1 whatever is done: rows
// as they are show an effect, weighed by the inverse of their chance none.
TEST(Uplift, WeightsTakeUnequalChancesOut) {
    Experiment experiment;
    for (std::uint32_t i = 0; i < 16; ++i) {
        const bool later = i >= 8;
        const bool treated = later ? i % 4 != 0 : i % 4 == 0;
        const double chance = later ? 0.75 : 0.25;
        experiment.scores.push_back(1);
        experiment.responded.push_back(later ? 1 : 0);
        experiment.treated.push_back(treated);
        experiment.customers.push_back(i);
        experiment.weights.push_back(static_cast<float>(0.5 / (treated ? chance : 1 - chance)));
    }
    EXPECT_NEAR(uplift_at(experiment, 1, 50).value, 0, 1e-6);
    experiment.weights.clear();
    EXPECT_DOUBLE_EQ(uplift_at(experiment, 1, 50).value, 0.75 - 0.25);
}

// Four rows of each arm. With a chance of 1/4 of being treated, such a row weighs three times as much as another.
TEST(Uplift, ChangedLabelsGiveTheGain) {
    Matrix rows;
    rows.names = {"x"};
    rows.labels = {1, 1, 0, 0, 1, 0, 0, 0};
    rows.values.assign(8, 0);
    const std::vector<bool> treated = {true, true, true, true, false, false, false, false};
    Matrix halves = rows;
    change_labels(halves, treated, {});
    EXPECT_EQ(halves.labels, (std::vector<float>{1, 1, 0, 0, 0, 1, 1, 1}));
    EXPECT_TRUE(halves.weights.empty());
    // 5 of 8 agree: twice that less 1 is the gain of 2/4 over 1/4.
    EXPECT_DOUBLE_EQ(gain_of_agreement(5.0 / 8), 0.25);
    change_labels(rows, treated, std::vector<float>{0.25F, 0.25F, 0.25F, 0.25F, 0.75F, 0.75F, 0.75F, 0.75F});
    EXPECT_FLOAT_EQ(rows.weights[0], 2);
    EXPECT_FLOAT_EQ(rows.weights[7], 2.0F / 3);
}

TEST(Uplift, TheCurveEndsAtTheEffectOfAll) {
    const auto experiment = eight();
    const auto curve = uplift_curve(experiment, 4);
    ASSERT_EQ(curve.size(), 5U);
    EXPECT_DOUBLE_EQ(curve.front().y, 0);
    EXPECT_DOUBLE_EQ(curve[2].y, 2.0 / 4);  // after four rows, as above
    EXPECT_DOUBLE_EQ(curve.back().x, 1);
    EXPECT_DOUBLE_EQ(curve.back().y, 0.5);
}

// The treatment moves those of score 3 by 0.5 and those of score 2 by 0.3: the line through (3, 0.5) and (2, 0.3).
TEST(Uplift, ALineDrawsScoresToEffects) {
    Experiment experiment;
    for (std::uint32_t i = 0; i < 40; ++i) {
        const bool high = i < 20;
        const bool treated = i % 2 == 0;
        const std::uint32_t place = i % 20 / 2;  // of ten of a score and an arm
        const bool responded = place < (treated ? (high ? 7U : 5U) : 2U);
        experiment.scores.push_back(high ? 3 : 2);
        experiment.responded.push_back(responded ? 1 : 0);
        experiment.treated.push_back(treated);
        experiment.customers.push_back(i);
        experiment.weights.push_back(1);
    }
    const UpliftLine line = fit_line(experiment);
    EXPECT_NEAR(line.slope, 0.2, 1e-6);
    EXPECT_NEAR(line.shift, -0.1, 1e-6);
    // Scores that are a hundredth as far apart: no steeper than they are.
    for (double& score : experiment.scores) score /= 100;
    EXPECT_DOUBLE_EQ(fit_line(experiment).slope, 1);
}

}  // namespace
}  // namespace boon::training
