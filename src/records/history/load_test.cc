#include <chrono>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/history/ledger.h"
#include "records/history/testing/fixture.h"

namespace boon::history {
namespace {

using testing::add_and_wait;
using testing::kNoon;
using testing::LedgerTest;
using testing::make_decision;
using testing::record_and_wait;
using testing::same_bytes;

// Retention, relaxed mode, many at once, a full disk.
class DaysAndLoadTest : public LedgerTest {};
INSTANTIATE_TEST_SUITE_P(
    Engines, DaysAndLoadTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(DaysAndLoadTest, RetentionRemovesWholeDays) {
    std::vector<std::string> ids;
    for (std::int64_t day = 0; day < 4; ++day) {
        for (std::uint64_t i = 0; i < 300; ++i) {
            DecisionRecord decision = make_decision(i, plus_days(kNoon, day));
            if (i == 7) decision.decision_id = "mine-" + std::to_string(day);
            ids.push_back(decision.decision_id);
            ledger_->record(std::move(decision), [](const Status& status) { EXPECT_TRUE(status); });
        }
        ASSERT_EQ(
            add_and_wait(*ledger_, {ids.back(), 3, Kind::sent, {}, plus_days(kNoon, day), {}, {}}), Recorded::added
        );
    }
    EXPECT_EQ(ledger_->drop_before(plus_days(kNoon, 2)), 2);
    EXPECT_EQ(ledger_->drop_before(plus_days(kNoon, 2)), 0);
    for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(is_there(ids[i]), i >= 600) << i;
    EXPECT_EQ(ledger_->outcomes(ids[299])->size(), 0U);
    EXPECT_EQ(ledger_->outcomes(ids.back())->size(), 1U);
    EXPECT_EQ(ledger_->decisions_of("customer-3", 10, "")->items.size(), 2U);
    EXPECT_EQ(number("select count(*) from ledger_days"), 2);
    EXPECT_EQ(number("select count(*) from ledger_names"), 2);
    EXPECT_EQ(number("select count(*) from decisions_20260302"), -1);
    EXPECT_EQ(number("select count(*) from outcomes_20260302"), -1);
    EXPECT_EQ(number("select count(*) from decisions_20260303"), 300);
    EXPECT_EQ(add_and_wait(*ledger_, {ids[0], 0, Kind::sent, kNoon, kNoon, {}, {}}).error().code, ErrorCode::not_found);
    // A day that was removed can be begun again.
    recorded(make_decision(1));
    EXPECT_TRUE(is_there(make_decision(1).decision_id));
}

TEST_P(DaysAndLoadTest, AnInterruptedRemovalIsFinishedByTheNext) {
    const std::string gone = recorded(make_decision(1));
    const std::string kept = recorded(make_decision(1, plus_days(kNoon, 1)));
    ASSERT_TRUE(database_->write([](db::Connection& c) { return mark_dropping(c, {20513 + 1}); }));
    ledger_ = open({});
    EXPECT_FALSE(is_there(gone));
    EXPECT_TRUE(is_there(kept));
    EXPECT_EQ(
        to_text(record_and_wait(*ledger_, make_decision(2)).error()),
        "decisions of 20260301 are no longer kept\nhint: is the clock right? Otherwise keep decisions for longer"
    );
    EXPECT_EQ(ledger_->drop_before(kNoon), 1);
    EXPECT_EQ(number("select count(*) from decisions_20260301"), -1);
    EXPECT_TRUE(is_there(kept));
}

TEST_P(DaysAndLoadTest, RelaxedAcknowledgesWhatIsQueued) {
    ledger_ = open({.durability = Durability::relaxed, .queue_limit = 4, .relaxed_queue = 3});
    EXPECT_EQ(ledger_->durability(), Durability::relaxed);
    std::promise<void> writer_may_go_on;
    database_->write_async(
        db::Lane::ledger,
        [go_on = writer_may_go_on.get_future().share()](db::Connection&) -> Status {
            go_on.wait();
            return {};
        },
        [](const Status&) {}
    );
    for (std::uint64_t i = 0; i < 3; ++i) EXPECT_TRUE(record_and_wait(*ledger_, make_decision(i)));
    EXPECT_EQ(ledger_->load().queued, 3U);
    // Many wait: it is taken, and acknowledged when it is written.
    std::promise<Status> written;
    auto fourth = written.get_future();
    ledger_->record(make_decision(3), [&](Status status) { written.set_value(std::move(status)); });
    EXPECT_EQ(fourth.wait_for(std::chrono::milliseconds(50)), std::future_status::timeout);
    const Status full = record_and_wait(*ledger_, make_decision(4));
    EXPECT_EQ(full.error().code, ErrorCode::unavailable);
    EXPECT_EQ(full.error().message, "4 decisions and outcomes wait to be written already");

    writer_may_go_on.set_value();
    EXPECT_TRUE(fourth.get());
    ledger_.reset();  // waits for what is queued
    ledger_ = open({.durability = Durability::relaxed});
    for (std::uint64_t i = 0; i < 4; ++i) EXPECT_TRUE(is_there(make_decision(i).decision_id));
    EXPECT_FALSE(is_there(make_decision(4).decision_id));

    // Taken already: it cannot be written, which its caller is no longer told.
    EXPECT_TRUE(record_and_wait(*ledger_, make_decision(1)));
    // Outcomes are durable all the same, and come after their decision.
    EXPECT_TRUE(record_and_wait(*ledger_, make_decision(4)));
    EXPECT_EQ(
        add_and_wait(*ledger_, {make_decision(4).decision_id, 4, Kind::viewed, kNoon, kNoon, {}, {}}), Recorded::added
    );
    EXPECT_EQ(ledger_->load().lost, 1);
}

TEST_P(DaysAndLoadTest, ManyAtOnceAreEachThereOnce) {
    constexpr std::uint64_t kEach = 50;
    {
        std::vector<std::jthread> threads;
        for (std::uint64_t t = 0; t < 16; ++t) {
            threads.emplace_back([&, t] {
                for (std::uint64_t i = 0; i < kEach; ++i) {
                    const Status status = record_and_wait(*ledger_, make_decision(t * kEach + i));
                    ASSERT_TRUE(status) << to_text(status.error());
                }
            });
        }
    }
    EXPECT_EQ(number("select count(*) from decisions_20260301"), 800);
    EXPECT_EQ(number("select count(distinct decision_id) from decisions_20260301"), 800);
    EXPECT_TRUE(same_bytes(**ledger_->find(make_decision(799).decision_id), make_decision(799)));
}

TEST_P(DaysAndLoadTest, TwoLedgersMayBeginADayAtOnce) {
    const auto other_database = scratch_.open();
    const auto other = Ledger::open(*other_database, {});
    ASSERT_TRUE(other) << to_text(other.error());
    for (std::int64_t day = 0; day < 5; ++day) {
        const auto run = [&](Ledger& ledger, std::uint64_t first) {
            for (std::uint64_t i = first; i < first + 4; ++i) {
                const Status status = record_and_wait(ledger, make_decision(i, plus_days(kNoon, day)));
                ASSERT_TRUE(status) << to_text(status.error());
            }
        };
        const std::jthread one([&] { run(*ledger_, 0); });
        const std::jthread two([&] { run(**other, 100); });
    }
    EXPECT_EQ(number("select count(*) from ledger_days"), 5);
    EXPECT_EQ(number("select count(*) from decisions_20260305"), 8);
}

TEST(LedgerWithoutTablesTest, SaysWhatToDo) {
    const db::testing::Scratch scratch(db::Engine::sqlite);
    const auto database = scratch.open();
    const auto ledger = Ledger::open(*database, {});
    EXPECT_EQ(ledger.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(ledger.error().hint, "run `boon migrate`");
}

// On SQLite a limit to the file stands for the full disk: the engine's answer is the same.
TEST(LedgerOnAFullDiskTest, AcknowledgesNothingAndKeepsWhatItHas) {
    const db::testing::Scratch scratch(db::Engine::sqlite);
    const auto database = scratch.open();
    ASSERT_TRUE(storage::migrate(*database, kNoon));
    const auto ledger = *Ledger::open(*database, {});
    const auto limit = [&](const std::string& pages) {
        return database->write([&](db::Connection& c) { return c.run_script("pragma max_page_count = " + pages); });
    };
    ASSERT_TRUE(limit("200"));
    std::vector<std::string> acknowledged;
    std::vector<std::string> refused;
    for (std::uint64_t i = 0; i < 1000; ++i) {
        const DecisionRecord decision = make_decision(i);
        const Status status = record_and_wait(*ledger, decision);
        (status ? acknowledged : refused).push_back(decision.decision_id);
        if (status) continue;
        EXPECT_EQ(status.error().code, ErrorCode::unavailable);
        EXPECT_THAT(status.error().message, ::testing::EndsWith("the disk is full"));
    }
    EXPECT_GT(acknowledged.size(), 100U);
    EXPECT_GT(refused.size(), 100U);
    ASSERT_TRUE(limit("1000000"));
    for (const std::string& id : acknowledged) EXPECT_TRUE(*ledger->find(id)) << id;
    for (const std::string& id : refused) EXPECT_FALSE(*ledger->find(id)) << id;
    EXPECT_TRUE(record_and_wait(*ledger, make_decision(1000)));
}

}  // namespace
}  // namespace boon::history
