#include "platform/http/worker_pool.h"

#include <atomic>
#include <future>
#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>

namespace boon::http {
namespace {

TEST(WorkerPool, RunsAllThatItTookEvenAtItsEnd) {
    std::atomic<int> done = 0;
    {
        WorkerPool pool({.threads = 3, .queue = 1000});
        for (int i = 0; i < 1000; ++i) {
            // A job may own what cannot be copied.
            ASSERT_TRUE(pool.submit([&done, one = std::make_unique<int>(1)] { done += *one; }));
        }
    }
    EXPECT_EQ(done, 1000);
}

TEST(WorkerPool, RefusesWhenItsQueueIsFull) {
    std::promise<void> go;
    std::promise<void> running;
    WorkerPool pool({.threads = 1, .queue = 2});
    ASSERT_TRUE(pool.submit([&] {
        running.set_value();
        go.get_future().wait();
    }));
    running.get_future().wait();
    ASSERT_TRUE(pool.submit([] {}));
    ASSERT_TRUE(pool.submit([] {}));
    EXPECT_EQ(pool.waiting(), 2U);
    const Status refused = pool.submit([] {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(to_text(refused.error()), "too much work is waiting\nhint: try again in a moment");
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    go.set_value();
}

TEST(WorkerPool, OutlivesAJobThatThrows) {
    std::promise<int> answer;
    WorkerPool pool({.threads = 1});
    ASSERT_TRUE(pool.submit([] { throw std::runtime_error("broken"); }));
    ASSERT_TRUE(pool.submit([&] { answer.set_value(1); }));
    EXPECT_EQ(answer.get_future().get(), 1);
}

}  // namespace
}  // namespace boon::http
