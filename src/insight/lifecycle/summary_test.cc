// The base by stage, worked out by hand.
#include "insight/lifecycle/summary.h"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

namespace boon::lifecycle {
namespace {

using profiles::Standing;

constexpr Timestamp kNow{1'772'409'600'000'000};
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

struct Customer {
    const char* id;
    std::string stage;
    int days;
    float revenue;
    float predicted = kMissing;
    std::uint8_t flags = 0;
    std::uint8_t marks = 0;
};

std::shared_ptr<const profiles::Image> image_of(const std::vector<Customer>& customers) {
    auto schema = std::make_shared<profiles::Schema>();
    schema->columns.push_back({.name = "age"});
    schema->columns.push_back({.name = "spend_365d"});
    profiles::ImageBuilder builder(schema, customers.size());
    profiles::StandingsBuilder standings(customers.size());
    standings.names().flags = {"lost", "dormant", "unused", "f3", "f4", "f5", "f6", "eighth"};
    for (std::size_t i = 0; i < customers.size(); ++i) {
        const Customer& one = customers[i];
        builder.add(one.id, std::array{40.0F, one.revenue}, kNow);
        Standing& standing = standings.at(i);
        standing.stage = profiles::place_of(standings.names().stages, one.stage);
        standing.stage_since = plus_days(kNow, -one.days).micros;
        standing.predicted_ltv = one.predicted;
        standing.flags = one.flags;
        standing.marks = one.marks;
    }
    return std::move(builder).finish()->with(std::move(standings).finish());
}

const std::vector<std::string> kStages = {"growth", "win_back", "churn"};

// A float32 holds 266.47 as 266.470001220703125; the three of 0.1, added as doubles, are not 0.3.
TEST(StageTotals, AddMoneyAsTheDecimalsItWas) {
    const auto image = image_of({
        {"a", "growth", 1, 266.47F, 12345.67F},
        {"b", "growth", 1, 0.1F, 0.125F},
        {"c", "growth", 1, 0.1F, 98765.43F},
        {"d", "growth", 1, 0.1F},
        {"e", "churn", 1, 2695.375F, 3e9F},  // three decimals, and more than any customer brings
        {"f", "churn", 1, -95.005F},
    });
    const auto totals = stage_totals(*image, kStages, kNow);
    EXPECT_EQ(totals[0].revenue_365d, 266.77);
    EXPECT_EQ(totals[0].predicted_ltv, 111111.225);
    EXPECT_EQ(totals[2].revenue_365d, 2600.37);
    EXPECT_EQ(totals[2].predicted_ltv, 3e9);
}

TEST(StageTotals, AreSumsOverTheCustomersOfEach) {
    const auto image = image_of({
        {"a", "win_back", 10, 30, 5, 0b001},
        {"b", "win_back", 20, kMissing, kMissing, 0b1000'0011, Standing::kOverridden},
        {"c", "growth", 4, 90, 100},
        {"d", "", 0, 1000, 1000},             // stands nowhere
        {"e", "gone_stage", 0, 1000, 1000},   // of stages that the settings had once
        {"f", "win_back", -3, 60, kMissing},  // entered after the instant that is asked about: no days yet
    });
    const auto totals = stage_totals(*image, kStages, kNow);
    ASSERT_EQ(totals.size(), 3U);
    const StageTotals& growth = totals[0];
    EXPECT_EQ(growth.stage, "growth");
    EXPECT_EQ(growth.customers, 1);
    EXPECT_DOUBLE_EQ(growth.share, 0.25);
    EXPECT_EQ(growth.overridden, 0);
    EXPECT_TRUE(growth.flags.empty());
    EXPECT_DOUBLE_EQ(growth.mean_days, 4);
    EXPECT_DOUBLE_EQ(growth.revenue_365d.value(), 90);
    EXPECT_DOUBLE_EQ(growth.revenue_share.value(), 0.5);
    EXPECT_DOUBLE_EQ(growth.predicted_ltv, 100);
    EXPECT_EQ(growth.with_prediction, 1);
    const StageTotals& win_back = totals[1];
    EXPECT_EQ(win_back.stage, "win_back");
    EXPECT_EQ(win_back.customers, 3);
    EXPECT_DOUBLE_EQ(win_back.share, 0.75);
    EXPECT_EQ(win_back.overridden, 1);
    EXPECT_EQ(win_back.flags, (std::map<std::string, std::int64_t>{{"lost", 2}, {"dormant", 1}, {"eighth", 1}}));
    EXPECT_DOUBLE_EQ(win_back.mean_days, 10);
    EXPECT_DOUBLE_EQ(win_back.revenue_365d.value(), 90);
    EXPECT_DOUBLE_EQ(win_back.predicted_ltv, 5);
    EXPECT_EQ(win_back.with_prediction, 1);
    const StageTotals& churn = totals[2];
    EXPECT_EQ(churn.stage, "churn");
    EXPECT_EQ(churn.customers, 0);
    EXPECT_EQ(churn.share, 0);
    EXPECT_EQ(churn.mean_days, 0);
    EXPECT_EQ(churn.revenue_share.value(), 0);
}

TEST(StageTotals, OfABaseThatBringsNothingHaveNoShares) {
    const auto totals = stage_totals(*image_of({{"a", "growth", 1, 0}}), kStages, kNow);
    EXPECT_EQ(totals[0].revenue_365d, 0.0);
    EXPECT_FALSE(totals[0].revenue_share.has_value());
    const auto empty = stage_totals(profiles::Image(), kStages, kNow);
    ASSERT_EQ(empty.size(), 3U);
    EXPECT_EQ(empty[0].customers, 0);
    EXPECT_FALSE(empty[0].revenue_365d.has_value());
}

}  // namespace
}  // namespace boon::lifecycle
