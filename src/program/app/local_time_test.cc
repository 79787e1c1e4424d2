#include "program/app/local_time.h"

#include <gtest/gtest.h>

namespace boon::app {
namespace {

std::string begins(const char* day, const std::string& zone) {
    const auto at = midnight_in(parse_timestamp(day).value(), zone);
    return at ? to_string(*at) : to_text(at.error());
}

// By the tables of the time zones: Berlin is at +1, in summer at +2; in Beirut the clocks of 28 March 2021 went
// from 00:00 to 01:00.
TEST(LocalTime, ADayBeginsAtMidnightOfItsZone) {
    EXPECT_EQ(begins("2026-01-15", "UTC"), "2026-01-15T00:00:00Z");
    EXPECT_EQ(begins("2026-01-15", "Europe/Berlin"), "2026-01-14T23:00:00Z");
    EXPECT_EQ(begins("2026-07-15", "Europe/Berlin"), "2026-07-14T22:00:00Z");
    EXPECT_EQ(begins("2026-01-15", "Asia/Kolkata"), "2026-01-14T18:30:00Z");
    EXPECT_EQ(begins("2026-01-15", "America/New_York"), "2026-01-15T05:00:00Z");
    EXPECT_EQ(begins("2021-03-28", "Asia/Beirut"), "2021-03-27T22:00:00Z");
    EXPECT_NE(begins("2026-01-15", "Mars/Olympus").find("setting time_zone is Mars/Olympus"), std::string::npos);
}

}  // namespace
}  // namespace boon::app
