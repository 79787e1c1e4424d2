// Jobs on both engines: queued, leased, renewed, lost, cancelled.
#include "platform/storage/jobs.h"

#include <array>
#include <mutex>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/storage/fixture_test.h"

namespace boon::storage {
namespace {

constexpr std::array<std::string_view, 1> kTrain = {"train"};

class JobsTest : public StorageFixture {
protected:
    void enqueue(const std::string& id, Timestamp at = kNow) {
        must([&](db::Connection& c) { return enqueue_job(c, {id, "train", {{"model", "nbo"}}, "cli"}, at); });
    }
    std::optional<Job> acquire(const std::string& worker, Timestamp at = kNow) {
        return must([&](db::Connection& c) { return acquire_job(c, kTrain, {worker, 30 * kSecond}, at); });
    }
    Job find(const std::string& id) {
        return must([&](db::Connection& c) { return find_job(c, id); });
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, JobsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(JobsTest, AJobRunsFromQueuedToSucceeded) {
    enqueue("b", plus_micros(kNow, 1));
    enqueue("a", kNow);
    const auto job = acquire("w1");
    ASSERT_TRUE(job);
    EXPECT_EQ(job->id, "a");  // the oldest
    EXPECT_EQ(job->parameters.at("model").as_string(), "nbo");
    const Claim claim = claim_of(*job);
    const Worker worker{"w1", 30 * kSecond};
    const Timestamp later = plus_micros(kNow, 10 * kSecond);
    EXPECT_EQ(
        must([&](db::Connection& c) { return report_progress(c, claim, worker, {50, 200, "row 50", {}, 5}, later); }),
        Wish::go_on
    );
    Job now = find("a");
    EXPECT_EQ(now.state, JobState::running);
    EXPECT_EQ(now.rate_per_s, 5);
    EXPECT_EQ(now.checkpoint, "row 50");
    EXPECT_EQ(now.lease_until, plus_micros(kNow, 40 * kSecond));
    ASSERT_TRUE(database_->write([&](db::Connection& c) {
        return finish_job(c, claim, {JobState::succeeded, {{"auc", 0.8}}, ""}, later);
    }));
    now = find("a");
    EXPECT_EQ(now.state, JobState::succeeded);
    EXPECT_EQ(now.result.at("auc").as_double(), 0.8);
    EXPECT_EQ(now.finished_at, later);
    EXPECT_EQ(acquire("w1")->id, "b");
    EXPECT_EQ(acquire("w1"), std::nullopt);
    const auto listed = must([](db::Connection& c) { return list_jobs(c, 10); });
    EXPECT_EQ(listed.at(0).id, "b");
}

TEST_P(JobsTest, AJobWhoseLeaseRanOutGoesToAnotherAndTheFirstWritesNoMore) {
    enqueue("a");
    const Claim first = claim_of(*acquire("w1"));
    must([&](db::Connection& c) {
        return report_progress(c, first, {"w1", 30 * kSecond}, {10, 0, "row 10"}, plus_micros(kNow, kSecond));
    });
    EXPECT_EQ(acquire("w2", plus_micros(kNow, 31 * kSecond)), std::nullopt);  // not yet: it was renewed
    const auto taken = acquire("w2", plus_micros(kNow, 32 * kSecond));
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->checkpoint, "row 10");
    EXPECT_EQ(taken->owner, "w2");
    const auto expected = Error{
        ErrorCode::conflict, "the job a is no longer this worker's",
        "its lease ran out and another worker took it, or it was ended"
    };
    EXPECT_EQ(error_of([&](db::Connection& c) { return hold_job(c, first); }), expected);
    EXPECT_EQ(error_of([&](db::Connection& c) { return finish_job(c, first, {}, kNow); }), expected);
    EXPECT_EQ(
        error_of([&](db::Connection& c) { return report_progress(c, first, {"w1", 1}, {99, 0, {}}, kNow); }), expected
    );
    EXPECT_EQ(find("a").done, 10);
    EXPECT_TRUE(database_->write([&](db::Connection& c) { return hold_job(c, claim_of(*taken)); }));
}

TEST_P(JobsTest, AWorkerThatIsBusyKeepsItsJobWithoutProgress) {
    enqueue("a");
    const Worker worker{"w1", 30 * kSecond};
    const Claim claim = claim_of(*acquire("w1"));
    for (int n = 1; n < 10; ++n) {
        const Timestamp at = plus_micros(kNow, n * 20 * kSecond);
        ASSERT_TRUE(database_->write([&](db::Connection& c) { return renew_lease(c, claim, worker, at); }));
        EXPECT_EQ(acquire("w2", at), std::nullopt);
    }
    ASSERT_TRUE(acquire("w2", plus_micros(kNow, 211 * kSecond)));
    EXPECT_EQ(
        error_of([&](db::Connection& c) { return renew_lease(c, claim, worker, kNow); }).code, ErrorCode::conflict
    );
}

TEST_P(JobsTest, CancellingEndsAQueuedJobAndAsksARunningOne) {
    enqueue("a");
    ASSERT_TRUE(database_->write([](db::Connection& c) { return cancel_job(c, "a", kNow); }));
    EXPECT_EQ(find("a").state, JobState::cancelled);
    EXPECT_EQ(find("a").finished_at, kNow);
    EXPECT_EQ(
        error_of([](db::Connection& c) { return cancel_job(c, "a", kNow); }),
        (Error{ErrorCode::conflict, "the job a has already ended (cancelled)"})
    );
    EXPECT_EQ(
        error_of([](db::Connection& c) { return cancel_job(c, "x", kNow); }),
        (Error{ErrorCode::not_found, "there is no job x"})
    );
    enqueue("b");
    const Claim claim = claim_of(*acquire("w1"));
    ASSERT_TRUE(database_->write([](db::Connection& c) { return cancel_job(c, "b", kNow); }));
    EXPECT_EQ(find("b").state, JobState::running);
    EXPECT_EQ(
        must([&](db::Connection& c) { return report_progress(c, claim, {"w1", 1}, {1, 2, {}}, kNow); }), Wish::cancel
    );
}

TEST_P(JobsTest, RacingWorkersNeverHoldTheSameJob) {
    constexpr int kJobs = 40;
    for (int i = 0; i < kJobs; ++i) enqueue("job" + std::to_string(i));
    std::mutex mutex;
    std::multiset<std::string> held;
    {
        std::vector<std::jthread> workers;
        for (int w = 0; w < 4; ++w) {
            workers.emplace_back([&, w] {
                const auto database = scratch_.open();  // as another server would
                while (true) {
                    const auto job = database->write([&](db::Connection& c) {
                        return acquire_job(c, kTrain, {"w" + std::to_string(w), 30 * kSecond}, kNow);
                    });
                    ASSERT_TRUE(job) << to_text(job.error());
                    if (!*job) return;
                    const std::lock_guard lock(mutex);
                    held.insert((*job)->id);
                }
            });
        }
    }
    EXPECT_EQ(held.size(), static_cast<std::size_t>(kJobs));
    EXPECT_EQ(std::set<std::string>(held.begin(), held.end()).size(), static_cast<std::size_t>(kJobs));
}

}  // namespace
}  // namespace boon::storage
