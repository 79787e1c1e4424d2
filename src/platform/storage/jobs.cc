#include "platform/storage/jobs.h"

#include <fmt/core.h>

#include "platform/db/record.h"

namespace boon::storage {

namespace {

Status lost(const Claim& claim) {
    return fail(
        ErrorCode::conflict, fmt::format("the job {} is no longer this worker's", claim.job_id),
        "its lease ran out and another worker took it, or it was ended"
    );
}

// Runs an update that ends in `where id = ? and fence = ? and state = 'running'`.
Status update_held(db::Connection& connection, const Claim& claim, std::string_view set, db::Params params) {
    params.push_back(claim.job_id);
    params.push_back(claim.fence);
    const std::string sql = fmt::format("update jobs set {} where id = ? and fence = ? and state = 'running'", set);
    BOON_TRY(const std::int64_t rows, connection.execute(sql, params));
    return rows == 1 ? Status() : lost(claim);
}

}  // namespace

Claim claim_of(const Job& acquired) { return {acquired.id, acquired.fence, acquired.started_at.value_or(Timestamp{})}; }

Result<Job> enqueue_job(db::Connection& connection, const NewJob& wanted, Timestamp now) {
    Job job;
    job.id = wanted.id;
    job.kind = wanted.kind;
    job.parameters = wanted.parameters;
    job.created_by = wanted.created_by;
    job.created_at = now;
    BOON_CHECK(db::insert(connection, "jobs", job));
    return job;
}

Result<std::optional<Job>> acquire_job(
    db::Connection& connection, std::span<const std::string_view> kinds, const Worker& worker, Timestamp now
) {
    db::Params params{worker.name, plus_micros(now, worker.lease_micros), now, now};
    std::string marks;
    for (const std::string_view kind : kinds) {
        params.push_back(kind);
        marks += marks.empty() ? "?" : ", ?";
    }
    // Two servers that ask PostgreSQL at once get two jobs; SQLite has but one writer.
    const std::string_view skip = connection.engine() == db::Engine::postgres ? " for update skip locked" : "";
    return db::select_one<Job>(
        connection,
        fmt::format(
            "update jobs set state = 'running', owner = ?, lease_until = ?, started_at = ?, fence = fence + 1 "
            "where id = (select id from jobs where (state = 'queued' or (state = 'running' and lease_until < ?)) "
            "and kind in ({}) order by created_at, id limit 1{}) returning *",
            marks, skip
        ),
        params
    );
}

Result<Wish> report_progress(
    db::Connection& connection, const Claim& claim, const Worker& worker, const Progress& progress, Timestamp now
) {
    BOON_CHECK(update_held(
        connection, claim,
        "done = ?, total = ?, rate_per_s = ?, lease_until = ?, checkpoint = coalesce(?, checkpoint), "
        "note = coalesce(?, note)",
        {progress.done, progress.total, progress.rate_per_s, plus_micros(now, worker.lease_micros), progress.checkpoint,
         progress.note}
    ));
    BOON_TRY(
        const std::int64_t cancel,
        db::select_number(connection, "select cancel_requested from jobs where id = ?", {claim.job_id})
    );
    return cancel != 0 ? Wish::cancel : Wish::go_on;
}

Status renew_lease(db::Connection& connection, const Claim& claim, const Worker& worker, Timestamp now) {
    return update_held(connection, claim, "lease_until = ?", {plus_micros(now, worker.lease_micros)});
}

Status hold_job(db::Connection& connection, const Claim& claim) {
    // An update, since it also locks the row until the transaction ends.
    return update_held(connection, claim, "fence = fence", {});
}

Status finish_job(db::Connection& connection, const Claim& claim, const Outcome& outcome, Timestamp now) {
    BOON_ASSERT(outcome.state != JobState::queued && outcome.state != JobState::running);
    return update_held(
        connection, claim, "state = ?, result = ?, error = ?, finished_at = ?, lease_until = null, checkpoint = ''",
        {outcome.state, json::to_text(outcome.result), outcome.error, now}
    );
}

Status cancel_job(db::Connection& connection, std::string_view id, Timestamp now) {
    BOON_TRY(
        const std::int64_t rows,
        connection.execute(
            "update jobs set cancel_requested = 1, "
            "finished_at = case state when 'queued' then cast(? as bigint) else finished_at end, "
            "state = case state when 'queued' then 'cancelled' else state end "
            "where id = ? and state in ('queued', 'running')",
            {now, id}
        )
    );
    if (rows == 1) return {};
    BOON_TRY(const Job job, find_job(connection, id));
    return fail(ErrorCode::conflict, fmt::format("the job {} has already ended ({})", id, enum_name(job.state)));
}

Result<Job> find_job(db::Connection& connection, std::string_view id) {
    BOON_TRY(auto job, db::select_one<Job>(connection, "select * from jobs where id = ?", {id}));
    if (!job) return fail(ErrorCode::not_found, fmt::format("there is no job {}", id));
    return *std::move(job);
}

Result<std::vector<Job>> list_jobs(db::Connection& connection, std::int64_t limit) {
    return db::select<Job>(connection, "select * from jobs order by created_at desc, id desc limit ?", {limit});
}

Result<std::vector<Job>> list_live_jobs(db::Connection& connection, Timestamp since) {
    return db::select<Job>(
        connection,
        "select * from jobs where state in ('queued', 'running') or finished_at > ? order by created_at, id", {since}
    );
}

}  // namespace boon::storage
