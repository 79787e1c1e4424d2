#include "insight/studies/uplift.h"

#include <cmath>
#include <random>

#include <gtest/gtest.h>

#include "insight/studies/studies_test.h"

namespace boon::studies {
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

// The treatment moves the young by 30 points and nobody else.
TEST(UpliftStudies, FindWhomTheTreatmentMoves) {
    std::mt19937_64 generator(1);
    std::uniform_real_distribution<double> uniform;
    std::string text = "age,arm,bought\n";
    for (int i = 0; i < 6000; ++i) {
        const bool young = uniform(generator) < 0.4;
        const bool treated = uniform(generator) < 0.5;
        const bool bought = uniform(generator) < 0.2 + (young && treated ? 0.3 : 0);
        text += std::to_string(young ? 20 + i % 20 : 50 + i % 20) + (treated ? ",mail," : ",none,") +
                (bought ? "1\n" : "0\n");
    }
    text += "30,phone,1\n";
    Folder folder;
    folder.write("test.csv", text);
    Study study;
    study.name = "mail";
    study.kind = Kind::uplift;
    study.file = "test.csv";
    study.label = "bought";
    study.positive = "1";
    study.treatment = "arm";
    study.treated = "mail";
    study.control = "none";
    study.split.test_share = 0.5;
    study.fit.trees = {{.max_depth = 2, .eta = 0.2}};
    study.fit.max_rounds = 50;
    const auto outcome = run(study, folder.environment());
    ASSERT_TRUE(outcome) << to_text(outcome.error());
    EXPECT_EQ(outcome->report.judged_rows, 3000);
    for (const Figure& figure : outcome->report.figures) {
        if (figure.name.starts_with("uplift")) {
            EXPECT_NEAR(figure.estimate.value, 0.3, 0.08) << figure.name;
        }
        if (figure.name.starts_with("qini")) {
            EXPECT_GT(figure.estimate.lower, 0) << figure.name;
        }
        if (figure.name == "average_effect") {
            EXPECT_NEAR(figure.estimate.value, 0.12, 0.05);
        }
    }
}

}  // namespace
}  // namespace boon::studies
