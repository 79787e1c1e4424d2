#include "action/serving/state.h"

#include <fmt/format.h>

namespace boon::serving {

namespace {

std::optional<decision::Model> nbo_model(const scoring::Serving& serving) {
    if (serving.model == nullptr) return std::nullopt;
    const auto loaded = serving.model;
    decision::Model model;
    model.version = loaded->manifest().version;
    model.form = loaded->manifest().kind == scoring::ModelKind::multi_class ? decision::ModelForm::multi_class
                                                                            : decision::ModelForm::pair;
    model.trees = loaded->trees();
    model.labels = loaded->columns().labels;
    model.columns = loaded->columns().columns;
    model.calibrate = [loaded](double margin) { return loaded->calibrated(margin); };
    return model;
}

}  // namespace

const scoring::Serving* State::model(std::string_view name) const {
    const auto found = models.find(std::string(name));
    return found == models.end() ? nullptr : &found->second;
}

Result<profiles::Profile> State::find(std::string_view customer_id) const {
    BOON_CHECK(check_customer_id(customer_id));
    if (auto profile = profiles->find(customer_id)) return *profile;
    return fail(
        ErrorCode::not_found, fmt::format("there is no customer \"{}\"", customer_id),
        profiles->size() == 0 ? "there are no profiles yet: run `boon features`"
                              : "ask with allow_unknown=true to get the fallback for somebody nobody knows"
    );
}

Result<std::shared_ptr<const State>> build_state(
    catalog::Contents contents, const catalog::Names& names, const decision::Policy& policy,
    std::shared_ptr<const profiles::Image> profiles, std::map<std::string, scoring::Serving> models
) {
    auto state = std::make_shared<State>();
    state->profiles = std::move(profiles);
    state->models = std::move(models);
    for (const auto& [name, serving] : state->models) {
        for (const std::string& problem : serving.problems) {
            state->problems.push_back(fmt::format("{}: {}", name, problem));
        }
    }
    decision::SnapshotParts parts{
        .offers = std::move(contents.offers),
        .catalogue_version = contents.version,
        .names = names,
        .policy = policy,
        .schema = state->profiles->schema(),
        .model = std::nullopt,
        .rates = {},
    };
    if (const scoring::Serving* nbo = state->model(kNbo)) {
        parts.model = nbo_model(*nbo);
        parts.rates.base = nbo->fallback_value;
    }
    auto snapshot = decision::Snapshot::compile(parts);
    if (!snapshot && parts.model) {
        state->problems.push_back(std::string(kNbo) + ": " + snapshot.error().message);
        parts.model.reset();
        snapshot = decision::Snapshot::compile(parts);
    }
    if (!snapshot) return std::unexpected(snapshot.error());
    state->snapshot = std::make_shared<const decision::Snapshot>(*std::move(snapshot));
    for (const catalog::Offer& offer : state->snapshot->offers()) {
        state->offer_texts.push_back(json::write(offer, {.currency = names.currency}));
    }
    return state;
}

}  // namespace boon::serving
