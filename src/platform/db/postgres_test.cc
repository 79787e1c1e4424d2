// What is PostgreSQL's own: a server that goes away, deadlocks, plans that age, deferred errors.
#include "platform/db/postgres.h"

#include <latch>
#include <string>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

using ::testing::HasSubstr;

class PostgresTest : public ::testing::Test {
protected:
    void SetUp() override {
        ASSERT_TRUE(database_->write([](Connection& c) {
            return c.run_script("create table t (x bigint primary key, n bigint); insert into t values (1, 0), (2, 0)");
        }));
    }
    Status set(std::int64_t x, std::int64_t n) {
        return database_->write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute("update t set n = ? where x = ?", {n, x}));
            return {};
        });
    }
    std::int64_t number(std::string_view sql) {
        const auto found = database_->read([&](Connection& c) { return select_number(c, sql); });
        EXPECT_TRUE(found) << to_text(found.error());
        return found.value_or(-1);
    }
    // As an operator would, or a server that is restarted.
    void end_all_connections() {
        const auto other = *PostgresConnection::open({.url = scratch_.url()});
        ASSERT_TRUE(
            other->execute("select pg_terminate_backend(pid, 5000) from pg_stat_activity "
                           "where datname = current_database() and pid <> pg_backend_pid()")
        );
    }

    testing::Scratch scratch_{Engine::postgres};
    std::unique_ptr<Database> database_ = scratch_.open();
};

TEST_F(PostgresTest, AcknowledgedWritesAreSyncedToDisk) {
    const auto shown = database_->write([](Connection& c) -> Result<std::string> {
        std::string value;
        BOON_CHECK(c.query("show synchronous_commit", {}, [&](const Row& row) -> Status {
            value = row.text(0);
            return {};
        }));
        return value;
    });
    EXPECT_EQ(*shown, "on");
}

TEST_F(PostgresTest, ClosedConnectionsAreReplaced) {
    EXPECT_EQ(number("select count(*) from t"), 2);
    end_all_connections();
    EXPECT_EQ(number("select count(*) from t"), 2);
    EXPECT_TRUE(set(1, 5));
    EXPECT_EQ(number("select n from t where x = 1"), 5);
}

TEST_F(PostgresTest, AConnectionLostWithinAUnitFailsItAndTheNextOneWorks) {
    const Status lost = database_->write([&](Connection& c) -> Status {
        BOON_CHECK(c.execute("update t set n = 7 where x = 1"));
        end_all_connections();
        BOON_CHECK(c.execute("update t set n = 7 where x = 2"));
        return {};
    });
    ASSERT_FALSE(lost);
    EXPECT_EQ(lost.error().code, ErrorCode::unavailable);
    EXPECT_FALSE(database_->health());
    EXPECT_EQ(number("select sum(n) from t"), 0);
    EXPECT_TRUE(set(1, 5));
    EXPECT_TRUE(database_->health());
}

TEST_F(PostgresTest, ADeadlockIsTriedAgain) {
    const auto other = scratch_.open();
    std::latch both_hold_one(2);
    const auto crossing = [&](Database& database, std::int64_t first, std::int64_t second) {
        int runs = 0;
        const Status crossed = database.write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute("update t set n = n + 1 where x = ?", {first}));
            if (++runs == 1) both_hold_one.arrive_and_wait();
            BOON_CHECK(c.execute("update t set n = n + 1 where x = ?", {second}));
            return {};
        });
        EXPECT_TRUE(crossed) << to_text(crossed.error());
    };
    {
        const std::jthread one([&] { crossing(*database_, 1, 2); });
        const std::jthread two([&] { crossing(*other, 2, 1); });
    }
    EXPECT_EQ(number("select min(n) from t"), 2);
    EXPECT_EQ(number("select max(n) from t"), 2);
}

TEST_F(PostgresTest, PlansThatATableOutgrewAreMadeAnew) {
    const auto all = [](Connection& c) {
        return c.query("select * from t where x = 1", {}, [](const Row&) -> Status { return {}; });
    };
    ASSERT_TRUE(database_->read(all));
    ASSERT_TRUE(database_->write(all));
    ASSERT_TRUE(database_->write([](Connection& c) { return c.run_script("alter table t add column more text"); }));
    const Status read = database_->read(all);
    EXPECT_TRUE(read) << to_text(read.error());
    const Status written = database_->write(all);
    EXPECT_TRUE(written) << to_text(written.error());
}

TEST_F(PostgresTest, AUnitThatHidesAFailureIsRefused) {
    const Status hidden = database_->write([](Connection& c) -> Status {
        static_cast<void>(c.execute("insert into t values (1, 1)"));
        return {};
    });
    EXPECT_EQ(hidden.error().message, "a statement of the unit of work failed, and its error was not returned");
    EXPECT_TRUE(set(1, 5));
}

TEST_F(PostgresTest, AFailureAtCommitFailsTheGroup) {
    ASSERT_TRUE(database_->write([](Connection& c) {
        return c.run_script("create table late (x bigint references t (x) deferrable initially deferred)");
    }));
    const Status refused = database_->write([](Connection& c) -> Status {
        BOON_CHECK(c.execute("insert into late values (99)"));
        return {};
    });
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_EQ(number("select count(*) from late"), 0);
    EXPECT_TRUE(set(1, 5));
}

TEST_F(PostgresTest, SaysThatTheServerCannotBeReached) {
    const auto database = Database::open({.url = "postgresql:///x?host=/nowhere&user=me&password=secret"});
    ASSERT_FALSE(database);
    EXPECT_EQ(database.error().code, ErrorCode::unavailable);
    EXPECT_THAT(database.error().message, HasSubstr("could not connect to PostgreSQL: "));
    EXPECT_THAT(database.error().message, ::testing::Not(HasSubstr("secret")));
    EXPECT_EQ(database.error().hint, "check that the server runs and can be reached");
}

}  // namespace
}  // namespace boon::db
