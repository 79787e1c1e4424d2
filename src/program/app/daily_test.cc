#include "program/app/daily.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/database.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::app {
namespace {

Timestamp at(std::string_view text) { return parse_timestamp(text).value(); }

// 03:30 in Berlin is 02:30 UTC in winter, 01:30 in summer.
TEST(Daily, ADayIsDueAtItsLocalTime) {
    const auto due = [](std::string_view now) { return day_due(at(now), "Europe/Berlin", 210).value(); };
    EXPECT_EQ(due("2026-01-15T02:29:59Z"), "2026-01-14");
    EXPECT_EQ(due("2026-01-15T02:30:00Z"), "2026-01-15");
    EXPECT_EQ(due("2026-07-15T01:29:59Z"), "2026-07-14");
    EXPECT_EQ(due("2026-07-15T01:30:00Z"), "2026-07-15");
    EXPECT_EQ(day_due(at("2026-01-15T00:00:00Z"), "UTC", 0).value(), "2026-01-15");
    EXPECT_THAT(
        day_due(at("2026-01-15"), "Europe/Atlantis", 0).error().message,
        testing::StartsWith("setting time_zone is Europe/Atlantis")
    );
}

class DailyTest : public ::testing::TestWithParam<db::Engine> {};
INSTANTIATE_TEST_SUITE_P(Engines, DailyTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(DailyTest, EachDayIsClaimedOnce) {
    const db::testing::Scratch scratch(GetParam());
    const auto one = scratch.open();
    const auto other = scratch.open();
    const Timestamp now = at("2026-01-15");
    ASSERT_TRUE(storage::migrate(*one, now));
    const auto claim = [&](db::Database& database, const std::string& day) {
        return database.write([&](db::Connection& c) { return claim_day(c, day, now); }).value();
    };
    EXPECT_FALSE(claim(*one, "2026-01-15"));  // the instance is new
    EXPECT_FALSE(claim(*one, "2026-01-15"));
    EXPECT_TRUE(claim(*other, "2026-01-16"));
    EXPECT_FALSE(claim(*one, "2026-01-16"));
    EXPECT_FALSE(claim(*one, "2026-01-14"));
    EXPECT_TRUE(claim(*one, "2026-02-01"));
}

}  // namespace
}  // namespace boon::app
