// What the tests on public data share.
#pragma once

#include <chrono>
#include <cstdint>

namespace boon::purchases {

// 19970930 → days since 1970-01-01.
inline std::int64_t day_of(int date) {
    using namespace std::chrono;
    const sys_days day = year(date / 10000) / month(static_cast<unsigned>(date / 100 % 100)) /
                         std::chrono::day(static_cast<unsigned>(date % 100));
    return day.time_since_epoch().count();
}

}  // namespace boon::purchases
