#include "program/app/local_time.h"

#include <chrono>

#include <date/tz.h>
#include <fmt/format.h>

namespace boon::app {

Result<Timestamp> midnight_in(Timestamp utc_midnight, const std::string& time_zone) {
    try {
        const date::local_time<std::chrono::microseconds> local{std::chrono::microseconds(utc_midnight.micros)};
        const auto at = date::locate_zone(time_zone)->to_sys(local, date::choose::earliest);
        return Timestamp{at.time_since_epoch().count()};
    } catch (const std::exception& problem) {
        return fail(
            ErrorCode::invalid, fmt::format("setting time_zone is {}: {}", time_zone, problem.what()),
            "expected an IANA time zone such as Europe/Berlin, and the system's tzdata"
        );
    }
}

}  // namespace boon::app
