// One run of a source of offers.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/job_kinds.h"
#include "program/app/offer_sync.h"
#include "records/history/ledger.h"
#include "records/sync/sources.h"

namespace boon::app {

namespace {

struct SyncParameters {
    std::string run;
};
BOOST_DESCRIBE_STRUCT(SyncParameters, (), (run))

// The models whose labels are these offers: they would predict what customers cannot get.
std::vector<sync::Impact> models_that_predict(App& app, std::span<const OfferId> offers) {
    const std::set<OfferId> wanted(offers.begin(), offers.end());
    std::vector<sync::Impact> impacts;
    const auto state = app.serving().state();
    for (const auto& [name, serving] : state->models) {
        if (serving.model == nullptr) continue;
        const auto& labels = serving.model->columns().labels;
        const auto known = std::ranges::count_if(labels, [&](OfferId label) { return wanted.contains(label); });
        if (known == 0) continue;
        impacts.push_back(
            {.what = "models",
             .words = fmt::format("the model {} predicts {} of these offers", name, known),
             .count = known}
        );
    }
    return impacts;
}

std::vector<sync::Impact> decisions_that_showed(App& app, std::span<const OfferId> offers) {
    const auto shown = app.ledger().count_showing(offers, plus_days(app.now(), -1));
    if (!shown) {
        return {{.what = "decisions", .words = "it is not known: " + shown.error().message, .count = 0}};
    }
    return {
        {.what = "decisions",
         .words = fmt::format("{} decisions of the last 24 hours showed one of these offers", *shown),
         .count = *shown}
    };
}

}  // namespace

Result<json::Value> run_sync(App& app, const json::Value& parameters, const Progress& progress) {
    BOON_TRY(const auto wanted, json::read<SyncParameters>(parameters));
    const auto names = app.catalogue().names();
    std::int64_t at = 0;
    std::int64_t of = 0;
    const auto report = [&](std::int64_t done, std::int64_t total) {
        at = done;
        of = total;
        return progress(done, total);
    };
    const sync::Environment environment{
        .database = app.database(),
        .registry = app.sync().registry(),
        .names = *names,
        .world = app.sync().world([&] { return progress(at, of); }),
        .claim = progress.claim(),
        .progress = report,
        .ending = [&app] { return app.sync().is_stopped(); },
        .impacts = {
            [&](std::span<const OfferId> offers) { return models_that_predict(app, offers); },
            [&](std::span<const OfferId> offers) { return decisions_that_showed(app, offers); }
        },
        .make = sync::make_source,
    };
    BOON_TRY(const auto run, sync::perform(environment, wanted.run));
    BOON_CHECK(app.follow_changes());
    return json::parse(json::write(run));
}

}  // namespace boon::app
