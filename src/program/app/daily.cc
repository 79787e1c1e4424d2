#include "program/app/daily.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include <date/tz.h>
#include <fmt/format.h>

#include "platform/base/log.h"
#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/storage/jobs.h"
#include "program/app/app.h"
#include "program/app/warehouse_source.h"

namespace boon::app {

namespace {

constexpr std::string_view kSetting = "daily_work";
constexpr std::string_view kAuthor = "daily";

Result<std::vector<std::string_view>> kinds_of(App& app) {
    BOON_TRY(auto kinds, base_kinds(app));
    // The job of the features counts them too.
    if (std::ranges::find(kinds, "features") == kinds.end()) kinds.emplace_back("figures");
    kinds.emplace_back("drift");
    kinds.emplace_back("retention");
    return kinds;
}

}  // namespace

Result<std::vector<std::string_view>> base_kinds(App& app) {
    std::vector<std::string_view> kinds;
    BOON_TRY(const bool known, has_history(app));
    if (known) kinds.emplace_back("features");
    if (app.config().cvm_enabled) kinds.emplace_back("value");
    if (app.config().clm_enabled) kinds.emplace_back("lifecycle");
    return kinds;
}

Result<std::string> day_due(Timestamp now, const std::string& time_zone, int minute_of_day) {
    try {
        const date::sys_time<std::chrono::microseconds> at{std::chrono::microseconds(now.micros)};
        const auto local = date::locate_zone(time_zone)->to_local(at) - std::chrono::minutes(minute_of_day);
        return date::format("%F", date::floor<date::days>(local));
    } catch (const std::exception& problem) {
        return fail(
            ErrorCode::invalid, fmt::format("setting time_zone is {}: {}", time_zone, problem.what()),
            "expected an IANA time zone such as Europe/Berlin, and the system's tzdata"
        );
    }
}

Result<bool> claim_day(db::Connection& connection, const std::string& day, Timestamp now) {
    BOON_TRY(
        const auto first, connection.execute(
                              "insert into settings (name, value, updated_at) values (?, ?, ?) "
                              "on conflict (name) do nothing",
                              {kSetting, day, now}
                          )
    );
    if (first == 1) return false;
    BOON_TRY(
        const auto later,
        connection.execute(
            "update settings set value = ?, updated_at = ? where name = ? and value < ?", {day, now, kSetting, day}
        )
    );
    return later == 1;
}

Result<std::unique_ptr<Daily>> Daily::start(App& app) {
    if (!app.config().daily_at_minute) return nullptr;
    BOON_CHECK(day_due(app.now(), app.config().time_zone, *app.config().daily_at_minute));
    return std::unique_ptr<Daily>(new Daily(app));
}

Daily::Daily(App& app) : app_(app), thread_([this](const std::stop_token& stop) { loop(stop); }) {}

Daily::~Daily() {
    thread_.request_stop();
    thread_.join();
}

void Daily::loop(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    bool failing = false;
    while (!stop.stop_requested()) {
        const auto begun = begin_if_due();
        if (!begun && !failing) log::error("could not begin the daily work: " + to_text(begun.error()));
        failing = !begun.has_value();
        std::unique_lock lock(mutex);
        woken.wait_for(lock, stop, std::chrono::seconds(30), [] { return false; });
    }
}

Status Daily::begin_if_due() {
    BOON_TRY(const auto day, day_due(app_.now(), app_.config().time_zone, *app_.config().daily_at_minute));
    if (day == seen_) return {};
    BOON_TRY(const bool mine, app_.database().write(db::Lane::batch, [&](db::Connection& connection) {
        return claim_day(connection, day, app_.now());
    }));
    seen_ = day;
    if (!mine) return {};
    log::info("the daily work of " + day + " begins");
    BOON_TRY(const auto kinds, kinds_of(app_));
    for (const std::string_view kind : kinds) {
        BOON_CHECK(app_.start_job(kind, json::Object(), kAuthor));
    }
    return {};
}

}  // namespace boon::app
