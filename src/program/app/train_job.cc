// Trains a model from the warehouse and lets it serve when the gate lets it through.
#include <array>

#include <fmt/format.h>

#include "insight/training/train.h"
#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/feature_schema.h"
#include "program/app/job_kinds.h"

namespace boon::app {

namespace {

constexpr std::string_view kCodeVersion = "boon 0.1.0";

struct TrainParameters {
    training::Model model = training::Model::nbo;
    std::optional<Timestamp> as_of;
};
BOOST_DESCRIBE_STRUCT(TrainParameters, (), (model, as_of))

struct TrainResult {
    std::string model;
    std::string version;
    std::string gate;  // passed or refused
    std::string state;
    std::vector<std::string> words;
};
BOOST_DESCRIBE_STRUCT(TrainResult, (), (model, version, gate, state, words))

// The steps of a run as parts of one whole: how much of it is done before each, and within.
struct StepShare {
    std::string_view step;
    double before;
    double share;
};
constexpr std::array kSteps = {
    StepShare{"labels", 0.0, 0.1}, StepShare{"features", 0.1, 0.3}, StepShare{"fit", 0.4, 0.5},
    StepShare{"test", 0.9, 0.08},  StepShare{"write", 0.98, 0.02},
};

std::int64_t per_mille(const training::TrainProgress& progress) {
    for (const StepShare& entry : kSteps) {
        if (entry.step == progress.step)
            return static_cast<std::int64_t>((entry.before + entry.share * progress.done) * 1000);
    }
    return 0;
}

Result<training::Options> training_options(const App& app, const TrainParameters& wanted) {
    training::Options options;
    if (const auto section = app.config().sections.find("training"); section != app.config().sections.end()) {
        if (auto read = json::read_over(section->second, options); !read) {
            return in_context("boon.toml, [training]", std::move(read).error());
        }
    }
    options.model = wanted.model;
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
    BOON_CHECK(app.registry().add(row, app.now()));
    if (!row.gate_passed) return row;
    BOON_TRY(auto promoted, app.registry().promote(row.version, app.now()));
    BOON_CHECK(app.follow_changes());
    return promoted;
}

std::shared_ptr<const scoring::LoadedModel> champion_of(App& app, std::string_view name) {
    const auto versions = app.registry().list(name);
    if (!versions) return nullptr;
    for (const auto& version : *versions) {
        if (version.state != scoring::VersionState::champion) continue;
        const auto loaded = scoring::LoadedModel::open(version.path, version.manifest_hash);
        return loaded ? *loaded : nullptr;
    }
    return nullptr;
}

}  // namespace

Result<json::Value> run_train(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<TrainParameters>(parameters));
    BOON_TRY(const auto options, training_options(app, wanted));
    BOON_TRY(const auto warehouse, app.warehouse());
    BOON_TRY(const auto schema, fit_feature_schema(app, *warehouse));
    const std::filesystem::path scratch = app.config().home / "tmp";
    training::TrainEnvironment environment{
        .warehouse = *warehouse,
        .schema = schema,
        .currency = app.config().currency,
        .models_folder = app.config().home / "models",
        .process = {.command = {"/proc/self/exe", "__fit"}, .scratch = scratch, .progress = {}},
        .code_version = std::string(kCodeVersion),
        .champion = champion_of(app, enum_name(wanted.model)),
        .progress = [&](const training::TrainProgress& step) { return progress(per_mille(step), 1000); },
    };
    BOON_TRY(const auto trained, training::train(environment, options, app.now()));
    BOON_TRY(const auto version, register_version(app, trained));
    const TrainResult result{
        .model = version.name,
        .version = version.version,
        .gate = version.gate_passed ? "passed" : "refused",
        .state = std::string(enum_name(version.state)),
        .words = lines_of(training::to_text(trained.card)),
    };
    return json::parse(json::write(result));
}

}  // namespace boon::app
