#include "records/history/ledger.h"

#include <future>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/history/testing/decisions.h"

namespace boon::history {
namespace {

using testing::add_and_wait;
using ::testing::ElementsAre;
using testing::kNoon;
using testing::make_decision;
using testing::record_and_wait;
using testing::same_bytes;

constexpr std::string_view kUnknownId = "0195515a-4b00-7000-8000-0000000000ff";

class LedgerTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override {
        const auto applied = storage::migrate(*database_, kNoon);
        ASSERT_TRUE(applied) << to_text(applied.error());
        ledger_ = open({});
    }

    std::unique_ptr<Ledger> open(const Ledger::Options& options) {
        auto ledger = Ledger::open(*database_, options);
        EXPECT_TRUE(ledger) << to_text(ledger.error());
        return *std::move(ledger);
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }
    // Records it, whatever comes.
    std::string recorded(DecisionRecord decision) {
        std::string id = decision.decision_id;
        const Status status = record_and_wait(*ledger_, std::move(decision));
        EXPECT_TRUE(status) << to_text(status.error());
        return id;
    }
    bool is_there(const std::string& id) {
        const auto found = ledger_->find(id);
        EXPECT_TRUE(found) << to_text(found.error());
        return found && *found;
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    std::unique_ptr<Ledger> ledger_;
};
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

}  // namespace
}  // namespace boon::history
