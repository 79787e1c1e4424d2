#include "program/app/pace.h"

#include <gtest/gtest.h>

namespace boon::app {
namespace {

TEST(PaceTest, ToldFromTheBeginningOfTheStep) {
    Pace pace;
    pace.report(0, 0, "check: every row of customers", 0);
    EXPECT_EQ(pace.rate_per_s(), 0);
    EXPECT_FALSE(pace.left_s(5));
    // The warehouse computes for 20 s and then gives 500 rows a second.
    pace.report(0, 9000, "features: the warehouse computes", 10);
    pace.report(1000, 9000, "profiles: kept, row by row", 30);
    EXPECT_FALSE(pace.left_s(30));
    pace.report(2000, 9000, "profiles: kept, row by row", 32);
    EXPECT_DOUBLE_EQ(pace.rate_per_s(), 500);
    EXPECT_DOUBLE_EQ(*pace.left_s(32), 14);
}

TEST(PaceTest, SharesAreOfOneWholeThroughAllSteps) {
    Pace pace;
    pace.report(0, 0, "check: every row of customers", 0);
    pace.report(0, Pace::kShares, "labels: what came true", 5);
    pace.report(100, Pace::kShares, "features: as of then", 15);
    EXPECT_FALSE(pace.began_anew());
    pace.report(400, Pace::kShares, "fit: round 1", 25);
    EXPECT_DOUBLE_EQ(pace.rate_per_s(), 20);
    EXPECT_DOUBLE_EQ(*pace.left_s(25), 30);
}

TEST(PaceTest, TimeLeftRunsDownBetweenReportsAndIsNotToldWhenItHasRunOut) {
    Pace pace;
    pace.report(0, 100, "rows: read", 0);
    pace.report(50, 100, "rows: read", 10);
    EXPECT_DOUBLE_EQ(*pace.left_s(10), 10);
    // The same report again, as a poll sees it, is no news.
    pace.report(50, 100, "rows: read", 14);
    EXPECT_DOUBLE_EQ(pace.rate_per_s(), 5);
    EXPECT_DOUBLE_EQ(*pace.left_s(14), 6);
    EXPECT_FALSE(pace.left_s(20));
    pace.report(100, 100, "", 21);
    EXPECT_FALSE(pace.left_s(21));
}

TEST(PaceTest, AStepWithACountOfItsOwnBeginsAnew) {
    Pace pace;
    pace.report(10, 10, "scores: every customer", 1);
    pace.report(0, 8, "products: ranked", 2);
    EXPECT_TRUE(pace.began_anew());
    pace.report(4, 8, "products: ranked", 4);
    EXPECT_FALSE(pace.began_anew());
    EXPECT_DOUBLE_EQ(pace.rate_per_s(), 2);
    // Fewer in the same step, or a total that is found to be greater: the count goes on, the rate begins again.
    pace.report(2, 12, "products: ranked", 6);
    EXPECT_FALSE(pace.began_anew());
    EXPECT_EQ(pace.rate_per_s(), 0);
}

}  // namespace
}  // namespace boon::app
