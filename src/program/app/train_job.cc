// Trains a model from the warehouse and lets it serve when the gate lets it through.
#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include "insight/training/train.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "platform/storage/audit.h"
#include "program/app/app.h"
#include "program/app/feature_schema.h"
#include "program/app/job_kinds.h"
#include "program/app/pace.h"
#include "program/app/product_ranking.h"
#include "program/app/training_options.h"
#include "program/app/warehouse_checks.h"

namespace boon::app {

namespace {

constexpr std::string_view kCodeVersion = "boon 0.1.0";

struct TrainParameters {
    training::Model model = training::Model::nbo;
    std::optional<Timestamp> as_of;
    bool dry_run = false;                             // judge, keep nothing
    std::optional<std::int64_t> shuffle_labels_seed;  // see training::Options; keeps nothing, either
};
BOOST_DESCRIBE_STRUCT(TrainParameters, (), (model, as_of, dry_run, shuffle_labels_seed))

struct TrainResult {
    std::string model;
    std::string version;  // empty: nothing was kept
    std::string gate;     // passed or refused
    std::string state;
    std::vector<std::string> words;
    std::vector<warehouse::Finding> findings;  // of the warehouse's check
};
BOOST_DESCRIBE_STRUCT(TrainResult, (), (model, version, gate, state, words, findings))

// The steps of a run as parts of one whole: how much of it is done before each and within, and what people call it.
struct StepShare {
    std::string_view step;
    double before;
    double share;
    std::string_view words;
};
constexpr std::array kSteps = {
    StepShare{"labels", 0.0, 0.1, "what came true for whom"},
    StepShare{"features", 0.1, 0.3, "as of each row's own instant"},
    StepShare{"fit", 0.4, 0.4, "trees"},
    StepShare{"calibrate", 0.8, 0.01, "on customers held out"},
    StepShare{"test", 0.81, 0.05, "on the latest rows"},
    StepShare{"gate", 0.86, 0.02, "whether it may serve"},
    StepShare{"uplift", 0.88, 0.1, "what is done against what is not"},
    StepShare{"write", 0.98, 0.02, "the version, with its card"},
};

const StepShare& share_of(std::string_view step) {
    const auto found = std::ranges::find(kSteps, step, &StepShare::step);
    BOON_ASSERT(found != kSteps.end());
    return *found;
}

// Products are ranked for every customer once their model serves, which is the rest of such a job.
double training_share(training::Model model) { return model == training::Model::product_recommendation ? 0.7 : 1; }

std::int64_t shares(double done) { return static_cast<std::int64_t>(done * Pace::kShares); }

double share_done(const training::TrainProgress& progress) {
    const StepShare& entry = share_of(progress.step);
    return entry.before + entry.share * progress.done;
}

// `fit: round 120 of at most 1000, validation loss 0.2312`
std::string note_of(const training::TrainProgress& progress) {
    const training::FitProgress& fit = progress.fit;
    if (fit.round == 0) return fmt::format("{}: {}", progress.step, share_of(progress.step).words);
    if (std::isnan(fit.validation_loss)) {
        return fmt::format("{}: round {} of {}, on all rows", progress.step, fit.round, fit.rounds);
    }
    const std::string trial = fit.trial > 0 ? fmt::format("parameters {}, ", fit.trial + 1) : "";
    return fmt::format(
        "{}: {}round {} of at most {}, validation loss {:.4f}", progress.step, trial, fit.round, fit.rounds,
        fit.validation_loss
    );
}

Result<training::Options> wanted_options(const App& app, const TrainParameters& wanted) {
    BOON_TRY(auto options, training_options(app, wanted.model));
    options.shuffle_labels_seed = wanted.shuffle_labels_seed;
    if (wanted.as_of) options.watermark = wanted.as_of;
    return options;
}

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    std::size_t start = 0;
    while (start < text.size()) {
        const auto end = std::min(text.find('\n', start), text.size());
        if (end > start) lines.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return lines;
}

// Why it will not serve, or nothing: it does now.
Result<scoring::ModelVersion> register_version(App& app, const training::TrainedModel& trained) {
    const scoring::ModelVersion row = training::registry_row(trained, "boon train");
    const Timestamp now = app.now();
    db::Database& database = app.database();
    const auto registered = [&]() -> Result<scoring::ModelVersion> {
        BOON_CHECK(app.registry().add(row, now));
        scoring::ModelVersion kept = row;
        // Where a setting says what serves, the version waits.
        const bool serves = row.gate_passed && !app.registry().is_pinned(row.name);
        if (serves) {
            BOON_TRY(kept, app.registry().promote(row.version, now));
        }
        const storage::Deed deed{
            .who = "job:train",
            .what = serves ? "models.versions.promote" : "models.versions.create",
            .target = fmt::format("models/{}/versions/{}", row.name, row.version),
            .before = {},
            .after = json::write(kept),
        };
        BOON_CHECK(database.write([&](db::Connection& connection) {
            return storage::record_deed(connection, deed, now);
        }));
        return kept;
    };
    BOON_TRY(auto kept, database.together(db::Lane::batch, db::Start::at_first_write, registered));
    BOON_CHECK(app.follow_changes());
    return kept;
}

std::shared_ptr<const scoring::LoadedModel> champion_of(App& app, std::string_view name) {
    const auto versions = app.registry().list(name);
    if (!versions) return nullptr;
    for (const auto& version : *versions) {
        if (version.state != scoring::VersionState::champion) continue;
        // One made elsewhere may have learnt from the very rows that it would be compared on.
        if (version.created_by == scoring::kBySettings) return nullptr;
        const auto loaded = scoring::LoadedModel::open(version.path, version.manifest_hash);
        return loaded ? *loaded : nullptr;
    }
    return nullptr;
}

// Of a job whose first `before` (0–1) is done: counts become shares of the rest.
Progress rest_of(const Progress& progress, double before) {
    return {progress.claim(), [&progress, before](std::int64_t done, std::int64_t total, std::string_view note) {
                const double share = total > 0 ? static_cast<double>(done) / static_cast<double>(total) : 0;
                return progress(shares(before + (1 - before) * share), Pace::kShares, note);
            }};
}

Result<TrainResult> train_one(App& app, const TrainParameters& wanted, const Progress& progress) {
    BOON_TRY(const auto options, wanted_options(app, wanted));
    BOON_TRY(const auto warehouse, app.warehouse());
    BOON_TRY(const auto schema, fit_feature_schema(app, *warehouse));
    const bool keeps = !wanted.dry_run && !wanted.shuffle_labels_seed;
    const std::filesystem::path scratch = app.config().home / "tmp";
    const double whole = training_share(wanted.model);
    training::TrainEnvironment environment{
        .warehouse = *warehouse,
        .schema = schema,
        .currency = app.config().currency,
        .models_folder = keeps ? app.config().home / "models" : std::filesystem::path(),
        .process = {.command = {"/proc/self/exe", "__fit"}, .scratch = scratch, .progress = {}},
        .code_version = std::string(kCodeVersion),
        .champion = champion_of(app, enum_name(wanted.model)),
        .progress = [&](const training::TrainProgress& step
                    ) { return progress(shares(whole * share_done(step)), Pace::kShares, note_of(step)); },
    };
    BOON_TRY(const auto trained, training::train(environment, options, app.now()));
    TrainResult result{
        .model = trained.card.name,
        .version = {},
        .gate = trained.card.gate.passed ? "passed" : "refused",
        .state = "dry_run",
        .words = lines_of(training::to_text(trained.card)),
        .findings = {},
    };
    if (keeps) {
        BOON_TRY(const auto version, register_version(app, trained));
        result.version = version.version;
        result.state = enum_name(version.state);
        if (wanted.model == training::Model::product_recommendation && version.state == scoring::VersionState::champion)
            BOON_CHECK(rank_products(app, 1, rest_of(progress, whole)));
    }
    return result;
}

}  // namespace

Result<json::Value> run_train(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<TrainParameters>(parameters));
    BOON_TRY(auto check, app.warehouse_checks().check_for_job(progress));
    auto result = train_one(app, wanted, progress);
    if (!result) return explained(std::move(result).error(), check);
    result->findings = std::move(check.report.findings);
    return json::parse(json::write(*result));
}

}  // namespace boon::app
