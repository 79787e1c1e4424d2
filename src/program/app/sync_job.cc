// One run of a source of offers.
#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "insight/audiences/scan.h"
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
std::vector<sync::Impact> models_that_predict(App& app, const sync::Touched& offers) {
    const std::set<OfferId> wanted(offers.all.begin(), offers.all.end());
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

// Of the offers that customers may see now, by the audience that they are aimed at: how many there are, and how many of
// them leave it.
struct Aimed {
    std::int64_t live = 0;
    std::int64_t leaving = 0;
};
std::map<std::string, Aimed> aimed_at_audiences(const serving::State& state, std::span<const OfferId> leaving) {
    std::map<std::string, Aimed> audiences;
    for (const catalog::KeptOffer& kept : state.snapshot->offers()) {
        const catalog::Offer offer = kept.offer();
        if (!offer.target_segment || state.audiences->find(*offer.target_segment) == nullptr) continue;
        if (!catalog::is_live(offer)) continue;
        Aimed& aimed = audiences[*offer.target_segment];
        ++aimed.live;
        if (std::ranges::binary_search(leaving, offer.offer_id)) ++aimed.leaving;
    }
    return audiences;
}

// How many customers an audience has now; nothing for one that fits the profiles no more.
std::optional<std::int64_t> customers_of(const serving::State& state, std::string_view audience, Timestamp now) {
    const auto selector = state.audiences->selector(audience);
    if (!selector) return std::nullopt;
    return audiences::scan(*state.profiles, *selector, now).count();
}

// The audiences that offers are aimed at which leave.
std::vector<sync::Impact> audiences_that_lose(App& app, const sync::Touched& offers) {
    std::vector<sync::Impact> impacts;
    const auto state = app.serving().state();
    for (const auto& [name, aimed] : aimed_at_audiences(*state, offers.leaving)) {
        if (aimed.leaving == 0) continue;
        const auto customers = customers_of(*state, name, app.now());
        const std::string whose = customers ? fmt::format(" ({} customers)", *customers) : "";
        impacts.push_back(
            {.what = "audiences",
             .words =
                 aimed.leaving == aimed.live
                     ? fmt::format("the audience {}{} loses the last of its live offers: {}", name, whose, aimed.live)
                     : fmt::format(
                           "the audience {}{} loses {} of its {} live offers", name, whose, aimed.leaving, aimed.live
                       ),
             .count = customers.value_or(0)}
        );
    }
    return impacts;
}

std::vector<sync::Impact> decisions_that_showed(App& app, const sync::Touched& offers) {
    const auto shown = app.ledger().count_showing(offers.all, plus_days(app.now(), -1));
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
            [&](const sync::Touched& offers) { return models_that_predict(app, offers); },
            [&](const sync::Touched& offers) { return audiences_that_lose(app, offers); },
            [&](const sync::Touched& offers) { return decisions_that_showed(app, offers); }
        },
        .hold_audience = app.catalogue().hold_audience(),
        .make = sync::make_source,
    };
    BOON_TRY(const auto run, sync::perform(environment, wanted.run));
    BOON_CHECK(app.follow_changes());
    return json::parse(json::write(run));
}

}  // namespace boon::app
