// Long work as rows: what is to be done, how far it is, who does it. A worker holds a job by a lease that it renews; a
// lease that ran out can be taken by another, which raises the job's fence. Every write on behalf of a job goes through
// its Claim in the same transaction, so a worker that lost its job without noticing changes nothing.
//
// All functions run within the caller's read() or write(); none of them commits.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::storage {

enum class JobState { queued, running, succeeded, failed, cancelled };
BOOST_DESCRIBE_ENUM(JobState, queued, running, succeeded, failed, cancelled)

struct Job {
    std::string id;
    std::string kind;
    json::Value parameters;
    JobState state = JobState::queued;
    std::int64_t done = 0;
    std::int64_t total = 0;  // 0: not known yet
    double rate_per_s = 0;
    std::string note;        // what it is doing, in words
    std::string checkpoint;  // where to go on after a crash, in the kind's own words
    json::Value result;
    std::string error;
    bool cancel_requested = false;
    std::string created_by;
    Timestamp created_at;
    std::optional<Timestamp> started_at;  // by its latest worker
    std::optional<Timestamp> finished_at;
    std::string owner;
    std::optional<Timestamp> lease_until;
    std::int64_t fence = 0;
};
BOOST_DESCRIBE_STRUCT(
    Job, (),
    (id, kind, parameters, state, done, total, rate_per_s, note, checkpoint, result, error, cancel_requested,
     created_by, created_at, started_at, finished_at, owner, lease_until, fence)
)

// The right to work on a job, as acquire_job() gave it.
struct Claim {
    std::string job_id;
    std::int64_t fence = 0;
    Timestamp acquired_at;
};
Claim claim_of(const Job& acquired);

struct NewJob {
    std::string id;
    std::string kind;
    json::Value parameters;
    std::string created_by;
};
Result<Job> enqueue_job(db::Connection& connection, const NewJob& job, Timestamp now);

struct Worker {
    std::string name;  // for people: host and process
    std::int64_t lease_micros = 30 * kMicrosPerSecond;
};
// The oldest job of one of `kinds` that is queued, or whose worker's lease ran out; it is running and `worker`'s then.
Result<std::optional<Job>> acquire_job(
    db::Connection& connection, std::span<const std::string_view> kinds, const Worker& worker, Timestamp now
);

enum class Wish { go_on, cancel };
struct Progress {
    std::int64_t done = 0;
    std::int64_t total = 0;
    std::optional<std::string> checkpoint = {};  // empty: as it was
    std::optional<std::string> note = {};        // the same
    double rate_per_s = 0;                       // of `done`; 0: not known
};
// Notes the progress, renews the lease and says whether somebody wants the job cancelled.
Result<Wish> report_progress(
    db::Connection& connection, const Claim& claim, const Worker& worker, const Progress& progress, Timestamp now
);

// While a worker is busy without progress to tell of. `conflict` when another worker has the job.
Status renew_lease(db::Connection& connection, const Claim& claim, const Worker& worker, Timestamp now);

// For a job's other writes, in their transaction and before them. `conflict` when another worker has the job.
Status hold_job(db::Connection& connection, const Claim& claim);

// `state`: succeeded, failed or cancelled. `error`: what to_text() made of it; empty when it succeeded.
struct Outcome {
    JobState state = JobState::succeeded;
    json::Value result;
    std::string error;
};
Status finish_job(db::Connection& connection, const Claim& claim, const Outcome& outcome, Timestamp now);

// A queued job is cancelled at once; a running one is asked to stop. `conflict` when it has ended already.
Status cancel_job(db::Connection& connection, std::string_view id, Timestamp now);

Result<Job> find_job(db::Connection& connection, std::string_view id);
// The newest first.
Result<std::vector<Job>> list_jobs(db::Connection& connection, std::int64_t limit);
// Those that have not ended, and those that ended after `since`; the oldest first.
Result<std::vector<Job>> list_live_jobs(db::Connection& connection, Timestamp since);

}  // namespace boon::storage
