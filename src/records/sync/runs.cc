#include "records/sync/runs.h"

#include <array>

#include <fmt/format.h>

#include "platform/base/csv.h"
#include "platform/base/id.h"
#include "platform/db/record.h"
#include "platform/storage/audit.h"

namespace boon::sync {

namespace {

constexpr std::int64_t kCsvPage = 1000;

Result<std::string> queue_job(
    db::Connection& connection, const std::string& run_id, std::string_view by, Timestamp now
) {
    const storage::NewJob job{
        .id = new_uuid(),
        .kind = std::string(kJobKind),
        .parameters = json::Object{{"run", run_id}},
        .created_by = std::string(by)
    };
    BOON_CHECK(storage::enqueue_job(connection, job, now));
    return job.id;
}

Status keep_deed(
    db::Connection& connection, const Run& run, std::string_view what, std::string_view who, Timestamp now
) {
    return storage::record_deed(
        connection,
        {.who = std::string(who),
         .what = std::string(what),
         .target = "sync_run/" + run.id,
         .before = {},
         .after = json::to_text(json::Object{{"source", run.source}, {"mode", enum_name(run.mode)}})},
        now
    );
}

}  // namespace

Result<Run> find_run(db::Connection& connection, std::string_view id) {
    BOON_TRY(auto run, db::select_one<Run>(connection, "select * from sync_runs where id = ?", {id}));
    if (run) return *std::move(run);
    return fail(ErrorCode::not_found, fmt::format("there is no sync run {}", id), "boon sync runs lists them");
}

Status settle(db::Connection& connection, std::string_view source, Timestamp now) {
    BOON_CHECK(connection.execute(
        "update sync_runs set state = (select case j.state when 'cancelled' then 'cancelled' else 'failed' end from "
        "jobs j where j.id = sync_runs.job_id), finished_at = ?, step = '', reason = coalesce((select nullif(j.error, "
        "'') from jobs j where j.id = sync_runs.job_id), 'its job ended') where source = ? and state in ('queued', "
        "'running') and exists (select 1 from jobs j where j.id = sync_runs.job_id and j.state in ('succeeded', "
        "'failed', 'cancelled'))",
        {now, source}
    ));
    return {};
}

Result<Run> Runs::start(const NewRun& wanted, Timestamp now) {
    return database_.write([&](db::Connection& connection) -> Result<Run> {
        BOON_CHECK(settle(connection, wanted.source, now));
        BOON_TRY(
            const auto active,
            db::select_one<Run>(
                connection, "select * from sync_runs where source = ? and state in ('queued', 'running')",
                {wanted.source}
            )
        );
        if (active) {
            return fail(
                ErrorCode::conflict,
                fmt::format("a run of `{}` is under way: {} ({})", wanted.source, active->id, active->step),
                fmt::format("wait for it, or stop it: boon sync cancel {}", active->id)
            );
        }
        BOON_TRY(
            const auto version,
            db::select_number(connection, "select version from sync_sources where name = ?", {wanted.source})
        );
        if (version == 0) return fail(ErrorCode::not_found, fmt::format("there is no source `{}`", wanted.source));
        Run run;
        run.id = new_uuid();
        run.source = wanted.source;
        run.source_version = version;
        run.mode = wanted.mode;
        run.crawl = wanted.crawl;
        run.started_by = wanted.started_by;
        run.created_at = now;
        run.step = "waiting for its turn";
        BOON_TRY(run.job_id, queue_job(connection, run.id, wanted.started_by, now));
        BOON_CHECK(db::insert(connection, "sync_runs", run));
        BOON_CHECK(keep_deed(connection, run, "sync_run.start", wanted.started_by, now));
        return run;
    });
}

Result<Run> Runs::approve(std::string_view id, std::string_view by, Timestamp now) {
    return database_.write([&](db::Connection& connection) -> Result<Run> {
        BOON_TRY(Run run, find_run(connection, id));
        BOON_CHECK(settle(connection, run.source, now));
        if (run.state != RunState::needs_approval) {
            return fail(
                ErrorCode::conflict,
                fmt::format("the run {} does not wait for approval: it is {}", id, enum_name(run.state)),
                run.state == RunState::superseded ? "a later run of the source did its work" : ""
            );
        }
        if (four_eyes_ == catalog::FourEyes::on && run.started_by == by) {
            return fail(
                ErrorCode::forbidden, fmt::format("the run was started by {}, who may not approve it", by),
                "another person approves it (four eyes: setting catalog.four_eyes)"
            );
        }
        run.state = RunState::queued;
        run.approved_by = by;
        run.finished_at.reset();
        run.step = "approved, waiting for its turn";
        BOON_TRY(run.job_id, queue_job(connection, run.id, by, now));
        // The index of active runs refuses it while another run of the source is under way.
        if (auto updated = db::update(connection, "sync_runs", run, {"id"}); !updated) {
            if (updated.error().code != ErrorCode::conflict) return std::unexpected(updated.error());
            return fail(
                ErrorCode::conflict, fmt::format("another run of `{}` is under way", run.source),
                "wait for it: it may make this approval needless"
            );
        }
        BOON_CHECK(keep_deed(connection, run, "sync_run.approve", by, now));
        return run;
    });
}

Result<Run> Runs::cancel(std::string_view id, std::string_view by, Timestamp now) {
    return database_.write([&](db::Connection& connection) -> Result<Run> {
        BOON_TRY(const Run run, find_run(connection, id));
        if (run.state == RunState::needs_approval) {
            BOON_CHECK(connection.execute(
                "update sync_runs set state = 'cancelled', finished_at = ?, reason = ? where id = ?",
                {now, fmt::format("given up by {}", by), id}
            ));
        } else if (run.state == RunState::queued || run.state == RunState::running) {
            BOON_CHECK(storage::cancel_job(connection, run.job_id, now));
            BOON_CHECK(settle(connection, run.source, now));
        } else {
            return fail(
                ErrorCode::conflict, fmt::format("the run {} has ended already: it {}", id, enum_name(run.state))
            );
        }
        BOON_CHECK(keep_deed(connection, run, "sync_run.cancel", by, now));
        return find_run(connection, id);
    });
}

Result<Run> Runs::find(std::string_view id) {
    return database_.read([&](db::Connection& connection) { return find_run(connection, id); });
}

Result<std::optional<Run>> Runs::find_waiting(std::string_view source) {
    return database_.read([&](db::Connection& connection) {
        return db::select_one<Run>(
            connection,
            "select * from sync_runs where source = ? and state = 'needs_approval' order by id desc limit 1", {source}
        );
    });
}

Result<std::vector<Run>> Runs::list(std::string_view source, std::string_view before, std::int64_t limit) {
    return database_.read([&](db::Connection& connection) -> Result<std::vector<Run>> {
        // Ids are UUIDs of version 7: their order is that of time.
        const std::string_view last = before.empty() ? "g" : before;
        if (source.empty()) {
            return db::select<Run>(
                connection, "select * from sync_runs where id < ? order by id desc limit ?", {last, limit}
            );
        }
        return db::select<Run>(
            connection, "select * from sync_runs where id < ? and source = ? order by id desc limit ?",
            {last, source, limit}
        );
    });
}

Result<std::vector<StagedRecord>> Runs::records(
    std::string_view id, std::optional<Outcome> outcome, std::int64_t from_ord, std::int64_t limit
) {
    return database_.read([&](db::Connection& connection) -> Result<std::vector<StagedRecord>> {
        BOON_CHECK(find_run(connection, id));
        if (!outcome) {
            return db::select<StagedRecord>(
                connection, "select * from sync_staged where run_id = ? and ord >= ? order by ord limit ?",
                {id, from_ord, limit}
            );
        }
        return db::select<StagedRecord>(
            connection, "select * from sync_staged where run_id = ? and outcome = ? and ord >= ? order by ord limit ?",
            {id, *outcome, from_ord, limit}
        );
    });
}

Result<std::string> Runs::rejects_csv(std::string_view id) {
    std::string csv;
    append_csv_row(csv, std::array<std::string, 3>{"external_id", "name", "reason"});
    std::int64_t from = 0;
    while (true) {
        BOON_TRY(const auto page, records(id, Outcome::rejected, from, kCsvPage));
        for (const StagedRecord& record : page) {
            append_csv_row(
                csv, std::array{csv_defused(record.external_id), csv_defused(record.name), csv_defused(record.reason)}
            );
        }
        if (std::ssize(page) < kCsvPage) return csv;
        from = page.back().ord + 1;
    }
}

}  // namespace boon::sync
