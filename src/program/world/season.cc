#include "program/world/season.h"

#include <algorithm>
#include <array>
#include <chrono>

namespace boon::world {

namespace {

// Both average 1, so that a customer's rate is what the traits say.
constexpr std::array<double, 12> kMonths = {0.95, 0.9, 0.95, 1, 1, 1, 0.95, 0.95, 1, 1, 1.1, 1.2};
constexpr std::array<double, 7> kWeekdays = {0.85, 0.9, 0.9, 0.95, 1, 1.15, 1.25};  // from Sunday

}  // namespace

double season(Timestamp at) {
    using namespace std::chrono;
    const sys_days day = floor<days>(sys_time<microseconds>(microseconds(at.micros)));
    const year_month_day date(day);
    return kMonths[static_cast<unsigned>(date.month()) - 1] * kWeekdays[weekday(day).c_encoding()];
}

Seasons::Seasons(Timestamp start, int days) : start_(start), sums_{0} {
    for (int day = 0; day < days; ++day) sums_.push_back(sums_.back() + season(plus_days(start, day)));
}

double Seasons::until(Timestamp at) const {
    const double days = static_cast<double>(at.micros - start_.micros) / static_cast<double>(kMicrosPerDay);
    const auto last = static_cast<double>(sums_.size() - 1);
    const double inside = std::clamp(days, 0.0, last);
    const auto day = std::min(static_cast<std::size_t>(inside), sums_.size() - 2);
    const double part = inside - static_cast<double>(day);
    return sums_[day] + part * (sums_[day + 1] - sums_[day]);
}

double Seasons::between(Timestamp from, Timestamp until_at) const {
    return until_at <= from ? 0 : until(until_at) - until(from);
}

}  // namespace boon::world
