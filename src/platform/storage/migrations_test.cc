#include "platform/storage/migrations.h"

#include <array>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::storage {
namespace {

constexpr Timestamp kNow{1'700'000'000'000'000};
constexpr Migration kFirst{
    1, "first",
    "create table schema_migrations (number bigint primary key, name text, checksum text, applied_at bigint);\n"
    "-- sqlite:\ncreate table which (engine text default 'sqlite', x bigint);\n"
    "-- postgres:\ncreate table which (engine text default 'postgres', x bigint);\n"
    "-- end\n"
    "insert into which (x) values (1);"
};
constexpr Migration kSecond{2, "second", "create table more (x bigint); insert into more (x) values (2);"};
constexpr Migration kBroken{3, "broken", "create table half (x bigint); create table nonsense;"};

class MigrationsTest : public ::testing::TestWithParam<db::Engine> {
protected:
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(
    Engines, MigrationsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(MigrationsTest, EveryKnownOneApplies) {
    const auto applied = migrate(*database_, kNow);
    ASSERT_TRUE(applied) << to_text(applied.error());
    EXPECT_EQ(applied->size(), known_migrations().size());
    EXPECT_TRUE(check_schema(*database_));
    EXPECT_EQ(number("select count(*) from jobs"), 0);
    EXPECT_EQ(migrate(*database_, kNow)->size(), 0U);
}

TEST_P(MigrationsTest, OnlyTheMissingOnesAreApplied) {
    ASSERT_TRUE(migrate(*database_, kNow, std::array{kFirst}));
    const std::array both = {kFirst, kSecond};
    const auto before = migration_status(*database_, both);
    ASSERT_EQ(before->size(), 2U);
    EXPECT_EQ(before->at(0).applied_at, kNow);
    EXPECT_EQ(before->at(1).applied_at, std::nullopt);
    EXPECT_EQ(
        to_text(check_schema(*database_, both).error()),
        "the database lacks the migration 0002_second\nhint: run `boon migrate`"
    );
    EXPECT_EQ(number("select count(*) from more"), -1);  // the status changed nothing
    EXPECT_EQ(migrate(*database_, kNow, both)->at(0).name, "second");
    EXPECT_EQ(number("select count(*) from which"), 1);
}

TEST_P(MigrationsTest, EachEngineReadsItsOwnBlock) {
    ASSERT_TRUE(migrate(*database_, kNow, std::array{kFirst}));
    const bool sqlite = GetParam() == db::Engine::sqlite;
    EXPECT_EQ(number("select count(*) from which where engine = 'sqlite'"), sqlite ? 1 : 0);
    EXPECT_EQ(number("select count(*) from which where engine = 'postgres'"), sqlite ? 0 : 1);
    EXPECT_EQ(
        sql_for({7, "open", "-- sqlite:\nselect 1"}, GetParam()).error().message,
        "the migration 0007_open lacks an `-- end`"
    );
}

TEST_P(MigrationsTest, AFailedOneLeavesNothing) {
    const auto failed = migrate(*database_, kNow, std::array{kFirst, kBroken});
    ASSERT_FALSE(failed);
    EXPECT_THAT(failed.error().message, ::testing::StartsWith("could not apply 0003_broken: "));
    EXPECT_EQ(number("select count(*) from half"), -1);
    EXPECT_EQ(number("select count(*) from schema_migrations"), 1);
}

TEST_P(MigrationsTest, ANewerSchemaIsRefused) {
    ASSERT_TRUE(migrate(*database_, kNow, std::array{kFirst, kSecond}));
    EXPECT_EQ(
        to_text(migrate(*database_, kNow, std::array{kFirst}).error()),
        "the database has the migration 0002_second, which this boon does not know\n"
        "hint: it was opened by a newer boon: run that one"
    );
}

TEST_P(MigrationsTest, AnEditedOneIsRefused) {
    ASSERT_TRUE(migrate(*database_, kNow, std::array{kFirst, kSecond}));
    constexpr Migration kEdited{2, "second", "create table more (x bigint);"};
    const auto refused = migrate(*database_, kNow, std::array{kFirst, kEdited});
    EXPECT_EQ(refused.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(refused.error().message, "the migration 0002_second is not the one that was applied");
}

TEST_P(MigrationsTest, TwoProcessesAtOnceApplyEachOnce) {
    const auto other = scratch_.open();
    std::size_t applied[2] = {0, 0};
    {
        const auto run = [](db::Database& database, std::size_t& count) {
            const auto done = migrate(database, kNow, std::array{kFirst, kSecond});
            ASSERT_TRUE(done) << to_text(done.error());
            count = done->size();
        };
        const std::jthread one([&] { run(*database_, applied[0]); });
        const std::jthread two([&] { run(*other, applied[1]); });
    }
    EXPECT_EQ(applied[0] + applied[1], 2U);
    EXPECT_EQ(number("select count(*) from more"), 1);
}

}  // namespace
}  // namespace boon::storage
