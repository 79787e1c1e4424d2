// Small tables, worked out by hand.
#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "insight/recommend/compete.h"
#include "insight/recommend/popularity.h"
#include "insight/recommend/serial.h"

namespace boon::recommend {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Interactions table(const std::vector<Bought>& lines, std::size_t customers, std::size_t items) {
    auto made = Interactions::of(lines, customers, items);
    EXPECT_TRUE(made) << made.error().message;
    return *std::move(made);
}

// Items 0, 1, 2; customers {0, 1}, {0, 1}, {0}, {2}.
Interactions four_customers() { return table({{0, 0}, {0, 1}, {1, 1}, {1, 0}, {2, 0}, {3, 2}}, 4, 3); }

std::vector<std::uint32_t> items_of(const std::vector<Ranked>& ranked) {
    std::vector<std::uint32_t> items;
    for (const Ranked& r : ranked) items.push_back(r.item);
    return items;
}

float weight_between(const ItemWeights& weights, std::uint32_t bought, std::uint32_t scored) {
    for (const Weight& weight : weights[bought]) {
        if (weight.item == scored) return weight.value;
    }
    return 0;
}

TEST(Interactions, AddsUpAndSorts) {
    const Interactions bought = table({{1, 2, 1}, {0, 1, 2}, {1, 0, 1}, {1, 2, 3}}, 3, 3);
    EXPECT_THAT(bought.of(0), ElementsAre(ItemTimes{1, 2}));
    EXPECT_THAT(bought.of(1), ElementsAre(ItemTimes{0, 1}, ItemTimes{2, 4}));
    EXPECT_THAT(bought.of(2), IsEmpty());
    EXPECT_EQ(bought.size(), 3U);
}

TEST(Interactions, RefusesNumbersOutOfRange) {
    EXPECT_THAT(
        Interactions::of(std::vector<Bought>{{0, 3, 1}}, 1, 3).error().message,
        HasSubstr("customer 0 of 1 bought item 3 of 3")
    );
    EXPECT_FALSE(Interactions::of(std::vector<Bought>{{1, 0, 1}}, 1, 3));
    EXPECT_FALSE(Interactions::of(std::vector<Bought>{{0, 0, 0}}, 1, 3));
}

TEST(Interactions, MostBoughtCountsCustomersNotTimes) {
    EXPECT_THAT(most_bought(table({{0, 0, 9}, {0, 1}, {1, 1}, {1, 2}}, 2, 3), 2), ElementsAre(1, 0));
    EXPECT_THAT(most_bought(four_customers(), 9), ElementsAre(0, 1, 2));
}

TEST(Popularity, IsTheShareOfThoseWhoBought) {
    EXPECT_THAT(popularity(four_customers()), ElementsAre(0.75F, 0.5F, 0.25F));
    EXPECT_THAT(popularity(table({{0, 0}}, 5, 1)), ElementsAre(1.0F)) << "who bought nothing does not count";
}

TEST(Popularity, ASegmentIsDrawnTowardsAll) {
    const std::vector<std::uint32_t> segments = {0, 0, 0, 1};
    const auto shares = popularity_by_segment(four_customers(), segments, 3);
    EXPECT_FLOAT_EQ(shares[0][0], (50 * 0.75F + 3) / 53);
    EXPECT_FLOAT_EQ(shares[1][2], (50 * 0.25F + 1) / 51);
    EXPECT_FLOAT_EQ(shares[2][0], 0.75F) << "nobody of the segment bought: as all";
}

TEST(ItemWeights, NearestIsTheCosine) {
    const ItemWeights weights = nearest_items(four_customers(), 1);
    EXPECT_FLOAT_EQ(weight_between(weights, 0, 1), 2 / std::sqrt(6.0F));
    EXPECT_FLOAT_EQ(weight_between(weights, 1, 0), 2 / std::sqrt(6.0F));
    EXPECT_THAT(weights[2], IsEmpty());
}

// Gram + 1 = [[4, 2, 0], [2, 3, 0], [0, 0, 2]]; its inverse is [[3, −2], [−2, 4]] / 8 and 1/2.
// W[i][j] = −P[i][j] / P[j][j]: from 0 to 1 2/4, from 1 to 0 2/3.
TEST(ItemWeights, EaseIsTheClosedForm) {
    const auto weights = ease(four_customers(), 1, 10);
    ASSERT_TRUE(weights);
    EXPECT_NEAR(weight_between(*weights, 0, 1), 0.5, 1e-6);
    EXPECT_NEAR(weight_between(*weights, 1, 0), 2.0 / 3, 1e-6);
    EXPECT_THAT((*weights)[2], IsEmpty());
}

TEST(ItemWeights, EaseKeepsTheLargest) {
    // 1 says more of 0 than 2 does.
    const Interactions bought = table({{0, 0}, {0, 1}, {1, 0}, {1, 1}, {2, 0}, {2, 2}, {3, 2}}, 4, 3);
    const auto weights = ease(bought, 1, 1);
    ASSERT_TRUE(weights);
    EXPECT_GT(weight_between(*weights, 1, 0), 0);
    EXPECT_EQ(weight_between(*weights, 2, 0), 0);
}

TEST(ItemWeights, EaseRefusesWhatItCannotFit) {
    EXPECT_THAT(ease(four_customers(), 0, 10).error().message, HasSubstr("must be above 0"));
    EXPECT_THAT(ease(table({{0, 0}}, 1, kMostItems + 1), 1, 10).error().message, HasSubstr("at most 5000"));
}

// EASE's weights are what ridge regression of each item on the others gives: (XᵀX + λ) w = Xᵀx without the item.
RC_GTEST_PROP(ItemWeightsProperty, EaseIsRidgeRegression, ()) {
    constexpr std::uint32_t kItems = 3;
    const auto customers = *rc::gen::inRange<std::uint32_t>(1, 12);
    std::vector<Bought> lines;
    std::vector<std::array<double, kItems>> x(customers);
    for (std::uint32_t c = 0; c < customers; ++c) {
        for (std::uint32_t i = 0; i < kItems; ++i) {
            x[c][i] = *rc::gen::inRange(0, 2);
            if (x[c][i] > 0) lines.push_back({c, i});
        }
    }
    const double ridge = *rc::gen::inRange(1, 20);
    const auto weights = ease(table(lines, customers, kItems), ridge, 10);
    RC_ASSERT(weights.has_value());
    const auto dot = [&](std::size_t i, std::size_t j) {
        double sum = i == j ? ridge : 0;
        for (const auto& row : x) sum += row[i] * row[j];
        return sum;
    };
    // Of item 2 on items 0 and 1, by Cramer's rule.
    const double determinant = dot(0, 0) * dot(1, 1) - dot(0, 1) * dot(0, 1);
    const double first = (dot(0, 2) * dot(1, 1) - dot(1, 2) * dot(0, 1)) / determinant;
    const double second = (dot(0, 0) * dot(1, 2) - dot(0, 1) * dot(0, 2)) / determinant;
    RC_ASSERT(std::abs(static_cast<double>(weight_between(*weights, 0, 2)) - first) < 1e-4);
    RC_ASSERT(std::abs(static_cast<double>(weight_between(*weights, 1, 2)) - second) < 1e-4);
}

TEST(Recommender, RanksByWhatTheRecipeSays) {
    const Interactions bought = four_customers();
    const std::vector<ItemTimes> had_two = {{2, 3}};
    const std::vector<ItemTimes> had_one = {{1, 1}};
    const auto of = [&](const Recipe& recipe, std::span<const ItemTimes> history, Task task) {
        const auto fitted = Recommender::fit(bought, recipe);
        EXPECT_TRUE(fitted);
        return items_of(fitted->recommend(history, task, 3));
    };
    EXPECT_THAT(of({.method = Method::popularity}, had_two, Task::repeats_allowed), ElementsAre(0, 1, 2));
    EXPECT_THAT(of({.method = Method::popularity}, had_one, Task::new_items), ElementsAre(0, 2));
    EXPECT_THAT(of({.method = Method::repeat_frequency}, had_two, Task::repeats_allowed), ElementsAre(2, 0, 1));
    EXPECT_THAT(
        of({.method = Method::item_knn, .neighbours = 2}, had_one, Task::repeats_allowed), ElementsAre(0, 1, 2)
    );
    EXPECT_THAT(of({.method = Method::ease, .ridge = 1}, had_one, Task::new_items), ElementsAre(0, 2));
    // One purchase of 1 against 2/3 of EASE for 0: the share decides.
    const Recipe little{.method = Method::blend, .ridge = 1, .share = 1};
    const Recipe much{.method = Method::blend, .ridge = 1, .share = 2};
    EXPECT_THAT(of(little, had_one, Task::repeats_allowed), ElementsAre(1, 0, 2));
    EXPECT_THAT(of(much, had_one, Task::repeats_allowed), ElementsAre(0, 1, 2));
    EXPECT_FALSE(Recommender::fit(bought, {.method = Method::item_knn}));
}

TEST(Serial, AVersionComesBackAsItWas) {
    const Recipe recipe{.method = Method::blend, .ridge = 1, .share = 2};
    const auto fitted = Recommender::fit(four_customers(), recipe);
    ASSERT_TRUE(fitted);
    const std::string bytes = to_bytes(*fitted);
    const auto back = from_bytes(bytes);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(back->recipe(), recipe);
    EXPECT_EQ(back->popularity(), fitted->popularity());
    EXPECT_EQ(back->weights(), fitted->weights());
    EXPECT_EQ(to_bytes(*back), bytes);
}

TEST(Serial, WhatIsCutOffOrChangedIsRefused) {
    const std::string bytes = to_bytes(*Recommender::fit(four_customers(), {.method = Method::ease, .ridge = 1}));
    for (std::size_t size = 0; size < bytes.size(); ++size) EXPECT_FALSE(from_bytes(bytes.substr(0, size))) << size;
    EXPECT_FALSE(from_bytes(bytes + "x"));
    std::string other = bytes;
    other[8] = 9;  // the number of items
    EXPECT_FALSE(from_bytes(other));
}

// Shown 0, 1; bought 1 and 2 next: one of two found, at the second place.
TEST(Measure, RecallAndDiscountedGain) {
    const Interactions before = four_customers();
    const Interactions after = table({{0, 1}, {0, 2}, {3, 2}}, 4, 3);
    const Recommender popular(Recipe{}, {0.75F, 0.5F, 0.25F}, {});
    const Measured all = measure(popular, before, after, Task::repeats_allowed, 2);
    EXPECT_THAT(all.customers, ElementsAre(0, 3));
    EXPECT_THAT(all.recall, ElementsAre(0.5, 0.0));
    EXPECT_DOUBLE_EQ(all.ndcg[0], (1 / std::log2(3.0)) / (1 + 1 / std::log2(3.0)));
    EXPECT_DOUBLE_EQ(all.coverage, 2.0 / 3);
    // New to customer 0 is 2 alone, which comes first then; customer 3 buys nothing new.
    const Measured fresh = measure(popular, before, after, Task::new_items, 2);
    EXPECT_THAT(fresh.customers, ElementsAre(0));
    EXPECT_THAT(fresh.recall, ElementsAre(1.0));
    EXPECT_THAT(fresh.ndcg, ElementsAre(1.0));
}

TEST(Measure, APairedDifferenceHasTheSpreadOfDifferences) {
    const std::vector<double> one = {0.5, 0.7, 0.9};
    const std::vector<double> other = {0.4, 0.5, 0.9};
    const Interval difference = paired_difference(one, other);  // 0.1, 0.2, 0: mean 0.1, sd 0.1
    EXPECT_NEAR(difference.value, 0.1, 1e-12);
    EXPECT_NEAR(difference.upper - difference.value, 1.959964 * 0.1 / std::sqrt(3), 1e-9);
    EXPECT_TRUE(std::isnan(mean({}).value));
}

TEST(Compete, OfEachMethodTheBestIsChosen) {
    const Interactions before = four_customers();
    const Interactions after = table({{0, 0}, {1, 1}, {2, 1}}, 4, 3);
    constexpr std::array kTasks = {Task::new_items, Task::repeats_allowed};
    const auto choices = choose_recipes(before, after, kTasks, 1, {{1, 2}, {1, 10}, {1}});
    ASSERT_TRUE(choices);
    ASSERT_EQ(choices->size(), 2U);
    const std::vector<Choice>& fresh = choices->front();
    ASSERT_EQ(fresh.size(), 3U) << "popularity, item_knn, ease: frequencies say nothing of new items";
    for (const Choice& choice : fresh) EXPECT_DOUBLE_EQ(choice.recall, 1) << enum_name(choice.recipe.method);
    EXPECT_EQ(fresh[1].recipe.neighbours, 1) << "of equals the first";
    EXPECT_EQ(choices->back().size(), 5U);
}

}  // namespace
}  // namespace boon::recommend
