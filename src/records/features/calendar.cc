#include "records/features/calendar.h"

#include <chrono>

#include <date/tz.h>
#include <fmt/format.h>

namespace boon::features {

struct Calendar::Zone {
    const date::time_zone* zone;
};

namespace {

using Micros = std::chrono::microseconds;

date::sys_time<Micros> instant(std::int64_t micros) { return date::sys_time<Micros>{Micros(micros)}; }

}  // namespace

Result<Calendar> Calendar::make(const std::string& time_zone) {
    Calendar calendar;
    if (time_zone == "UTC") return calendar;
    try {
        calendar.zone_ = std::make_shared<const Zone>(Zone{date::locate_zone(time_zone)});
        return calendar;
    } catch (const std::exception& problem) {
        return fail(
            ErrorCode::invalid, fmt::format("there is no time zone \"{}\": {}", time_zone, problem.what()),
            "give an IANA name, such as UTC or Europe/Berlin, and install the system's tzdata"
        );
    }
}

std::int64_t Calendar::day(std::int64_t micros) const {
    if (zone_ == nullptr) return date::floor<date::days>(instant(micros)).time_since_epoch().count();
    return date::floor<date::days>(zone_->zone->to_local(instant(micros))).time_since_epoch().count();
}

std::int64_t Calendar::start(std::int64_t micros, std::int64_t days) const {
    const date::days wanted(day(micros) - days);
    if (zone_ == nullptr) return Micros(wanted).count();
    const date::local_seconds midnight{date::local_days(wanted)};
    const date::local_info found = zone_->zone->get_info(midnight);
    if (found.result == date::local_info::nonexistent) return Micros(found.first.end.time_since_epoch()).count();
    const auto& period = found.result == date::local_info::ambiguous ? found.second : found.first;
    return Micros(midnight.time_since_epoch() - period.offset).count();
}

int Calendar::year(std::int64_t micros) const {
    const date::local_days local{date::days(day(micros))};
    return static_cast<int>(date::year_month_day(local).year());
}

}  // namespace boon::features
