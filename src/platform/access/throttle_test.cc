#include "platform/access/throttle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::access {
namespace {

constexpr Timestamp kNow{1'700'000'000'000'000};
Timestamp after_s(std::int64_t seconds) { return plus_micros(kNow, seconds * kMicrosPerSecond); }

TEST(Throttles, AfterFiveAttemptsOneAMinuteFromOneAddress) {
    Throttle throttle;
    const auto keys = attempt_keys("anna", "192.0.2.1");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.charge(keys, kNow), 0) << i;
    EXPECT_EQ(throttle.charge(keys, kNow), 60);
    EXPECT_EQ(throttle.charge(keys, after_s(59)), 1);
    EXPECT_EQ(throttle.charge(keys, after_s(60)), 0);
    EXPECT_EQ(throttle.charge(keys, after_s(60)), 60);
    // Another address, and another account, are not kept out.
    EXPECT_EQ(throttle.charge(attempt_keys("anna", "192.0.2.2"), after_s(60)), 0);
    EXPECT_EQ(throttle.charge(attempt_keys("bert", "192.0.2.1"), after_s(60)), 0);
}

TEST(Throttles, OneAddressThatTriesManyAccountsIsSlowedDown) {
    Throttle throttle;
    for (int i = 0; i < 30; ++i)
        EXPECT_EQ(throttle.charge(attempt_keys("u" + std::to_string(i), "192.0.2.1"), kNow), 0);
    EXPECT_EQ(throttle.charge(attempt_keys("u30", "192.0.2.1"), kNow), 10);
    EXPECT_EQ(throttle.charge(attempt_keys("u30", "192.0.2.9"), kNow), 0);
}

TEST(Throttles, OneAccountThatManyAddressesTryIsSlowedDown) {
    Throttle throttle;
    for (int i = 0; i < 50; ++i) {
        EXPECT_EQ(throttle.charge(attempt_keys("anna", "192.0.2." + std::to_string(i)), kNow), 0);
    }
    EXPECT_EQ(throttle.charge(attempt_keys("anna", "192.0.2.99"), kNow), 60);
}

TEST(Throttles, OneNetworkOfIpv6IsOneAddress) {
    Throttle throttle;
    for (int i = 0; i < 30; ++i) {
        const auto keys = attempt_keys("u" + std::to_string(i), "2001:db8:0:1::" + std::to_string(i));
        EXPECT_EQ(throttle.charge(keys, kNow), 0);
    }
    EXPECT_EQ(throttle.charge(attempt_keys("anna", "2001:db8:0:1:ffff::1"), kNow), 10);
    EXPECT_EQ(throttle.charge(attempt_keys("anna", "2001:db8:0:2::1"), kNow), 0);
}

TEST(Throttles, ASuccessClearsTheAccountAndAddressButNotTheAddress) {
    Throttle throttle;
    const auto anna = attempt_keys("anna", "192.0.2.1");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.charge(anna, kNow), 0);
    throttle.forgive(anna);
    for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.charge(anna, kNow), 0);
    // Who owns one account does not buy guesses at others with it: 30, less the 9 that were not given back.
    throttle.forgive(anna);
    for (int i = 0; i < 22; ++i)
        EXPECT_EQ(throttle.charge(attempt_keys("u" + std::to_string(i), "192.0.2.1"), kNow), 0);
    EXPECT_EQ(throttle.charge(attempt_keys("bert", "192.0.2.1"), kNow), 10);
}

TEST(Throttles, WhatIsRefusedCostsNothing) {
    Throttle throttle;
    const auto keys = attempt_keys("anna", "192.0.2.1");
    for (int i = 0; i < 5; ++i) EXPECT_EQ(throttle.charge(keys, kNow), 0);
    for (int i = 0; i < 100; ++i) EXPECT_EQ(throttle.charge(keys, kNow), 60);
}

}  // namespace
}  // namespace boon::access
