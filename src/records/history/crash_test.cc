// A process that records decisions is killed at a random moment, again and again: what it acknowledged is there, once,
// whole. (SIGKILL ends the process, not the machine: that a commit is on disk is the db room's fsync.)
#include <chrono>
#include <csignal>
#include <random>
#include <semaphore>
#include <set>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/history/ledger.h"
#include "records/history/testing/decisions.h"

namespace boon::history {
namespace {

using testing::kNoon;
using testing::make_decision;
using testing::same_bytes;

constexpr int kSubmitters = 8;
constexpr std::uint64_t kPerSubmitter = 60;
// Many rounds share a database, so that each begins with what the kills before it left.
constexpr int kRoundsPerDatabase = 20;

// Each round has two days of its own, so that the kill also hits the making of their tables.
DecisionRecord decision_of(int round, std::uint64_t number) {
    const std::int64_t day = 2 * round + static_cast<std::int64_t>(number % 2);
    DecisionRecord decision = make_decision(number, plus_days(kNoon, day));
    if (number % 5 == 0) decision.decision_id = "own-" + std::to_string(round) + "-" + std::to_string(number);
    return decision;
}

Outcome outcome_of(const DecisionRecord& decision) {
    return {decision.decision_id, decision.offers[0], Kind::viewed, decision.decided_at, decision.decided_at, {}, {}};
}

// One short write to a pipe is whole or not at all (PIPE_BUF).
void acknowledge(int pipe, char what, std::uint64_t number) {
    const std::string line = what + std::to_string(number) + "\n";
    if (::write(pipe, line.data(), line.size()) != static_cast<ssize_t>(line.size())) ::_exit(3);
}

// In the child: records until it is killed or has no more, writing `D<number>` and `O<number>` for what was
// acknowledged.
void record_until_killed(const db::testing::Scratch& scratch, int round, int pipe) {
    const auto database = scratch.open(2);
    const auto ledger = Ledger::open(*database, {});
    if (!ledger) ::_exit(4);
    std::vector<std::jthread> submitters;
    for (std::uint64_t s = 0; s < kSubmitters; ++s) {
        submitters.emplace_back([&, s] {
            for (std::uint64_t i = 0; i < kPerSubmitter; ++i) {
                const std::uint64_t number = s * kPerSubmitter + i;
                const DecisionRecord decision = decision_of(round, number);
                if (!testing::record_and_wait(**ledger, decision)) ::_exit(5);
                acknowledge(pipe, 'D', number);
                if (number % 3 != 0) continue;
                if (testing::add_and_wait(**ledger, outcome_of(decision)) != Recorded::added) ::_exit(6);
                acknowledge(pipe, 'O', number);
            }
        });
    }
}

class CrashTest : public ::testing::TestWithParam<db::Engine> {
protected:
    // What a child acknowledged before it was killed: `delay` after its start, or after its first acknowledgement.
    enum class From { start, first_acknowledged };
    static std::set<std::string> run_and_kill(
        const db::testing::Scratch& scratch, int round, From from, std::chrono::microseconds delay
    ) {
        int ends[2] = {};
        EXPECT_EQ(::pipe(ends), 0);
        const pid_t child = ::fork();
        if (child == 0) {
            ::close(ends[0]);
            record_until_killed(scratch, round, ends[1]);
            ::_exit(0);
        }
        ::close(ends[1]);
        // Reads beside the child, lest it wait for a full pipe.
        std::string text;
        std::binary_semaphore began(0);
        std::jthread reader([&] {
            char buffer[4096];
            for (ssize_t count = 0; (count = ::read(ends[0], buffer, sizeof buffer)) > 0;) {
                if (text.empty()) began.release();
                text.append(buffer, static_cast<std::size_t>(count));
            }
        });
        if (from == From::first_acknowledged) {
            EXPECT_TRUE(began.try_acquire_for(std::chrono::seconds(30)));
        }
        std::this_thread::sleep_for(delay);
        ::kill(child, SIGKILL);
        int ended = 0;
        ::waitpid(child, &ended, 0);
        reader.join();
        ::close(ends[0]);
        EXPECT_TRUE(WIFSIGNALED(ended) || WEXITSTATUS(ended) == 0) << "the child failed: " << WEXITSTATUS(ended);
        std::set<std::string> lines;
        std::size_t begin = 0;
        for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
            EXPECT_TRUE(lines.insert(text.substr(begin, end - begin)).second);
        }
        EXPECT_EQ(begin, text.size());
        return lines;
    }

    static std::int64_t rows_of(db::Database& database, int round) {
        const auto rows = database.read([&](db::Connection& c) -> Result<std::int64_t> {
            const Day second = day_of(plus_days(kNoon, 2 * round + 1));
            BOON_TRY(const std::vector<Day> days, kept_days(c, second));
            std::int64_t sum = 0;
            for (const Day day : days) {
                if (day.number + 1 < second.number) continue;
                BOON_TRY(const auto count, db::select_number(c, "select count(*) from " + table_of("decisions", day)));
                sum += count;
            }
            return sum;
        });
        EXPECT_TRUE(rows) << to_text(rows.error());
        return rows.value_or(-1);
    }

    // Every acknowledged decision and outcome is there; every one that is there is whole, and there once.
    static void verify(db::Database& database, Ledger& ledger, int round, const std::set<std::string>& acknowledged) {
        std::int64_t there = 0;
        for (std::uint64_t number = 0; number < kSubmitters * kPerSubmitter; ++number) {
            const DecisionRecord decision = decision_of(round, number);
            const auto found = ledger.find(decision.decision_id);
            ASSERT_TRUE(found) << to_text(found.error());
            EXPECT_TRUE(*found || !acknowledged.contains("D" + std::to_string(number))) << "lost: " << number;
            EXPECT_TRUE(!*found || same_bytes(**found, decision)) << number;
            there += *found ? 1 : 0;
            const auto outcomes = ledger.outcomes(decision.decision_id);
            ASSERT_TRUE(outcomes) << to_text(outcomes.error());
            EXPECT_LE(outcomes->size(), 1U);
            EXPECT_TRUE(outcomes->size() == 1 || !acknowledged.contains("O" + std::to_string(number))) << number;
        }
        EXPECT_EQ(rows_of(database, round), there);
    }

    void run(int rounds) {
        std::random_device device;
        const unsigned seed = device();
        SCOPED_TRACE("seed " + std::to_string(seed));
        std::mt19937 random(seed);
        std::uniform_int_distribution<int> delay_us(0, 40'000);
        std::unique_ptr<db::testing::Scratch> scratch;
        std::size_t acknowledged_in_all = 0;
        for (int round = 0; round < rounds; ++round) {
            if (round % kRoundsPerDatabase == 0) {
                scratch = std::make_unique<db::testing::Scratch>(GetParam());
                ASSERT_TRUE(storage::migrate(*scratch->open(1), kNoon));
            }
            // Nothing of ours runs in this process while it forks.
            const From from = round % 4 == 0 ? From::start : From::first_acknowledged;
            const std::chrono::microseconds delay(delay_us(random));
            const auto acknowledged = run_and_kill(*scratch, round, from, delay);
            acknowledged_in_all += acknowledged.size();
            const auto database = scratch->open(1);
            const auto ledger = Ledger::open(*database, {});
            ASSERT_TRUE(ledger) << to_text(ledger.error());
            verify(*database, **ledger, round, acknowledged);
            if (HasFailure()) return;
        }
        RecordProperty("acknowledged", std::to_string(acknowledged_in_all));
        std::printf("%d rounds, %zu acknowledged, none lost\n", rounds, acknowledged_in_all);
        EXPECT_GT(acknowledged_in_all, 0U);
    }
};

class LongCrashTest : public CrashTest {};

INSTANTIATE_TEST_SUITE_P(Engines, CrashTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());
INSTANTIATE_TEST_SUITE_P(
    LongEngines, LongCrashTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(CrashTest, WhatWasAcknowledgedSurvivesAKill) { run(10); }

TEST_P(LongCrashTest, WhatWasAcknowledgedSurvivesAThousandKills) { run(1000); }

}  // namespace
}  // namespace boon::history
