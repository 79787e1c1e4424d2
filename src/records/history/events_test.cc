#include "records/history/events.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

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
    const std::vector first = {Recorded::added, Recorded::added, Recorded::duplicate, Recorded::added};
    EXPECT_EQ(add_events(*database_, events), first);
    EXPECT_EQ(add_events(*database_, events), std::vector(4, Recorded::duplicate));
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
    EXPECT_EQ(std::ranges::count(*recorded, Recorded::added), 4'500);
    EXPECT_EQ(recorded->back(), Recorded::duplicate);
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
