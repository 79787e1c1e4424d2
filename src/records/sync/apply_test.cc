// What a run meets in the catalogue when it is applied: ids, audiences, what people wrote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/sync/engine_fixture_test.h"

namespace boon::sync {
namespace {

using ::testing::ElementsAre;

class SyncApplyTest : public EngineFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, SyncApplyTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(SyncApplyTest, WhereTheHighestIdIsTakenFreeOnesBelowAreGiven) {
    ASSERT_TRUE(catalogue_.create(*json::read_text<catalog::Offer>(R"({"name":"last","offer_id":2147483647})"), kAnn));
    ASSERT_TRUE(catalogue_.create(*json::read_text<catalog::Offer>(R"({"name":"hand","offer_id":1})"), kAnn));
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"name":"B"})"}};
    EXPECT_EQ(figures(run()), "created 2, updated 0, unchanged 0, withdrawn 0, rejected 0");
    EXPECT_EQ(offer("a").offer_id, 0);
    EXPECT_EQ(offer("b").offer_id, 2);
    EXPECT_EQ(run().unchanged, 2);
}

// Audiences are known to a run as they were when it began.
TEST_P(SyncApplyTest, AnAudienceThatWentMeanwhileIsNoTarget) {
    catalog::Names names = *names_;
    names.audiences = {"regulars", "vip"};
    names_ = std::make_shared<const catalog::Names>(names);
    std::vector<std::string> asked;
    hold_audience_ = [&](db::Connection&, std::string_view name) -> Result<bool> {
        asked.emplace_back(name);
        return name != "vip";
    };
    upstream_ = {
        {"a", R"({"name":"A","target_segment":"vip"})"},
        {"b", R"({"name":"B","target_segment":"regulars"})"},
        {"c", R"({"name":"C","target_segment":"at_risk"})"}
    };
    EXPECT_EQ(figures(run()), "created 3, updated 0, unchanged 0, withdrawn 0, rejected 0");
    EXPECT_EQ(offer("a").target_segment, std::nullopt);
    EXPECT_EQ(offer("a").inactive_reason, "upstream aims it at `vip`, which is no segment or audience here");
    EXPECT_EQ(offer("b").target_segment, "regulars");
    EXPECT_TRUE(offer("b").is_active);
    EXPECT_THAT(asked, ElementsAre("regulars", "vip", "regulars"));
}

TEST_P(SyncApplyTest, ARunIsNoSecondPerson) {
    catalog::Catalogue guarded(*database_, catalog::Names::defaults(), catalog::FourEyes::on);
    upstream_ = {{"a", R"({"name":"A"})"}};
    run();
    ASSERT_TRUE(guarded.set_status(0, catalog::OfferStatus::paused, std::nullopt, kAnn));
    ASSERT_TRUE(guarded.patch(0, *json::parse(R"({"weight":9})"), std::nullopt, kAnn));
    upstream_ = {{"a", R"({"name":"A2"})"}};
    ASSERT_EQ(run().updated, 1);
    const auto own = guarded.set_status(0, catalog::OfferStatus::live, std::nullopt, kAnn);
    ASSERT_FALSE(own);
    EXPECT_EQ(own.error().message, "offer 0 was changed by ann, who may not make it live");
    EXPECT_TRUE(guarded.set_status(0, catalog::OfferStatus::live, std::nullopt, {"bob", now_}));
}

TEST_P(SyncApplyTest, AnOfferThatIsAimedElsewhereLeavesWhoHasIt) {
    upstream_ = {{"a", R"({"name":"A","target_segment":"at_risk"})"}, {"b", R"({"name":"B","target_segment":"new"})"}};
    run();
    upstream_ = {{"a", R"({"name":"A","target_segment":"new"})"}, {"b", R"({"name":"B2","target_segment":"new"})"}};
    run(RunMode::dry_run);
    EXPECT_THAT(touched_.all, ElementsAre(0, 1));
    EXPECT_THAT(touched_.leaving, ElementsAre(0));
}

}  // namespace
}  // namespace boon::sync
