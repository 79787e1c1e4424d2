#include "insight/studies/policy_value.h"

#include <random>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "insight/studies/studies_test.h"

namespace boon::studies {
namespace {

// Four rows of two actions, drawn evenly; the choice is action 1 for all.
LoggedActions four() {
    return {
        .actions = {1, 1, 0, 1},
        .propensities = {0.5, 0.5, 0.5, 0.25},
        .rewards = {1, 0, 1, 1},
        .customers = {0, 1, 2, 3}
    };
}

Choice always_one() {
    return {.actions = {1, 1, 1, 1}, .expected = {0.5, 0.25, 0.75, 0.5}, .expected_of_logged = {0.5, 0.25, 0.1, 0.5}};
}

TEST(PolicyValues, FollowTheirDefinitions) {
    const PolicyValue value = value_of(four(), always_one());
    EXPECT_DOUBLE_EQ(value.ips.value, (2.0 + 0 + 0 + 4) / 4);
    EXPECT_DOUBLE_EQ(value.snips.value, (2.0 + 4) / (2 + 2 + 4));
    // 0.5 + 2 × 0.5, 0.25 − 2 × 0.25, 0.75, 0.5 + 4 × 0.5
    EXPECT_DOUBLE_EQ(value.dr.value, (1.5 - 0.25 + 0.75 + 2.5) / 4);
}

TEST(PolicyValues, OfEqualChoicesDoNotDiffer) {
    const auto same = gain(four(), always_one(), always_one());
    EXPECT_EQ(same.value, 0);
    EXPECT_EQ(same.upper, 0);
}

// Where the model is right about everything, the doubly robust value is the model's, without noise of the draws.
TEST(PolicyValues, AreTheModelsWhereItIsRight) {
    auto log = four();
    const Choice right{.actions = {1, 1, 1, 1}, .expected = {1, 0, 0, 1}, .expected_of_logged = {1, 0, 1, 1}};
    EXPECT_DOUBLE_EQ(value_of(log, right).dr.value, 0.5);
    EXPECT_GT(value_of(log, right).ips.upper, 1);
}

// The young take a, the old take b, nobody takes c: the choice is worth 0.6, the best fixed action 0.35.
TEST(PolicyStudies, ChooseByTheRow) {
    std::mt19937_64 generator(1);
    std::uniform_real_distribution<double> uniform;
    std::string text = "age,offer,taken\n";
    for (int i = 0; i < 6000; ++i) {
        const bool young = i % 2 == 0;
        const char action = "abc"[generator() % 3];
        const double chance = action == 'c' ? 0.1 : (young == (action == 'a') ? 0.6 : 0.1);
        text += fmt::format("{},{},{}\n", young ? 20 : 60, action, uniform(generator) < chance ? "yes" : "no");
    }
    Folder folder;
    folder.write("log.csv", text);
    Study study;
    study.name = "log";
    study.kind = Kind::policy;
    study.file = "log.csv";
    study.label = "taken";
    study.positive = "yes";
    study.action = "offer";
    study.split.test_share = 0.5;
    study.fit.trees = {{.max_depth = 2, .eta = 0.2}};
    study.fit.max_rounds = 50;
    const auto outcome = run(study, folder.environment());
    ASSERT_TRUE(outcome) << to_text(outcome.error());
    const auto& figures = outcome->report.figures;
    ASSERT_EQ(figures.size(), 6U);
    EXPECT_NEAR(figures[1].estimate.value, 0.35, 0.06) << figures[1].name;
    for (const std::size_t i : {2U, 3U, 4U}) EXPECT_NEAR(figures[i].estimate.value, 0.6, 0.08) << figures[i].name;
    EXPECT_GT(figures[5].estimate.lower, 0.15) << figures[5].name;
}

}  // namespace
}  // namespace boon::studies
