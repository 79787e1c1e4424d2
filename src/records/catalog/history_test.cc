#include "records/catalog/catalogue_test.h"

namespace boon::catalog {
namespace {

using HistoryTest = CatalogueTest;
INSTANTIATE_TEST_SUITE_P(Engines, HistoryTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(HistoryTest, SaysWhatEachVersionChanged) {
    made(R"({"name":"a","weight":1})");
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"weight":3,"category":"points"})"), 1, kBob));
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"status":"paused"})"), 2, kAnn));
    const auto history = catalogue_.history(0);
    ASSERT_TRUE(history) << to_text(history.error());
    ASSERT_EQ(history->size(), 3U);
    EXPECT_EQ(history->at(0).change, "paused");
    EXPECT_EQ(history->at(0).changes, (std::vector<FieldChange>{{"/status", "live", "paused"}}));
    EXPECT_EQ(history->at(1).changes, (std::vector<FieldChange>{{"/category", "", "points"}, {"/weight", 1, 3}}));
    EXPECT_THAT(history->at(2).changes, testing::IsEmpty());

    const auto page = catalogue_.history(0, {.limit = 1, .before = 3});
    ASSERT_EQ(page->size(), 1U);
    EXPECT_EQ(page->at(0).version, 2);
    EXPECT_EQ(page->at(0).changes.size(), 2U);
    EXPECT_EQ(catalogue_.history(0, {.limit = 0}).error().code, ErrorCode::invalid);

    EXPECT_EQ(
        *catalogue_.diff(0, 1, 3),
        (std::vector<FieldChange>{{"/category", "", "points"}, {"/status", "live", "paused"}, {"/weight", 1, 3}})
    );
    EXPECT_EQ(catalogue_.diff(0, 3, 1)->at(2), (FieldChange{"/weight", 3, 1}));
    EXPECT_EQ(catalogue_.diff(0, 1, 4).error().message, "offer 0 has no version 4");
}

TEST_P(HistoryTest, AnOldVersionIsRestoredAsANewOne) {
    made(R"({"name":"a","weight":1,"tags":["x"]})");
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"name":"b","weight":9,"tags":[],"is_active":false})"), 1, kBob));
    ASSERT_TRUE(catalogue_.set_status(0, OfferStatus::paused, 2, kBob));
    const auto restored = catalogue_.restore(0, 1, 3, kAnn);
    ASSERT_TRUE(restored) << to_text(restored.error());
    EXPECT_EQ(restored->version, 4);
    EXPECT_EQ(restored->name, "a");
    EXPECT_EQ(restored->weight, 1);
    EXPECT_THAT(restored->tags, testing::ElementsAre("x"));
    EXPECT_EQ(restored->status, OfferStatus::paused);
    EXPECT_FALSE(restored->is_active);
    EXPECT_EQ(catalogue_.history(0)->at(0).change, "restored");
    EXPECT_EQ(catalogue_.restore(0, 1, 3, kAnn).error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(catalogue_.restore(0, 7, std::nullopt, kAnn).error().message, "offer 0 has no version 7");
    EXPECT_EQ(catalogue_.restore(5, 1, std::nullopt, kAnn).error().message, "there is no offer 5");
}

TEST_P(HistoryTest, WhatIsNoLongerKnownIsNotRestored) {
    Names names = Names::defaults();
    names.audiences = {"vip"};
    catalogue_.set_names(names);
    made(R"({"name":"a","target_segment":"vip"})");
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"target_segment":null})"), 1, kBob));
    catalogue_.set_names(Names::defaults());
    EXPECT_EQ(catalogue_.restore(0, 1, std::nullopt, kAnn).error().fields.at(0).pointer, "/target_segment");
}

// As a release wrote it that knew fewer fields.
TEST_P(HistoryTest, VersionsOfAnEarlierReleaseShowNoFieldsThatWereAdded) {
    made(R"({"name":"a"})");
    ASSERT_TRUE(database_->write([](db::Connection& c) {
        return c.execute(
            "update offer_versions set offer = ?",
            {R"({"offer_id":0,"name":"old","status":"live","currency":"USD","content":{"de":{"title":"T"}},"version":1})"
            }
        );
    }));
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"weight":2})"), 1, kBob));
    std::vector<std::string> pointers;
    const auto changes = catalogue_.history(0)->at(0).changes;
    for (const FieldChange& change : changes) pointers.push_back(change.pointer);
    EXPECT_THAT(pointers, testing::ElementsAre("/name", "/weight", "/content/de"));
    EXPECT_EQ(changes.at(2).before.at("title"), "T");
}

class FourEyesTest : public CatalogueTest {
protected:
    const Author kCid{"cid", plus_days(kMonday, 2)};
    Catalogue guarded_{*database_, Names::defaults(), FourEyes::on};
    Offer draft_ = *json::read_text<Offer>(R"({"name":"a","status":"draft"})");
};
INSTANTIATE_TEST_SUITE_P(Engines, FourEyesTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(FourEyesTest, AnotherPersonMakesItLive) {
    ASSERT_TRUE(guarded_.create(draft_, kAnn));
    const auto own = guarded_.set_status(0, OfferStatus::live, std::nullopt, kAnn);
    EXPECT_EQ(own.error().code, ErrorCode::forbidden);
    EXPECT_EQ(
        to_text(own.error()),
        "offer 0 was changed by ann, who may not make it live\n"
        "hint: another person makes it live (four eyes: setting catalog.four_eyes)"
    );
    ASSERT_TRUE(guarded_.patch(0, *json::parse(R"({"weight":2})"), 1, kBob));
    EXPECT_EQ(guarded_.set_status(0, OfferStatus::live, std::nullopt, kBob).error().code, ErrorCode::forbidden);
    // What ann wrote nobody else has looked at either.
    EXPECT_EQ(guarded_.set_status(0, OfferStatus::live, std::nullopt, kAnn).error().code, ErrorCode::forbidden);
    EXPECT_TRUE(guarded_.set_status(0, OfferStatus::live, std::nullopt, kCid));
    // Once customers have seen it, only what was written since counts.
    ASSERT_TRUE(guarded_.set_status(0, OfferStatus::paused, std::nullopt, kAnn));
    EXPECT_TRUE(guarded_.set_status(0, OfferStatus::live, std::nullopt, kAnn));
}

TEST_P(FourEyesTest, NoWayAround) {
    Offer live = draft_;
    live.status = OfferStatus::live;
    EXPECT_EQ(
        guarded_.create(live, kAnn).error().message, "a new offer cannot be live at once: give it the status draft"
    );
    EXPECT_EQ(
        guarded_.import(rows(R"([{"name":"b"}])"), {}, kAnn)->rows[0].problem,
        "a new offer cannot be live at once: give it the status draft"
    );
    ASSERT_TRUE(guarded_.create(draft_, kAnn));
    // What one writes and makes live in one step is one's own.
    EXPECT_EQ(
        guarded_.patch(0, *json::parse(R"({"weight":2,"status":"live"})"), 1, kBob).error().code, ErrorCode::forbidden
    );
    EXPECT_EQ(
        guarded_.import(rows(R"([{"offer_id":0,"status":"live"}])"), {}, kAnn)->rows[0].problem,
        "offer 0 was changed by ann, who may not make it live"
    );
    ASSERT_TRUE(guarded_.set_status(0, OfferStatus::live, std::nullopt, kBob));
    EXPECT_EQ(
        guarded_.patch(0, *json::parse(R"({"weight":2})"), 2, kBob).error().message,
        "offer 0 is live, and what is live changes under four eyes only"
    );
    // Pausing is no content: who wrote it still may not make it live again, who paused it may.
    ASSERT_TRUE(guarded_.set_status(0, OfferStatus::paused, std::nullopt, kBob));
    EXPECT_FALSE(guarded_.set_status(0, OfferStatus::live, std::nullopt, kAnn));
    EXPECT_TRUE(guarded_.set_status(0, OfferStatus::live, std::nullopt, kBob));
}

TEST_P(FourEyesTest, OffByDefault) {
    ASSERT_TRUE(catalogue_.create(draft_, kAnn));
    EXPECT_TRUE(catalogue_.set_status(0, OfferStatus::live, std::nullopt, kAnn));
}

using ReferencesTest = CatalogueTest;
INSTANTIATE_TEST_SUITE_P(
    Engines, ReferencesTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(ReferencesTest, NameTheOffersThatWouldLoseThem) {
    Names names = Names::defaults();
    names.audiences = {"vip"};
    catalogue_.set_names(names);
    made(R"({"name":"a","lifecycle_stage":"growth","target_segment":"vip","exclusion_group":"bonus","channels":["app"],
             "placements":["home"],"tags":["t"],"content":{"de":{"channels":{"sms":{}}}}})");
    made(R"({"name":"b","target_segment":"at_risk",
             "eligibility_rule":{"and":[{"in":[{"var":"stage"},["growth","onboarding"]]},
                                        {">":[{"var":"spend_90d"},5]}]}})");
    made(R"({"name":"c","target_segment":"rfm:loyal","lifecycle_stage":"growth"})");
    ASSERT_TRUE(catalogue_.set_status(2, OfferStatus::retired, std::nullopt, kAnn));
    made(R"({"name":"d","target_segment":"high_value"})");

    const auto pointers = [&](NameKind kind, std::string_view name) {
        std::vector<std::string> out;
        const auto references = catalogue_.references(kind, name);
        EXPECT_TRUE(references) << to_text(references.error());
        for (const Reference& reference : *references) {
            out.push_back(std::to_string(reference.offer_id) + reference.pointer);
        }
        return out;
    };
    using testing::ElementsAre;
    EXPECT_THAT(pointers(NameKind::stage, "growth"), ElementsAre("0/lifecycle_stage", "1/eligibility_rule"));
    EXPECT_THAT(pointers(NameKind::stage, "churn"), ElementsAre("1/target_segment"));
    EXPECT_THAT(pointers(NameKind::stage, "retention"), testing::IsEmpty());
    EXPECT_THAT(pointers(NameKind::audience, "vip"), ElementsAre("0/target_segment"));
    EXPECT_THAT(pointers(NameKind::rfm_segment, "loyal"), testing::IsEmpty());
    EXPECT_THAT(pointers(NameKind::value_segment, "high_value"), ElementsAre("3/target_segment"));
    EXPECT_THAT(pointers(NameKind::variable, "spend_90d"), ElementsAre("1/eligibility_rule"));
    EXPECT_THAT(pointers(NameKind::variable, "spend"), testing::IsEmpty());
    EXPECT_THAT(pointers(NameKind::exclusion_group, "bonus"), ElementsAre("0/exclusion_group"));
    EXPECT_THAT(pointers(NameKind::channel, "app"), ElementsAre("0/channels"));
    EXPECT_THAT(pointers(NameKind::channel, "sms"), ElementsAre("0/content/de/channels/sms"));
    EXPECT_THAT(pointers(NameKind::placement, "home"), ElementsAre("0/placements"));
    EXPECT_THAT(pointers(NameKind::tag, "t"), ElementsAre("0/tags"));
}

}  // namespace
}  // namespace boon::catalog
