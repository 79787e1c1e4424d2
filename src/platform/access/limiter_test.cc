// The token bucket, by hand: 2 tokens a second, 4 at most.
#include "platform/access/limiter.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace boon::access {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kStart = 77 * kSecond;

TEST(Limiter, ABurstIsAdmittedAndThenTheRate) {
    Limiter limiter({.per_second = 2, .burst = 4});
    for (const std::int64_t left : {3, 2, 1, 0}) {
        const auto verdict = limiter.take("a", kStart);
        EXPECT_TRUE(verdict.admitted);
        EXPECT_EQ(verdict.remaining, left);
    }
    const auto refused = limiter.take("a", kStart);
    EXPECT_FALSE(refused.admitted);
    EXPECT_EQ(refused.remaining, 0);
    EXPECT_EQ(refused.retry_in_s, 1);
    EXPECT_EQ(refused.full_in_s, 2);
    // A refusal costs nothing: half a second later there is a token.
    EXPECT_FALSE(limiter.take("a", kStart + kSecond / 2 - 1).admitted);
    EXPECT_TRUE(limiter.take("a", kStart + kSecond / 2).admitted);
    EXPECT_FALSE(limiter.take("a", kStart + kSecond / 2).admitted);
    // A rest fills it, and no more than that.
    const auto rested = limiter.take("a", kStart + 60 * kSecond);
    EXPECT_EQ(rested.remaining, 3);
    EXPECT_EQ(rested.full_in_s, 1);
}

TEST(Limiter, KeysDoNotShareABucket) {
    Limiter limiter({.per_second = 1, .burst = 1});
    EXPECT_TRUE(limiter.take("a", kStart).admitted);
    EXPECT_FALSE(limiter.take("a", kStart).admitted);
    EXPECT_TRUE(limiter.take("b", kStart).admitted);
}

TEST(Limiter, ALongWaitIsToldInWholeSeconds) {
    Limiter limiter({.per_second = 1, .burst = 1});
    EXPECT_TRUE(limiter.take("a", kStart).admitted);
    EXPECT_EQ(limiter.take("a", kStart + 1).retry_in_s, 1);
    EXPECT_EQ(limiter.take("a", kStart + kSecond - 1).retry_in_s, 1);
}

TEST(Limiter, ThreadsTogetherGetNoMoreThanTheBucketHolds) {
    Limiter limiter({.per_second = 1, .burst = 1000});
    std::atomic<int> admitted = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&] {
                for (int n = 0; n < 500; ++n) admitted += limiter.take("a", kStart).admitted ? 1 : 0;
            });
        }
    }
    EXPECT_EQ(admitted, 1000);
}

TEST(Limiter, OffAdmitsAll) {
    Limiter limiter({});
    for (int i = 0; i < 1000; ++i) EXPECT_TRUE(limiter.take("a", kStart).admitted);
}

}  // namespace
}  // namespace boon::access
