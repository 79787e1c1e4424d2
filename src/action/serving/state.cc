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
    model.scorer = loaded->scorer();
    model.labels = loaded->columns().labels;
    model.columns = loaded->columns().columns;
    model.calibrate = [loaded](double margin) { return loaded->calibrated(margin); };
    return model;
}

std::map<std::string, decision::AudienceRule> rules_of(const audiences::Book& book) {
    std::map<std::string, decision::AudienceRule> rules;
    for (const audiences::Entry& entry : book.entries()) {
        if (!entry.selector) continue;
        const audiences::Selector& selector = *entry.selector;
        rules[entry.audience.name] = {
            .test = [selector](const profiles::Profile& profile, Timestamp now) { return selector.test(profile, now); },
            .explain =
                [selector](const profiles::Profile& profile, Timestamp now) { return selector.explain(profile, now); },
            .reads_stage = selector.reads(audiences::WorkedOutBy::lifecycle),
            .reads_value = selector.reads(audiences::WorkedOutBy::value),
        };
    }
    return rules;
}

void note_problems(State& state) {
    for (const auto& [name, serving] : state.models) {
        for (const std::string& problem : serving.problems) {
            state.problems.push_back(fmt::format("{}: {}", name, problem));
        }
    }
    for (const audiences::Entry& entry : state.audiences->entries()) {
        if (entry.selector) continue;
        state.problems.push_back(fmt::format("the audience {} selects nobody: {}", entry.audience.name, entry.mistake));
    }
}

}  // namespace

OfferTexts::OfferTexts(std::shared_ptr<const decision::Snapshot> snapshot)
    : snapshot_(std::move(snapshot)), texts_(snapshot_->offers().size()) {}

OfferTexts::~OfferTexts() {
    for (const auto& text : texts_) delete text.load(std::memory_order_relaxed);
}

void OfferTexts::append(std::string& out, std::size_t place) const {
    std::atomic<const std::string*>& slot = texts_[place];
    if (const std::string* kept = slot.load(std::memory_order_acquire)) {
        out += *kept;
        return;
    }
    auto text =
        std::make_unique<const std::string>(json::write(snapshot_->offer(place), {.currency = snapshot_->currency()}));
    out += *text;
    if (kept_.load(std::memory_order_relaxed) >= kMostKept) return;
    const std::string* nothing = nullptr;
    if (!slot.compare_exchange_strong(nothing, text.get(), std::memory_order_release, std::memory_order_relaxed))
        return;
    static_cast<void>(text.release());
    kept_.fetch_add(1, std::memory_order_relaxed);
}

const scoring::Serving* State::model(std::string_view name) const {
    const auto found = models.find(std::string(name));
    return found == models.end() ? nullptr : &found->second;
}

Result<profiles::Profile> State::find(std::string_view customer_id) const {
    BOON_CHECK(check_customer_id(customer_id));
    if (auto profile = profiles->find(customer_id)) return *profile;
    return fail(
        ErrorCode::not_found, fmt::format("there is no customer \"{}\"", customer_id),
        profiles->size() == 0
            ? "there are no profiles yet: run `boon features`"
            : "decisions and predictions take allow_unknown (--allow-unknown): the fallback, for somebody nobody knows"
    );
}

Result<std::shared_ptr<const State>> build_state(StateParts from) {
    auto state = std::make_shared<State>();
    state->profiles = std::move(from.profiles);
    state->models = std::move(from.models);
    from.names.audiences.clear();
    for (const audiences::Audience& audience : from.audiences) from.names.audiences.push_back(audience.name);
    const catalog::Names& names = from.names;
    state->audiences = std::make_shared<const audiences::Book>(
        std::move(from.audiences), state->profiles->schema(),
        audiences::Vocabulary{
            names.stages, names.value_segments, names.rfm_segments, state->profiles->attributes().columns()
        }
    );
    note_problems(*state);
    decision::SnapshotParts parts{
        .offers = std::move(from.contents.offers),
        .catalogue_version = from.contents.version,
        .names = names,
        .policy = from.policy,
        .schema = state->profiles->schema(),
        .attributes = state->profiles->attributes().columns(),
        .model = std::nullopt,
        .rates = {},
        .audiences = rules_of(*state->audiences),
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
    state->offer_texts = std::make_shared<const OfferTexts>(state->snapshot);
    return state;
}

}  // namespace boon::serving
