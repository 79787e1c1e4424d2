#include "program/app/doctor.h"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "insight/scoring/registry.h"
#include "platform/db/database.h"
#include "platform/storage/audit.h"
#include "platform/storage/migrations.h"
#include "program/app/app.h"
#include "program/app/foreign_models.h"
#include "program/app/offer_sync.h"
#include "program/app/warehouse_checks.h"
#include "program/app/warehouse_source.h"
#include "records/catalog/catalogue.h"
#include "records/history/events.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

namespace {

constexpr std::uintmax_t kLittleSpace = std::uintmax_t{1} << 30U;  // bytes

Check from_error(std::string part, Health health, const Error& error) {
    Error body = error;
    body.hint.clear();
    return {.part = std::move(part), .health = health, .words = to_text(body), .hint = error.hint};
}

Check examine_database(App& app) {
    if (auto schema = storage::check_schema(app.database()); !schema) {
        return from_error("database", Health::error, schema.error());
    }
    const bool sqlite = app.database().engine() == db::Engine::sqlite;
    return {
        .part = "database",
        .health = Health::ok,
        .words = sqlite ? "SQLite, schema up to date" : "PostgreSQL, schema up to date",
        .hint = {}
    };
}

Check examine_catalogue(App& app) {
    const auto contents = app.catalogue().contents();
    if (!contents) return from_error("catalogue", Health::error, contents.error());
    std::size_t live = 0;
    for (const auto& kept : contents->offers) {
        const catalog::Offer offer = kept.offer();
        live += offer.is_active && offer.status == catalog::OfferStatus::live ? 1 : 0;
    }
    Check check{
        .part = "catalogue",
        .health = Health::ok,
        .words = fmt::format("{} offers, {} of them live", contents->offers.size(), live),
        .hint = {}
    };
    if (live == 0) {
        check.health = Health::warning;
        check.hint = "import some: boon import offers FILE";
        check.cause = "no_live_offers";
    }
    return check;
}

Check examine_profiles(App& app) {
    const auto image = app.serving().state()->profiles;
    Check check{.part = "profiles", .health = Health::ok, .words = {}, .hint = {}};
    check.words = fmt::format(
        "{} customers in memory, {:.1f} MiB", image->size(), static_cast<double>(image->memory_bytes()) / (1U << 20U)
    );
    if (image->size() == 0) {
        check.health = Health::warning;
        check.words = "no profiles yet";
        check.hint = "compute them: boon features";
        check.cause = "no_profiles";
    }
    return check;
}

// The source itself: whether it answers and has the tables; then what is missing of the copies. False when there are
// none to examine.
bool examine_mirror(App& app, const WarehouseStatus& status, std::vector<Check>& checks) {
    const auto warehouse = app.warehouse_to_refresh();
    if (!warehouse) {
        checks.push_back(from_error("warehouse", Health::error, warehouse.error()));
        return false;
    }
    const auto found = (*warehouse)->examine_source();
    if (!found) {
        checks.push_back(from_error("warehouse", Health::error, found.error()));
    } else {
        for (const auto& table : *found) {
            if (table.fault) {
                Error error = *table.fault;
                error.message = fmt::format("{}: {}", table.source, error.message);
                checks.push_back(from_error("warehouse", table.required ? Health::error : Health::warning, error));
            }
        }
    }
    for (const auto& table : status.tables) {
        checks.push_back(
            {.part = "warehouse",
             .health = Health::ok,
             .words = fmt::format(
                 "{} is read as dwh.{}: {} rows{}", table.source, table.name, table.rows,
                 table.watermark ? ", the latest of " + to_string(*table.watermark) : ""
             ),
             .hint = {}}
        );
    }
    return !status.tables.empty();
}

// What the warehouse says of the rows that it reads.
void examine_tables(App& app, std::vector<Check>& checks) {
    const auto check = app.warehouse_checks().check(WarehouseChecks::When::now);
    if (!check) return checks.push_back(from_error("warehouse", Health::error, check.error()));
    const warehouse::Report& report = check->report;
    for (const auto& finding : report.findings) {
        const Health health = finding.severity == warehouse::Severity::error ? Health::error : Health::warning;
        checks.push_back(
            {.part = "warehouse",
             .health = health,
             .words = fmt::format("{}: {}", finding.table, finding.words),
             .hint = finding.hint,
             .cause = "warehouse_finding",
             .facts = {{"table", finding.table}, {"column", finding.column}}}
        );
    }
    std::int64_t rows = 0;
    for (const auto& table : report.tables) rows += table.rows;
    checks.push_back(
        {.part = "warehouse",
         .health = report.has_errors() ? Health::error : Health::ok,
         .words = fmt::format(
             "{} table{}, {} row{} read: {}; column by column: boon warehouse", report.tables.size(),
             report.tables.size() == 1 ? "" : "s", rows, rows == 1 ? "" : "s", warehouse::counts_text(report)
         ),
         .hint = {}}
    );
}

std::string cause_of(const WarehouseStatus& status) {
    if (status.kind == WarehouseKind::none) return "no_warehouse";
    return status.refreshed_at ? "warehouse_stale" : "warehouse_unread";
}

void examine_warehouse(App& app, std::vector<Check>& checks) {
    const auto status = warehouse_status(app);
    if (!status) return checks.push_back(from_error("warehouse", Health::error, status.error()));
    if (status->kind != WarehouseKind::files) {
        const bool well = status->kind == WarehouseKind::postgres && !status->stale;
        checks.push_back(
            {.part = "warehouse",
             .health = well ? Health::ok : Health::warning,
             .words = status->words,
             .hint = status->hint,
             .cause = well ? "" : cause_of(*status)}
        );
    }
    if (status->kind == WarehouseKind::none) return;
    if (status->kind == WarehouseKind::postgres && !examine_mirror(app, *status, checks)) return;
    examine_tables(app, checks);
}

// Models made elsewhere: each setting with what came of it.
void examine_foreign_models(const App& app, std::vector<Check>& checks) {
    for (const ForeignModel& foreign : app.foreign_models()) {
        const std::string words = fmt::format("{} = {}", foreign.setting, foreign.path);
        if (foreign.refusal) {
            checks.push_back(from_error("models", Health::error, in_context(words, *foreign.refusal).error()));
        } else {
            checks.push_back(
                {.part = "models",
                 .health = Health::ok,
                 .words = fmt::format(
                     "{} serves {} as {}; made elsewhere: no evaluation", words, foreign.model, foreign.version
                 ),
                 .hint = {}}
            );
        }
    }
}

// Whether the problem is that of a file which was refused.
bool is_told_of(const App& app, std::string_view problem) {
    return std::ranges::any_of(app.foreign_models(), [&](const ForeignModel& foreign) {
        return foreign.refusal && problem.starts_with(foreign.model + ": ");
    });
}

std::string names_of_champions(const std::vector<scoring::ModelVersion>& versions) {
    std::string names;
    for (const auto& version : versions) {
        if (version.state == scoring::VersionState::champion) names += (names.empty() ? "" : ", ") + version.name;
    }
    return names;
}

void examine_models(App& app, std::vector<Check>& checks) {
    const auto versions = app.registry().list();
    if (!versions) return checks.push_back(from_error("models", Health::error, versions.error()));
    const auto state = app.serving().state();
    examine_foreign_models(app, checks);
    for (const std::string& problem : state->problems) {
        if (is_told_of(app, problem)) continue;
        checks.push_back(
            {.part = "models",
             .health = Health::error,
             .words = problem,
             .hint = "train it again, or restore its folder from a backup",
             .cause = "version_off",
             .facts = {{"model", problem.substr(0, problem.find(':'))}}}
        );
    }
    const std::string serving = names_of_champions(*versions);
    const bool none = serving.empty();
    if (state->problems.empty()) {
        checks.push_back(
            {.part = "models",
             .health = none ? Health::warning : Health::ok,
             .words = none ? "no model serves: decisions rest on rates and rules" : "serving: " + serving,
             .hint = none ? "train them: boon train all" : "",
             .cause = none ? "no_model" : ""}
        );
    }
}

Check examine_audit(App& app) {
    const auto verdict = app.database().read(storage::verify_audit);
    if (!verdict) return from_error("audit", Health::error, verdict.error());
    Check check{
        .part = "audit",
        .health = Health::ok,
        .words = fmt::format("{} entries, each as it was written", verdict->entries),
        .hint = {}
    };
    if (verdict->broken) {
        check.health = Health::error;
        check.words = fmt::format("broken at entry {}: {}", verdict->broken->seq, verdict->broken->why);
        check.hint = "somebody changed the database by hand; compare with a backup: what comes before is sound";
        check.cause = "audit_broken";
        check.facts = {{"entry", std::to_string(verdict->broken->seq)}};
    }
    return check;
}

Check examine_source(App& app, const sync::SourceRow& source) {
    const auto config = app.sync().registry().open(source);
    if (!config) return from_error("sources", Health::error, config.error());
    const auto runs = app.sync().runs().list(source.name, "", 1);
    if (!runs) return from_error("sources", Health::error, runs.error());
    Check check{.part = "sources", .health = Health::ok, .words = source.name + ": ", .hint = {}};
    check.facts = {{"source", source.name}};
    if (runs->empty()) {
        check.words += "never run";
        check.cause = "source_never_run";
        check.hint = fmt::format("boon sync run {} --dry-run", source.name);
        return check;
    }
    const sync::Run& run = runs->front();
    check.words += fmt::format("its last run, of {}: {}", to_string(run.created_at), enum_name(run.state));
    if (!run.reason.empty()) check.words += " (" + run.reason + ")";
    if (run.state == sync::RunState::failed) {
        check.health = Health::error;
        check.hint = fmt::format("boon sync show {}", run.id);
        check.cause = "source_failed";
    } else if (run.state == sync::RunState::needs_approval) {
        check.health = Health::warning;
        check.hint = fmt::format("look, then approve or cancel it: boon sync show {}", run.id);
        check.cause = "source_waits";
    }
    return check;
}

void examine_sources(App& app, std::vector<Check>& checks) {
    const auto sources = app.sync().registry().list();
    if (!sources) return checks.push_back(from_error("sources", Health::error, sources.error()));
    for (const auto& source : *sources) checks.push_back(examine_source(app, source));
}

// How far each source of events is.
void examine_events(App& app, std::vector<Check>& checks) {
    const auto counts = history::count_events(app.database());
    if (!counts) return checks.push_back(from_error("events", Health::error, counts.error()));
    for (const auto& count : *counts) {
        checks.push_back(
            {.part = "events",
             .health = Health::ok,
             .words = fmt::format(
                 "{} has posted {} of the type {}, {} of them late; the last is of {}",
                 count.source.empty() ? "a source without a name" : count.source, count.events, enum_name(count.type),
                 count.late, to_string(count.last_occurred_at)
             ),
             .hint = {}}
        );
    }
}

Check examine_disk(const App& app) {
    std::error_code problem;
    const auto space = std::filesystem::space(app.config().home, problem);
    if (problem) return {.part = "disk", .health = Health::error, .words = problem.message(), .hint = {}};
    Check check{
        .part = "disk",
        .health = Health::ok,
        .words = fmt::format("{:.1f} GiB free", static_cast<double>(space.available) / (1U << 30U)),
        .hint = {}
    };
    if (space.available < kLittleSpace) {
        check.health = Health::warning;
        check.hint = "make room: a full disk stops decisions from being recorded";
        check.cause = "disk_low";
        check.facts = {{"gib", fmt::format("{:.2f}", static_cast<double>(space.available) / (1U << 30U))}};
    }
    return check;
}

}  // namespace

Result<std::vector<Check>> examine_offers(App& app) {
    BOON_TRY(const auto contents, app.catalogue().contents());
    const auto names = app.catalogue().names();
    std::vector<Check> checks;
    for (const auto& kept : contents.offers) {
        catalog::Offer offer = kept.offer();
        if (offer.status == catalog::OfferStatus::retired) continue;
        const auto whole = catalog::complete(offer, *names);
        if (whole) continue;
        Check check{.part = "catalogue", .health = Health::error, .words = {}, .hint = {}};
        check.words = fmt::format("offer {}, `{}`, no longer fits:", offer.offer_id, offer.name);
        for (const FieldError& field : whole.error().fields) {
            check.words += fmt::format(" {} {};", field.pointer, field.detail);
        }
        check.words.pop_back();
        check.hint = "change the offer, or bring back the setting or feature that it names";
        check.cause = "offer_misfits";
        check.facts = {{"offer_id", std::to_string(offer.offer_id)}, {"name", offer.name}};
        checks.push_back(std::move(check));
    }
    return checks;
}

Result<std::vector<Check>> examine(App& app) {
    std::vector<Check> checks;
    checks.push_back(
        {.part = "settings",
         .health = Health::ok,
         .words = "understood, from " + (app.config().home / "boon.toml").string(),
         .hint = {}}
    );
    checks.push_back(examine_database(app));
    checks.push_back(examine_catalogue(app));
    // One that cannot be read was told of just now.
    if (auto misfits = examine_offers(app)) std::ranges::move(*misfits, std::back_inserter(checks));
    examine_warehouse(app, checks);
    checks.push_back(examine_profiles(app));
    examine_models(app, checks);
    examine_sources(app, checks);
    examine_events(app, checks);
    checks.push_back(examine_audit(app));
    checks.push_back(examine_disk(app));
    return checks;
}

Result<Examination> Doctor::examine(std::int64_t max_age_s) {
    const std::scoped_lock lock(mutex_);
    const Timestamp now = app_.now();
    if (last_ && now.micros - last_->examined_at.micros <= max_age_s * kMicrosPerSecond && max_age_s > 0) return *last_;
    BOON_TRY(auto checks, app::examine(app_));
    last_ = Examination{.examined_at = now, .items = std::move(checks), .next_cursor = {}};
    return *last_;
}

}  // namespace boon::app
