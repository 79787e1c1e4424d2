#include "records/sync/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/sync/engine_fixture_test.h"

namespace boon::sync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class SyncEngineTest : public EngineFixture {};
INSTANTIATE_TEST_SUITE_P(
    Engines, SyncEngineTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(SyncEngineTest, ASecondRunOfTheSameWritesNoRow) {
    upstream_ = {{"a", R"({"name":"Ten off"})"}, {"b", R"({"name":"Double points"})"}};
    const SyncRun first = run();
    EXPECT_EQ(first.state, RunState::succeeded);
    EXPECT_EQ(figures(first), "created 2, updated 0, unchanged 0, withdrawn 0, rejected 0");
    EXPECT_EQ(offer("a").offer_id, 0);
    EXPECT_EQ(offer("b").offer_id, 1);
    EXPECT_EQ(offer("b").version, 1);
    EXPECT_EQ(offer("b").created_at, offer("b").updated_at);
    const auto before = catalogue_.contents();
    const auto rows = catalogue_rows();
    pass(3600);
    const SyncRun second = run();
    EXPECT_EQ(figures(second), "created 0, updated 0, unchanged 2, withdrawn 0, rejected 0");
    EXPECT_EQ(catalogue_rows(), rows);
    EXPECT_EQ(catalogue_.contents()->offers, before->offers);
}

TEST_P(SyncEngineTest, WhatBoonOwnsIsKept) {
    upstream_ = {{"a", R"({"name":"Ten off","value":"5.00"})"}};
    run();
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"weight":3,"placements":["home"]})"), std::nullopt, kAnn));
    upstream_ = {{"a", R"({"name":"Twelve off","value":"6.50"})"}};
    const SyncRun second = run();
    EXPECT_EQ(second.updated, 1);
    EXPECT_EQ(offer("a").name, "Twelve off");
    EXPECT_EQ(offer("a").value, Money{650});
    EXPECT_EQ(catalogue_.list({.filter = {.q = "twelve"}})->items.size(), 1U);
    EXPECT_EQ(catalogue_.list({.filter = {.q = "ten off"}})->items.size(), 0U);
    EXPECT_EQ(offer("a").weight, 3);
    EXPECT_THAT(offer("a").placements, ElementsAre("home"));
    EXPECT_EQ(offer("a").version, 3);
    const auto history = catalogue_.history(0);
    EXPECT_EQ(history->front().change, "synced");
    EXPECT_EQ(history->front().changed_by, "sync shop");
    EXPECT_EQ(json::to_text(history->front().offer.as_object().at("name")), "\"Twelve off\"");
    EXPECT_EQ(
        diff_of(second),
        R"([{"pointer":"/name","before":"Ten off","after":"Twelve off"},{"pointer":"/value","before":5,"after":6.5}])"
    );
}

TEST_P(SyncEngineTest, WhatIsGoneIsWithdrawnAndComesBack) {
    for (int i = 0; i < 10; ++i) upstream_.push_back({"id" + std::to_string(i), R"({"name":"N"})"});
    run();
    const auto gone = upstream_.back();
    upstream_.pop_back();
    const SyncRun second = run();
    EXPECT_EQ(figures(second), "created 0, updated 0, unchanged 9, withdrawn 1, rejected 0");
    EXPECT_EQ(second.live_before, 10);
    EXPECT_EQ(second.leaving, 1);
    EXPECT_FALSE(offer("id9").is_active);
    EXPECT_EQ(offer("id9").inactive_reason, "upstream no longer has it");
    EXPECT_EQ(run().unchanged, 9);
    upstream_.push_back(gone);
    EXPECT_EQ(run().updated, 1);
    EXPECT_TRUE(offer("id9").is_active);
    EXPECT_EQ(offer("id9").inactive_reason, std::nullopt);
    EXPECT_EQ(offer("id9").offer_id, 9);
}

TEST_P(SyncEngineTest, TakingTooMuchAwayAsksFirst) {
    for (int i = 0; i < 10; ++i) upstream_.push_back({"id" + std::to_string(i), R"({"name":"N"})"});
    run();
    upstream_.resize(8);
    const auto rows = catalogue_rows();
    const SyncRun stopped = run();
    EXPECT_EQ(stopped.state, RunState::needs_approval);
    EXPECT_EQ(stopped.reason, "it would take 2 of 10 live offers from customers (20.0 %), and the limit is 20 %");
    EXPECT_EQ(catalogue_rows(), rows);
    ASSERT_EQ(stopped.impact.size(), 1U);
    EXPECT_EQ(stopped.impact[0].words, "asked of 2 offers");

    // Meanwhile people go on: one of the two is retired, another offer is edited, a new one is made.
    ASSERT_TRUE(catalogue_.set_status(9, catalog::OfferStatus::retired, std::nullopt, kAnn));
    ASSERT_TRUE(catalogue_.patch(8, *json::parse(R"({"weight":2})"), std::nullopt, kAnn));
    const SyncRun approved = approve(stopped.id);
    EXPECT_EQ(approved.state, RunState::succeeded);
    EXPECT_EQ(approved.approved_by, "ann");
    EXPECT_EQ(approved.withdrawn, 1);
    EXPECT_FALSE(offer("id8").is_active);
    EXPECT_EQ(offer("id8").weight, 2);
    EXPECT_TRUE(offer("id9").is_active);
    EXPECT_EQ(runs_.approve(stopped.id, "ann", now_).error().code, ErrorCode::conflict);
}

TEST_P(SyncEngineTest, TurningOffersInactiveAlsoCounts) {
    for (int i = 0; i < 4; ++i) upstream_.push_back({"id" + std::to_string(i), R"({"name":"N"})"});
    run();
    for (auto& record : upstream_) record.body = R"({"name":"N","is_active":false})";
    EXPECT_EQ(run().state, RunState::needs_approval);
    EXPECT_TRUE(offer("id0").is_active);
}

TEST_P(SyncEngineTest, ALaterRunMakesTheWaitingOneNeedless) {
    for (int i = 0; i < 4; ++i) upstream_.push_back({"id" + std::to_string(i), R"({"name":"N"})"});
    run();
    const auto all = upstream_;
    upstream_.clear();
    const SyncRun stopped = run();
    EXPECT_EQ(stopped.state, RunState::needs_approval);
    upstream_ = all;
    EXPECT_EQ(run().state, RunState::succeeded);
    EXPECT_EQ(runs_.find(stopped.id)->state, RunState::superseded);
    EXPECT_THAT(runs_.approve(stopped.id, "ann", now_).error().hint, HasSubstr("a later run"));
}

TEST_P(SyncEngineTest, ACrawlThatDoesNotEndWellChangesNothing) {
    for (int i = 0; i < 10; ++i) upstream_.push_back({"id" + std::to_string(i), R"({"name":"N"})"});
    run();
    const auto rows = catalogue_rows();
    for (auto& record : upstream_) record.body = R"({"name":"M"})";
    breaks_after_page_ = 1;
    const SyncRun failed = run();
    EXPECT_EQ(failed.state, RunState::failed);
    EXPECT_EQ(failed.reason, "the peer went away\nhint: is it up?");
    EXPECT_EQ(catalogue_rows(), rows);
    breaks_after_page_ = -1;
    EXPECT_EQ(run().updated, 10);
}

TEST_P(SyncEngineTest, AnIncrementalCrawlWithdrawsOnlyWhatWasDeleted) {
    for (int i = 0; i < 10; ++i) upstream_.push_back({"id" + std::to_string(i), R"({"name":"N"})"});
    next_token_ = "t1";
    run();
    upstream_ = {{"id1", R"({"name":"changed"})"}, {"id2", "", true}, {"never", "", true}};
    kind_ = CrawlKind::incremental;
    next_token_ = "t2";
    const SyncRun second = run();
    EXPECT_EQ(started_with_, "t1");
    EXPECT_EQ(second.crawl, RunCrawl::incremental);
    EXPECT_EQ(figures(second), "created 0, updated 1, unchanged 1, withdrawn 1, rejected 0");
    EXPECT_EQ(offer("id2").inactive_reason, "upstream has deleted it");
    EXPECT_TRUE(offer("id3").is_active);

    // What the mapping says now must be asked of everything; so must everything once a day.
    auto source = *registry_.find("shop");
    source.withdraw_limit_percent = 50;
    ASSERT_TRUE(registry_.replace("shop", source, {}, std::nullopt, kAnn));
    run();
    EXPECT_EQ(started_with_, "");
    run();
    EXPECT_EQ(started_with_, "t2");
    pass(86'400);
    run();
    EXPECT_EQ(started_with_, "");
}

TEST_P(SyncEngineTest, WhatIsWrongIsRejectedWithItsReasonAndTheOldStays) {
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"name":"B"})"}, {"same", R"({"name":"S"})"}};
    run();
    upstream_ = {
        {"a", R"({"name":"A","valid_from":"soon"})"},
        {"", R"({"name":"nameless"})"},
        {"b", R"({"name":"B2"})"},
        {"same", R"({"name":"S"})"},
        {"same", R"({"name":"S"})"},
        {"new", R"({"name":"one"})"},
        {"b", R"({"name":"B3"})"},
        {"new", R"({"name":"other"})"},
        {"dates", R"({"name":"D","valid_from":"2026-02-01","valid_until":"2026-01-01"})"},
    };
    const SyncRun second = run();
    EXPECT_EQ(second.state, RunState::succeeded);
    EXPECT_EQ(figures(second), "created 0, updated 0, unchanged 1, withdrawn 0, rejected 5");
    EXPECT_EQ(offer("a").name, "A");
    EXPECT_EQ(offer("b").name, "B");
    EXPECT_EQ(
        *runs_.rejects_csv(second.id),
        "external_id,name,reason\r\n"
        "a,,/valid_from: `soon` is not a time such as 2026-03-01T12:30:00Z\r\n"
        ",,the record has no id\r\n"
        "b,,\"it came twice, with different contents\"\r\n"
        "new,,\"it came twice, with different contents\"\r\n"
        "dates,,/valid_until: is not after valid_from\r\n"
    );
}

TEST_P(SyncEngineTest, ARunOfWhichEveryRecordIsRejectedFails) {
    upstream_ = {{"a", R"({"name":"A"})"}};
    run();
    const auto rows = catalogue_rows();
    upstream_ = {{"a", R"({"title":"A"})"}, {"b", R"({"title":"B"})"}};
    for (const RunMode mode : {RunMode::apply, RunMode::dry_run}) {
        const SyncRun failed = run(mode);
        EXPECT_EQ(failed.state, RunState::failed);
        EXPECT_EQ(figures(failed), "created 0, updated 0, unchanged 0, withdrawn 0, rejected 2");
        EXPECT_THAT(failed.reason, HasSubstr("all 2 records were rejected; the first: /name: "));
        EXPECT_EQ(runs_.records(failed.id, Outcome::rejected, 0, 10)->size(), 2U);
    }
    EXPECT_EQ(catalogue_rows(), rows);
    // Even where others are gone, which alone would only have asked.
    upstream_ = {{"b", R"({"title":"B"})"}};
    EXPECT_THAT(run().reason, HasSubstr("the one record was rejected: /name: "));
    EXPECT_TRUE(offer("a").is_active);
    // One that fits makes it a run like any other; and so does a deletion that upstream tells.
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"title":"B"})"}};
    EXPECT_EQ(run().state, RunState::succeeded);
}

TEST_P(SyncEngineTest, UnderFourEyesAnotherPersonApproves) {
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"name":"B"})"}};
    run();
    upstream_ = {{"a", R"({"name":"A"})"}};
    const SyncRun waiting = run();
    ASSERT_EQ(waiting.state, RunState::needs_approval);
    Runs careful(*database_, catalog::FourEyes::on);
    const auto refused = careful.approve(waiting.id, "ann", now_);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::forbidden);
    EXPECT_EQ(runs_.find(waiting.id)->state, RunState::needs_approval);
    EXPECT_TRUE(careful.approve(waiting.id, "bob", now_));
}

TEST_P(SyncEngineTest, ARunWaitsWhateverRanAfterItUntilItsSourceIsRemoved) {
    EXPECT_FALSE(*runs_.find_waiting("shop"));
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"name":"B"})"}};
    run();
    upstream_ = {{"a", R"({"name":"A"})"}};
    const SyncRun waiting = run();
    ASSERT_EQ(waiting.state, RunState::needs_approval);
    EXPECT_EQ(run(RunMode::dry_run).state, RunState::succeeded);
    EXPECT_EQ((*runs_.find_waiting("shop"))->id, waiting.id);
    ASSERT_TRUE(registry_.remove("shop", std::nullopt, kAnn));
    EXPECT_EQ(runs_.find(waiting.id)->state, RunState::cancelled);
    EXPECT_EQ(runs_.find(waiting.id)->reason, "its source was removed by ann");
    EXPECT_EQ(runs_.approve(waiting.id, "bob", now_).error().code, ErrorCode::conflict);
}

TEST_P(SyncEngineTest, AnUnknownSegmentComesInInactive) {
    upstream_ = {
        {"a", R"({"name":"A","target_segment":"gold_diggers"})"}, {"b", R"({"name":"B","target_segment":"at_risk"})"}
    };
    run();
    EXPECT_FALSE(offer("a").is_active);
    EXPECT_EQ(offer("a").inactive_reason, "upstream aims it at `gold_diggers`, which is no segment or audience here");
    EXPECT_TRUE(offer("b").is_active);
    EXPECT_EQ(run().unchanged, 2);
}

TEST_P(SyncEngineTest, IdsAreNeverGivenTwiceAndRetiredIsTheEnd) {
    ASSERT_TRUE(catalogue_.create(*json::read_text<catalog::Offer>(R"({"name":"hand","offer_id":7})"), kAnn));
    upstream_ = {{"a", R"({"name":"A"})"}};
    run();
    EXPECT_EQ(offer("a").offer_id, 8);
    ASSERT_TRUE(catalogue_.set_status(8, catalog::OfferStatus::retired, std::nullopt, kAnn));
    upstream_ = {{"a", R"({"name":"A2"})"}, {"b", R"({"name":"B"})"}};
    const SyncRun second = run();
    EXPECT_EQ(figures(second), "created 1, updated 0, unchanged 1, withdrawn 0, rejected 0");
    EXPECT_EQ(offer("a").name, "A");
    EXPECT_EQ(offer("b").offer_id, 9);
}

TEST_P(SyncEngineTest, ADryRunSaysWhatItWouldDo) {
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"name":"B"})"}, {"c", R"({"name":"C"})"}};
    run();
    const auto rows = catalogue_rows();
    upstream_ = {{"a", R"({"name":"A2"})"}, {"b", R"({"name":"B"})"}, {"d", R"({"name":"D"})"}};
    const SyncRun dry = run(RunMode::dry_run);
    EXPECT_EQ(dry.state, RunState::succeeded);
    EXPECT_FALSE(dry.applied);
    EXPECT_EQ(figures(dry), "created 1, updated 1, unchanged 1, withdrawn 1, rejected 0");
    EXPECT_EQ(dry.impact[0].words, "asked of 2 offers");
    EXPECT_THAT(touched_.all, ElementsAre(0, 2));
    EXPECT_THAT(touched_.leaving, ElementsAre(2));
    EXPECT_EQ(catalogue_rows(), rows);
    EXPECT_EQ(diff_of(dry), R"([{"pointer":"/name","before":"A","after":"A2"}])");
}

TEST_P(SyncEngineTest, TheCatalogueMayMoveWhileARunIsApplied) {
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"name":"B"})"}};
    run();
    upstream_ = {{"a", R"({"name":"A2"})"}, {"b", R"({"name":"B"})"}, {"c", R"({"name":"C"})"}};
    // Once everything is sealed, somebody takes the new one's id and edits the other.
    bool moved = false;
    at_progress_ = [&](const SyncRun& at) {
        if (moved || at.step != "applying") return;
        moved = true;
        ASSERT_TRUE(catalogue_.create(*json::read_text<catalog::Offer>(R"({"name":"hand"})"), kAnn));
        ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"weight":9})"), std::nullopt, kAnn));
    };
    const SyncRun second = run();
    EXPECT_TRUE(moved);
    EXPECT_EQ(second.state, RunState::succeeded);
    EXPECT_EQ(catalogue_.read(2)->name, "hand");
    EXPECT_EQ(offer("c").offer_id, 3);
    EXPECT_EQ(offer("a").weight, 9);
    EXPECT_EQ(offer("a").name, "A2");
    EXPECT_EQ(number("select count(*) from staged_offers"), 0);
}

TEST_P(SyncEngineTest, OneRunPerSourceAtATime) {
    const auto first = runs_.start({.source = "shop", .started_by = "ann"}, now_);
    ASSERT_TRUE(first);
    const auto second = runs_.start({.source = "shop", .started_by = "bob"}, now_);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_THAT(second.error().message, HasSubstr("a run of `shop` is under way: " + first->id));
    EXPECT_EQ(registry_.remove("shop", std::nullopt, kAnn).error().code, ErrorCode::conflict);
    const auto cancelled = runs_.cancel(first->id, "ann", now_);
    EXPECT_EQ(cancelled->state, RunState::cancelled);
    EXPECT_TRUE(runs_.start({.source = "shop", .started_by = "bob"}, now_));
    EXPECT_EQ(runs_.start({.source = "none", .started_by = "bob"}, now_).error().message, "there is no source `none`");
}

TEST_P(SyncEngineTest, AWorkerThatLostItsLeaseChangesNothing) {
    upstream_ = {{"a", R"({"name":"A"})"}, {"b", R"({"name":"B"})"}};
    const auto queued = runs_.start({.source = "shop", .started_by = "ann"}, now_);
    const storage::Claim slow = acquire();
    SyncRun finished;
    // While the slow one fetches, its lease runs out and another does it all.
    bool first = true;
    at_page_ = [&] {
        if (!std::exchange(first, false)) return;
        pass(120);
        finished = *perform(environment(acquire()), queued->id);
    };
    const auto lost = perform(environment(slow), queued->id);
    EXPECT_EQ(lost.error().code, ErrorCode::conflict);
    EXPECT_THAT(lost.error().message, HasSubstr("is no longer this worker's"));
    EXPECT_EQ(finished.state, RunState::succeeded);
    EXPECT_EQ(runs_.find(queued->id)->state, RunState::succeeded);
    EXPECT_EQ(number("select count(*) from offers"), 2);
    EXPECT_EQ(number("select count(*) from offer_versions"), 2);
}

TEST_P(SyncEngineTest, ARunCanBeCancelledWhileItFetches) {
    for (int i = 0; i < 6; ++i) upstream_.push_back({"id" + std::to_string(i), R"({"name":"N"})"});
    const auto queued = runs_.start({.source = "shop", .started_by = "ann"}, now_);
    const storage::Claim claim = acquire();
    at_page_ = [&] { ASSERT_TRUE(runs_.cancel(queued->id, "bob", now_)); };
    EXPECT_FALSE(perform(environment(claim), queued->id));
    EXPECT_EQ(runs_.find(queued->id)->state, RunState::cancelled);
    EXPECT_EQ(number("select count(*) from offers"), 0);
}

TEST_P(SyncEngineTest, WhenBoonEndsTheRunGoesOnAfterwards) {
    upstream_ = {{"a", R"({"name":"A"})"}};
    const auto queued = runs_.start({.source = "shop", .started_by = "ann"}, now_);
    ending_ = true;
    EXPECT_FALSE(perform(environment(acquire()), queued->id));
    EXPECT_EQ(runs_.find(queued->id)->state, RunState::running);
    ending_ = false;
    pass(120);
    EXPECT_EQ(perform(environment(acquire()), queued->id)->state, RunState::succeeded);
}

}  // namespace
}  // namespace boon::sync
