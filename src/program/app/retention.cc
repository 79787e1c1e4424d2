#include "program/app/retention.h"

#include <array>
#include <chrono>

#include <fmt/format.h>

#include "insight/lifecycle/stays.h"
#include "insight/value/history.h"
#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/removal.h"
#include "platform/storage/audit.h"
#include "program/app/app.h"
#include "program/app/resumable.h"
#include "records/history/ledger.h"
#include "records/profiles/pasts.h"

namespace boon::app {

namespace {

constexpr std::int64_t kAuditEntriesPerStep = 500;

Result<std::int64_t> count(App& app, const std::string& table_and_condition, Timestamp before) {
    return app.database().read([&](db::Connection& connection) {
        return db::select_number(connection, "select count(*) from " + table_and_condition, {before});
    });
}

constexpr std::string_view kOldEvents = "occurred_at < ?";
constexpr std::string_view kOldJobs = "state not in ('queued', 'running') and finished_at < ?";
// Each source keeps its last run.
constexpr std::string_view kOldRuns =
    "state not in ('queued', 'running', 'needs_approval') and finished_at < ? and id <> "
    "(select l.id from sync_runs l where l.source = sync_runs.source order by l.created_at desc, l.id desc limit 1)";
constexpr std::string_view kOldStays = "exited_at < ?";
// Whom a later point has replaced by then.
constexpr std::string_view kOldPoints =
    "exists (select 1 from value_history l where l.customer_id = value_history.customer_id and l.at > value_history.at "
    "and l.at < ?)";

Result<std::int64_t> count_events(App& app, Timestamp before) {
    return count(app, fmt::format("events where {}", kOldEvents), before);
}

// Who computes customers from events begins anew with what is left.
Result<std::int64_t> remove_events(App& app, Timestamp before) {
    auto removal = db::removal_of("events", "position", kOldEvents);
    removal.remove = [](db::Connection& connection, const std::vector<std::string>& positions) -> Status {
        for (const std::string& position : positions) {
            BOON_CHECK(connection.execute("delete from events where position = cast(? as bigint)", {position}));
        }
        BOON_CHECK(connection.execute("update live_features set fill = fill + 1"));
        return {};
    };
    return db::remove_before(app.database(), removal, before);
}

Result<std::int64_t> count_decisions(App& app, Timestamp before) {
    return app.database().read([&](db::Connection& connection) -> Result<std::int64_t> {
        const history::Day keep_from = history::day_of(before);
        BOON_TRY(const auto days, history::kept_days(connection, {keep_from.number - 1}));
        std::int64_t rows = 0;
        for (const history::Day day : days) {
            const std::string sql = "select count(*) from " + history::table_of("decisions", day);
            BOON_TRY(const std::int64_t of_day, db::select_number(connection, sql));
            rows += of_day;
        }
        return rows;
    });
}

Result<std::int64_t> remove_decisions(App& app, Timestamp before) {
    BOON_TRY(const std::int64_t rows, count_decisions(app, before));
    BOON_CHECK(app.ledger().drop_before(before));
    return rows;
}

// A past's rows go by (customer, instant), and their customers are loose then, until they are packed anew.
db::Removal past_removal(const profiles::PastTable& table, std::string_view condition) {
    db::Removal removal{
        .find = fmt::format("select customer_id || ' ' || {} from {} where {}", table.begins, table.rows, condition),
        .remove = {},
    };
    removal.remove = [&table](db::Connection& connection, const std::vector<std::string>& keys) -> Status {
        const std::string sql =
            fmt::format("delete from {} where customer_id = ? and {} = cast(? as bigint)", table.rows, table.begins);
        std::vector<std::string_view> customers;
        for (const std::string_view key : keys) {
            const auto space = key.rfind(' ');
            customers.push_back(key.substr(0, space));
            BOON_CHECK(connection.execute(sql, {customers.back(), key.substr(space + 1)}));
        }
        return profiles::mark_loose(connection, table, customers);
    };
    return removal;
}

Result<std::int64_t> remove_past(
    App& app, const profiles::PastTable& table, std::string_view condition, Timestamp before
) {
    BOON_TRY(const std::int64_t rows, db::remove_before(app.database(), past_removal(table, condition), before));
    if (rows > 0) BOON_CHECK(profiles::pack(app.database(), table));
    return rows;
}

Result<std::int64_t> count_pasts(App& app, Timestamp before) {
    BOON_TRY(const std::int64_t stays, count(app, fmt::format("stays where {}", kOldStays), before));
    BOON_TRY(const std::int64_t points, count(app, fmt::format("value_history where {}", kOldPoints), before));
    return stays + points;
}

Result<std::int64_t> remove_pasts(App& app, Timestamp before) {
    BOON_TRY(const std::int64_t stays, remove_past(app, lifecycle::kStagePast, kOldStays, before));
    BOON_TRY(const std::int64_t points, remove_past(app, value::kSegmentPast, kOldPoints, before));
    return stays + points;
}

Result<std::int64_t> count_jobs(App& app, Timestamp before) {
    return count(app, fmt::format("jobs where {}", kOldJobs), before);
}

Result<std::int64_t> remove_jobs(App& app, Timestamp before) {
    return db::remove_before(app.database(), db::removal_of("jobs", "id", kOldJobs), before);
}

Result<std::int64_t> count_runs(App& app, Timestamp before) {
    return count(app, fmt::format("sync_runs where {}", kOldRuns), before);
}

// Their records first: a run may have very many.
Result<std::int64_t> remove_runs(App& app, Timestamp before) {
    db::Removal records{
        .find = fmt::format(
            "select run_id || ' ' || ord from sync_staged where run_id in (select id from sync_runs where {})", kOldRuns
        ),
        .remove = [](db::Connection& connection, const std::vector<std::string>& keys) -> Status {
            for (const std::string_view key : keys) {
                const auto space = key.rfind(' ');
                BOON_CHECK(connection.execute(
                    "delete from sync_staged where run_id = ? and ord = cast(? as bigint)",
                    {key.substr(0, space), key.substr(space + 1)}
                ));
            }
            return {};
        },
    };
    BOON_CHECK(db::remove_before(app.database(), records, before));
    return db::remove_before(app.database(), db::removal_of("sync_runs", "id", kOldRuns), before);
}

Result<std::int64_t> count_audit(App& app, Timestamp before) { return count(app, "audit_log where at < ?", before); }

Result<std::int64_t> remove_audit(App& app, Timestamp before) {
    std::int64_t removed = 0;
    while (true) {
        BOON_TRY(const std::int64_t some, app.database().write(db::Lane::batch, [&](db::Connection& connection) {
            return storage::trim_audit(connection, before, kAuditEntriesPerStep, app.now());
        }));
        removed += some;
        if (some < kAuditEntriesPerStep) return removed;
    }
}

struct Kind {
    std::string_view name;
    int config::Retention::* days;
    Result<std::int64_t> (*count)(App& app, Timestamp before);
    Result<std::int64_t> (*remove)(App& app, Timestamp before);
};
constexpr std::array kKinds = {
    Kind{"events", &config::Retention::events_days, count_events, remove_events},
    Kind{"decisions", &config::Retention::decisions_days, count_decisions, remove_decisions},
    Kind{"pasts", &config::Retention::pasts_days, count_pasts, remove_pasts},
    Kind{"jobs", &config::Retention::jobs_days, count_jobs, remove_jobs},
    Kind{"runs", &config::Retention::runs_days, count_runs, remove_runs},
    Kind{"audit", &config::Retention::audit_days, count_audit, remove_audit},
};

struct RetentionParameters {
    bool dry_run = false;
};
BOOST_DESCRIBE_STRUCT(RetentionParameters, (), (dry_run))

struct RetentionResult {
    bool dry_run = false;
    std::vector<KeptKind> kinds;
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(RetentionResult, (), (dry_run, kinds, seconds))

}  // namespace

Result<std::vector<KeptKind>> keep_for_a_time(App& app, Removing removing, Timestamp now, const Progress& progress) {
    std::vector<KeptKind> kept;
    for (const Kind& kind : kKinds) {
        BOON_CHECK(progress(std::ssize(kept), std::ssize(kKinds), fmt::format("{}: what is past its time", kind.name)));
        KeptKind of_kind{.kind = std::string(kind.name), .days = app.config().retention.*kind.days, .before = {}};
        if (of_kind.days > 0) {
            of_kind.before = plus_days(now, -of_kind.days);
            const auto& work = removing == Removing::remove ? kind.remove : kind.count;
            BOON_TRY(of_kind.rows, work(app, *of_kind.before));
        }
        kept.push_back(std::move(of_kind));
    }
    return kept;
}

Result<json::Value> run_retention(App& app, const json::Value& parameters, const Progress& progress) {
    const Stopwatch watch;
    BOON_TRY(const auto wanted, json::read<RetentionParameters>(parameters));
    RetentionResult result{.dry_run = wanted.dry_run, .kinds = {}};
    const auto removing = wanted.dry_run ? Removing::look : Removing::remove;
    BOON_TRY(result.kinds, keep_for_a_time(app, removing, app.now(), progress));
    result.seconds = watch.seconds();
    return json::parse(json::write(result));
}

}  // namespace boon::app
