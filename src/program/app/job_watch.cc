#include "program/app/job_watch.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include "platform/base/log.h"

namespace boon::app {

namespace {

constexpr std::chrono::milliseconds kPause{300};
// A job may be seen as ended a little after the instant of its end.
constexpr std::int64_t kGraceMicros = 10 * kMicrosPerSecond;

// What of a job is worth telling when it differs: not the lease, which is renewed all the time.
std::string face_of(const storage::Job& job) {
    return fmt::format(
        "{} {} {} {} {} {}", enum_name(job.state), job.done, job.total, job.cancel_requested, job.fence, job.note
    );
}

}  // namespace

JobWatch::JobWatch(db::Database& database, std::function<Timestamp()> clock)
    : database_(database), clock_(std::move(clock)), thread_([this](const std::stop_token& stop) { loop(stop); }) {}

Status JobWatch::listen(std::string_view owner, Timestamp since, Listen listener) {
    const std::lock_guard lock(mutex_);
    const auto of_owner = std::ranges::count(listeners_, owner, &Listener::owner);
    if (static_cast<std::size_t>(of_owner) >= kMaxOfOwner) {
        return fail(
            ErrorCode::limited, fmt::format("you have {} streams open already", of_owner),
            "close one, or ask for all jobs in one"
        );
    }
    if (listeners_.size() >= kMaxListeners) {
        return fail(ErrorCode::limited, "too many streams are open", "read /api/v1/jobs now and then instead");
    }
    listeners_.push_back({.owner = std::string(owner), .since = since, .tell = std::move(listener), .told = {}});
    woken_.notify_all();
    return {};
}

std::size_t JobWatch::listeners() const {
    const std::lock_guard lock(mutex_);
    return listeners_.size();
}

void JobWatch::loop(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        {
            std::unique_lock lock(mutex_);
            if (!woken_.wait(lock, stop, [this] { return !listeners_.empty(); })) return;
        }
        look();
        std::unique_lock lock(mutex_);
        woken_.wait_for(lock, stop, kPause, [] { return false; });
    }
}

void JobWatch::look() {
    const Timestamp now = clock_();
    Timestamp since = plus_micros(now, -kGraceMicros);
    {
        const std::lock_guard lock(mutex_);
        for (const Listener& each : listeners_) since = std::min(since, each.since);
    }
    const auto jobs =
        database_.read([&](db::Connection& connection) { return storage::list_live_jobs(connection, since); });
    if (!jobs && !failing_) log::error("could not look at the jobs: " + to_text(jobs.error()));
    failing_ = !jobs.has_value();
    const std::lock_guard lock(mutex_);
    listeners_.remove_if([&](Listener& each) {
        std::vector<storage::Job> changed;
        if (jobs) {
            changed = news_for(each, *jobs);
            // What has ended is told once; a later look goes back only as far as it must.
            each.since = std::max(each.since, plus_micros(now, -kGraceMicros));
        }
        return !each.tell(changed, now);
    });
}

std::vector<storage::Job> JobWatch::news_for(Listener& listener, std::span<const storage::Job> jobs) {
    std::vector<storage::Job> changed;
    for (const storage::Job& job : jobs) {
        const bool ended_before = job.finished_at && *job.finished_at <= listener.since;
        if (ended_before && !listener.told.contains(job.id)) continue;
        std::string face = face_of(job);
        std::string& told = listener.told[job.id];
        if (told == face) continue;
        told = std::move(face);
        changed.push_back(job);
    }
    return changed;
}

}  // namespace boon::app
