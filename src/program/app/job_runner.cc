#include "program/app/job_runner.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <unistd.h>

#include "platform/base/log.h"
#include "program/app/app.h"
#include "program/app/background.h"
#include "program/app/erasure.h"
#include "program/app/pace.h"

namespace boon::app {

namespace {

std::vector<std::string_view> kind_names(JobThread thread) {
    std::vector<std::string_view> names;
    for (const JobKind& kind : job_kinds()) {
        if (kind.thread == thread) names.push_back(kind.name);
    }
    return names;
}

// Reports at most ten times a second, since each is a durable write, and when a step begins.
class Throttle {
public:
    bool is_due(std::int64_t done, std::int64_t total, std::string_view note) {
        const auto now = std::chrono::steady_clock::now();
        const bool step = step_of(note) != step_;
        if (!step && done < total && now - last_ < std::chrono::milliseconds(100)) return false;
        last_ = now;
        step_ = step_of(note);
        return true;
    }

private:
    std::chrono::steady_clock::time_point last_{};
    std::string step_;
};

storage::Outcome outcome_of(Result<json::Value> result, bool cancelled) {
    if (result) return {.state = storage::JobState::succeeded, .result = *std::move(result), .error = {}};
    const auto state = cancelled ? storage::JobState::cancelled : storage::JobState::failed;
    return {.state = state, .result = nullptr, .error = to_text(result.error())};
}

}  // namespace

JobRunner::JobRunner(App& app, db::Database& database, JobThread thread)
    : app_(app),
      database_(database),
      of_thread_(thread),
      worker_{.name = fmt::format("pid {}", getpid())},
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

JobRunner::~JobRunner() {
    thread_.request_stop();
    woken_.notify_all();
}

void JobRunner::wake() {
    {
        const std::scoped_lock lock(mutex_);
        has_work_ = true;
    }
    woken_.notify_all();
}

void JobRunner::loop(const std::stop_token& stop) {
    give_way();
    while (!stop.stop_requested()) {
        if (run_next(stop)) continue;
        std::unique_lock lock(mutex_);
        // Also looks by itself: another process's job may have lost its worker.
        woken_.wait_for(lock, stop, std::chrono::seconds(5), [&] { return has_work_; });
        has_work_ = false;
    }
}

bool JobRunner::run_next(const std::stop_token& stop) {
    const auto kinds = kind_names(of_thread_);
    const auto acquired = database_.write(db::Lane::batch, [&](db::Connection& connection) {
        return storage::acquire_job(connection, kinds, worker_, app_.now());
    });
    if (!acquired) {
        log::error("could not look for jobs: " + to_text(acquired.error()));
        return false;
    }
    if (!*acquired) return false;
    run(**acquired, stop);
    return true;
}

// A job may be busy for long without anything to report: an upstream that asks to wait, one long fit.
void JobRunner::keep_lease(const storage::Claim& claim, const std::stop_token& done) {
    const auto pause = std::chrono::microseconds(worker_.lease_micros) / 3;
    std::mutex mutex;
    std::condition_variable_any never;
    std::unique_lock lock(mutex);
    while (!never.wait_for(lock, done, pause, [] { return false; }) && !done.stop_requested()) {
        const Status renewed = database_.write(db::Lane::batch, [&](db::Connection& connection) {
            return storage::renew_lease(connection, claim, worker_, app_.now());
        });
        if (renewed) continue;
        log::warning(fmt::format("could not renew the lease of job {}: {}", claim.job_id, to_text(renewed.error())));
        if (renewed.error().code == ErrorCode::conflict) return;  // its next report ends the job
    }
}

void JobRunner::run(const storage::Job& job, const std::stop_token& stop) {
    const storage::Claim claim = storage::claim_of(job);
    const auto kind = std::ranges::find(job_kinds(), job.kind, &JobKind::name);
    Throttle throttle;
    Pace pace;
    bool cancelled = false;
    const auto note_in = [&](db::Connection& connection, storage::Progress at) -> Status {
        if (stop.stop_requested())
            return fail(ErrorCode::unavailable, "the server is ending; the job goes on after its next start");
        const Timestamp now = app_.now();
        pace.report(at.done, at.total, at.note.value_or(""), static_cast<double>(now.micros) / kMicrosPerSecond);
        at.rate_per_s = pace.rate_per_s();
        BOON_TRY(const auto wish, storage::report_progress(connection, claim, worker_, at, now));
        cancelled = wish == storage::Wish::cancel;
        return cancelled ? fail(ErrorCode::conflict, "cancelled") : Status();
    };
    Progress progress(claim, [&](std::int64_t done, std::int64_t total, std::string_view note) -> Status {
        if (!stop.stop_requested() && !throttle.is_due(done, total, note)) return {};
        storage::Progress at{.done = done, .total = total};
        if (!note.empty()) at.note = note;
        return database_.write(db::Lane::batch, [&](db::Connection& connection) { return note_in(connection, at); });
    });
    progress.checkpoint = job.checkpoint;
    progress.keep = note_in;
    auto result = [&] {
        const std::jthread heart([&](const std::stop_token& done) { keep_lease(claim, done); });
        return kind->run(app_, job.parameters, progress);
    }();
    if (!result && stop.stop_requested()) return;
    // It may have written what it had read before.
    if (const auto again = repeat_erasures(app_.erasure_scope(), claim.acquired_at, app_.now()); !again && result) {
        result = std::unexpected(again.error());
    }
    const auto outcome = outcome_of(std::move(result), cancelled);
    const auto finished = database_.write(db::Lane::batch, [&](db::Connection& connection) {
        return storage::finish_job(connection, claim, outcome, app_.now());
    });
    if (!finished) log::error(fmt::format("could not finish job {}: {}", job.id, to_text(finished.error())));
}

}  // namespace boon::app
