// The writer: groups, lanes, units that fail, many threads.
#include <algorithm>
#include <atomic>
#include <future>
#include <latch>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/base/burst.h"
#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

Status insert_row(Connection& c, std::string_view name, std::int64_t n) {
    BOON_CHECK(c.execute("insert into rows (name, n) values (?, ?)", {name, n}));
    return {};
}

class WriterTest : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override {
        ASSERT_TRUE(database_->write([](Connection& c) {
            return c.run_script("create table rows (name text primary key, n bigint not null)");
        }));
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](Connection& c) { return select_number(c, sql); }).value_or(-1);
    }

    testing::Scratch scratch_{GetParam()};
    std::unique_ptr<Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, WriterTest, ::testing::ValuesIn(testing::kEngines), testing::EngineName());

// Holds the writer inside a unit of work until it goes, so that what is queued meanwhile forms one group.
class Pause {
public:
    explicit Pause(Database& database) {
        database.write_async(
            Lane::ledger,
            [this](Connection&) -> Status {
                entered_.count_down();
                leave_.wait();
                return {};
            },
            [this](Status) { left_.count_down(); }
        );
        entered_.wait();
    }
    ~Pause() {
        end();
        left_.wait();
    }
    void end() {
        if (!std::exchange(ended_, true)) leave_.count_down();
    }

private:
    std::latch entered_{1};
    std::latch leave_{1};
    std::latch left_{1};
    bool ended_ = false;
};

TEST_P(WriterTest, AFailedUnitIsUndoneAlone) {
    std::vector<Status> outcomes(3);
    std::latch done(3);
    {
        const Pause pause(*database_);
        for (std::size_t i = 0; i < 3; ++i) {
            database_->write_async(
                Lane::ledger,
                [i](Connection& c) -> Status {
                    BOON_CHECK(insert_row(c, "first" + std::to_string(i), 1));
                    return insert_row(c, i == 1 ? "first0" : "second" + std::to_string(i), 1);
                },
                [&, i](Status outcome) {
                    outcomes[i] = std::move(outcome);
                    done.count_down();
                }
            );
        }
    }
    done.wait();
    EXPECT_TRUE(outcomes[0]);
    EXPECT_EQ(outcomes[1].error().code, ErrorCode::conflict);
    EXPECT_TRUE(outcomes[2]);
    EXPECT_EQ(number("select count(*) from rows"), 4);
    EXPECT_EQ(number("select count(*) from rows where name = 'first1'"), 0);
}

TEST_P(WriterTest, AFailedUnitOfOneStatementTakesNoneWithIt) {
    std::vector<Status> outcomes(3);
    std::latch done(3);
    {
        const Pause pause(*database_);
        for (std::size_t i = 0; i < 3; ++i) {
            database_->write_async(
                Lane::ledger, [i](Connection& c) { return insert_row(c, i == 2 ? "b" : "a", 1); },
                [&, i](Status outcome) {
                    outcomes[i] = std::move(outcome);
                    done.count_down();
                },
                Failing::leaves_nothing
            );
        }
    }
    done.wait();
    EXPECT_TRUE(outcomes[0]);
    EXPECT_EQ(outcomes[1].error().code, ErrorCode::conflict);
    EXPECT_TRUE(outcomes[2]);
    EXPECT_EQ(number("select count(*) from rows"), 2);
}

TEST_P(WriterTest, AUnitsOwnErrorUndoesItToo) {
    const Status refused = database_->write([](Connection& c) -> Status {
        BOON_CHECK(insert_row(c, "a", 1));
        return fail(ErrorCode::failed_precondition, "no");
    });
    EXPECT_EQ(refused.error(), (Error{ErrorCode::failed_precondition, "no"}));
    EXPECT_EQ(number("select count(*) from rows"), 0);
}

TEST_P(WriterTest, WriteGivesTheWorksAnswer) {
    const auto answer = database_->write([](Connection& c) -> Result<std::string> {
        BOON_CHECK(insert_row(c, "a", 1));
        return "made";
    });
    EXPECT_EQ(*answer, "made");
}

TEST_P(WriterTest, ManyUnitsShareACommitAndOneAnswersAfterIt) {
    std::atomic<int> done = 0;
    {
        Pause pause(*database_);
        for (int i = 0; i < 100; ++i) {
            database_->write_async(
                Lane::ledger, [i](Connection& c) { return insert_row(c, std::to_string(i), i); },
                [&](Status outcome) { done += outcome ? 1 : 0; }
            );
        }
        // Another connection sees nothing of the open group, and nobody has been told.
        EXPECT_EQ(number("select count(*) from rows"), 0);
        EXPECT_EQ(done, 0);
        pause.end();
    }
    ASSERT_TRUE(database_->write([](Connection& c) { return insert_row(c, "last", 0); }));
    EXPECT_EQ(done, 100);
    EXPECT_EQ(number("select count(*) from rows"), 101);
}

TEST_P(WriterTest, WhatThoseWhoAreToldPutOffIsDoneWhenTheGroupHasBeenTold) {
    constexpr int kUnits = 50;
    std::vector<int> told_before_act(kUnits);  // only the writer's thread changes it and `told`
    int told = 0;
    std::latch done(kUnits);
    {
        const Pause pause(*database_);
        for (int i = 0; i < kUnits; ++i) {
            database_->write_async(
                Lane::ledger, [i](Connection& c) { return insert_row(c, std::to_string(i), i); },
                [&, i](Status) {
                    ++told;
                    Burst::at_end([&, i] {
                        told_before_act[static_cast<std::size_t>(i)] = told;
                        done.count_down();
                    });
                }
            );
        }
    }
    done.wait();
    // A group may end early when its time is up; of one of at least two units the first act comes after both.
    int units_told_later = 0;
    for (int i = 0; i < kUnits; ++i) units_told_later += told_before_act[static_cast<std::size_t>(i)] - (i + 1);
    EXPECT_GT(units_told_later, 0);
}

TEST_P(WriterTest, TheLedgerGoesFirst) {
    std::vector<std::string> order;  // only the writer's thread adds to it
    std::latch done(6);
    {
        const Pause pause(*database_);
        const auto add = [&](Lane lane, const std::string& name) {
            database_->write_async(
                lane,
                [&, name](Connection& c) {
                    order.push_back(name);
                    return insert_row(c, name, 0);
                },
                [&](Status) { done.count_down(); }
            );
        };
        for (const char* name : {"b1", "b2", "b3"}) add(Lane::batch, name);
        for (const char* name : {"l1", "l2", "l3"}) add(Lane::ledger, name);
    }
    done.wait();
    // Not a fixed order: a group ends when its time is up, and each, the one that held the pause too, takes one batch
    // unit after at least one of the ledger's.
    const auto place = [&](const std::string& name) { return std::ranges::find(order, name) - order.begin(); };
    EXPECT_LT(place("l1"), place("b2"));
    EXPECT_LT(place("l2"), place("b3"));
    EXPECT_LT(place("b1"), place("b2"));
}

TEST_P(WriterTest, ABusyLedgerDoesNotStarveTheBatchLane) {
    constexpr int kUnits = 2500;  // more than a group takes
    std::vector<Lane> order;
    std::latch done(kUnits + 1);
    {
        const Pause pause(*database_);
        for (int i = 0; i <= kUnits; ++i) {
            const Lane lane = i < kUnits ? Lane::ledger : Lane::batch;
            database_->write_async(
                lane,
                [&, lane](Connection&) -> Status {
                    order.push_back(lane);
                    return {};
                },
                [&](Status) { done.count_down(); }
            );
        }
    }
    done.wait();
    EXPECT_LT(std::ranges::find(order, Lane::batch) - order.begin(), kUnits);
}

TEST_P(WriterTest, DoneMayWriteAgain) {
    std::promise<Status> finished;
    database_->write_async(
        Lane::ledger, [](Connection& c) { return insert_row(c, "a", 1); },
        [&](Status) {
            database_->write_async(
                Lane::batch, [](Connection& c) { return insert_row(c, "b", 1); },
                [&](Status outcome) { finished.set_value(std::move(outcome)); }
            );
        }
    );
    EXPECT_TRUE(finished.get_future().get());
    EXPECT_EQ(number("select count(*) from rows"), 2);
}

TEST_P(WriterTest, ClosingFinishesWhatIsQueued) {
    std::atomic<int> done = 0;
    for (int i = 0; i < 500; ++i) {
        database_->write_async(
            i % 2 == 0 ? Lane::ledger : Lane::batch, [i](Connection& c) { return insert_row(c, std::to_string(i), i); },
            [&](Status outcome) { done += outcome ? 1 : 0; }
        );
    }
    database_.reset();
    EXPECT_EQ(done, 500);
    database_ = scratch_.open();
    EXPECT_EQ(number("select count(*) from rows"), 500);
}

TEST_P(WriterTest, SixtyFourThreadsWriteAndRead) {
    constexpr int kThreads = 64;
    constexpr int kEach = 20;
    std::atomic<int> wrong = 0;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < kThreads; ++t) {
            threads.emplace_back([&, t] {
                for (int i = 0; i < kEach; ++i) {
                    const std::string name = std::to_string(t) + "/" + std::to_string(i);
                    if (!database_->write([&](Connection& c) { return insert_row(c, name, i); })) ++wrong;
                    const auto found = database_->read([&](Connection& c) {
                        return select_number(c, "select count(*) from rows where name = ?", {name});
                    });
                    if (found != 1) ++wrong;  // read your own write
                }
            });
        }
    }
    EXPECT_EQ(wrong, 0);
    EXPECT_EQ(number("select count(*) from rows"), kThreads * kEach);
}

}  // namespace
}  // namespace boon::db
