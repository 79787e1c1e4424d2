#include <random>

#include <gtest/gtest.h>

#include "insight/studies/studies_test.h"

namespace boon::studies {
namespace {

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
