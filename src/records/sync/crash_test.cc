// A process that syncs is killed at a random moment, again and again: the catalogue is the old one or the new one,
// never a mix, and the next worker finishes the run.
#include <chrono>
#include <csignal>
#include <cstdio>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "records/sync/instance_test.h"

namespace boon::sync {
namespace {

constexpr std::int64_t kOffers = 400;
constexpr std::int64_t kMoved = 40;  // withdrawn by each generation, and as many new
constexpr int kRoundsPerDatabase = 10;

std::unique_ptr<Source> source_of(std::int64_t generation) {
    return std::make_unique<GeneratedSource>(generation, generation * kMoved, kOffers);
}

// In the child, until it is killed.
void sync_until_killed(const db::testing::Scratch& scratch, Timestamp now, const std::string& run, std::int64_t round) {
    Instance instance(scratch.open(2));
    instance.now = now;
    const auto done = perform(instance.environment(instance.acquire(), source_of(round)), run);
    ::_exit(done ? 0 : 4);
}

class SyncCrash : public ::testing::TestWithParam<db::Engine> {
protected:
    // Which generation is live: that of every active offer of the source, or -1 for a mix.
    static std::int64_t generation_of(Instance& instance) {
        const auto contents = instance.catalogue.contents();
        EXPECT_TRUE(contents) << to_text(contents.error());
        std::map<std::string, std::int64_t> tags;
        std::int64_t versions = 0;
        for (const catalog::KeptOffer& kept : contents->offers) {
            const catalog::Offer offer = kept.offer();
            if (offer.is_active) ++tags[offer.tags.at(1)];
            versions += offer.version;
        }
        // The history has each version once.
        EXPECT_EQ(versions, contents->version);
        if (tags.size() != 1 || tags.begin()->second != kOffers) return -1;
        const std::int64_t generation = std::stoll(tags.begin()->first.substr(1));
        // And the feed told of each generation, from 0 on.
        const auto told = instance.database->read([](db::Connection& connection) {
            return db::select_number(connection, "select count(*) from change_feed");
        });
        EXPECT_EQ(told.value_or(-1), generation + 1);
        return generation;
    }

    // How many kills came before the new catalogue was live.
    static int kill_rounds(const db::testing::Scratch& scratch, int rounds, std::mt19937_64& random) {
        Timestamp now;
        std::int64_t run_us = 0;  // how long a run takes here, with what else the machine does
        {
            Instance instance(scratch.open(2));
            prepare(instance);
            const SyncRun first = instance.start();
            const auto began = std::chrono::steady_clock::now();
            EXPECT_TRUE(instance.work(first.id, source_of(0)));
            run_us =
                std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
            now = instance.now;
        }
        int before = 0;
        for (int round = 1; round <= rounds; ++round) {
            now = plus_micros(now, 600 * kMicrosPerSecond);
            std::string run;
            {
                Instance instance(scratch.open(2));
                instance.now = now;
                run = instance.start().id;
            }
            const pid_t child = ::fork();
            if (child == 0) sync_until_killed(scratch, now, run, round);
            std::this_thread::sleep_for(std::chrono::microseconds(random() % static_cast<std::uint64_t>(2 * run_us)));
            ::kill(child, SIGKILL);
            int ended = 0;
            ::waitpid(child, &ended, 0);
            EXPECT_TRUE(WIFSIGNALED(ended) || WEXITSTATUS(ended) == 0) << WEXITSTATUS(ended);
            Instance instance(scratch.open(2));
            const std::int64_t live = generation_of(instance);
            EXPECT_TRUE(live == round - 1 || live == round) << "a mix after round " << round;
            before += live == round - 1 ? 1 : 0;
            // Whoever comes next, once the lease has run out, brings it to its end. A child that did all had no time
            // to say so: the run is found finished.
            instance.now = plus_micros(now, 120 * kMicrosPerSecond);
            const auto done = instance.work(run, source_of(round));
            EXPECT_TRUE(done) << to_text(done.error());
            EXPECT_EQ(done->state, RunState::succeeded);
            EXPECT_EQ(generation_of(instance), round);
            if (::testing::Test::HasFailure()) break;
        }
        return before;
    }

    void kill_many(int rounds) {
        std::mt19937_64 random(20260302);
        int before = 0;
        for (int done = 0; done < rounds && !HasFailure(); done += kRoundsPerDatabase) {
            const db::testing::Scratch scratch(GetParam());
            before += kill_rounds(scratch, kRoundsPerDatabase, random);
        }
        std::printf("%d kills, %d of them before the new catalogue was live\n", rounds, before);
    }
};

INSTANTIATE_TEST_SUITE_P(Engines, SyncCrash, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());
TEST_P(SyncCrash, LeavesTheOldCatalogueOrTheNew) { kill_many(10); }

class LongSyncCrash : public SyncCrash {};
INSTANTIATE_TEST_SUITE_P(
    LongEngines, LongSyncCrash, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);
TEST_P(LongSyncCrash, LeavesTheOldCatalogueOrTheNewTwoHundredTimes) { kill_many(200); }

}  // namespace
}  // namespace boon::sync
