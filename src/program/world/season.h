// When in the year and the week customers come more often, and that who is about to leave comes less often.
#pragma once

#include <vector>

#include "platform/base/timestamp.h"

namespace boon::world {

// What multiplies a customer's rate on that day; averages 1.
double season(Timestamp at);
inline constexpr double kBusiest = 1.2 * 1.25;  // its maximum

// During the last days before leaving, the rate is this part of what it was.
inline constexpr int kFadingDays = 45;
inline constexpr double kFading = 0.4;

// season() summed up over days, for integrals over any stretch of time from `start` on.
class Seasons {
public:
    Seasons(Timestamp start, int days);
    // In days of a mean season; 0 where `until` is not after `from`.
    [[nodiscard]] double between(Timestamp from, Timestamp until) const;

private:
    [[nodiscard]] double until(Timestamp at) const;
    Timestamp start_;
    std::vector<double> sums_;  // up to the begin of each day
};

}  // namespace boon::world
