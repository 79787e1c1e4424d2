// A migrated database of either engine with a ledger on it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/history/testing/decisions.h"

namespace boon::history::testing {

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

}  // namespace boon::history::testing
