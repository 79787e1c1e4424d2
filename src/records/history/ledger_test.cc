#include "records/history/ledger.h"

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/history/testing/fixture.h"

namespace boon::history {
namespace {

using testing::add_and_wait;
using testing::kNoon;
using testing::LedgerTest;
using testing::make_decision;
using testing::record_and_wait;
using testing::same_bytes;

constexpr std::string_view kUnknownId = "0195515a-4b00-7000-8000-0000000000ff";

INSTANTIATE_TEST_SUITE_P(Engines, LedgerTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(LedgerTest, ADecisionComesBackToTheByte) {
    DecisionRecord decision = make_decision(7);
    decision.body = "{\"text\":\"tab\\t, quote\\\", 日本, 0.1\",\n \"n\" : 1e-7}";
    decision.placement = "";
    recorded(decision);
    const auto found = ledger_->find(decision.decision_id);
    ASSERT_TRUE(found && *found);
    EXPECT_TRUE(same_bytes(**found, decision));
    ledger_.reset();
    database_ = scratch_.open();
    ledger_ = open({});
    EXPECT_TRUE(same_bytes(**ledger_->find(decision.decision_id), decision));
}

TEST_P(LedgerTest, ADecisionWithoutOffersOrFeaturesComesBackToo) {
    DecisionRecord decision = make_decision(8);
    decision.offers.clear();
    decision.features.clear();
    decision.body.clear();
    decision.model_version.clear();
    recorded(decision);
    EXPECT_TRUE(same_bytes(**ledger_->find(decision.decision_id), decision));
}

TEST_P(LedgerTest, AnUnknownDecisionIsNotFound) {
    EXPECT_FALSE(is_there(std::string(kUnknownId)));
    recorded(make_decision(1));
    for (const std::string_view id : {kUnknownId, std::string_view("order-17"), std::string_view("")}) {
        EXPECT_FALSE(is_there(std::string(id)));
        EXPECT_EQ(ledger_->outcomes(id)->size(), 0U);
    }
}

TEST_P(LedgerTest, AnIdIsTakenOnce) {
    const std::string id = recorded(make_decision(1));
    DecisionRecord other = make_decision(2);
    other.decision_id = id;
    const Status second = record_and_wait(*ledger_, other);
    EXPECT_EQ(second.error().code, ErrorCode::conflict);
    EXPECT_EQ(second.error().message, "there is a decision " + id + " already");
    EXPECT_TRUE(same_bytes(**ledger_->find(id), make_decision(1)));
}

TEST_P(LedgerTest, ACallersOwnIdWillDo) {
    DecisionRecord decision = make_decision(1);
    decision.decision_id = "Bestellung 17/ü";
    recorded(decision);
    EXPECT_TRUE(same_bytes(**ledger_->find(decision.decision_id), decision));
    EXPECT_EQ(add_and_wait(*ledger_, {decision.decision_id, 1, Kind::clicked, kNoon, kNoon, {}, {}}), Recorded::added);
    EXPECT_EQ(ledger_->outcomes(decision.decision_id)->size(), 1U);

    // Taken once, on whatever day.
    decision.decided_at = plus_days(kNoon, 3);
    EXPECT_EQ(record_and_wait(*ledger_, decision).error().code, ErrorCode::conflict);
    EXPECT_EQ((*ledger_->find(decision.decision_id))->decided_at, kNoon);
}

TEST_P(LedgerTest, AnIdThatCannotBeKeptIsRefused) {
    const auto refusal = [&](std::string id) {
        DecisionRecord decision = make_decision(1);
        decision.decision_id = std::move(id);
        const Status status = record_and_wait(*ledger_, std::move(decision));
        EXPECT_EQ(status.error().code, ErrorCode::invalid);
        return to_text(status.error());
    };
    EXPECT_EQ(refusal(""), "a decision id is UTF-8 text of 1 to 64 bytes, this one has 0");
    EXPECT_EQ(refusal(std::string(65, 'x')), "a decision id is UTF-8 text of 1 to 64 bytes, this one has 65");
    EXPECT_EQ(refusal("\xff"), "a decision id is UTF-8 text of 1 to 64 bytes, this one has 1 that are not UTF-8");
    EXPECT_EQ(
        refusal("019c9ef8-5200-7000-8000-000000000001"),
        "the decision id 019c9ef8-5200-7000-8000-000000000001 is of 2026-02-27T12:00:00Z, but the decision of "
        "2026-03-01T12:00:00Z\n"
        "hint: is a clock wrong? A UUID of version 7 tells its time; an id of any other form is taken as it is"
    );
    DecisionRecord nobody = make_decision(1);
    nobody.customer_id = "";
    EXPECT_EQ(record_and_wait(*ledger_, nobody).error().message, "a customer id has 1 to 64 bytes, this one 0");
    EXPECT_EQ(number("select count(*) from ledger_days"), 0);
}

TEST_P(LedgerTest, DecisionsAreFoundAcrossDays) {
    std::vector<DecisionRecord> decisions;
    for (std::uint64_t day = 0; day < 5; ++day) {
        decisions.push_back(make_decision(day, plus_days(kNoon, static_cast<std::int64_t>(day) * 40)));
        recorded(decisions.back());
    }
    for (const DecisionRecord& decision : decisions) {
        EXPECT_TRUE(same_bytes(**ledger_->find(decision.decision_id), decision));
    }
    EXPECT_EQ(number("select count(*) from ledger_days"), 5);
    EXPECT_EQ(number("select count(*) from decisions_20260301"), 1);
    EXPECT_EQ(number("select count(*) from decisions_20260410"), 1);
}

TEST_P(LedgerTest, TheIdTellsTheDayEvenWhereTheDecisionFellAfterMidnight) {
    const Timestamp midnight{kNoon.micros + kMicrosPerDay / 2};
    DecisionRecord decision = make_decision(1, plus_micros(midnight, -1000));
    decision.decided_at = plus_micros(midnight, 1000);
    recorded(decision);
    EXPECT_TRUE(same_bytes(**ledger_->find(decision.decision_id), decision));
    EXPECT_EQ(number("select count(*) from decisions_20260301"), 1);
}

TEST_P(LedgerTest, AnOutcomeCountsOnce) {
    const std::string id = recorded(make_decision(1));
    const Outcome viewed{id, 1, Kind::viewed, plus_micros(kNoon, 5), plus_micros(kNoon, 9), {}, {}};
    Outcome converted{id, 101, Kind::converted, plus_micros(kNoon, 7), plus_micros(kNoon, 9), Money{1999}, "order-4"};
    EXPECT_EQ(add_and_wait(*ledger_, viewed), Recorded::added);
    EXPECT_EQ(add_and_wait(*ledger_, converted), Recorded::added);
    EXPECT_EQ(add_and_wait(*ledger_, viewed), Recorded::duplicate);
    converted.revenue = Money{1};
    EXPECT_EQ(add_and_wait(*ledger_, converted), Recorded::duplicate);
    Outcome of_the_other_offer = viewed;
    of_the_other_offer.offer_id = 101;
    of_the_other_offer.occurred_at = plus_micros(kNoon, 8);
    EXPECT_EQ(add_and_wait(*ledger_, of_the_other_offer), Recorded::added);

    const auto outcomes = ledger_->outcomes(id);
    ASSERT_TRUE(outcomes) << to_text(outcomes.error());
    ASSERT_EQ(outcomes->size(), 3U);
    EXPECT_EQ(json::write(outcomes->at(0)), json::write(viewed));
    EXPECT_EQ(outcomes->at(1).revenue, Money{1999});
    EXPECT_EQ(outcomes->at(1).event_id, "order-4");
    EXPECT_EQ(outcomes->at(2).offer_id, 101);
}

TEST_P(LedgerTest, AnOutcomeWithoutATimeHappenedWhenItBecameKnown) {
    const std::string id = recorded(make_decision(1));
    EXPECT_EQ(add_and_wait(*ledger_, {id, 1, Kind::sent, {}, plus_micros(kNoon, 9), {}, {}}), Recorded::added);
    EXPECT_EQ(ledger_->outcomes(id)->at(0).occurred_at, plus_micros(kNoon, 9));
}

TEST_P(LedgerTest, AnOutcomeThatFitsNoDecisionIsRefused) {
    const std::string id = recorded(make_decision(1));
    const auto refusal = [&](const Outcome& outcome) { return add_and_wait(*ledger_, outcome).error(); };
    const Error unknown = refusal({std::string(kUnknownId), 1, Kind::sent, kNoon, kNoon, {}, {}});
    EXPECT_EQ(unknown.code, ErrorCode::not_found);
    EXPECT_EQ(
        to_text(unknown),
        "there is no decision \"0195515a-4b00-7000-8000-0000000000ff\"\n"
        "hint: send the decision_id that the decision came with; old decisions are not kept"
    );
    EXPECT_EQ(refusal({"order-17", 1, Kind::sent, kNoon, kNoon, {}, {}}).code, ErrorCode::not_found);

    const Error other_offer = refusal({id, 2, Kind::sent, kNoon, kNoon, {}, {}});
    EXPECT_EQ(other_offer.code, ErrorCode::invalid);
    EXPECT_EQ(to_text(other_offer), "the decision " + id + " did not show offer 2\nhint: it showed 1, 101");

    const Timestamp before = plus_micros(kNoon, -kMicrosPerHour - 1);
    EXPECT_EQ(
        refusal({id, 1, Kind::sent, before, kNoon, {}, {}}).message,
        "the outcome is of 2026-03-01T10:59:59.999999Z, before its decision of 2026-03-01T12:00:00Z"
    );
    EXPECT_EQ(
        refusal({id, 1, Kind::sent, plus_days(kNoon, 1), kNoon, {}, {}}).message,
        "the outcome is of 2026-03-02T12:00:00Z, in the future"
    );
    EXPECT_EQ(add_and_wait(*ledger_, {id, 1, Kind::sent, plus_micros(before, 1), kNoon, {}, {}}), Recorded::added);
    EXPECT_EQ(ledger_->outcomes(id)->size(), 1U);
}

TEST_P(LedgerTest, ACustomersDecisionsComeNewestFirstPageByPage) {
    // Three a day on three days, two of them in the same instant; and another customer's between.
    std::vector<std::string> newest_first;
    for (std::int64_t i = 0; i < 9; ++i) {
        DecisionRecord decision = make_decision(1, plus_days(kNoon, i / 3));
        decision.decision_id.back() = static_cast<char>('0' + i);
        decision.decided_at = plus_micros(decision.decided_at, i % 3 == 0 ? 0 : 60);
        newest_first.insert(newest_first.begin(), recorded(decision));
        recorded(make_decision(static_cast<std::uint64_t>(i) + 2, plus_days(kNoon, i / 3)));
    }
    for (const int limit : {1, 2, 3, 4, 8, 9, 500}) {
        std::vector<std::string> seen;
        std::string cursor;
        int pages = 0;
        do {
            const auto page = ledger_->decisions_of("customer-1", limit, cursor);
            ASSERT_TRUE(page) << to_text(page.error());
            EXPECT_LE(page->items.size(), static_cast<std::size_t>(limit));
            for (const DecisionRecord& decision : page->items) seen.push_back(decision.decision_id);
            cursor = page->next_cursor;
            ++pages;
        } while (!cursor.empty());
        EXPECT_EQ(seen, newest_first);
        EXPECT_EQ(pages, (9 + limit - 1) / limit);
    }
    EXPECT_EQ(ledger_->decisions_of("customer-900", 10, "")->items.size(), 0U);
    for (const std::string_view text : {"x", "1", "1.2", "1.2.", "1.x.y"}) {
        EXPECT_EQ(ledger_->decisions_of("customer-1", 10, text).error().code, ErrorCode::invalid) << text;
    }
}

}  // namespace
}  // namespace boon::history
