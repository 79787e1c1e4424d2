#include "records/history/erase.h"

#include <set>

#include <gmock/gmock.h>

#include "records/history/customer_runs.h"
#include "records/history/testing/fixture.h"

namespace boon::history {
namespace {

using testing::add_and_wait;
using testing::kNoon;
using testing::make_decision;

class EraseTest : public testing::LedgerTest {
protected:
    std::int64_t erase(std::string_view customer) {
        const auto erased = erase_decisions(*database_, customer);
        EXPECT_TRUE(erased) << to_text(erased.error());
        return erased.value_or(-1);
    }
    std::size_t count_of(std::string_view customer) { return ledger_->decisions_of(customer, 500, "")->items.size(); }
};
INSTANTIATE_TEST_SUITE_P(Engines, EraseTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(EraseTest, DecisionsBecomeNobodys) {
    DecisionRecord decision = make_decision(7);
    decision.decision_id = "order of customer-7";
    decision.body = R"({"decision_id":"order of customer-7","customer_id":"customer-7","placement":"home",
        "offers":[{"offer_id":7,"score":1.5,"explanation":{"text":"customer-7 spent 80"}}],
        "considered":[{"offer_id":9,"why":"customer-7 is in no stage"}],"notes":["of customer-7"]})";
    recorded(decision);
    const Outcome outcome{
        .decision_id = decision.decision_id,
        .offer_id = 7,
        .kind = Kind::clicked,
        .occurred_at = kNoon,
        .known_at = kNoon,
        .revenue = {},
        .event_id = "e-of-customer-7",
    };
    ASSERT_TRUE(add_and_wait(*ledger_, outcome));
    const std::string other = recorded(make_decision(8));

    EXPECT_EQ(erase("customer-7"), 1);
    EXPECT_EQ(erase("customer-7"), 0);
    EXPECT_EQ(count_of("customer-7"), 0U);
    EXPECT_FALSE(is_there(decision.decision_id));
    EXPECT_EQ(number("select count(*) from ledger_names"), 0);
    EXPECT_TRUE(is_there(other));

    const auto kept = ledger_->decisions_of(kNobody, 10, "")->items;
    ASSERT_EQ(kept.size(), 1U);
    EXPECT_EQ(kept[0].offers, decision.offers);
    EXPECT_TRUE(kept[0].features.empty());
    EXPECT_EQ(kept[0].decided_at, kNoon);
    EXPECT_EQ(
        kept[0].body, R"({"decision_id":")" + kept[0].decision_id +
                          R"(","customer_id":"","placement":"home","offers":[{"offer_id":7,"score":1.5,)"
                          R"("explanation":null}],"considered":[],"notes":["the customer was erased"]})"
    );
    EXPECT_TRUE(is_there(kept[0].decision_id));
    const auto outcomes = ledger_->outcomes(kept[0].decision_id).value();
    ASSERT_EQ(outcomes.size(), 1U);
    EXPECT_EQ(outcomes[0].kind, Kind::clicked);
    EXPECT_EQ(outcomes[0].event_id, std::nullopt);
}

TEST_P(EraseTest, ManyOfSeveralDaysAndOnlyTheirs) {
    // 1200 a day, of 1000 customers, and more of one of them: on SQLite some are sorted into runs and some are not.
    for (const int day : {0, 1}) {
        for (std::uint64_t i = 0; i < 700; ++i) {
            auto decision = make_decision(i, plus_days(kNoon, day));
            if (i % 10 == 0) decision.customer_id = "often";
            ledger_->record(std::move(decision), [](const Status& status) { EXPECT_TRUE(status); });
        }
    }
    recorded(make_decision(5000));
    EXPECT_EQ(count_of("often"), 140U);
    const std::size_t others = count_of("customer-3") + count_of("customer-17");
    EXPECT_EQ(others, 4U);

    EXPECT_EQ(erase("often"), 140);
    EXPECT_EQ(count_of("often"), 0U);
    EXPECT_EQ(count_of(kNobody), 140U);
    EXPECT_EQ(count_of("customer-3") + count_of("customer-17"), others);
    EXPECT_EQ(ledger_->count_showing(std::array<OfferId, 1>{100}, kNoon).value(), 177);  // as many as before

    // What comes then is found among what was moved.
    for (std::uint64_t i = 700; i < 1100; ++i) {
        ledger_->record(make_decision(i), [](const Status& status) { EXPECT_TRUE(status); });
    }
    recorded(make_decision(6000));
    EXPECT_EQ(count_of("customer-999"), 1U);
    EXPECT_EQ(count_of("customer-17"), 3U);
    EXPECT_EQ(count_of(kNobody), 140U);
    EXPECT_EQ(count_of("often"), 0U);
}

TEST_P(EraseTest, SaysWhoHasDecisions) {
    recorded(make_decision(1));
    recorded(make_decision(2, plus_days(kNoon, 1)));
    std::set<std::string> found;
    ASSERT_TRUE(database_->read([&](db::Connection& connection) {
        return each_decided_customer(connection, [&](std::string_view customer) { found.emplace(customer); });
    }));
    EXPECT_THAT(found, ::testing::ElementsAre("customer-1", "customer-2"));
    const auto has = [&](std::string_view customer) {
        return database_->read([&](db::Connection& c) { return has_decisions(c, customer); }).value();
    };
    EXPECT_TRUE(has("customer-2"));
    EXPECT_FALSE(has("customer-3"));
}

}  // namespace
}  // namespace boon::history
