#include "insight/scoring/product_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/scoring/products.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::scoring {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr Timestamp kFirst{1'000};
constexpr Timestamp kSecond{2'000};

class ProductListsTest : public testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, {0})); }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(
    Engines, ProductListsTest, testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(ProductListsTest, KeepsBothRankingsInTheirOrder) {
    ProductLists lists(*database_);
    ASSERT_TRUE(lists.put("v1", kFirst, {{"anna", {{2, 1.5F, 3}, {0, 0.5F, 0}}, {{0, 0.5F, 0}}}, {"bert", {}, {}}}));
    const auto anna = lists.find("anna");
    ASSERT_TRUE(anna && *anna);
    EXPECT_EQ((*anna)->version, "v1");
    EXPECT_EQ((*anna)->as_of, kFirst);
    EXPECT_THAT((*anna)->lists.repeats_allowed, ElementsAre(RankedProduct{2, 1.5F, 3}, RankedProduct{0, 0.5F, 0}));
    EXPECT_THAT((*anna)->lists.new_items, ElementsAre(RankedProduct{0, 0.5F, 0}));
    const auto bert = lists.find("bert");
    ASSERT_TRUE(bert && *bert);
    EXPECT_THAT((*bert)->lists.repeats_allowed, IsEmpty());
    EXPECT_FALSE(*lists.find("zoe"));
}

TEST_P(ProductListsTest, ALaterRunReplacesAndDropsWhoHasNoPurchasesNow) {
    ProductLists lists(*database_);
    std::vector<CustomerProducts> many;
    for (int i = 0; i < 2500; ++i) many.push_back({std::to_string(i), {{1, 1, 1}}, {}});
    ASSERT_TRUE(lists.put("v1", kFirst, many));
    ASSERT_TRUE(lists.put("v2", kSecond, {{"7", {{5, 2, 0}}, {}}}));
    ASSERT_TRUE(lists.drop_others("v2", kSecond));
    EXPECT_EQ((*lists.find("7"))->lists.repeats_allowed.front().product, 5U);
    EXPECT_FALSE(*lists.find("8"));
}

TEST(Products, OfAnUnknownSegmentIsThatOfAll) {
    const Products products{
        .ids = {"a", "b"},
        .segment_by = "contract_type",
        .popular = {{"", {0, 1}, {0.5, 0.25}}, {"prepaid", {1}, {0.75}}},
        .repeats_allowed = {},
        .new_items = {},
    };
    EXPECT_TRUE(check(products));
    EXPECT_EQ(products.popular_in("prepaid").products.front(), 1);
    EXPECT_EQ(products.popular_in("postpaid").products.front(), 0);
    Products wrong = products;
    wrong.popular[1].products[0] = 2;
    EXPECT_FALSE(check(wrong));
    wrong.popular.clear();
    EXPECT_FALSE(check(wrong));
}

}  // namespace
}  // namespace boon::scoring
