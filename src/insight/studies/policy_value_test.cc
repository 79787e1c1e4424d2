#include "insight/studies/policy_value.h"

#include <gtest/gtest.h>

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

}  // namespace
}  // namespace boon::studies
