// The purchase model of a version: published numbers, whose customers it speaks of, and effects that add up.
#include "insight/scoring/purchase_model.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::scoring {
namespace {

using testing::HasSubstr;

const float kUnknown = std::nanf("");

ModelColumns columns() {
    ModelColumns all;
    for (const char* name :
         {"age", "buying_days_all", "days_since_first_buying", "days_since_last_buying", "bought_all",
          "contract_type=postpaid", "contract_type=prepaid"})
        all.columns.push_back({name, "hash", name, "", {}});
    return all;
}

// Of CDNOW, as published: BG/NBD by Fader, Hardie and Lee (2005), Gamma-Gamma by Fader and Hardie (2013).
Purchases cdnow() {
    Purchases p;
    p.buying = {.r = 0.2426, .alpha = 4.4136, .a = 0.7929, .b = 2.4259};
    p.spending = {.p = 6.25, .q = 3.74, .v = 15.44};
    p.horizon_days = 39 * 7;
    p.contract_types = {"postpaid"};
    p.typical = {.days = 2, .since_first = 200, .since_last = 60, .mean_amount = 30};
    p.interval = {{0, 100}, {0, 20}, {10, 300}};
    return p;
}

PurchaseModel model() {
    auto made = PurchaseModel::make(cdnow(), columns());
    EXPECT_TRUE(made) << to_text(made.error());
    return *std::move(made);
}

// Fader, Hardie and Lee's example: x = 2, t_x = 30.43, T = 38.86 weeks: 1.226 purchases expected in 39 weeks.
TEST(PurchaseModel, ExpectsWhatThePaperDoes) {
    const std::vector<float> row = {kUnknown, 3, 38.86F * 7, (38.86F - 30.43F) * 7, 3 * 20.0F, 0, 1};
    const auto known = model().read(row);
    ASSERT_TRUE(known);
    const BuyingOutlook out = model().outlook(*known);
    EXPECT_NEAR(out.purchases, 1.226, 0.001);
    EXPECT_GT(out.alive, 0.5);
    // (p v + p x z̄) / (p x + q − 1) with three amounts of 20 on average.
    EXPECT_NEAR(out.amount, 6.25 * (15.44 + 60) / (6.25 * 3 + 2.74), 1e-4);
    EXPECT_NEAR(out.value, out.purchases * out.amount, 1e-9);
    EXPECT_THAT(model().words(*known), HasSubstr("3 days with purchases in 272 days, the last 59 days ago"));
}

TEST(PurchaseModel, SpeaksOfCustomersWithoutAContractWhoBought) {
    const PurchaseModel purchases = model();
    EXPECT_TRUE(purchases.read(std::vector<float>{30, 1, 10, 10, 5, 0, 0}));
    EXPECT_TRUE(purchases.read(std::vector<float>{30, 1, 10, 10, 5, kUnknown, kUnknown}));
    EXPECT_FALSE(purchases.read(std::vector<float>{30, 1, 10, 10, 5, 1, 0})) << "postpaid";
    EXPECT_FALSE(purchases.read(std::vector<float>{30, 0, kUnknown, kUnknown, 0, 0, 1})) << "never bought";
    EXPECT_FALSE(purchases.read(std::vector<float>{30, 2, 10, 5, 0, 0, 1})) << "for nothing";
    // A category of many values is one column of codes.
    ModelColumns coded = columns();
    coded.columns.resize(5);
    coded.columns.push_back({"contract_type", "hash", "contract type", "", {"hybrid", "postpaid"}});
    const auto by_code = PurchaseModel::make(cdnow(), coded);
    ASSERT_TRUE(by_code);
    EXPECT_FALSE(by_code->read(std::vector<float>{30, 1, 10, 10, 5, 1}));
    EXPECT_TRUE(by_code->read(std::vector<float>{30, 1, 10, 10, 5, 0}));
}

TEST(PurchaseModel, EffectsAddUpToTheDifferenceFromATypicalCustomer) {
    const PurchaseModel purchases = model();
    for (const Buying& one :
         {Buying{1, 3, 3, 12}, Buying{40, 700, 2, 55}, Buying{2, 500, 480, 8}, Buying{5, 30, 30, 100}}) {
        const auto effects = purchases.effects(one);
        ASSERT_EQ(effects.size(), 4U);
        const double sum = std::accumulate(
            effects.begin(), effects.end(), purchases.typical_value(),
            [](double total, const BuyingEffect& effect) { return total + effect.effect; }
        );
        EXPECT_NEAR(sum, purchases.outlook(one).value, 1e-9);
        EXPECT_GE(std::abs(effects.front().effect), std::abs(effects.back().effect));
    }
    // Who buys as the typical customer does, but for more, differs by the amount alone.
    Buying richer = purchases.parameters().typical;
    richer.mean_amount *= 2;
    EXPECT_EQ(purchases.effects(richer).front().feature, "bought_all");
    EXPECT_EQ(purchases.effects(richer)[1].effect, 0);
}

// Two purchases around midnight: two days, which a float32 of days may not tell apart.
TEST(PurchaseModel, AnyTimesThatFeaturesCanHaveAreFinite) {
    for (const Buying& one : {Buying{2, 900, 900, 5}, Buying{30, 0, 0, 5}, Buying{1, 0, 0, 0.01}}) {
        const BuyingOutlook out = model().outlook(one);
        EXPECT_TRUE(std::isfinite(out.value)) << out.value;
        EXPECT_GE(out.alive, 0);
        EXPECT_LE(out.alive, 1);
    }
}

TEST(PurchaseModel, IsRefusedWhenItCannotBeUsed) {
    Purchases p = cdnow();
    p.buying.r = 0;
    EXPECT_THAT(PurchaseModel::make(p, columns()).error().message, HasSubstr("parameters out of range"));
    p = cdnow();
    p.spending.q = 1;
    EXPECT_FALSE(PurchaseModel::make(p, columns())) << "no finite mean";
    p = cdnow();
    p.interval.predicted = {5, 5};
    EXPECT_THAT(PurchaseModel::make(p, columns()).error().message, HasSubstr("knots out of order"));
    ModelColumns without = columns();
    without.columns.erase(without.columns.begin() + 1);
    EXPECT_THAT(PurchaseModel::make(cdnow(), without).error().message, HasSubstr("\"buying_days_all\""));
    const std::string text = json::write(cdnow());
    const auto again = json::read_text<Purchases>(text, {.currency = {}, .read_as = json::ReadAs::stored});
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_EQ(json::write(*again), text);
}

}  // namespace
}  // namespace boon::scoring
