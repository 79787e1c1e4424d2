#include "program/app/warehouse_clock.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

#include "platform/base/log.h"
#include "platform/storage/jobs.h"
#include "program/app/app.h"
#include "program/app/warehouse_source.h"

namespace boon::app {

namespace {

constexpr std::string_view kKind = "warehouse";

Result<bool> is_under_way(App& app) {
    BOON_TRY(const auto jobs, app.list_jobs(100));
    return std::ranges::any_of(jobs, [](const storage::Job& job) {
        return job.kind == kKind && (job.state == storage::JobState::queued || job.state == storage::JobState::running);
    });
}

}  // namespace

std::unique_ptr<WarehouseClock> WarehouseClock::start(App& app) {
    if (!app.config().dwh.is_postgres()) return nullptr;
    return std::unique_ptr<WarehouseClock>(new WarehouseClock(app));
}

WarehouseClock::WarehouseClock(App& app) : app_(app), thread_([this](const std::stop_token& stop) { loop(stop); }) {}

WarehouseClock::~WarehouseClock() {
    thread_.request_stop();
    thread_.join();
}

void WarehouseClock::loop(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    bool failing = false;
    while (!stop.stop_requested()) {
        const auto looked = look();
        if (!looked && !failing) log::error("could not look after the warehouse: " + to_text(looked.error()));
        failing = !looked.has_value();
        std::unique_lock lock(mutex);
        woken.wait_for(lock, stop, std::chrono::seconds(15), [] { return false; });
    }
}

Status WarehouseClock::look() {
    BOON_TRY(const auto status, warehouse_status(app_));
    if (status.stale && !was_stale_) log::warning("the warehouse is stale: " + status.words + "; " + status.hint);
    was_stale_ = status.stale;

    const std::int64_t every = app_.config().dwh.refresh_every_s * kMicrosPerSecond;
    if (every == 0) return {};
    const Timestamp now = app_.now();
    const Timestamp due{now.micros - every};
    const bool fresh = status.refreshed_at && *status.refreshed_at > due;
    // One that failed is tried again when the next is due, not at once.
    if (fresh || (queued_at_ && *queued_at_ > due)) return {};
    BOON_TRY(const bool under_way, is_under_way(app_));
    if (under_way) return {};
    BOON_CHECK(app_.start_job(kKind, json::Object(), "schedule"));
    queued_at_ = now;
    return {};
}

}  // namespace boon::app
