#include "action/serving/engine.h"

#include <set>

#include "action/serving/answer.h"
#include "insight/audiences/store.h"
#include "insight/scoring/score_store.h"
#include "platform/base/id.h"
#include "records/customers/attribute_store.h"
#include "records/customers/erasures.h"
#include "records/profiles/standing_store.h"

namespace boon::serving {

namespace {

constexpr std::string_view kNotRecorded = "the decision was not recorded";

// All but the body.
history::DecisionRecord record_of(const decision::Decision& decision, const profiles::Profile& profile) {
    history::DecisionRecord record{
        .decision_id = decision.decision_id,
        .customer_id = decision.customer_id,
        .decided_at = decision.decided_at,
        .placement = decision.placement,
        .channel = decision.channel,
        .offers = {},
        .body = {},
        .features = {profile.features.begin(), profile.features.end()},
        .schema_id = profile.schema == nullptr ? 0 : profile.schema->schema_id,
        .catalogue_version = decision.versions.catalogue,
        .policy_version = decision.versions.policy,
        .model_version = decision.versions.model,
    };
    for (const decision::RankedOffer& offer : decision.offers) record.offers.push_back(offer.offer_id);
    return record;
}

}  // namespace

Engine::Engine(db::Database& database, catalog::Catalogue& catalogue, history::Ledger& ledger, Options options)
    : database_(database), catalogue_(catalogue), ledger_(ledger), options_(std::move(options)) {
    profiles_ = std::make_shared<const profiles::Image>();
    auto nothing = build_state({.names = *catalogue_.names(), .policy = options_.policy, .profiles = profiles_});
    BOON_ASSERT(nothing.has_value());
    state_ = *std::move(nothing);
}

std::shared_ptr<const State> Engine::state() const {
    const std::lock_guard lock(state_mutex_);
    return state_;
}

Status Engine::rebuild() {
    BOON_TRY(
        auto next, build_state(
                       {.contents = contents_,
                        .names = *catalogue_.names(),
                        .policy = options_.policy,
                        .profiles = profiles_,
                        .models = models_,
                        .audiences = audiences_}
                   )
    );
    const std::lock_guard lock(state_mutex_);
    state_.swap(next);
    return {};
}

Status Engine::read_audiences() {
    BOON_TRY(audiences_, database_.read([](db::Connection& connection) { return audiences::list(connection); }));
    return {};
}

Status Engine::read_models() {
    scoring::Registry registry(database_, options_.models_folder);
    const profiles::Schema nothing;
    BOON_TRY(models_, scoring::load_serving(registry, profiles_->schema() ? *profiles_->schema() : nothing));
    for (const auto& [name, why] : options_.unusable) {
        scoring::Serving& serving = models_[name];
        serving = {.model = nullptr, .rows = {}, .problems = {why}, .fallback_value = serving.fallback_value};
    }
    return {};
}

Status Engine::read_scores() {
    BOON_TRY(auto scores, scoring::ScoreStore(database_).resident(*profiles_));
    profiles_ = profiles_->with(std::move(scores));
    return {};
}

Result<bool> Engine::read_attributes() {
    const auto before = profiles_->attributes().columns();
    BOON_TRY(auto attributes, customers::AttributeStore(database_).resident(*profiles_));
    const bool others = attributes->columns() != before;
    profiles_ = profiles_->with(std::move(attributes));
    return others;
}

Status Engine::load(const profiles::Store::Progress& progress) {
    const std::lock_guard lock(rebuild_mutex_);
    // Where the feed stands before anything is read: what changes meanwhile is read again by follow().
    BOON_TRY(const auto position, database_.read([](db::Connection& connection) {
        return storage::feed_position(connection);
    }));
    BOON_TRY(profiles_, profiles::Store(database_).load(progress));
    BOON_CHECK(drop_erased());
    BOON_CHECK(read_scores());
    BOON_CHECK(read_attributes());
    BOON_TRY(contents_, catalogue_.contents());
    BOON_CHECK(read_audiences());
    BOON_CHECK(read_models());
    BOON_CHECK(rebuild());
    position_ = position;
    return {};
}

// Marks say of nobody who it is: each customer is asked.
Status Engine::drop_erased() {
    if (options_.erasures == nullptr) return {};
    BOON_CHECK(options_.erasures->follow());
    std::vector<std::size_t> gone;
    for (std::size_t row = 0; row < profiles_->size(); ++row) {
        if (options_.erasures->has(profiles_->at(row).customer_id)) gone.push_back(row);
    }
    if (!gone.empty()) profiles_ = profiles_->without(gone);
    return {};
}

Status Engine::follow_customers(const std::set<std::string>& profiles, const std::set<std::string>& standings) {
    constexpr std::size_t kFewEnough = 1000;
    if (!profiles.empty()) {
        const std::vector<std::string> customers(profiles.begin(), profiles.end());
        BOON_TRY(profiles_, profiles::Store(database_).reload(*profiles_, customers));
    }
    if (standings.empty()) return {};
    const bool many = standings.contains("") || standings.size() > kFewEnough;
    const std::vector<std::string> customers(standings.begin(), standings.end());
    BOON_TRY(
        auto moved, many ? profiles::load_standings(database_, *profiles_)
                         : profiles::reload_standings(database_, *profiles_, customers)
    );
    profiles_ = profiles_->with(std::move(moved));
    return {};
}

namespace {

struct Changes {
    storage::FeedPosition position;  // behind the last of them
    std::set<std::string, std::less<>> kinds;
    std::set<std::string> moved;    // customers whose stage or value changed; the empty one: many
    std::set<std::string> changed;  // customers whose profile changed, perhaps with stage and value
};

Result<Changes> changes_since(db::Database& database, storage::FeedPosition position) {
    Changes all{.position = position, .kinds = {}, .moved = {}, .changed = {}};
    while (true) {
        BOON_TRY(const auto changes, database.read([&](db::Connection& connection) {
            return storage::poll_changes(connection, all.position);
        }));
        if (changes.empty()) return all;
        for (const storage::Change& change : changes) {
            all.kinds.insert(change.kind);
            if (change.kind == profiles::kStandingChange) all.moved.insert(change.key);
            if (change.kind == profiles::kProfileChange) all.changed.insert(change.key);
        }
        all.position = changes.back().position;
    }
}

// Whether anything of the customers themselves has changed, where profiles are not filled anew.
bool is_of_customers(const Changes& changes) {
    const auto has = [&](std::string_view kind) { return changes.kinds.contains(kind); };
    return has(scoring::kScoreChange) || has(customers::kAttributeChange) || has(customers::kErasedChange) ||
           !changes.moved.empty() || !changes.changed.empty();
}

}  // namespace

Status Engine::follow() {
    const std::lock_guard lock(rebuild_mutex_);
    BOON_TRY(const Changes changes, changes_since(database_, position_));
    const auto& [position, kinds, moved, changed] = changes;
    const bool offers = kinds.contains(catalog::kChangeKind);
    const bool audiences = kinds.contains(audiences::kChangeKind);
    const bool profiles = kinds.contains(profiles::kChangeKind);
    const bool erased = kinds.contains(customers::kErasedChange);
    // A model is bound to the columns of the profiles.
    const bool models = profiles || kinds.contains("model");
    if (profiles) {
        BOON_TRY(profiles_, profiles::Store(database_).load());
    } else if (profiles_->schema() != nullptr) {
        BOON_CHECK(follow_customers(changed, moved));
    }
    if (profiles || erased) BOON_CHECK(drop_erased());
    const bool scores = profiles || kinds.contains(scoring::kScoreChange);
    if (scores) BOON_CHECK(read_scores());
    const bool attributes = profiles || kinds.contains(customers::kAttributeChange);
    bool others = false;
    if (attributes) {
        BOON_TRY(others, read_attributes());
    }
    if (models) BOON_CHECK(read_models());
    if (offers) {
        BOON_TRY(contents_, catalogue_.contents(contents_));
    }
    if (audiences) BOON_CHECK(read_audiences());
    if (offers || audiences || models || others) {
        BOON_CHECK(rebuild());
    } else if (is_of_customers(changes)) {
        // Offers and models are as they were: no need to compile them again.
        auto next = std::make_shared<State>(*state());
        next->profiles = profiles_;
        const std::lock_guard state_lock(state_mutex_);
        state_ = std::move(next);
    }
    position_ = position;
    return {};
}

decision::Rng Engine::next_rng() {
    // SplitMix64 of a counter: decisions of one process draw from streams of their own.
    decision::Rng streams(options_.seed + decisions_.fetch_add(1, std::memory_order_relaxed) * 0x9e3779b97f4a7c15U);
    return decision::Rng(streams.next());
}

Result<profiles::Profile> Engine::profile_for(const State& state, const decision::Request& request) const {
    auto profile = state.find(request.customer_id);
    if (profile || !request.allow_unknown || profile.error().code != ErrorCode::not_found) return profile;
    if (options_.erasures != nullptr && options_.erasures->has(request.customer_id)) {
        return fail(ErrorCode::not_found, "the customer was erased", "nothing is decided for somebody who was erased");
    }
    profiles::Profile unknown{};
    unknown.customer_id = request.customer_id;
    return unknown;
}

Result<Engine::Made> Engine::make(const decision::Request& request, Timestamp now) {
    auto held = state();
    BOON_TRY(const auto profile, profile_for(*held, request));
    decision::Rng rng = next_rng();
    auto decision = decision::decide(*held->snapshot, profile, request, now, rng);
    auto record = record_of(decision, profile);
    return Made{{std::move(decision), std::move(held)}, std::move(record)};
}

void Engine::decide(const decision::Request& request, Timestamp now, Respond respond) {
    auto made = make(request, now);
    if (!made) return respond(std::unexpected(std::move(made).error()));
    made->record.body = json::write(made->answer.decision);
    ledger_.record(
        std::move(made->record),
        [answer = std::move(made->answer), respond = std::move(respond)](Status recorded) mutable {
            if (!recorded) return respond(in_context(kNotRecorded, std::move(recorded).error()));
            respond(std::move(answer));
        }
    );
}

void Engine::decide_text(const decision::Request& request, Timestamp now, RespondText respond) {
    auto made = make(request, now);
    if (!made) return respond(std::unexpected(std::move(made).error()));
    Texts texts = texts_of(made->answer);
    made->record.body = std::move(texts.decision);
    ledger_.record(
        std::move(made->record),
        [text = std::move(texts.answer), respond = std::move(respond)](Status recorded) mutable {
            if (!recorded) return respond(in_context(kNotRecorded, std::move(recorded).error()));
            respond(std::move(text));
        }
    );
}

Result<Answer> Engine::simulate(const Simulation& simulation, Timestamp now) {
    auto held = state();
    decision::Request request = static_cast<const decision::Request&>(simulation);
    request.allow_unknown = request.allow_unknown || simulation.suppose;
    BOON_TRY(const auto profile, profile_for(*held, request));
    if (!simulation.suppose) {
        auto decision = decision::simulate(*held->snapshot, profile, request, now);
        return Answer{std::move(decision), std::move(held)};
    }
    BOON_TRY(
        const auto supposed,
        SupposedCustomer::make(*simulation.suppose, profile, *held->profiles, *catalogue_.names(), now)
    );
    auto decision = decision::simulate(*held->snapshot, supposed->profile(), request, now);
    return Answer{std::move(decision), std::move(held)};
}

}  // namespace boon::serving
