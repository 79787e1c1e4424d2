// Serving: holds the state of the moment, decides, records, answers. Thread-safe.
//
//     serving::Engine engine(database, catalogue, ledger, {.policy = policy});
//     BOON_CHECK(engine.load());                        // at start; profiles of a million customers take seconds
//     engine.decide(request, now, [respond](Result<serving::Answer> answer) { … });
//     engine.follow();                                  // every 200 ms, and after a change of one's own
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <string>

#include "action/decision/decide.h"
#include "action/serving/state.h"
#include "action/serving/supposed.h"
#include "platform/db/database.h"
#include "platform/storage/change_feed.h"
#include "records/catalog/catalogue.h"
#include "records/history/ledger.h"
#include "records/profiles/store.h"

namespace boon::customers {
class Erasures;
}

namespace boon::serving {

struct Options {
    decision::Policy policy;
    // Of the ids and of exploration. Another in every process: from the system's randomness.
    std::uint64_t seed = 0;
    std::filesystem::path models_folder = {};  // where the versions of the models are
    // Models whose file, named by a setting, cannot be served, and why: nothing serves in their place.
    std::map<std::string, std::string> unusable = {};
    // Who was erased, and is nobody's customer any more; null: nobody ever is. Must outlive the engine.
    customers::Erasures* erasures = nullptr;
};

// What is asked of a decision that nobody gets.
struct Simulation : decision::Request {
    std::optional<Supposed> suppose;
};
BOOST_DESCRIBE_STRUCT(Simulation, (decision::Request), (suppose))

// A decision and the state it was made from.
struct Answer {
    decision::Decision decision;
    std::shared_ptr<const State> state;
};

class Engine {
public:
    using Respond = std::function<void(Result<Answer>)>;
    using RespondText = std::function<void(Result<std::string>)>;

    // All of them must outlive the engine.
    Engine(db::Database& database, catalog::Catalogue& catalogue, history::Ledger& ledger, Options options);

    // Reads everything anew: catalogue, models, profiles. Until it first succeeds the engine knows no customer.
    Status load(const profiles::Store::Progress& progress = {});
    // Reads anew what the change feed says has changed since; most often nothing. Blocks; one at a time.
    Status follow();

    // Valid for as long as it is held, whatever is swapped in meanwhile.
    [[nodiscard]] std::shared_ptr<const State> state() const;

    // Decides and records; `respond` is called once the decision is in the ledger (on the database's writer thread,
    // where it must not block), or at once with an error: `invalid` customer id, `not_found` without a profile unless
    // the request allows that, `unavailable` when the ledger does not take it.
    void decide(const decision::Request& request, Timestamp now, Respond respond);
    // The same with the answer as JSON (to_json), written before the ledger's turn: the writer's thread hands it on.
    void decide_text(const decision::Request& request, Timestamp now, RespondText respond);
    // The same without recording, and without exploration: what would be shown. For whom something is supposed, the
    // customer need not exist.
    Result<Answer> simulate(const Simulation& simulation, Timestamp now);

private:
    struct Made {
        Answer answer;
        history::DecisionRecord record;
    };
    Result<Made> make(const decision::Request& request, Timestamp now);
    Result<profiles::Profile> profile_for(const State& state, const decision::Request& request) const;
    decision::Rng next_rng();
    Status rebuild();
    Status read_audiences();
    Status read_models();
    Status drop_erased();
    Status read_scores();
    // Whether they are others than before: what rules may name.
    Result<bool> read_attributes();
    Status follow_customers(const std::set<std::string>& profiles, const std::set<std::string>& standings);

    db::Database& database_;
    catalog::Catalogue& catalogue_;
    history::Ledger& ledger_;
    Options options_;
    std::atomic<std::uint64_t> decisions_ = 0;

    mutable std::mutex state_mutex_;  // held for the copy of one pointer
    std::shared_ptr<const State> state_;

    std::mutex rebuild_mutex_;  // guards all below
    storage::FeedPosition position_;
    catalog::Contents contents_;
    std::shared_ptr<const profiles::Image> profiles_;
    std::map<std::string, scoring::Serving> models_;
    std::vector<audiences::Audience> audiences_;
};

// The decision as the API answers it: the Decision's members, each offer with its details as `offer`.
std::string to_json(const Answer& answer);

// The form of that text, for the API's description.
struct AnsweredOffer : decision::RankedOffer {
    catalog::Offer offer;
};
BOOST_DESCRIBE_STRUCT(AnsweredOffer, (decision::RankedOffer), (offer))
struct AnsweredDecision {
    std::string decision_id;
    std::string customer_id;
    Timestamp decided_at;
    std::string placement;
    std::string channel;
    std::vector<AnsweredOffer> offers;
    std::optional<decision::NoOffer> no_offer;
    std::vector<decision::Slot> slots;
    std::vector<decision::Considered> considered;
    std::vector<std::string> notes;
    decision::Versions versions;
};
BOOST_DESCRIBE_STRUCT(
    AnsweredDecision, (),
    (decision_id, customer_id, decided_at, placement, channel, offers, no_offer, slots, considered, notes, versions)
)

}  // namespace boon::serving
