#include "insight/value/spread.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "insight/value/value_test.h"
#include "records/profiles/amounts.h"

namespace boon::value {
namespace {

// By hand: G of 1, 2, 3, 4 is 2 × 30 / (4 × 10) − 5/4.
TEST(Spread, GiniIsZeroForAllAlikeAndNearOneWhenOneHasAll) {
    EXPECT_DOUBLE_EQ(spread_of({3, 3, 3, 3}).gini, 0);
    EXPECT_DOUBLE_EQ(spread_of({0, 0, 0, 9}).gini, 0.75);
    EXPECT_DOUBLE_EQ(spread_of({4, 2, 1, 3}).gini, 0.25);
    EXPECT_DOUBLE_EQ(spread_of({-5, 0, 0, 9}).gini, 0.75);
    EXPECT_DOUBLE_EQ(spread_of({0, 0}).gini, 0);
    EXPECT_EQ(spread_of({}).customers, 0);
}

TEST(Spread, DecilesAreTenthsOfTheSortedCustomers) {
    std::vector<double> amounts;
    for (int i = 1; i <= 21; ++i) amounts.push_back(22 - i);
    amounts.push_back(std::nan(""));
    const Spread spread = spread_of(amounts);
    EXPECT_EQ(spread.customers, 21);
    EXPECT_DOUBLE_EQ(spread.sum, 231);
    EXPECT_DOUBLE_EQ(spread.median, 11);
    ASSERT_EQ(spread.deciles.size(), 10U);
    // 21 customers: the first tenth has three, 1 2 3; the others two each.
    EXPECT_EQ(spread.deciles[0].customers, 3);
    EXPECT_DOUBLE_EQ(spread.deciles[0].mean, 2);
    EXPECT_DOUBLE_EQ(spread.deciles[0].share, 6.0 / 231);
    EXPECT_DOUBLE_EQ(spread.deciles[9].lowest, 20);
    EXPECT_DOUBLE_EQ(spread.deciles[9].highest, 21);
    EXPECT_EQ(spread_of({1, 2, 3}).deciles.size(), 3U);
}

// So many that they are sorted by their digits: amounts that were floats, whose lower digits are alike, and others.
TEST(Spread, ManyAmountsAreSortedAsFewAre) {
    std::mt19937_64 rng(5);
    for (const bool are_floats : {true, false}) {
        std::vector<double> amounts = {0.0, -0.0, 1e300, -1e300, 5e-324, -5e-324};
        while (amounts.size() < 30'000) {
            const double amount = std::ldexp(static_cast<double>(rng() >> 11U) - 0x1.0p52, -40);
            amounts.push_back(are_floats ? static_cast<double>(static_cast<float>(amount)) : amount);
        }
        std::vector<double> sorted = amounts;
        std::ranges::sort(sorted);
        const Spread spread = spread_of(std::move(amounts));
        EXPECT_EQ(spread.median, (sorted[14'999] + sorted[15'000]) / 2);
        ASSERT_EQ(spread.deciles.size(), 10U);
        for (std::size_t i = 0; i < 10; ++i) {
            EXPECT_EQ(spread.deciles[i].lowest, sorted[i * 3000]);
            EXPECT_EQ(spread.deciles[i].highest, sorted[i * 3000 + 2999]);
        }
    }
}

class GridTest : public ValueTest {};
INSTANTIATE_TEST_SUITE_P(Sqlite, GridTest, ::testing::Values(db::Engine::sqlite), db::testing::EngineName());

TEST_P(GridTest, CountsCustomersByRecencyAndFrequency) {
    fill(forty(), kMarch);
    ASSERT_TRUE(update(kMarch));
    const auto loaded = image();
    const auto grid = rfm_grid(*loaded, *FactReader::make(*loaded->schema()), rfm_);
    ASSERT_EQ(grid.size(), 25U);
    EXPECT_EQ(grid[4].r, 5);
    EXPECT_EQ(grid[4].f, 5);
    EXPECT_EQ(grid[4].segment, "champions");
    // the best fifth in everything: c32 … c39, who brought 33 … 40
    EXPECT_EQ(grid[4].customers, 8);
    EXPECT_DOUBLE_EQ(grid[4].revenue_365d, 292);
    EXPECT_DOUBLE_EQ(grid[4].mean_m, 5);
    EXPECT_DOUBLE_EQ(grid[4].share, 0.2);
    EXPECT_EQ(grid[0].customers, 0);
    EXPECT_EQ(grid[20].r, 1);
    EXPECT_EQ(grid[20].f, 1);
    EXPECT_EQ(grid[20].customers, 8);
    EXPECT_EQ(grid[24].r, 1);
    EXPECT_EQ(grid[24].f, 5);
    EXPECT_EQ(grid[24].segment, rfm_.names()[rfm_.segment_of(1, 5)]);
    const auto revenue = amounts_of(*loaded, *FactReader::make(*loaded->schema()), Amount::revenue_365d);
    EXPECT_DOUBLE_EQ(spread_of(revenue).sum, 820);
}

// As float32 has it, 75.84 is 75.83999633789062.
TEST_P(GridTest, ShowsAndAddsMoneyAsTheDecimalsItWas) {
    auto customers = forty();
    for (auto& customer : customers) customer.revenue = 75.84F;
    fill(customers, kMarch);
    ASSERT_TRUE(update(kMarch));
    const auto loaded = image();
    const auto reader = FactReader::make(*loaded->schema());
    const Spread spread = spread_of(amounts_of(*loaded, *reader, Amount::revenue_365d));
    EXPECT_EQ(spread.sum, 3033.6);
    EXPECT_EQ(spread.median, 75.84);
    EXPECT_EQ(spread.deciles.at(0).lowest, 75.84);
    double all = 0;
    for (const RfmCell& cell : rfm_grid(*loaded, *reader, rfm_)) {
        all += cell.revenue_365d;
        EXPECT_EQ(profiles::nearest_decimal(cell.revenue_365d), cell.revenue_365d);
    }
    EXPECT_DOUBLE_EQ(all, 3033.6);
}

}  // namespace
}  // namespace boon::value
