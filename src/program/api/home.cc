// What a person sees first: what needs attention, and how much there is of everything, with its trend.
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <set>
#include <span>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "action/serving/state.h"
#include "insight/lifecycle/dashboard.h"
#include "insight/scoring/drift.h"
#include "insight/scoring/registry.h"
#include "insight/value/history.h"
#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/storage/jobs.h"
#include "program/api/route.h"
#include "program/app/offer_sync.h"
#include "records/catalog/catalogue.h"

namespace boon::api {

enum class Severity { notice, warning, error };
BOOST_DESCRIBE_ENUM(Severity, notice, warning, error)

enum class AttentionKind { sync, job, model, audience, stage, warehouse };
BOOST_DESCRIBE_ENUM(AttentionKind, sync, job, model, audience, stage, warehouse)

enum class AttentionCause {
    sync_failed,
    sync_waits,
    job_failed,
    features_old,
    model_off,
    model_refused,
    model_drifted,
    model_off_target,
    audience_off,
    stage_more,
    stage_fewer
};
BOOST_DESCRIBE_ENUM(
    AttentionCause, sync_failed, sync_waits, job_failed, features_old, model_off, model_refused, model_drifted,
    model_off_target, audience_off, stage_more, stage_fewer
)

struct Attention {
    AttentionKind kind = AttentionKind::job;
    AttentionCause cause = AttentionCause::job_failed;
    Severity severity = Severity::warning;
    std::string subject;
    std::string title;
    std::string detail;
    std::map<std::string, std::string> facts = {};
    std::optional<Timestamp> at = {};
};
BOOST_DESCRIBE_STRUCT(Attention, (), (kind, cause, severity, subject, title, detail, facts, at))

struct TrendPoint {
    Timestamp at;
    double value = 0;
};
BOOST_DESCRIBE_STRUCT(TrendPoint, (), (at, value))

struct Total {
    std::string name;
    double value = 0;
    std::vector<TrendPoint> trend;
};
BOOST_DESCRIBE_STRUCT(Total, (), (name, value, trend))

struct Home {
    Timestamp at;
    std::string currency;
    std::vector<Attention> attention;
    std::vector<Total> totals;
};
BOOST_DESCRIBE_STRUCT(Home, (), (at, currency, attention, totals))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::Attention> = std::array{
    boon::Field{
        .name = "subject", .doc = "by the kind: a run's or job's id; a model's, an audience's or a stage's name"
    },
    boon::Field{.name = "title", .doc = "in English; `cause` and `facts` say the same"},
    boon::Field{.name = "detail", .doc = "in English"},
    boon::Field{
        .name = "facts", .doc = "what the title names: `source`, `job`, `model`, `audience`, or `stage` and `share`"
    },
    boon::Field{.name = "at", .doc = "when it happened; null for what lasts"},
};
template <>
inline constexpr auto boon::kFields<boon::api::Total> = std::array{
    boon::Field{.name = "name", .doc = "offers_live, customers, customers_active, revenue_365d, predicted_ltv"},
    boon::Field{.name = "trend", .doc = "of the last 90 days, where it is kept; oldest first"},
};
template <>
inline constexpr auto boon::kFields<boon::api::Home> = std::array{
    boon::Field{.name = "attention", .doc = "the gravest first, within it the newest"},
};

namespace boon::api {

namespace {

constexpr std::int64_t kRecentMicros = 7 * kMicrosPerDay;
constexpr std::int64_t kStaleMicros = 2 * kMicrosPerDay;
constexpr std::int64_t kTrendDays = 90;
constexpr std::int64_t kStageDays = 30;
constexpr double kStageShift = 0.1;
// Among so many of a model's measurements there is one of the version that serves, rolled back or not.
constexpr std::int64_t kRecentDrifts = 30;
// A stage of a few customers rises and falls by itself.
constexpr std::int64_t kFewCustomers = 100;

bool is_recent(const std::optional<Timestamp>& at, Timestamp now) {
    return at && now.micros - at->micros < kRecentMicros;
}

// The latest run of each source tells how the source is.
Status add_sync(Call& call, std::vector<Attention>& found) {
    BOON_TRY(const auto runs, call.app.sync().runs().list("", "", 100));
    std::set<std::string> seen;
    for (const sync::SyncRun& run : runs) {
        if (!seen.insert(run.source).second) continue;
        if (run.state == sync::RunState::failed) {
            found.push_back({
                .kind = AttentionKind::sync,
                .cause = AttentionCause::sync_failed,
                .severity = Severity::error,
                .subject = run.id,
                .title = fmt::format("The sync of {} failed", run.source),
                .detail = run.reason,
                .facts = {{"source", run.source}},
                .at = run.finished_at,
            });
        } else if (run.state == sync::RunState::needs_approval) {
            found.push_back({
                .kind = AttentionKind::sync,
                .cause = AttentionCause::sync_waits,
                .subject = run.id,
                .title = fmt::format("The sync of {} waits for approval", run.source),
                .detail = run.reason,
                .facts = {{"source", run.source}},
                .at = run.finished_at,
            });
        }
    }
    return {};
}

// The latest job of each kind that has ended; a sync is told of by its run.
void add_failed_jobs(std::span<const storage::Job> jobs, Timestamp now, std::vector<Attention>& found) {
    std::set<std::string> seen;
    for (const storage::Job& job : jobs) {
        if (!job.finished_at || job.kind == sync::kJobKind || !seen.insert(job.kind).second) continue;
        if (job.state != storage::JobState::failed || !is_recent(job.finished_at, now)) continue;
        found.push_back({
            .kind = AttentionKind::job,
            .cause = AttentionCause::job_failed,
            .severity = Severity::error,
            .subject = job.id,
            .title = fmt::format("The job {} failed", job.kind),
            .detail = job.error,
            .facts = {{"job", job.kind}},
            .at = job.finished_at,
        });
    }
}

// How old the features are that everything is decided by.
void add_old_features(std::span<const storage::Job> jobs, Timestamp now, std::vector<Attention>& found) {
    const auto last = std::ranges::find_if(jobs, [](const storage::Job& job) {
        return job.kind == "features" && job.finished_at && job.state == storage::JobState::succeeded;
    });
    const auto at = last == jobs.end() ? std::nullopt : last->finished_at;
    if (at && now.micros - at->micros <= kStaleMicros) return;
    found.push_back({
        .kind = AttentionKind::warehouse,
        .cause = AttentionCause::features_old,
        .subject = "features",
        .title = "What is known of customers is old",
        .detail = at ? fmt::format("features were last computed on {}", to_string(*at))
                     : std::string("no job has computed features here lately"),
        .at = at,
    });
}

Status add_jobs(Call& call, std::vector<Attention>& found) {
    BOON_TRY(const auto jobs, call.app.list_jobs(200));
    add_failed_jobs(jobs, call.now, found);
    if (call.app.serving().state()->profiles->size() > 0) add_old_features(jobs, call.now, found);
    return {};
}

Attention of_model(AttentionCause cause, const std::string& model, std::string title, std::string detail) {
    return {
        .kind = AttentionKind::model,
        .cause = cause,
        .subject = model,
        .title = std::move(title),
        .detail = std::move(detail),
        .facts = {{"model", model}},
    };
}

// Models that do not serve, and audiences that select nobody.
void add_problems(const serving::State& state, std::vector<Attention>& found) {
    const auto add_off = [&](const std::string& model, const std::string& problem) {
        found.push_back(of_model(
            AttentionCause::model_off, model, fmt::format("A version of the model {} does not serve", model), problem
        ));
        found.back().severity = Severity::error;
    };
    for (const auto& [name, serving] : state.models) {
        for (const std::string& problem : serving.problems) add_off(name, problem);
    }
    // Of the decision as a whole.
    const std::string nbo = std::string(serving::kNbo) + ": ";
    const scoring::Serving* known = state.model(serving::kNbo);
    for (const std::string& problem : state.problems) {
        if (!problem.starts_with(nbo)) continue;
        const std::string words = problem.substr(nbo.size());
        if (known == nullptr || std::ranges::find(known->problems, words) == known->problems.end()) {
            add_off(std::string(serving::kNbo), words);
        }
    }
    for (const audiences::Entry& entry : state.audiences->entries()) {
        if (entry.selector) continue;
        const std::string& name = entry.audience.name;
        found.push_back({
            .kind = AttentionKind::audience,
            .cause = AttentionCause::audience_off,
            .severity = Severity::error,
            .subject = name,
            .title = fmt::format("The audience {} selects nobody", name),
            .detail = entry.mistake,
            .facts = {{"audience", name}},
        });
    }
}

// Of the versions that serve, by their last measurement.
Status add_drifts(Call& call, const serving::State& state, std::vector<Attention>& found) {
    scoring::DriftLog log(call.app.database());
    for (const auto& [name, serving] : state.models) {
        if (serving.model == nullptr) continue;
        BOON_TRY(const auto reports, log.list(name, kRecentDrifts));
        const auto own = std::ranges::find(reports, serving.model->manifest().version, &scoring::DriftReport::version);
        if (own == reports.end()) continue;
        const scoring::DriftReport& last = *own;
        if (last.outcomes && last.outcomes->level == scoring::DriftLevel::drifted) {
            found.push_back(of_model(
                AttentionCause::model_off_target, name, fmt::format("What the model {} says does not come true", name),
                last.outcomes->words
            ));
            found.back().at = last.outcomes->checked_at;
        }
        if (last.level == scoring::DriftLevel::drifted) {
            const std::string most = last.features.empty() ? ""
                                                           : fmt::format(
                                                                 "; most of all {} (PSI {:.2f})",
                                                                 last.features.front().name, last.features.front().psi
                                                             );
            found.push_back(of_model(
                AttentionCause::model_drifted, name,
                fmt::format("The customers that the model {} reads have changed", name),
                fmt::format("compared with {}{}", to_string(last.reference_as_of), most)
            ));
            found.back().at = last.measured_at;
        }
    }
    return {};
}

Status add_models(Call& call, std::vector<Attention>& found) {
    const auto state = call.app.serving().state();
    add_problems(*state, found);
    BOON_CHECK(add_drifts(call, *state, found));
    BOON_TRY(const auto versions, call.app.registry().list());
    std::set<std::string> seen;
    for (const scoring::ModelVersion& version : versions) {
        if (!seen.insert(version.name).second || version.gate_passed) continue;
        if (version.state != scoring::VersionState::candidate) continue;
        found.push_back(of_model(
            AttentionCause::model_refused, version.name, fmt::format("The newest {} model was refused", version.name),
            version.verdict
        ));
        found.back().at = version.created_at;
    }
    return {};
}

// A stage that has `is` customers at `end` and had `was` kStageDays before; nothing where that is no news.
std::optional<Attention> of_stage(const std::string& stage, std::int64_t was, std::int64_t is, Timestamp end) {
    if (was < kFewCustomers) return std::nullopt;
    const double shift = static_cast<double>(is - was) / static_cast<double>(was);
    const bool is_bad_when_more = stage == "churn" || stage == "win_back";
    if (is_bad_when_more ? shift < kStageShift : shift > -kStageShift) return std::nullopt;
    return Attention{
        .kind = AttentionKind::stage,
        .cause = shift > 0 ? AttentionCause::stage_more : AttentionCause::stage_fewer,
        .severity = Severity::notice,
        .subject = stage,
        .title = fmt::format(
            "The stage {} has {:.0f} % {} customers", stage, std::abs(shift) * 100, shift > 0 ? "more" : "fewer"
        ),
        .detail = fmt::format("{} of {} in the {} days up to {}", is, was, kStageDays, to_string(end)),
        .facts = {{"stage", stage}, {"share", fmt::format("{:.4f}", std::abs(shift))}},
    };
}

// Stages whose customers have become notably fewer, and those at risk that have become notably more, up to what is
// known of them last.
Status add_stages(Call& call, std::vector<Attention>& found) {
    return call.app.database().read([&](db::Connection& connection) -> Status {
        BOON_TRY(
            const std::int64_t as_of, db::select_number(connection, "select coalesce(max(as_of), 0) from stage_runs")
        );
        if (as_of == 0) return {};
        const Timestamp end{as_of};
        BOON_TRY(const auto after, lifecycle::distribution_at(connection, end));
        BOON_TRY(const auto before, lifecycle::distribution_at(connection, plus_days(end, -kStageDays)));
        for (const auto& [stage, was] : before) {
            const auto is = after.find(stage);
            auto news = of_stage(stage, was, is == after.end() ? 0 : is->second, end);
            if (news) found.push_back(*std::move(news));
        }
        return {};
    });
}

Status add_value_totals(Call& call, std::vector<Total>& totals) {
    return call.app.database().read([&](db::Connection& connection) -> Status {
        BOON_TRY(const auto last, value::last_run(connection));
        if (!last) return {};
        BOON_TRY(const auto runs, value::series(connection, plus_days(last->as_of, -kTrendDays), last->as_of));
        std::array<Total, 3> of_runs = {
            Total{"customers_active", 0, {}}, Total{"revenue_365d", 0, {}}, Total{"predicted_ltv", 0, {}}
        };
        for (const value::ValueSeriesPoint& run : runs) {
            double revenue = 0;
            double predicted = 0;
            for (const value::SegmentTotals& segment : run.segments) {
                revenue += segment.revenue_365d;
                predicted += segment.predicted_ltv;
            }
            const std::array values = {static_cast<double>(run.in_base), revenue, predicted};
            for (std::size_t i = 0; i < values.size(); ++i) {
                of_runs[i].value = values[i];
                of_runs[i].trend.push_back({run.as_of, values[i]});
            }
        }
        for (Total& total : of_runs) totals.push_back(std::move(total));
        return {};
    });
}

Result<http::Response> read_home(Call& call) {
    Home home{
        .at = call.now, .currency = std::string(call.app.config().currency.code()), .attention = {}, .totals = {}
    };
    for (const auto add : {add_sync, add_jobs, add_models, add_stages}) BOON_CHECK(add(call, home.attention));
    std::ranges::stable_sort(home.attention, [](const Attention& a, const Attention& b) {
        if (a.severity != b.severity) return a.severity > b.severity;
        return a.at.value_or(Timestamp{}) > b.at.value_or(Timestamp{});
    });
    catalog::ListQuery live;
    live.limit = 1;
    live.filter.status = {catalog::OfferStatus::live};
    live.filter.is_active = true;
    BOON_TRY(const auto page, call.app.catalogue().list(live));
    home.totals.push_back({"offers_live", static_cast<double>(page.total), {}});
    home.totals.push_back({"customers", static_cast<double>(call.app.serving().state()->profiles->size()), {}});
    BOON_CHECK(add_value_totals(call, home.totals));
    return record_response(call, home);
}

}  // namespace

std::vector<Route> home_routes() {
    return {
        {.method = "GET",
         .path = "/api/v1/home",
         .permission = access::Permission::look,
         .call = read_home,
         .summary = "What needs attention, and totals with their trend",
         .tag = "home",
         .response = schema_of<Home>},
    };
}

}  // namespace boon::api
