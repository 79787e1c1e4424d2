#include "insight/lifecycle/survival.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::lifecycle {
namespace {

// Weeks in remission under 6-MP, of 21 patients (Freireich et al. 1963), and the estimate that textbooks print for
// them: 0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448; the median is 23.
TEST(Survival, IsThePublishedEstimate) {
    const std::vector<Lasting> weeks = {{6, 3, 1},  {7, 1, 0},  {9, 0, 1},  {10, 1, 1}, {11, 0, 1}, {13, 1, 0},
                                        {16, 1, 0}, {17, 0, 1}, {19, 0, 1}, {20, 0, 1}, {22, 1, 0}, {23, 1, 0},
                                        {25, 0, 1}, {32, 0, 2}, {34, 0, 1}, {35, 0, 1}};
    const auto survival = survival_of(weeks);
    const std::vector<double> shares = {0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448};
    const std::vector<double> lengths = {6, 7, 10, 13, 16, 22, 23};
    const std::vector<std::int64_t> at_risk = {21, 17, 15, 12, 11, 7, 6};
    ASSERT_EQ(survival.size(), shares.size());
    for (std::size_t i = 0; i < shares.size(); ++i) {
        EXPECT_NEAR(survival[i].share, shares[i], 0.0005) << i;
        EXPECT_EQ(survival[i].days, lengths[i]);
        EXPECT_EQ(survival[i].at_risk, at_risk[i]);
    }
    EXPECT_EQ(length_outlasted_by(survival, 0.5), 23);
    EXPECT_EQ(length_outlasted_by(survival, 0.75), 13);
    EXPECT_EQ(length_outlasted_by(survival, 0.25), std::nullopt);
}

TEST(Survival, WhatHasEndedAltogetherIsThePlainShare) {
    const std::vector<Lasting> days = {{1, 1, 0}, {2, 1, 0}, {5, 2, 0}};
    const auto survival = survival_of(days);
    EXPECT_DOUBLE_EQ(survival[1].share, 0.5);
    EXPECT_EQ(length_outlasted_by(survival, 0.5), 2);
    EXPECT_EQ(survival.back().share, 0);
}

TEST(Survival, OfOpenStaysOnlyNothingCanBeSaid) {
    EXPECT_TRUE(survival_of(std::vector<Lasting>{{3, 0, 9}}).empty());
    EXPECT_TRUE(survival_of({}).empty());
    EXPECT_EQ(length_outlasted_by({}, 0.5), std::nullopt);
}

}  // namespace
}  // namespace boon::lifecycle
