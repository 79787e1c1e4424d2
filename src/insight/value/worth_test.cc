#include "insight/value/worth.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace boon::value {
namespace {

TEST(Distribution, ABaseOfNobodyHasNoShares) {
    const Distribution nobody = Distribution::of({});
    EXPECT_EQ(nobody.count, 0);
    EXPECT_EQ(nobody.share_below(5), 0);
    EXPECT_EQ(nobody.share_above(5), 0);
    EXPECT_EQ(nobody.percentile(5), 0);
}

// 1, 2, 2, 4: a quarter below 2, half equal.
TEST(Distribution, SharesAreExactAtValuesThatOccurAndOnALineBetween) {
    const Distribution four = Distribution::of({4, 2, 1, 2});
    EXPECT_EQ(four.steps, (std::vector<Step>{{1, 0, 0.25}, {2, 0.25, 0.75}, {4, 0.75, 1}}));
    EXPECT_DOUBLE_EQ(four.percentile(2), 50);
    EXPECT_DOUBLE_EQ(four.share_above(2), 0.25);
    EXPECT_DOUBLE_EQ(four.percentile(3), 75);
    EXPECT_DOUBLE_EQ(four.percentile(0.5), 0);
    EXPECT_DOUBLE_EQ(four.percentile(9), 100);
    EXPECT_EQ(four.reduced(2).steps, (std::vector<Step>{{1, 0, 0.25}, {4, 0.75, 1}}));  // both ends at the least
    // Few enough as they are, however uneven.
    const Distribution three = Distribution::of({1, 1, 1, 1, 1, 1, 1, 1, 2, 3});
    EXPECT_EQ(three.reduced(3).steps, three.steps);
}

// Of eleven customers five steps: the ends, and those that reach a quarter, a half and three quarters of the base.
TEST(Distribution, IsReducedToEvenRanks) {
    const Distribution table = Distribution::of({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11}).reduced(5);
    std::vector<double> values;
    for (const Step& step : table.steps) values.push_back(step.value);
    EXPECT_EQ(values, (std::vector<double>{1, 3, 6, 9, 11}));
}

TEST(Distribution, AReducedOneIsNearTheWholeOne) {
    EXPECT_TRUE(rc::check("within two steps", [] {
        const auto whole = *rc::gen::container<std::vector<std::int16_t>>(400, rc::gen::arbitrary<std::int16_t>());
        const Distribution exact = Distribution::of({whole.begin(), whole.end()});
        const Distribution table = exact.reduced(51);
        RC_ASSERT(table.steps.size() <= 51U);
        RC_ASSERT(table.steps.front() == exact.steps.front());
        RC_ASSERT(table.steps.back() == exact.steps.back());
        // 51 steps are 2 percentiles apart, and a tie may be as wide as it is.
        double widest_tie = 0;
        for (const Step& step : exact.steps) widest_tie = std::max(widest_tie, 100 * (step.up_to - step.below));
        for (const Step& step : exact.steps) {
            RC_ASSERT(std::fabs(table.percentile(step.value) - exact.percentile(step.value)) <= 2 + widest_tie);
        }
    }));
}

TEST(RfmSegments, TheDefaultTableIsWhole) {
    const auto rfm = RfmSegments::make(RfmSegments::defaults());
    ASSERT_TRUE(rfm) << to_text(rfm.error());
    EXPECT_EQ(rfm->names().size(), 11U);
    EXPECT_EQ(rfm->names()[rfm->segment_of(5, 4)], "champions");
    EXPECT_EQ(rfm->names()[rfm->segment_of(4, 5)], "loyal");
    EXPECT_EQ(rfm->names()[rfm->segment_of(4, 3)], "potential_loyalist");
    EXPECT_EQ(rfm->names()[rfm->segment_of(3, 2)], "about_to_sleep");
    EXPECT_EQ(rfm->names()[rfm->segment_of(2, 4)], "at_risk");
    EXPECT_EQ(rfm->names()[rfm->segment_of(2, 2)], "hibernating");
}

TEST(RfmSegments, ATableWithAGapOrAnOverlapIsRefused) {
    const auto message = [](const std::vector<RfmSegment>& table) { return RfmSegments::make(table).error().message; };
    std::vector<RfmSegment> table = RfmSegments::defaults();
    table.pop_back();
    EXPECT_EQ(message(table), "R1 F1 is in no RFM segment");
    table.push_back({"lost", {1, 2}, {1, 2}});
    EXPECT_EQ(message(table), "R2 F1 is in two RFM segments, hibernating and lost");
    EXPECT_EQ(message({{"all", {1, 6}, {1}}}), "the RFM segment all has R6 F1");
    EXPECT_EQ(message({{"all", {0}, {1}}}), "the RFM segment all has R0 F1");
    EXPECT_EQ(message({{"all", {5}, {5, 0}}}), "the RFM segment all has R5 F0");
    // The first pair that nobody has, in the order of the scores.
    EXPECT_EQ(
        message({{"most", {1, 3, 4, 5}, {1, 2, 3, 4, 5}}, {"some", {2}, {1, 2, 3}}}), "R2 F4 is in no RFM segment"
    );
}

// Who brought less than one unit of the currency has a score for it; who brought nothing, or less, has the lowest.
TEST(Rfm, SmallRevenueCounts) {
    std::vector<Facts> customers;
    for (int i = 0; i < 25; ++i) customers.push_back({1, 1, 1, static_cast<float>(i - 1) / 100});
    const BaseShape base = BaseShape::of(customers);
    const auto segments = *ValueSegments::make({"high_value", "low_value"}, {50});
    const auto rfm = *RfmSegments::make(RfmSegments::defaults());
    const auto score_of = [&](std::size_t place) {
        return worth_of(base, segments, rfm, customers[place]).rfm.value().m;
    };
    EXPECT_EQ(score_of(0), 1);   // -0.01
    EXPECT_EQ(score_of(1), 1);   // 0
    EXPECT_EQ(score_of(5), 2);   // five of 25 are below
    EXPECT_EQ(score_of(24), 5);  // 24 of 25
}

TEST(ValueSegments, ThresholdsAreAboveNothingAndUpToAHundred) {
    const auto is_taken = [](double threshold) {
        return ValueSegments::make({"high_value", "low_value"}, {threshold}).has_value();
    };
    EXPECT_TRUE(is_taken(100));
    EXPECT_TRUE(is_taken(0.5));
    EXPECT_FALSE(is_taken(100.5));
    EXPECT_FALSE(is_taken(0));
    const auto segments = *ValueSegments::make({"high_value", "medium_value", "low_value"}, {70, 40});
    EXPECT_EQ(segments.segment_of(70), 0U);
    EXPECT_EQ(segments.segment_of(69.9), 1U);
    EXPECT_EQ(segments.segment_of(40), 1U);
    EXPECT_EQ(segments.segment_of(39.9), 2U);
}

TEST(ValueSegments, NeedOneThresholdLessThanNames) {
    const auto message = [](std::vector<std::string> names, std::vector<double> thresholds) {
        return ValueSegments::make(std::move(names), std::move(thresholds)).error().message;
    };
    EXPECT_EQ(
        message({"gold", "silver"}, {70, 40}),
        "setting BOON_VALUE_THRESHOLDS is 70,40: expected 1 scores above 0 and up to 100, each lower than the one "
        "before, for the 2 names of CVM_VALUE_SEGMENTS (gold,silver)"
    );
    EXPECT_THAT(message({"a", "b", "c"}, {40, 70}), testing::StartsWith("setting BOON_VALUE_THRESHOLDS is 40,70"));
    EXPECT_THAT(message({"a", "b", "c"}, {70, 70}), testing::HasSubstr("each lower than the one before"));
    EXPECT_THAT(message({"a", "b"}, {101}), testing::HasSubstr("up to 100"));
    EXPECT_THAT(message({"a", "b"}, {}), testing::StartsWith("setting BOON_VALUE_THRESHOLDS is empty"));
    EXPECT_EQ(message({"a", "a"}, {50}), "setting CVM_VALUE_SEGMENTS is a,a: expected different names");
    EXPECT_TRUE(ValueSegments::make({"all"}, {}));
}

// The table of 1 000 customers, kept, gives a customer between two runs the score that the run gave.
TEST(BaseShape, AKeptShapeScoresACustomerBetweenTwoRuns) {
    std::vector<Facts> customers;
    for (int i = 0; i < 1000; ++i) {
        const auto number = static_cast<float>(i);
        customers.push_back({number / 10, number / 10, static_cast<float>(i % 7), number, 2 * number});
    }
    const auto segments = *ValueSegments::make({"high_value", "medium_value", "low_value"}, {70, 40});
    const auto rfm = *RfmSegments::make(RfmSegments::defaults());
    const BaseShape exact = BaseShape::of(customers);
    const auto kept = json::read_text<BaseShape>(json::write(exact.reduced(101)));
    ASSERT_TRUE(kept) << to_text(kept.error());
    for (const Facts& customer : customers) {
        EXPECT_NEAR(
            worth_of(*kept, segments, rfm, customer).score, worth_of(exact, segments, rfm, customer).score, 0.2
        );
    }
}

}  // namespace
}  // namespace boon::value
