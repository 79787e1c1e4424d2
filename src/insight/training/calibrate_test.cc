#include "insight/training/calibrate.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace boon::training {
namespace {

using testing::DoubleEq;
using testing::ElementsAre;

TEST(Isotonic, PoolsTheViolators) {
    // Means 0, 1, 0, 1 at rising predictions: the middle two pool to ½. Ends are kept within 1/6 and 5/6.
    const std::vector<double> predicted{0.1, 0.2, 0.3, 0.4};
    const std::vector<float> actual{0, 1, 0, 1};
    const auto c = fit_isotonic({predicted, actual});
    EXPECT_THAT(c.raw, ElementsAre(0.1, 0.2, 0.3, 0.4));
    EXPECT_THAT(c.calibrated, ElementsAre(DoubleEq(1.0 / 6), 0.5, 0.5, DoubleEq(5.0 / 6)));
}

TEST(Isotonic, GroupsTies) {
    const std::vector<double> predicted{0.5, 0.5, 0.5, 0.9};
    const std::vector<float> actual{0, 1, 0, 1};
    const auto c = fit_isotonic({predicted, actual});
    EXPECT_THAT(c.raw, ElementsAre(0.5, 0.9));
    EXPECT_NEAR(c.calibrated[0], 1.0 / 3, 1e-15);
}

TEST(Isotonic, IsAlwaysValid) {
    EXPECT_TRUE(rc::check("whatever the rows, the calibration passes check()", [] {
        const auto draws = *rc::gen::nonEmpty<std::vector<std::pair<std::uint8_t, bool>>>();
        std::vector<double> predicted;
        std::vector<float> actual;
        for (const auto& [p, y] : draws) {
            predicted.push_back(p / 255.0);
            actual.push_back(y ? 1.0F : 0.0F);
        }
        RC_ASSERT(scoring::check(fit_isotonic({predicted, actual})).has_value());
        RC_ASSERT(scoring::check(fit_platt({predicted, actual})).has_value());
    }));
}

struct Draw {
    std::vector<double> predicted;
    std::vector<float> actual;
};

template <class Truth>
Draw draw(int rows, Truth&& truth) {
    std::mt19937_64 generator(3);
    std::uniform_real_distribution<double> uniform;
    Draw out;
    for (int i = 0; i < rows; ++i) {
        const double p = uniform(generator);
        out.predicted.push_back(p);
        out.actual.push_back(uniform(generator) < truth(p) ? 1.0F : 0.0F);
    }
    return out;
}

TEST(Choice, PlattWhereTheLogitIsStretched) {
    const Draw rows = draw(5000, [](double p) { return scoring::inverse_logit(0.5 * scoring::logit(p) - 1); });
    const auto choice = choose_calibration({rows.predicted, rows.actual});
    EXPECT_EQ(choice.calibration.kind, scoring::CalibrationKind::platt);
    EXPECT_NEAR(choice.calibration.slope, 0.5, 0.06);
    EXPECT_NEAR(choice.calibration.intercept, -1, 0.1);
}

TEST(Choice, IsotonicWhereThereIsAStep) {
    const Draw rows = draw(20'000, [](double p) { return p < 0.7 ? 0.1 : 0.6; });
    const auto choice = choose_calibration({rows.predicted, rows.actual});
    EXPECT_EQ(choice.calibration.kind, scoring::CalibrationKind::isotonic);
    EXPECT_NEAR(choice.calibration.apply(0.3), 0.1, 0.03);
    EXPECT_NEAR(choice.calibration.apply(0.9), 0.6, 0.04);
}

TEST(Choice, NeverIsotonicOnFewRows) {
    const Draw rows = draw(900, [](double p) { return p < 0.7 ? 0.1 : 0.6; });
    EXPECT_NE(choose_calibration({rows.predicted, rows.actual}).calibration.kind, scoring::CalibrationKind::isotonic);
}

// Of 12 000 rows some 700 are positive: a step where there is one, but drawn after too few of the rarer class.
TEST(Choice, NeverIsotonicOnFewOfAClass) {
    const Draw rows = draw(12'000, [](double p) { return p < 0.7 ? 0.01 : 0.17; });
    const auto choice = choose_calibration({rows.predicted, rows.actual});
    EXPECT_LT(choice.isotonic_loss, choice.platt_loss);
    EXPECT_EQ(choice.calibration.kind, scoring::CalibrationKind::platt);
}

}  // namespace
}  // namespace boon::training
