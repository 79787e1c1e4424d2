// Scores of the base: a run is read once it has ended, customer by customer and as a whole.
#include "insight/scoring/score_store.h"

#include <array>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::scoring {
namespace {

using testing::SizeIs;

class ScoreStoreTest : public testing::TestWithParam<db::Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, ScoreStoreTest, testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(ScoreStoreTest, TheLastRunIsRead) {
    db::testing::Scratch scratch{GetParam()};
    const auto database = scratch.open();
    ASSERT_TRUE(storage::migrate(*database, {0}));
    ScoreStore store(*database);
    EXPECT_EQ(store.find("anna").error().message, "the base was not scored yet");
    EXPECT_EQ((*store.resident(profiles::Image()))->size(), 0U);
    auto fill = store.begin({{"churn_probability", "churn", "v1"}, {"propensity", "propensity", "p1"}}, {5}, {6});
    ASSERT_TRUE(fill) << to_text(fill.error());
    const std::vector<std::string_view> both = {"anna", "bert"};
    ASSERT_TRUE(fill->add(both, std::vector<float>{0.5F, 0.25F, 0.75F, std::nanf("")}));
    // Not before it is whole.
    EXPECT_EQ(store.find("anna").error().code, ErrorCode::not_found);
    ASSERT_TRUE(fill->finish(2, 0.5, "scores.parquet"));
    const auto bert = store.find("bert");
    ASSERT_TRUE(bert) << to_text(bert.error());
    EXPECT_EQ(bert->scores.at("churn_probability"), 0.75);
    EXPECT_EQ(bert->scores.at("propensity"), std::nullopt);
    EXPECT_EQ(bert->columns[1].version, "p1");
    EXPECT_EQ(bert->as_of, (Timestamp{5}));

    // In memory, by the image's rows: zoe was not scored, anna is not known any more.
    auto schema = std::make_shared<profiles::Schema>();
    schema->columns = {{"recency", "bb", "days since the last purchase", "days", {}}};
    profiles::ImageBuilder builder(schema);
    builder.add("zoe", std::array{1.0F}, {1});
    builder.add("bert", std::array{1.0F}, {1});
    const auto image = std::move(builder).finish();
    const auto resident = store.resident(*image);
    ASSERT_TRUE(resident) << to_text(resident.error());
    EXPECT_EQ((*resident)->at(1)[*profiles::score_of("churn")], 0.75F);
    EXPECT_TRUE(std::isnan((*resident)->at(1)[*profiles::score_of("propensity")]));
    EXPECT_TRUE(std::isnan((*resident)->at(0)[*profiles::score_of("churn")]));
    EXPECT_EQ((*resident)->versions[*profiles::score_of("churn")], "v1");
    EXPECT_EQ((*resident)->versions[*profiles::score_of("ltv")], "");
    EXPECT_EQ((*resident)->as_of, (Timestamp{5}));

    // Bert has left the base; the columns are others.
    auto next = store.begin({{"churn_probability", "churn", "v2"}}, {7}, {8});
    ASSERT_TRUE(next);
    ASSERT_TRUE(next->add(std::vector<std::string_view>{"anna"}, std::vector<float>{0.125F}));
    ASSERT_TRUE(next->finish(1, 0.5, "scores.parquet"));
    EXPECT_EQ(store.find("anna")->scores, (std::map<std::string, std::optional<double>>{{"churn_probability", 0.125}}));
    EXPECT_EQ(store.find("bert").error().message, "the last run did not score customer \"bert\"");
    ASSERT_THAT(*store.runs(10), SizeIs(2));
    EXPECT_EQ(store.runs(10)->front().customers, 1);
}

}  // namespace
}  // namespace boon::scoring
