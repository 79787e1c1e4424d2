#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/purchases/buying.h"
#include "insight/purchases/spending.h"
#include "insight/purchases/summary.h"

namespace boon::purchases {
namespace {

using testing::HasSubstr;

constexpr BuyingParameters kSome{.r = 0.5, .alpha = 4, .a = 0.8, .b = 2.5};

TEST(Summarise, CountsDaysAfterTheFirst) {
    const std::vector<Purchase> purchases = {
        {2, 10, 5}, {1, 21, 30}, {1, 0, 99}, {1, 7, 10}, {1, 7, 10}, {1, 29, 1000},
    };
    const auto summaries = summarise(purchases, 28, 7);
    ASSERT_EQ(summaries.size(), 2U);
    EXPECT_EQ(summaries[0].customer, 1);
    EXPECT_EQ(summaries[0].repeats, 2);  // days 7 and 21; day 29 is after the end
    EXPECT_DOUBLE_EQ(summaries[0].last, 3);
    EXPECT_DOUBLE_EQ(summaries[0].age, 4);
    EXPECT_DOUBLE_EQ(summaries[0].mean_amount, 25);  // 20 and 30
    EXPECT_EQ(summaries[1].repeats, 0);
    EXPECT_DOUBLE_EQ(summaries[1].age, 18.0 / 7);
    EXPECT_DOUBLE_EQ(summaries[1].mean_amount, 0);
}

// Nobody is lost before a repeat purchase in BG/NBD, and some are in MBG/NBD: a / (a + b) left at once.
TEST(Buying, AliveAtTheStart) {
    EXPECT_DOUBLE_EQ(BuyingModel(Family::bg_nbd, kSome).alive({.age = 50}), 1);
    EXPECT_DOUBLE_EQ(BuyingModel(Family::mbg_nbd, kSome).alive({}), 1 - 0.8 / (0.8 + 2.5));
    EXPECT_DOUBLE_EQ(BuyingModel(Family::nbd, kSome).alive({.repeats = 3, .last = 1, .age = 50}), 1);
}

// Of customers whose last purchase was now, after one: a / b against 1.
TEST(Buying, OddsByHand) {
    const BuyingModel model(Family::bg_nbd, kSome);
    EXPECT_DOUBLE_EQ(model.alive({.repeats = 1, .last = 9, .age = 9}), 1 / (1 + 0.8 / 2.5));
}

TEST(Buying, FewNextPurchasesAreRateTimesTime) {
    const Summary customer{.repeats = 3, .last = 8, .age = 10};
    constexpr double kSoon = 1e-5;
    for (const Family family : {Family::bg_nbd, Family::mbg_nbd, Family::nbd}) {
        const BuyingModel model(family, kSome);
        EXPECT_NEAR(model.expected(customer, kSoon) / kSoon, model.alive(customer) * 3.5 / 14, 1e-4);
    }
}

TEST(Buying, IsSmoothWhereTheFormulaIsNot) {
    const Summary customer{.repeats = 3, .last = 8, .age = 10};
    const auto at = [&](double a) { return BuyingModel(Family::bg_nbd, {0.5, 4, a, 2.5}).expected(customer, 30); };
    EXPECT_NEAR(at(1), (at(0.999) + at(1.001)) / 2, 1e-5);
}

// The story of BG/NBD itself, told at random.
std::vector<Summary> simulated(BuyingParameters truth, std::size_t customers, double age) {
    std::mt19937_64 random(7);
    const auto gamma = [&](double shape, double rate) { return std::gamma_distribution(shape, 1 / rate)(random); };
    std::vector<Summary> summaries;
    for (std::size_t i = 0; i < customers; ++i) {
        const double rate = gamma(truth.r, truth.alpha);
        const double leaves = gamma(truth.a, 1);
        const double leaving = leaves / (leaves + gamma(truth.b, 1));
        Summary summary{.customer = static_cast<std::int64_t>(i), .age = age};
        for (bool stays = true; stays; stays = std::bernoulli_distribution(1 - leaving)(random)) {
            const double next = summary.last + std::exponential_distribution(rate)(random);
            if (!(next <= age)) break;
            summary.repeats += 1;
            summary.last = next;
        }
        summaries.push_back(summary);
    }
    return summaries;
}

TEST(Buying, FindsTheTruthOfSimulatedCustomers) {
    const auto fit = fit_buying(Family::bg_nbd, simulated(kSome, 4000, 40));
    ASSERT_TRUE(fit);
    EXPECT_EQ(fit->boundary, "");
    const auto& [r, alpha, a, b] = fit->model.parameters();
    EXPECT_NEAR(r, kSome.r, 3 * fit->standard_errors.r);
    EXPECT_NEAR(alpha, kSome.alpha, 3 * fit->standard_errors.alpha);
    EXPECT_NEAR(a, kSome.a, 3 * fit->standard_errors.a);
    EXPECT_NEAR(b, kSome.b, 3 * fit->standard_errors.b);
}

// What is expected of a new customer is what simulated ones do.
TEST(Buying, ExpectsWhatSimulatedCustomersDo) {
    const auto customers = simulated(kSome, 40000, 30);
    double repeats = 0;
    for (const Summary& customer : customers) repeats += customer.repeats / static_cast<double>(customers.size());
    EXPECT_NEAR(BuyingModel(Family::bg_nbd, kSome).expected_of_new(30), repeats, 0.06);
}

TEST(Buying, SaysThatNobodyLeaves) {
    const auto fit = fit_buying(Family::bg_nbd, simulated({2, 5, 1e-7, 1e3}, 1500, 20));
    ASSERT_TRUE(fit);
    EXPECT_THAT(fit->boundary, HasSubstr("a boundary"));
    EXPECT_EQ(fit->model.family(), Family::nbd);
    EXPECT_NEAR(fit->model.parameters().r, 2, 4 * fit->standard_errors.r);
}

TEST(Buying, RefusesWhatContradictsItself) {
    const std::vector<Summary> late = {{.customer = 7, .repeats = 1, .last = 5, .age = 4}};
    const auto fit = fit_buying(Family::bg_nbd, late);
    ASSERT_FALSE(fit);
    EXPECT_THAT(fit.error().message, HasSubstr("customer 7"));
    EXPECT_FALSE(fit_buying(Family::bg_nbd, std::vector<Summary>{{.age = 4}}));
}

// Between the customer's own mean and everybody's, nearer to the own the more purchases it has.
TEST(Spending, ShrinksToTheMean) {
    const SpendingModel model({.p = 6, .q = 4, .v = 15});
    EXPECT_DOUBLE_EQ(model.expected_of_all(), 30);
    EXPECT_DOUBLE_EQ(model.expected({.repeats = 1, .mean_amount = 90}), 6 * 105.0 / 9);
    EXPECT_NEAR(model.expected({.repeats = 1e6, .mean_amount = 90}), 90, 0.001);
}

TEST(Spending, RefusesNothingToLearnFrom) { EXPECT_FALSE(fit_spending(std::vector<Summary>{{.age = 4}})); }

}  // namespace
}  // namespace boon::purchases
