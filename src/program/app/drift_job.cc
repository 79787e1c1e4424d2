// Measures every model that serves against how the base was when its version came to serve.
#include "action/serving/engine.h"
#include "insight/scoring/drift.h"
#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/job_kinds.h"
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
        BOON_TRY(auto report, log.measure(serving, *state->profiles, app.now()));
        result.reports.push_back(std::move(report));
    }
    // Of all: an instance without models has nothing to measure, and that is no fault of the day's work.
    if (result.reports.empty() && !wanted.model.empty()) {
        return fail(ErrorCode::failed_precondition, "no version of " + wanted.model + " serves", "run `boon train`");
    }
    return json::parse(json::write(result));
}

}  // namespace boon::app
