// Measures every model that serves against how the base was when its version came to serve, and what it said against
// what came true.
#include "action/serving/engine.h"
#include "insight/scoring/drift.h"
#include "insight/training/outcomes.h"
#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/feature_schema.h"
#include "program/app/job_kinds.h"
#include "program/app/training_options.h"
#include "program/app/value_work.h"

namespace boon::app {

namespace {

struct DriftParameters {
    std::string model;  // empty: all
};
BOOST_DESCRIBE_STRUCT(DriftParameters, (), (model))

struct DriftResult {
    std::vector<scoring::DriftReport> reports;
};
BOOST_DESCRIBE_STRUCT(DriftResult, (), (reports))

constexpr std::int64_t kDaysBetweenChecks = 7;  // of outcomes: they take as long as the rows of a training

// Nothing: the last check is recent enough.
Result<std::optional<scoring::Outcomes>> check_if_due(
    App& app, scoring::DriftLog& log, const std::string& name, const scoring::LoadedModel& version, bool asked_for
) {
    const auto model = enum_from<training::Model>(name);
    if (!model) return std::nullopt;
    BOON_TRY(const auto last, log.last_outcomes(version.manifest().version));
    if (!asked_for && last && app.now() < plus_days(last->checked_at, kDaysBetweenChecks)) return std::nullopt;
    BOON_TRY(auto options, training_options(app, *model));
    scoring::Outcomes none;
    none.checked_at = app.now();
    const auto warehouse = app.warehouse();
    if (!warehouse) {
        none.words = warehouse.error().message;
        return none;
    }
    BOON_TRY(const auto schema, fit_feature_schema(app, **warehouse));
    return training::check_outcomes(
        {**warehouse, schema, app.config().currency}, version, std::move(options), app.now()
    );
}

}  // namespace

Result<json::Value> run_drift(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<DriftParameters>(parameters));
    BOON_CHECK(app.follow_changes());
    BOON_TRY(const auto state, state_with_profiles(app));
    scoring::DriftLog log(app.database());
    DriftResult result;
    std::int64_t done = 0;
    const auto total = static_cast<std::int64_t>(state->models.size());
    for (const auto& [name, serving] : state->models) {
        BOON_CHECK(progress(done++, total, "drift: " + name));
        // A ranking reads no features.
        if (serving.model == nullptr || serving.model->products() != nullptr ||
            (!wanted.model.empty() && wanted.model != name))
            continue;
        BOON_TRY(const auto outcomes, check_if_due(app, log, name, *serving.model, wanted.model == name));
        BOON_TRY(auto report, log.measure(serving, *state->profiles, outcomes, app.now()));
        result.reports.push_back(std::move(report));
    }
    // Of all: an instance without models has nothing to measure, and that is no fault of the day's work.
    if (result.reports.empty() && !wanted.model.empty()) {
        return fail(ErrorCode::failed_precondition, "no version of " + wanted.model + " serves", "run `boon train`");
    }
    return json::parse(json::write(result));
}

}  // namespace boon::app
