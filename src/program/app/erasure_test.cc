#include "program/app/erasure.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::app {
namespace {

constexpr Timestamp kNow{1'772'409'600'000'000};

class ErasureTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kNow)); }

    db::testing::TemporaryFolder folder_;
    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, ErasureTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

// Who adds a table with customers meets this test, and thinks of those who want to be forgotten.
TEST_P(ErasureTest, NoTableOfCustomersIsForgotten) {
    const std::string sql =
        GetParam() == db::Engine::sqlite
            ? "select m.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table' and "
              "c.name = 'customer_id'"
            : "select table_name from information_schema.columns where table_schema = current_schema() and "
              "column_name = 'customer_id'";
    std::set<std::string> found;
    ASSERT_TRUE(database_->read([&](db::Connection& connection) {
        return connection.query(sql, {}, [&](const db::Row& row) -> Status {
            found.emplace(row.text(0));
            return {};
        });
    }));
    found.erase("decisions");  // the days of the ledger (records/history/erase.h)
    std::set<std::string> listed;
    for (const PersonalTable& table : personal_tables()) listed.emplace(table.table);
    EXPECT_EQ(found, listed);
}

TEST_P(ErasureTest, WhoWasNeverKnownIsNotFoundAndLeavesNoMark) {
    const auto erasures = customers::Erasures::open(*database_, folder_.path() / "erasures", kNow).value();
    const ErasureScope scope{*database_, *erasures, folder_.path() / "scores"};
    const auto nobody = erase_customer(scope, "nobody", {.who = "test", .at = kNow});
    ASSERT_FALSE(nobody);
    EXPECT_EQ(nobody.error().code, ErrorCode::not_found);
    EXPECT_FALSE(erasures->has("nobody"));

    ASSERT_TRUE(database_->write([](db::Connection& connection) {
        return connection.execute("insert into stays_loose (customer_id) values ('ann')");
    }));
    const auto ann = erase_customer(scope, "ann", {.who = "test", .at = kNow});
    ASSERT_TRUE(ann) << to_text(ann.error());
    EXPECT_EQ(ann->rows, 1);
    EXPECT_TRUE(erasures->has("ann"));
    EXPECT_EQ(finish_erasures(scope, kNow).value(), 0);
}

// A job that had read the customer before may write afterwards.
TEST_P(ErasureTest, WhatIsWrittenMeanwhileGoesWhenItIsRepeated) {
    const auto erasures = customers::Erasures::open(*database_, folder_.path() / "erasures", kNow).value();
    const ErasureScope scope{*database_, *erasures, folder_.path() / "scores"};
    const auto write = [&] {
        ASSERT_TRUE(database_->write([](db::Connection& connection) {
            return connection.execute("insert into standings (customer_id, stage) values ('ann', 'growth')");
        }));
    };
    write();
    ASSERT_TRUE(erase_customer(scope, "ann", {.who = "test", .at = kNow}));
    write();
    EXPECT_EQ(repeat_erasures(scope, plus_micros(kNow, 1), kNow).value(), 0);
    EXPECT_EQ(repeat_erasures(scope, kNow, kNow).value(), 1);
    EXPECT_EQ(repeat_erasures(scope, kNow, kNow).value(), 0);
}

}  // namespace
}  // namespace boon::app
