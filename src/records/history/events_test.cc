#include "records/history/events.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "records/history/event_reading.h"
#include "records/history/testing/fixture.h"

namespace boon::history {
namespace {

using testing::kNoon;

class EventsTest : public testing::LedgerTest {
protected:
    static Result<Event> read(std::string_view text) { return read_event(*json::parse(text), {}, kNoon); }
    static Event purchase(int number, std::string source = "shop") {
        Event event;
        event.id = fmt::format("t{}", number);
        event.source = std::move(source);
        event.customer_id = "c";
        event.occurred_at = event.known_at = kNoon;
        event.data = json::Object{{"amount", number}};
        return event;
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, EventsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(EventsTest, AnEventIsKeptOncePerSource) {
    const std::vector<Event> events = {purchase(1), purchase(2), purchase(1), purchase(1, "till")};
    constexpr TakenEvent kAdded{Recorded::added};
    constexpr TakenEvent kDuplicate{Recorded::duplicate};
    EXPECT_EQ(add_events(*database_, events), (std::vector{kAdded, kAdded, kDuplicate, kAdded}));
    EXPECT_EQ(add_events(*database_, events), std::vector(4, kDuplicate));
    const auto counts = count_events(*database_);
    ASSERT_TRUE(counts) << to_text(counts.error());
    ASSERT_EQ(counts->size(), 2U);
    EXPECT_EQ(counts->at(0).source, "shop");
    EXPECT_EQ(counts->at(0).events, 2);
    EXPECT_EQ(counts->at(1).last_known_at, kNoon);
}

TEST_P(EventsTest, MoreThanAChunkKeepsTheOrderOfTheAnswers) {
    std::vector<Event> events;
    for (int i = 0; i < 4'500; ++i) events.push_back(purchase(i));
    events.push_back(purchase(7));
    const auto recorded = add_events(*database_, events);
    ASSERT_TRUE(recorded) << to_text(recorded.error());
    ASSERT_EQ(recorded->size(), events.size());
    EXPECT_EQ(std::ranges::count(*recorded, Recorded::added, &TakenEvent::recorded), 4'500);
    EXPECT_EQ(recorded->back().recorded, Recorded::duplicate);
}

TEST_P(EventsTest, WhatHappenedBeforeTheWatermarkOfItsSourceIsLate) {
    const auto at = [](int number, std::int64_t micros, const char* source = "shop") {
        Event event = purchase(number, source);
        event.occurred_at = plus_micros(kNoon, micros);
        return event;
    };
    const auto late = [&](const std::vector<Event>& events) {
        std::vector<bool> flags;
        const auto taken = add_events(*database_, events);
        for (const TakenEvent& one : taken.value()) flags.push_back(one.is_late);
        return flags;
    };
    using Flags = std::vector<bool>;
    // What comes in one go has no order; nor is a source late that was not heard of.
    EXPECT_EQ(late({at(1, 0), at(2, -10 * kMicrosPerDay)}), (Flags{false, false}));
    EXPECT_EQ(late({at(3, -kLatenessMicros), at(4, -kLatenessMicros - 1)}), (Flags{false, true}));
    EXPECT_EQ(late({at(4, -kLatenessMicros - 1)}), Flags{false});  // a duplicate
    EXPECT_EQ(late({at(5, -10 * kMicrosPerDay, "till")}), Flags{false});
    EXPECT_EQ(late({at(6, -10 * kMicrosPerDay, "till")}), Flags{false});
    const auto counts = count_events(*database_).value();
    ASSERT_EQ(counts.size(), 2U);
    EXPECT_EQ(counts[0].events, 4);
    EXPECT_EQ(counts[0].late, 1);
    EXPECT_EQ(counts[0].last_occurred_at, kNoon);
    EXPECT_EQ(counts[0].watermark, plus_days(kNoon, -3));
    EXPECT_EQ(counts[1].last_occurred_at, plus_days(kNoon, -10));
    EXPECT_EQ(counts[1].late, 0);
}

// Whatever the size of the steps, each event is handed out once and in order.
TEST_P(EventsTest, AreHandedOutOnceInAnyPortions) {
    std::vector<Event> events;
    for (int i = 0; i < 25; ++i) {
        events.push_back(purchase(i));
        events.back().customer_id = i % 3 == 0 ? "ann" : "bob";
        events.back().occurred_at = plus_micros(kNoon, -(i % 4));
    }
    ASSERT_TRUE(add_events(*database_, events));
    for (const std::int64_t size : {1, 7, 25, 100}) {
        EventPlace place;
        std::vector<std::string> ids;
        while (true) {
            const auto some = database_->read([&](db::Connection& c) { return events_after(c, place, size); });
            ASSERT_TRUE(some) << to_text(some.error());
            if (some->empty()) break;
            EXPECT_LE(std::ssize(*some), size);
            for (const PlacedEvent& one : *some) ids.push_back(one.event.id);
            place = some->back().place;
        }
        ASSERT_EQ(ids.size(), 25U);
        for (int i = 0; i < 25; ++i) EXPECT_EQ(ids[static_cast<std::size_t>(i)], fmt::format("t{}", i));
        EXPECT_EQ(database_->read([](db::Connection& c) { return last_event_place(c); }), place);
        const auto ahead = database_->read([&](db::Connection& c) { return customers_after(c, {}, size); });
        EXPECT_EQ(ahead->size(), size == 1 ? 1U : 2U);
    }

    std::vector<Event> anns;
    const std::vector<std::string_view> customers = {"ann", "nobody"};
    ASSERT_TRUE(database_->read([&](db::Connection& c) {
        return for_each_event_of(c, customers, [&](const Event& event) -> Status {
            anns.push_back(event);
            return {};
        });
    }));
    ASSERT_EQ(anns.size(), 9U);
    EXPECT_EQ(anns[1].id, "t3");
    EXPECT_EQ(anns[1].data, events[3].data);
    EXPECT_EQ(anns[1].occurred_at, events[3].occurred_at);

    // A customer's, the latest first, in pages.
    EventAge before;
    std::vector<std::string> latest;
    while (true) {
        const auto page = database_->read([&](db::Connection& c) { return events_of(c, "ann", before, 4); });
        ASSERT_TRUE(page) << to_text(page.error());
        if (page->empty()) break;
        for (const AgedEvent& one : *page) latest.push_back(one.event.id);
        before = page->back().age;
    }
    EXPECT_EQ(latest, (std::vector<std::string>{"t24", "t12", "t0", "t21", "t9", "t18", "t6", "t15", "t3"}));
}

// An event of a transaction that has not ended holds back those behind it: they stand behind it for good.
TEST_P(EventsTest, WhatIsNotCommittedYetIsNotLeftOut) {
    if (GetParam() != db::Engine::postgres) GTEST_SKIP() << "one writer: positions are given out as commits happen";
    const auto after = [&](EventPlace place) {
        return *database_->read([&](db::Connection& c) { return events_after(c, place, 10); });
    };
    // The first takes its position, and before it commits the second takes the next and commits.
    const auto other = scratch_.open();
    ASSERT_TRUE(other->write([&](db::Connection& c) -> Status {
        BOON_CHECK(
            c.execute("insert into events (source, id, type, customer_id, occurred_at, known_at, data) "
                      "values ('late', 't7', 'transaction', 'c', 0, 0, '{}')")
        );
        EXPECT_TRUE(add_events(*database_, std::vector{purchase(1)}));
        EXPECT_TRUE(after({}).empty());
        return {};
    }));
    const auto both = after({});
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].event.source, "late");
    EXPECT_TRUE(after(both[1].place).empty());
}

TEST_P(EventsTest, AnEnvelopeIsOpened) {
    const auto event = read(R"({"specversion": "1.0", "id": "1", "source": "s", "type": "org.x.payment", "subject": "c",
        "extra": 1, "data": {"payment_id": "b", "due_at": "2026-04-01", "amount": 2}})");
    ASSERT_TRUE(event) << to_text(event.error());
    EXPECT_EQ(event->type, EventType::payment);
    EXPECT_EQ(event->customer_id, "c");
    EXPECT_EQ(event->occurred_at, kNoon);
    const auto wrong = read(R"({"specversion": "1.0", "id": "1", "type": "interaction", "data": {}})");
    ASSERT_FALSE(wrong);
    ASSERT_EQ(wrong.error().fields.size(), 1U);
    EXPECT_EQ(wrong.error().fields.front().pointer, "/subject");
}

TEST_P(EventsTest, DataIsCheckedAsItsType) {
    const auto wrong =
        read(R"({"id": "a\u0000", "type": "interaction", "customer_id": "c", "data": {"offer_id": -1}})");
    ASSERT_FALSE(wrong);
    std::vector<std::string> pointers;
    for (const FieldError& mistake : wrong.error().fields) pointers.push_back(mistake.pointer);
    EXPECT_EQ(pointers, (std::vector<std::string>{"/id", "/data/offer_id", "/data/kind"}));
    EXPECT_TRUE(
        read(R"({"id": "1", "type": "transaction", "customer_id": "c", "data": {"type": "return", "amount": -1}})")
    );
}

}  // namespace
}  // namespace boon::history
