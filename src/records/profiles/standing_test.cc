#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/profiles/standing_store.h"
#include "records/profiles/store.h"

namespace boon::profiles {
namespace {

constexpr Timestamp kNow{1'772'409'600'000'000};

TEST(Standings, OneRowsChangeLeavesTheOthersAndTheOldOnes) {
    StandingsBuilder builder(10'000);
    for (std::size_t row = 0; row < 10'000; ++row) builder.at(row).value_score = static_cast<float>(row % 100);
    const auto before = std::move(builder).finish();
    Standing changed = before->at(5000);
    changed.value_score = 99.5F;
    StandingNames names;
    changed.stage = place_of(names.stages, "growth");
    const auto after = before->with(std::array{std::pair{std::size_t{5000}, changed}}, names);
    EXPECT_EQ(after->at(5000).value_score, 99.5F);
    EXPECT_EQ(name_at(after->names().stages, after->at(5000).stage), "growth");
    EXPECT_EQ(after->at(5001).value_score, 1.0F);
    EXPECT_EQ(after->at(9999).value_score, 99.0F);
    EXPECT_EQ(before->at(5000).value_score, 0.0F);
    EXPECT_EQ(&after->at(9000), &before->at(9000));  // shared, not copied
    EXPECT_EQ(after->size(), 10'000U);
}

TEST(Standings, NamesAreAddedUpToTheirLimit) {
    std::vector<std::string> names;
    EXPECT_EQ(place_of(names, "lost", 2), 0);
    EXPECT_EQ(place_of(names, "dormant", 2), 1);
    EXPECT_EQ(place_of(names, "lost", 2), 0);
    EXPECT_EQ(place_of(names, "third", 2), Standing::kNone);
    EXPECT_EQ(place_of(names, "", 2), Standing::kNone);
    EXPECT_EQ(name_at(names, Standing::kNone), "");
}

class StandingStoreTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override {
        ASSERT_TRUE(storage::migrate(*database_, kNow));
        Store store(*database_);
        auto fill = store.begin({.columns = {{"spend", "h", "spend", "", {}}}, .lifetime_value_column = "spend"});
        ASSERT_TRUE(fill) << to_text(fill.error());
        const std::vector<std::string_view> ids = {"anna", "bert", "carl"};
        ASSERT_TRUE(fill->add(ids, std::array{1.0F, 2.0F, 3.0F}, kNow));
        ASSERT_TRUE(fill->finish(kNow));
    }
    void write(const std::vector<StageRow>& stages, const std::vector<ValueRow>& values) {
        const Status written = database_->write([&](db::Connection& connection) -> Status {
            BOON_CHECK(write_stages(connection, stages));
            return write_values(connection, values);
        });
        ASSERT_TRUE(written) << to_text(written.error());
    }
    std::shared_ptr<const Image> image() {
        auto loaded = Store(*database_).load();
        EXPECT_TRUE(loaded) << to_text(loaded.error());
        return loaded.value_or(nullptr);
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(
    Engines, StandingStoreTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(StandingStoreTest, WhatIsWrittenIsInTheProfile) {
    write(
        {{"anna", "win_back", plus_days(kNow, -9), "lost,silent", true}, {"nobody", "growth", kNow, "", false}},
        {{"anna", 71.25, "high_value", true, true, 5, 4, 3, "champions", 120.5},
         {"bert", 0, "low_value", false, false, 0, 0, 0, "", std::nullopt}}
    );
    const auto loaded = image();
    const Profile anna = *loaded->find("anna");
    EXPECT_EQ(anna.stage, "win_back");
    EXPECT_EQ(anna.value_segment, "high_value");
    EXPECT_EQ(anna.rfm_segment, "champions");
    EXPECT_EQ(anna.standing->stage_since, plus_days(kNow, -9).micros);
    EXPECT_EQ(anna.standing->value_score, 71.25F);
    EXPECT_EQ(anna.standing->predicted_ltv, 120.5F);
    EXPECT_EQ(anna.standing->r, 5);
    EXPECT_EQ(anna.standing->m, 3);
    EXPECT_EQ(anna.standing->marks, Standing::kOverridden | Standing::kPartial);
    EXPECT_THAT(loaded->standings().names().flags, testing::ElementsAre("lost", "silent"));
    EXPECT_EQ(anna.standing->flags, 3);
    const Profile bert = *loaded->find("bert");
    EXPECT_EQ(bert.stage, "");
    EXPECT_EQ(bert.value_segment, "low_value");
    EXPECT_EQ(bert.standing->marks, Standing::kOutsideBase);
    EXPECT_TRUE(std::isnan(bert.standing->predicted_ltv));
    const Profile carl = *loaded->find("carl");
    EXPECT_EQ(carl.stage, "");
    EXPECT_EQ(carl.value_segment, "");
    EXPECT_EQ(carl.lifetime_value, 3.0);
}

TEST_P(StandingStoreTest, StageAndValueAreWrittenApart) {
    write({{"anna", "growth", kNow, "", false}}, {});
    write({}, {{"anna", 50, "medium_value", false, true, 1, 1, 1, "lost", 3.0}});
    write({{"anna", "retention", kNow, "", false}}, {});
    EXPECT_EQ(image()->find("anna")->stage, "retention");
    EXPECT_EQ(image()->find("anna")->value_segment, "medium_value");
}

TEST_P(StandingStoreTest, OneCustomerIsReadAnew) {
    write({{"anna", "growth", kNow, "", false}, {"bert", "growth", kNow, "", false}}, {});
    const auto before = image();
    write({{"anna", "churn", kNow, "watch", false}, {"bert", "churn", kNow, "", false}}, {});
    const auto after = reload_standings(*database_, *before, std::vector<std::string>{"anna", "nobody"});
    ASSERT_TRUE(after) << to_text(after.error());
    const auto next = before->with(*after);
    EXPECT_EQ(next->find("anna")->stage, "churn");
    EXPECT_EQ(next->find("anna")->standing->flags, 1);
    EXPECT_EQ(next->find("bert")->stage, "growth");
    EXPECT_EQ(before->find("anna")->stage, "growth");
    ASSERT_TRUE(database_->write([](db::Connection& c) { return drop_standings(c, std::vector<std::string>{"anna"}); })
    );
    EXPECT_EQ(image()->find("anna")->stage, "");
    EXPECT_EQ(image()->find("bert")->stage, "churn");
}

}  // namespace
}  // namespace boon::profiles
