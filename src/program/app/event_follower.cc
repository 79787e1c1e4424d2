#include "program/app/event_follower.h"

#include <algorithm>
#include <chrono>

#include "platform/base/log.h"
#include "platform/db/database.h"
#include "platform/storage/jobs.h"
#include "program/app/app.h"
#include "program/app/daily.h"
#include "program/app/live_features.h"
#include "program/app/live_update.h"
#include "program/app/posted_rows.h"
#include "program/app/warehouse_source.h"

namespace boon::app {

namespace {

constexpr std::int64_t kAgainMicros = 60 * kMicrosPerSecond;

}  // namespace

EventFollower::EventFollower(App& app) : app_(app), thread_([this](const std::stop_token& stop) { loop(stop); }) {}

EventFollower::~EventFollower() {
    thread_.request_stop();
    thread_.join();
}

void EventFollower::wake() {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
    woken_.notify_one();
}

void EventFollower::wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    woken_.wait_for(lock, stop, std::chrono::milliseconds(200), [this] { return is_woken_; });
    is_woken_ = false;
}

void EventFollower::loop(const std::stop_token& stop) {
    LiveUpdate update(app_);
    bool failing = false;
    while (!stop.stop_requested()) {
        const auto taken = update.step();
        // Who came first did the work.
        const bool fails = !taken && taken.error().code != ErrorCode::conflict;
        if (fails && !failing) {
            log::error("could not bring customers up to date with what was posted: " + to_text(taken.error()));
        }
        failing = fails;
        if (taken.value_or(0) > 0) continue;
        if (const auto begun = begin_base(); !begun) {
            log::error("could not begin to work out who posted events are about: " + to_text(begun.error()));
        }
        wait(stop);
    }
}

Status EventFollower::begin_base() {
    if (has_warehouse(app_.config())) return {};
    // One that failed is tried again, not at once.
    const Timestamp now = app_.now();
    if (begun_at_ && *begun_at_ > plus_micros(now, -kAgainMicros)) return {};
    BOON_TRY(const auto place, app_.database().read([](db::Connection& c) { return live_place(c); }));
    BOON_TRY(const bool posted, has_events(app_.database()));
    if (place || !posted) return {};
    begun_at_ = now;
    BOON_TRY(const auto jobs, app_.list_jobs(20));
    const bool under_way =
        std::ranges::any_of(jobs, [](const storage::Job& job) { return job.kind == "features" && !job.finished_at; });
    if (under_way) return {};
    BOON_TRY(const auto kinds, base_kinds(app_));
    for (const std::string_view kind : kinds) BOON_CHECK(app_.start_job(kind, json::Object(), "events"));
    return {};
}

}  // namespace boon::app
