// The thread that does an instance's long work, one job at a time, in the order queued.
#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include "platform/db/database.h"
#include "platform/storage/jobs.h"
#include "program/app/job_kinds.h"

namespace boon::app {

class JobRunner {
public:
    // `app` and `database` must outlive it.
    JobRunner(App& app, db::Database& database, JobThread thread);
    // Asks the running job to stop at its next report of progress and waits for it; the job stays `running` in the
    // database and is taken up again when its lease has run out.
    ~JobRunner();
    JobRunner(const JobRunner&) = delete;
    JobRunner& operator=(const JobRunner&) = delete;

    // There may be something to do.
    void wake();

private:
    void loop(const std::stop_token& stop);
    bool run_next(const std::stop_token& stop);
    void run(const storage::Job& job, const std::stop_token& stop);
    void keep_lease(const storage::Claim& claim, const std::stop_token& done);

    App& app_;
    db::Database& database_;
    JobThread of_thread_;
    storage::Worker worker_;
    std::mutex mutex_;
    std::condition_variable_any woken_;
    bool has_work_ = true;  // under mutex_; true at first: a job may be left over
    std::jthread thread_;   // last: ends before the rest goes
};

}  // namespace boon::app
