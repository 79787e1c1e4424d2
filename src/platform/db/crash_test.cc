// kill -9 at random times: what was acknowledged is there afterwards, once, and no unit of work is half there.
#include <chrono>
#include <csignal>
#include <cstdint>
#include <latch>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

constexpr int kClients = 8;

// Two rows per unit, in tables without keys: a unit that ran twice, or in part, would show.
Status write_unit(Database& database, std::int64_t id) {
    return database.write([&](Connection& c) -> Status {
        BOON_CHECK(c.execute("insert into firsts (id) values (?)", {id}));
        BOON_CHECK(c.execute("insert into seconds (id) values (?)", {id}));
        return {};
    });
}

// The child: clients that write for ever and tell the parent each id that was acknowledged.
[[noreturn]] void write_until_killed(const testing::Scratch& scratch, int acknowledged, std::int64_t first_id) {
    const auto database = scratch.open();
    std::vector<std::jthread> clients;
    for (int client = 0; client < kClients; ++client) {
        clients.emplace_back([&, client] {
            for (std::int64_t id = first_id + client;; id += kClients) {
                if (!write_unit(*database, id)) ::_exit(1);
                if (::write(acknowledged, &id, sizeof id) != sizeof id) ::_exit(2);
            }
        });
    }
    clients.clear();
    ::_exit(3);
}

// The child: queues units, and dies within the first acknowledgement, once the parent knows of it. What a client is
// told a moment before the commit is sent would survive most kills at random times: the server commits what has
// reached it, whatever became of the client.
[[noreturn]] void die_acknowledging(const testing::Scratch& scratch, int acknowledged, std::int64_t first_id) {
    const auto database = scratch.open();
    for (std::int64_t id = first_id; id < first_id + kClients; ++id) {
        database->write_async(
            Lane::ledger,
            [id](Connection& c) -> Status {
                BOON_CHECK(c.execute("insert into firsts (id) values (?)", {id}));
                BOON_CHECK(c.execute("insert into seconds (id) values (?)", {id}));
                return {};
            },
            [acknowledged, id](const Status& written) {
                if (!written || ::write(acknowledged, &id, sizeof id) != sizeof id) ::_exit(1);
                ::kill(::getpid(), SIGKILL);
            }
        );
    }
    std::this_thread::sleep_for(std::chrono::seconds(60));
    ::_exit(2);
}

// The child: as write_until_killed(), with rows so large that the log is always being copied.
[[noreturn]] void write_much_until_killed(const testing::Scratch& scratch, int acknowledged, std::int64_t first_id) {
    const auto database = scratch.open();
    const std::string much(std::size_t{256} << 10U, 'x');
    for (std::int64_t id = first_id;; ++id) {
        const Status written = database->write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute("insert into firsts (id) values (?)", {id}));
            BOON_CHECK(c.execute("insert into seconds (id) values (?)", {id}));
            BOON_CHECK(c.execute("insert into much (text) values (?)", {much}));
            return {};
        });
        if (!written) ::_exit(1);
        if (::write(acknowledged, &id, sizeof id) != sizeof id) ::_exit(2);
    }
}

using Child = void (*)(const testing::Scratch& scratch, int acknowledged, std::int64_t first_id);

class CrashTest : public ::testing::TestWithParam<Engine> {
protected:
    void SetUp() override {
        const auto database = scratch_.open();
        ASSERT_TRUE(database->write([](Connection& c) {
            return c.run_script(
                "create table firsts (id bigint not null); create table seconds (id bigint not null);"
                "create table much (text text not null)"
            );
        }));
    }

    void run_rounds(int rounds) {
        std::mt19937 random(20'26);
        for (int round = 0; round < rounds; ++round) {
            // Every other time once it has begun to acknowledge, however slow the machine is.
            const Kill kill{
                .after = std::chrono::microseconds(std::uniform_int_distribution(0, 60'000)(random)),
                .awaits = round % 2,
            };
            run_round(write_until_killed, kill, std::int64_t{round} << 32);
            if (HasFatalFailure()) return;
        }
        EXPECT_GT(acknowledged_, rounds);
        expect_whole_units();
    }

    struct Kill {
        std::chrono::microseconds after{0};
        int awaits = 0;  // so many acknowledgements, or the end of the child
    };

    // Without `kill` the child dies by itself.
    void run_round(Child run_child, std::optional<Kill> kill, std::int64_t first_id) {
        int pipe_ends[2];
        ASSERT_EQ(::pipe(pipe_ends), 0);
        const pid_t child = ::fork();
        ASSERT_GE(child, 0);
        if (child == 0) {
            ::close(pipe_ends[0]);
            run_child(scratch_, pipe_ends[1], first_id);
        }
        ::close(pipe_ends[1]);
        std::vector<std::int64_t> acknowledged;
        std::latch begun(kill ? kill->awaits : 0);
        std::jthread reader([&] {
            std::int64_t id = 0;
            while (::read(pipe_ends[0], &id, sizeof id) == sizeof id) {
                if (!begun.try_wait()) begun.count_down();
                acknowledged.push_back(id);
            }
            while (!begun.try_wait()) begun.count_down();
        });
        if (kill) {
            begun.wait();
            std::this_thread::sleep_for(kill->after);
            ::kill(child, SIGKILL);
        }
        int ended = 0;
        ::waitpid(child, &ended, 0);
        reader.join();
        ::close(pipe_ends[0]);
        ASSERT_TRUE(WIFSIGNALED(ended)) << "the writing process ended by itself: " << WEXITSTATUS(ended);
        expect_stored(acknowledged, first_id);
        acknowledged_ += static_cast<std::int64_t>(acknowledged.size());
    }

    void expect_whole_units() const {
        const auto database = scratch_.open();
        const auto number = [&](std::string_view sql) {
            return database->read([&](Connection& c) { return select_number(c, sql); }).value_or(-1);
        };
        EXPECT_EQ(number("select count(*) from (select id from firsts group by id having count(*) > 1) t"), 0);
        EXPECT_EQ(number("select count(*) from firsts where id not in (select id from seconds)"), 0);
        EXPECT_EQ(number("select count(*) from seconds where id not in (select id from firsts)"), 0);
    }

    void expect_stored(const std::vector<std::int64_t>& acknowledged, std::int64_t first_id) const {
        const auto database = scratch_.open();
        std::set<std::int64_t> stored;
        ASSERT_TRUE(database->read([&](Connection& c) {
            return c.query("select id from firsts where id >= ?", {first_id}, [&](const Row& row) -> Status {
                stored.insert(row.integer(0));
                return {};
            });
        }));
        for (const std::int64_t id : acknowledged) ASSERT_TRUE(stored.contains(id)) << id - first_id;
    }

    testing::Scratch scratch_{GetParam()};
    std::int64_t acknowledged_ = 0;
};
INSTANTIATE_TEST_SUITE_P(Engines, CrashTest, ::testing::ValuesIn(testing::kEngines), testing::EngineName());

TEST_P(CrashTest, AcknowledgedWritesSurviveKills) { run_rounds(12); }

TEST_P(CrashTest, AnAcknowledgementIsNeverEarlierThanTheCommit) {
    for (std::int64_t round = 0; round < 5; ++round) {
        run_round(die_acknowledging, {}, round << 32);
        if (HasFatalFailure()) return;
    }
    EXPECT_EQ(acknowledged_, 5);
    expect_whole_units();
}

TEST_P(CrashTest, AcknowledgedWritesSurviveKillsWhileTheLogIsCopied) {
    std::mt19937 random(20'26);
    for (std::int64_t round = 0; round < 5; ++round) {
        // After 60 units SQLite's log has the length at which copying begins.
        const Kill kill{
            .after = std::chrono::microseconds(std::uniform_int_distribution(0, 60'000)(random)), .awaits = 62
        };
        run_round(write_much_until_killed, kill, round << 32);
        if (HasFatalFailure()) return;
    }
    expect_whole_units();
}

using LongCrashTest = CrashTest;
INSTANTIATE_TEST_SUITE_P(Long, LongCrashTest, ::testing::ValuesIn(testing::kEngines), testing::EngineName());

TEST_P(LongCrashTest, AcknowledgedWritesSurviveManyKills) { run_rounds(300); }

// A limit on the size of files stands for a disk that fails: the write of the log gives an error of the disk.
TEST(DiskFailureTest, NothingIsWrittenAfterTheDiskFailedUntilItIsOpenedAnew) {
    const testing::Scratch scratch(Engine::sqlite);
    auto database = scratch.open();
    ASSERT_TRUE(database->write([](Connection& c) {
        return c.run_script("create table firsts (id bigint not null); create table seconds (id bigint not null)");
    }));
    ASSERT_TRUE(write_unit(*database, 1));

    rlimit before{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &before), 0);
    rlimit small = before;
    small.rlim_cur = 4096;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const Status failed = write_unit(*database, 2);
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &before), 0);
    std::signal(SIGXFSZ, old_handler);

    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
    EXPECT_EQ(failed.error().hint, "check the disk, then start boon again");
    EXPECT_EQ(write_unit(*database, 3).error(), failed.error());  // though the disk is well again
    EXPECT_EQ(database->health().error(), failed.error());
    const auto count = [&] {
        return database->read([](Connection& c) { return select_number(c, "select count(*) from firsts"); });
    };
    EXPECT_EQ(count(), 1);  // reads go on
    database = scratch.open();
    EXPECT_TRUE(write_unit(*database, 4));
    EXPECT_EQ(count(), 2);
}

}  // namespace
}  // namespace boon::db
