#include "records/catalog/live_batch.h"

#include <array>

#include <fmt/format.h>

#include "platform/storage/change_feed.h"
#include "records/catalog/catalogue_test.h"
#include "records/catalog/upstream.h"

namespace boon::catalog {
namespace {

using ::testing::ElementsAre;

// Offers 0 (a) and 1 (b) of version 1; a batch that renames 0, leaves 1, and brings 2 (c).
class LiveBatchTest : public CatalogueTest {
protected:
    template <class F>
    auto write(F f) {
        auto written = database_->write(f);
        EXPECT_TRUE(written) << to_text(written.error());
        return *written;
    }
    void SetUp() override {
        CatalogueTest::SetUp();
        made(R"({"name":"a","external_system":"shop","external_offer_id":"A","category":"old"})");
        made(R"({"name":"b","external_system":"shop","external_offer_id":"B"})");
        Offer renamed = catalogue_.read(0).value();
        renamed.name = "a2";
        renamed.category = "new";
        renamed.version = 2;
        Offer fresh = *json::read_text<Offer>(R"({"name":"c","external_system":"shop","external_offer_id":"C"})");
        fresh.offer_id = 2;
        fresh.version = 1;
        fresh.currency = "USD";
        staged_at_ = write([](db::Connection& c) { return count_versions(c); });
        const auto staged = database_->write([&](db::Connection& c) {
            return stage(c, "run", std::array{renamed, fresh}, catalogue_.context());
        });
        ASSERT_TRUE(staged) << to_text(staged.error());
    }

    Applied apply_run(std::string_view batch = "run") {
        return write([&](db::Connection& c) { return apply(c, batch, staged_at_, "synced", kBob); });
    }
    std::vector<std::string> names() {
        std::vector<std::string> out;
        const auto contents = catalogue_.contents();
        EXPECT_TRUE(contents) << to_text(contents.error());
        for (const KeptOffer& kept : contents->offers) out.emplace_back(kept.name());
        return out;
    }
    // What a reader can see of it, by every door.
    std::string seen() {
        std::string text;
        for (const std::string& name : names()) text += name + " ";
        const auto page = catalogue_.list({.filter = {}, .sort = SortBy::name, .order = Order::descending, .limit = 2});
        EXPECT_TRUE(page) << to_text(page.error());
        text += fmt::format("| {} of {}:", page->items.size(), page->total);
        for (const Offer& offer : page->items) text += " " + offer.name;
        text += fmt::format(
            " | {} new, {} old |", found({.category = {"new"}}).size(), found({.category = {"old"}}).size()
        );
        const auto history = catalogue_.history(0).value();
        for (const Revision& revision : history) {
            text += fmt::format(" {} {} by {}", revision.version, revision.change, revision.changed_by);
        }
        text += fmt::format(
            " | {} {} | {} | next {}", catalogue_.read(2).value().name, catalogue_.read_version(0, 2).value().name,
            catalogue_.contents()->version,
            *database_->read([](db::Connection& connection) { return FreeIds::read(connection)->take(connection); })
        );
        return text;
    }

    std::int64_t staged_at_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, LiveBatchTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(LiveBatchTest, ReadersSeeTheWholeBatchAtOnceAndNoDifferenceWhileItMoves) {
    EXPECT_THAT(names(), ElementsAre("a", "b"));
    ASSERT_EQ(apply_run(), Applied::done);
    const std::string expected =
        "a2 b c | 2 of 3: c b | 1 new, 0 old | 2 synced by bob 1 created by ann | c a2 | 4 | next 3";
    EXPECT_EQ(seen(), expected);
    EXPECT_EQ(number("select count(*) from offers"), 2);  // nothing has moved
    EXPECT_TRUE(write([](db::Connection& c) { return take_some_home(c, 1); }));
    EXPECT_EQ(number("select version from offers where offer_id = 0"), 2);
    EXPECT_EQ(number("select count(*) from offers"), 2);  // the other is on its way
    EXPECT_EQ(seen(), expected);
    ASSERT_TRUE(take_all_home(*database_));
    EXPECT_EQ(number("select count(*) from offers"), 3);
    EXPECT_EQ(number("select count(*) from offer_versions"), 4);
    EXPECT_EQ(number("select count(*) from staged_offers"), 0);
    EXPECT_EQ(number("select count(*) from live_batch"), 0);
    EXPECT_EQ(seen(), expected);
}

TEST_P(LiveBatchTest, AChangeOfAnOfferTakesItHome) {
    ASSERT_EQ(apply_run(), Applied::done);
    const auto patched = catalogue_.patch(0, *json::parse(R"({"weight":3})"), 2, kAnn);
    ASSERT_TRUE(patched) << to_text(patched.error());
    EXPECT_EQ(patched->name, "a2");
    EXPECT_EQ(patched->version, 3);
    EXPECT_EQ(made(R"({"name":"d"})").offer_id, 3);
    EXPECT_EQ(
        catalogue_
            .create(
                [] {
                    Offer taken;
                    taken.name = "taken";
                    taken.offer_id = 2;
                    return taken;
                }(),
                kAnn
            )
            .error()
            .code,
        ErrorCode::conflict
    );
    ASSERT_TRUE(take_all_home(*database_));
    EXPECT_EQ(catalogue_.read(0)->weight, 3);
    EXPECT_EQ(catalogue_.read(0)->version, 3);
    EXPECT_EQ(catalogue_.history(0)->size(), 3U);
    EXPECT_THAT(names(), ElementsAre("a2", "b", "c", "d"));
}

TEST_P(LiveBatchTest, AChangeOfManyTakesAllHomeFirst) {
    ASSERT_EQ(apply_run(), Applied::done);
    const auto bulk = catalogue_.bulk({.ids = {0, 2}, .patch = *json::parse(R"({"weight":2})")}, kAnn);
    ASSERT_TRUE(bulk) << to_text(bulk.error());
    EXPECT_EQ(bulk->updated, 2);
    EXPECT_EQ(number("select count(*) from live_batch"), 0);
    EXPECT_EQ(catalogue_.read(0)->version, 3);
    EXPECT_EQ(catalogue_.read(2)->version, 2);
}

TEST_P(LiveBatchTest, WhatMovedMeanwhileIsNotApplied) {
    ASSERT_TRUE(catalogue_.patch(1, *json::parse(R"({"weight":3})"), {}, kAnn));  // not of the batch
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"weight":3})"), {}, kAnn));
    EXPECT_EQ(apply_run(), Applied::moved);
    EXPECT_THAT(names(), ElementsAre("a", "b"));
    EXPECT_EQ(number("select count(*) from live_batch"), 0);
}

TEST_P(LiveBatchTest, WhatMovedElsewhereDoesNotMatter) {
    ASSERT_TRUE(catalogue_.patch(1, *json::parse(R"({"weight":3})"), {}, kAnn));
    EXPECT_EQ(apply_run(), Applied::done);
    EXPECT_THAT(names(), ElementsAre("a2", "b", "c"));
}

TEST_P(LiveBatchTest, AnIdThatWasGivenAwayIsNotTaken) {
    EXPECT_EQ(made(R"({"name":"hand"})").offer_id, 2);
    EXPECT_EQ(apply_run(), Applied::moved);
}

TEST_P(LiveBatchTest, OneBatchAtATimeAndALiveOneIsNotForgotten) {
    ASSERT_EQ(apply_run(), Applied::done);
    EXPECT_EQ(apply_run(), Applied::moved);        // it is on its way home
    EXPECT_EQ(apply_run("empty"), Applied::done);  // and has nothing to do with it
    EXPECT_EQ(write([](db::Connection& c) { return unstage(c, "run", 100); }), 0);
    EXPECT_THAT(names(), ElementsAre("a2", "b", "c"));
    ASSERT_TRUE(catalogue_.prepare());  // the next start
    EXPECT_EQ(number("select count(*) from staged_offers"), 0);
    EXPECT_THAT(names(), ElementsAre("a2", "b", "c"));
}

TEST_P(LiveBatchTest, TheFeedTellsOnceOfAllOfIt) {
    const auto before = database_->read(storage::feed_position);
    ASSERT_EQ(apply_run(), Applied::done);
    ASSERT_TRUE(take_all_home(*database_));
    const auto changes = database_->read([&](db::Connection& c) { return storage::poll_changes(c, *before); });
    ASSERT_TRUE(changes);
    ASSERT_EQ(changes->size(), 1U);
    EXPECT_EQ(changes->front().kind, kChangeKind);
    EXPECT_EQ(changes->front().key, kManyOffers);
}

TEST_P(LiveBatchTest, WhatHasNotChangedIsSharedWithTheContentsBefore) {
    const Contents before = catalogue_.contents().value();
    ASSERT_EQ(apply_run(), Applied::done);
    const Contents after = catalogue_.contents(before).value();
    EXPECT_EQ(after.offers, catalogue_.contents()->offers);
    EXPECT_EQ(after.version, 4);
    EXPECT_FALSE(after.offers.at(0).shares_with(before.offers.at(0)));
    EXPECT_TRUE(after.offers.at(1).shares_with(before.offers.at(1)));
    EXPECT_EQ(after.offers.at(2).name(), "c");
}

}  // namespace
}  // namespace boon::catalog
