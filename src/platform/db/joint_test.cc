// together(): many writes of one thread as one unit of work, on both engines.
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class JointTest : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override {
        ASSERT_TRUE(database_->write([](Connection& c) {
            return c.run_script("create table rows (name text primary key)");
        }));
    }
    Status insert(std::string_view name) {
        return database_->write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute("insert into rows (name) values (?)", {name}));
            return {};
        });
    }
    std::vector<std::string> names() {
        std::vector<std::string> found;
        EXPECT_TRUE(database_->read([&](Connection& c) {
            return c.query("select name from rows order by name", {}, [&](const Row& row) -> Status {
                found.emplace_back(row.text(0));
                return {};
            });
        }));
        return found;
    }
    std::vector<std::string> names_elsewhere() {
        std::vector<std::string> found;
        std::jthread([&] { found = names(); }).join();
        return found;
    }

    testing::Scratch scratch_{GetParam()};
    std::unique_ptr<Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, JointTest, ::testing::ValuesIn(testing::kEngines), testing::EngineName());

TEST_P(JointTest, WhatIsWrittenIsSeenWithinAndByOthersAfterTheEnd) {
    for (const Start start : {Start::at_once, Start::at_first_write}) {
        const std::string name = start == Start::at_once ? "a" : "b";
        const auto before = names();
        const auto within = database_->together(Lane::batch, start, [&]() -> Result<std::vector<std::string>> {
            BOON_CHECK(insert(name));
            EXPECT_EQ(names_elsewhere(), before);
            return names();
        });
        ASSERT_TRUE(within) << to_text(within.error());
        EXPECT_EQ(within->back(), name);
        EXPECT_EQ(names_elsewhere(), *within);
    }
}

TEST_P(JointTest, AnErrorUndoesAllOfIt) {
    const Status refused = database_->together(Lane::batch, Start::at_first_write, [&]() -> Status {
        BOON_CHECK(insert("a"));
        BOON_CHECK(insert("b"));
        return fail(ErrorCode::conflict, "no");
    });
    EXPECT_EQ(refused.error().message, "no");
    EXPECT_THAT(names(), IsEmpty());
    EXPECT_TRUE(insert("c"));
    EXPECT_THAT(names(), ElementsAre("c"));
}

TEST_P(JointTest, AWriteThatFailsIsUndoneAlone) {
    EXPECT_TRUE(database_->together(Lane::ledger, Start::at_first_write, [&]() -> Status {
        BOON_CHECK(insert("a"));
        const Status twice = database_->write([](Connection& c) -> Status {
            BOON_CHECK(c.execute("insert into rows (name) values ('b')"));
            BOON_CHECK(c.execute("insert into rows (name) values ('a')"));
            return {};
        });
        EXPECT_EQ(twice.error().code, ErrorCode::conflict);
        return insert("c");
    }));
    EXPECT_THAT(names(), ElementsAre("a", "c"));
}

TEST_P(JointTest, AWriteThatIsQueuedRunsWithin) {
    bool done = false;
    const Status refused = database_->together(Lane::batch, Start::at_first_write, [&]() -> Status {
        database_->write_async(
            Lane::ledger,
            [](Connection& c) -> Status {
                BOON_CHECK(c.execute("insert into rows (name) values ('a')"));
                return {};
            },
            [&](const Status& written) { done = written.has_value(); }
        );
        EXPECT_TRUE(done);
        EXPECT_THAT(names(), ElementsAre("a"));
        return fail(ErrorCode::conflict, "no");
    });
    EXPECT_FALSE(refused);
    EXPECT_THAT(names(), IsEmpty());
}

TEST_P(JointTest, WhatWaitsForTheDiskRunsAfterTheCommitOrNever) {
    std::vector<std::string> seen;
    const auto note = [&] { seen = names(); };
    const auto run = [&](std::string_view name, const Status& verdict) {
        return database_->together(Lane::batch, Start::at_first_write, [&]() -> Status {
            BOON_CHECK(insert(name));
            database_->once_written(note);
            EXPECT_THAT(seen, IsEmpty());
            return verdict;
        });
    };
    EXPECT_FALSE(run("a", fail(ErrorCode::conflict, "no")));
    EXPECT_THAT(seen, IsEmpty());
    EXPECT_TRUE(run("b", {}));
    EXPECT_THAT(seen, ElementsAre("b"));
    seen.clear();
    database_->once_written(note);
    EXPECT_THAT(seen, ElementsAre("b"));
}

TEST_P(JointTest, NothingWrittenIsNoTransaction) {
    const auto answer = database_->together(Lane::batch, Start::at_first_write, [&]() -> Result<int> { return 7; });
    EXPECT_EQ(*answer, 7);
}

TEST_P(JointTest, ThreadsTakeTurnsAndReadWhatTheyChange) {
    ASSERT_TRUE(database_->write([](Connection& c) { return c.run_script("create table total (n bigint not null)"); }));
    ASSERT_TRUE(database_->write([](Connection& c) -> Status {
        BOON_CHECK(c.execute("insert into total (n) values (0)"));
        return {};
    }));
    const auto add = [&] {
        for (int i = 0; i < 25; ++i) {
            EXPECT_TRUE(database_->together(Lane::batch, Start::at_once, [&]() -> Status {
                BOON_TRY(const auto n, database_->read([](Connection& c) {
                    return select_number(c, "select n from total");
                }));
                return database_->write([&](Connection& c) -> Status {
                    BOON_CHECK(c.execute("update total set n = ?", {n + 1}));
                    return {};
                });
            }));
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) threads.emplace_back(add);
    }
    EXPECT_EQ(*database_->read([](Connection& c) { return select_number(c, "select n from total"); }), 200);
}

}  // namespace
}  // namespace boon::db
