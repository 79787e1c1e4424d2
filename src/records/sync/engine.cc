#include "records/sync/engine.h"

#include <cmath>

#include <fmt/format.h>

#include "platform/base/log.h"
#include "platform/db/record.h"
#include "records/catalog/live_batch.h"
#include "records/sync/staging.h"

namespace boon::sync {

namespace {

// A full crawl at least this often finds what incremental ones cannot: deletions that were never said, and records
// that were rejected for a reason that is gone.
constexpr std::int64_t kFullCrawlMicros = kMicrosPerDay;
constexpr std::int64_t kRunsWithRecords = 10;  // of each source
// In a diff as it is kept: quotes within a text are escaped in JSON.
constexpr std::string_view kTargetChanges = "\"pointer\":\"/target_segment\"";

Status save(const Environment& environment, const Run& run) {
    return environment.database.write(db::Lane::batch, [&](db::Connection& connection) -> Status {
        BOON_CHECK(storage::hold_job(connection, environment.claim));
        return db::update(connection, "sync_runs", run, {"id"});
    });
}

Status end(const Environment& environment, Run& run, RunState state) {
    run.state = state;
    run.step = "";
    if (state != RunState::needs_approval) run.finished_at = environment.world.now();
    return save(environment, run);
}

CrawlStart start_of(const Environment& environment, const Run& run, const SourceRow& source, const CrawlState& state) {
    const Timestamp now = environment.world.now();
    const bool recent = state.full_crawl_at && now.micros - state.full_crawl_at->micros < kFullCrawlMicros;
    const bool usable = run.crawl != RunCrawl::full && recent && state.token_version == source.version;
    return {.token = usable ? state.token : ""};
}

Result<std::vector<Impact>> impact_of(const Environment& environment, const Run& run) {
    Touched offers;
    BOON_CHECK(environment.database.read([&](db::Connection& connection) {
        return connection.query(
            "select offer_id, leaves, diff from sync_staged where run_id = ? and outcome in ('updated', 'withdrawn') "
            "order by offer_id",
            {run.id},
            [&](const db::Row& row) -> Status {
                offers.all.push_back(static_cast<OfferId>(row.integer(0)));
                const bool is_aimed_elsewhere = row.text(2).find(kTargetChanges) != std::string_view::npos;
                if (row.integer(1) != 0 || is_aimed_elsewhere) offers.leaving.push_back(offers.all.back());
                return {};
            }
        );
    }));
    std::vector<Impact> impacts;
    if (offers.all.empty()) return impacts;
    for (const ImpactOf& impact : environment.impacts) {
        for (Impact& found : impact(offers)) impacts.push_back(std::move(found));
    }
    return impacts;
}

bool takes_too_much(const Run& run, const SourceRow& source) {
    if (run.leaving == 0) return false;
    return static_cast<double>(run.leaving) * 100 >=
           source.withdraw_limit_percent * static_cast<double>(run.live_before);
}

std::string why_it_asks(const Run& run, const SourceRow& source) {
    return fmt::format(
        "it would take {} of {} live offers from customers ({:.1f} %), and the limit is {} %", run.leaving,
        run.live_before, 100.0 * static_cast<double>(run.leaving) / static_cast<double>(run.live_before),
        source.withdraw_limit_percent
    );
}

// Fetches everything and stages what it would do. Nothing when upstream says that nothing has changed.
Result<std::optional<CrawlEnd>> fetch(const Environment& environment, const SourceRow& source, Run& run) {
    BOON_TRY(const auto config, environment.registry.open(source));
    BOON_TRY(const auto mapping, environment.registry.mapping_of(source));
    BOON_TRY(const auto upstream, environment.make(config, environment.world));
    BOON_TRY(const auto state, environment.registry.crawl_state(source.name));
    const StagingContext context{
        environment.database, environment.names, mapping, environment.claim, environment.progress
    };
    Staging staging(context, run);
    BOON_CHECK(staging.begin());
    BOON_TRY(
        auto crawled,
        upstream->crawl(
            start_of(environment, run, source, state),
            [&](std::vector<UpstreamRecord>&& page, std::int64_t total) { return staging.add(std::move(page), total); }
        )
    );
    if (crawled.unchanged) return std::nullopt;
    run.step = "comparing with the catalogue";
    BOON_CHECK(staging.finish(crawled.kind));
    return crawled;
}

// A source of which nothing at all can be read is not in sync, however well the crawl went.
Status check_some_fit(const Environment& environment, const Run& run) {
    // In a full crawl what is withdrawn did not come; in another it is a record that says so.
    const std::int64_t withdrawn = run.crawl == RunCrawl::full ? 0 : run.withdrawn;
    if (run.rejected == 0 || run.created + run.updated + run.unchanged + withdrawn > 0) return {};
    std::string why;
    BOON_CHECK(environment.database.read([&](db::Connection& connection) {
        return connection.query(
            "select reason from sync_staged where run_id = ? and outcome = 'rejected' order by ord limit 1", {run.id},
            [&](const db::Row& row) -> Status {
                why = row.text(0);
                return {};
            }
        );
    }));
    return fail(
        ErrorCode::invalid,
        run.rejected == 1 ? fmt::format("the one record was rejected: {}", why)
                          : fmt::format("all {} records were rejected; the first: {}", run.rejected, why),
        fmt::format("boon sync explain {} shows where each field is looked for", run.source)
    );
}

Status crawl_and_apply(const Environment& environment, Run& run) {
    BOON_TRY(const auto source, environment.registry.find(run.source));
    run.source_version = source.version;
    BOON_TRY(const auto crawled, fetch(environment, source, run));
    if (!crawled) {
        run.crawl = RunCrawl::unchanged;
        run.reason = "upstream says that nothing has changed";
        return end(environment, run, RunState::succeeded);
    }
    run.crawl = crawled->kind == CrawlKind::full ? RunCrawl::full : RunCrawl::incremental;
    run.token = crawled->token;
    BOON_CHECK(check_some_fit(environment, run));
    const bool asks = takes_too_much(run, source);
    if (asks) run.reason = why_it_asks(run, source);
    if (!asks && run.mode == RunMode::apply) return apply_staged(environment, run);
    BOON_TRY(run.impact, impact_of(environment, run));
    return end(environment, run, run.mode == RunMode::apply ? RunState::needs_approval : RunState::succeeded);
}

// Of the source's older runs, only the figures are kept.
Status trim_records(const Environment& environment, const Run& run) {
    std::vector<std::string> old;
    BOON_CHECK(environment.database.read([&](db::Connection& connection) {
        return connection.query(
            "select distinct run_id from sync_staged where run_id in (select id from sync_runs where source = ? order "
            "by id desc limit 1000 offset ?)",
            {run.source, kRunsWithRecords},
            [&](const db::Row& row) -> Status {
                old.emplace_back(row.text(0));
                return {};
            }
        );
    }));
    for (const std::string& id : old) {
        std::int64_t rows = 1;
        while (rows > 0) {
            BOON_TRY(rows, environment.database.write(db::Lane::batch, [&](db::Connection& connection) {
                return connection.execute(
                    "delete from sync_staged where run_id = ? and ord in (select ord from sync_staged where run_id = ? "
                    "order by ord limit 2000)",
                    {id, id}
                );
            }));
        }
    }
    return {};
}

// The error is what the run ended with; the catalogue is as it was.
std::unexpected<Error> end_badly(const Environment& environment, Run& run, Error error) {
    if (environment.ending && environment.ending()) return std::unexpected(std::move(error));
    const auto wanted = environment.database.read([&](db::Connection& connection) {
        return db::select_number(connection, "select cancel_requested from jobs where id = ?", {run.job_id});
    });
    const bool cancelled = wanted && *wanted != 0;
    run.reason = cancelled ? "cancelled" : to_text(error);
    // When even this cannot be written, or another worker has the job, the run is settled by whoever comes next.
    if (auto ended = end(environment, run, cancelled ? RunState::cancelled : RunState::failed); !ended) {
        return std::unexpected(std::move(ended).error());
    }
    return std::unexpected(std::move(error));
}

}  // namespace

Result<Run> perform(const Environment& environment, std::string_view run_id) {
    BOON_TRY(Run run, environment.database.read([&](db::Connection& connection) {
        return find_run(connection, run_id);
    }));
    if (run.job_id != environment.claim.job_id) {
        return fail(ErrorCode::conflict, fmt::format("the sync run {} is another job's", run_id));
    }
    // A worker before this one did it all and was killed before it could say so.
    if (run.state != RunState::queued && run.state != RunState::running) {
        BOON_CHECK(catalog::take_all_home(environment.database));
        return run;
    }
    run.state = RunState::running;
    run.started_at = environment.world.now();
    run.step = run.approved_by ? "applying" : "fetching";
    if (!run.approved_by) {
        run.pages = run.records = run.total = 0;
        run.created = run.updated = run.unchanged = run.withdrawn = run.rejected = run.leaving = 0;
    }
    BOON_CHECK(save(environment, run));
    const Status done = run.approved_by ? apply_staged(environment, run) : crawl_and_apply(environment, run);
    // What is left over takes room and does no harm: the run has ended as it has.
    Status tidied = catalog::take_all_home(environment.database);
    if (tidied) tidied = forget_sealed(environment.database, run.id);
    if (tidied) tidied = trim_records(environment, run);
    if (!tidied) log::warning(fmt::format("could not tidy up after sync run {}: {}", run.id, to_text(tidied.error())));
    if (!done) return end_badly(environment, run, done.error());
    return run;
}

}  // namespace boon::sync
