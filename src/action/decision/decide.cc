#include "action/decision/decide.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "action/decision/eligibility.h"
#include "action/decision/score.h"
#include "action/decision/snapshot.h"
#include "action/decision/words.h"

namespace boon::decision {

namespace {

constexpr std::size_t kReasons = 5;

// One decision as it is being made.
struct Work {
    std::vector<Candidate> eligible;   // that compete
    std::vector<Candidate> fallbacks;  // that are eligible and wait
    std::vector<Cause> causes;         // what became of each offer, by its place in the snapshot
    std::vector<Candidate> shown;
};

bool ranks_before(const Candidate& a, const Candidate& b) {
    return a.score > b.score || (a.score == b.score && a.offer < b.offer);
}

Work sieve(const Snapshot& snapshot, Moment& moment, const RuleValues& values) {
    Work work;
    const auto& gates = snapshot.gates();
    work.causes.resize(gates.size(), Cause::outranked);
    for (std::uint32_t i = 0; i < gates.size(); ++i) {
        auto cause = drop_cause(gates[i], moment);
        if (!cause && gates[i].has_rule) cause = rule_cause(snapshot, i, values, {moment.now});
        if (cause) {
            work.causes[i] = *cause;
        } else if (gates[i].is_fallback) {
            work.causes[i] = Cause::held_back;
            work.fallbacks.push_back({.offer = i});
        } else {
            work.eligible.push_back({.offer = i});
        }
    }
    return work;
}

OfferId id_of(const Snapshot& snapshot, const Candidate* candidate) {
    return candidate == nullptr ? -1 : snapshot.offers()[candidate->offer].offer_id();
}

// How much is drawn, and from what.
struct Exploration {
    double epsilon;
    Rng& rng;
};

// Draws one slot among `left` (ordered by rank) and "no offer": the best with 1 − ε, else any of the K alike, so that
// each has at least ε/K. Null: no offer.
const Candidate* draw(const std::vector<Candidate>& left, Exploration how, Slot& slot) {
    const double epsilon = how.epsilon;
    const auto count = left.size() + 1;
    const Candidate* best = !left.empty() && left.front().score > 0 ? &left.front() : nullptr;
    slot.candidates = static_cast<std::int32_t>(count);
    slot.other_propensity = epsilon / static_cast<double>(count);
    slot.best_propensity = 1 - epsilon + slot.other_propensity;
    if (epsilon <= 0 || how.rng.uniform() >= epsilon) return best;
    const auto place = static_cast<std::size_t>(how.rng.uniform() * static_cast<double>(count));
    return place < left.size() ? &left[place] : nullptr;
}

RankedOffer ranked(const Snapshot& snapshot, const Candidate& candidate, double propensity) {
    return {
        .offer_id = id_of(snapshot, &candidate),
        .score = candidate.score,
        .probability = candidate.probability,
        .score_kind = candidate.kind,
        .expected_value = candidate.expected_value,
        .propensity = propensity,
    };
}

// The chosen one is shown, and no longer there to be chosen.
void take_out(Work& work, const Candidate* chosen) {
    work.causes[chosen->offer] = Cause::shown;
    work.shown.push_back(*chosen);
    work.eligible.erase(work.eligible.begin() + (chosen - work.eligible.data()));
}

// How many of the eligible offers must be in order: without exploration only those that can be shown.
std::size_t sorted_part(double epsilon, std::size_t limit, std::size_t eligible) {
    return epsilon > 0 ? eligible : std::min(limit, eligible);
}

// Fills one slot; false when "no offer" was drawn for it.
bool fill_slot(const Snapshot& snapshot, Exploration how, Work& work, Decision& decision) {
    Slot slot;
    const Candidate* chosen = draw(work.eligible, how, slot);
    const bool gains = work.eligible.front().score > 0;
    slot.best = gains ? id_of(snapshot, &work.eligible.front()) : -1;
    slot.chosen = id_of(snapshot, chosen);
    decision.slots.push_back(slot);
    if (chosen == nullptr) {
        if (decision.offers.empty()) decision.no_offer = gains ? NoOffer::drawn : NoOffer::nothing_gains;
        return false;
    }
    const double propensity = slot.chosen == slot.best ? slot.best_propensity : slot.other_propensity;
    decision.offers.push_back(ranked(snapshot, *chosen, propensity));
    take_out(work, chosen);
    return true;
}

// Fills the slots; what was drawn leaves `work.eligible`.
void fill_slots(const Snapshot& snapshot, std::size_t limit, Exploration how, Work& work, Decision& decision) {
    auto& left = work.eligible;
    const std::size_t sorted = sorted_part(how.epsilon, limit, left.size());
    std::ranges::partial_sort(left, left.begin() + static_cast<std::ptrdiff_t>(sorted), ranks_before);
    while (decision.offers.size() < limit && !left.empty()) {
        if (!fill_slot(snapshot, how, work, decision)) return;
    }
    if (decision.offers.empty()) decision.no_offer = NoOffer::nothing_eligible;
}

// A fallback is shown only where nothing else is; a drawn "no offer" stays one, or its π would be wrong.
void fall_back(const Snapshot& snapshot, std::size_t limit, Work& work, Decision& decision) {
    if (!decision.offers.empty() || decision.no_offer == NoOffer::drawn) return;
    std::ranges::sort(work.fallbacks, [&](const Candidate& a, const Candidate& b) {
        const double left = snapshot.worths()[a.offer].weight;
        const double right = snapshot.worths()[b.offer].weight;
        return left > right || (left == right && a.offer < b.offer);
    });
    for (const Candidate& candidate : work.fallbacks) {
        if (decision.offers.size() == limit) break;
        decision.offers.push_back(ranked(snapshot, candidate, 1));
        decision.offers.back().fallback = true;
        work.causes[candidate.offer] = Cause::shown_as_fallback;
        work.shown.push_back(candidate);
    }
}

// Offers that nobody gets until their rule is mended: whoever reads decisions should learn of it.
void note_invalid_rules(const Snapshot& snapshot, const Work& work, Decision& decision) {
    for (std::uint32_t i = 0; i < work.causes.size(); ++i) {
        if (work.causes[i] != Cause::rule_invalid) continue;
        decision.notes.push_back(
            fmt::format("offer {} is not shown: its eligibility rule is wrong", snapshot.offers()[i].offer_id())
        );
    }
}

void note_what_was_skipped(const Snapshot& snapshot, bool has_model, const Work& work, Decision& decision) {
    const Policy& policy = snapshot.policy();
    if (policy.lifecycle == Filter::skip) decision.notes.emplace_back("stages were not looked at: lifecycle is off");
    if (policy.value == Filter::skip) {
        decision.notes.emplace_back("value segments and bounds were not looked at: customer value is off");
    }
    if (!has_model && !(work.eligible.empty() && work.shown.empty())) {
        decision.notes.emplace_back("scores are a fallback: no model scored this customer");
    }
}

// Offers that competed and were not shown: why not.
void settle_causes(const Decision& decision, Work& work) {
    const bool ended_by_draw =
        !decision.slots.empty() && decision.slots.back().chosen == -1 && decision.slots.back().best != -1;
    const auto last = std::ranges::max_element(work.shown, ranks_before);
    for (const Candidate& candidate : work.eligible) {
        const bool passed_over = last != work.shown.end() && ranks_before(candidate, *last);
        if (candidate.score <= 0) {
            work.causes[candidate.offer] = Cause::no_gain;
        } else {
            work.causes[candidate.offer] = ended_by_draw || passed_over ? Cause::not_drawn : Cause::outranked;
        }
    }
}

void tell_all(const Telling& telling, const Work& work, Decision& decision) {
    const auto& offers = telling.snapshot.offers();
    std::vector<Candidate> candidates(offers.size());
    for (std::uint32_t i = 0; i < offers.size(); ++i) candidates[i].offer = i;
    for (const auto* group : {&work.eligible, &work.shown}) {
        for (const Candidate& candidate : *group) candidates[candidate.offer] = candidate;
    }
    const double bar = work.shown.empty() ? 0 : work.shown.back().score;
    decision.considered.reserve(offers.size());
    for (const Candidate& candidate : candidates) {
        const Cause cause = work.causes[candidate.offer];
        auto words = tell(telling, candidate, cause, bar);
        decision.considered.push_back(
            {.offer_id = offers[candidate.offer].offer_id(),
             .name = std::string(offers[candidate.offer].name()),
             .step = step_of(cause),
             .cause = cause,
             .why = std::move(words.why),
             .change = std::move(words.change),
             .facts = std::move(words.facts),
             .probability = candidate.probability,
             .score = candidate.probability ? std::optional(candidate.score) : std::nullopt}
        );
    }
}

void explain_shown(Scorer& scorer, const Work& work, Decision& decision) {
    for (std::size_t i = 0; i < work.shown.size(); ++i) {
        RankedOffer& offer = decision.offers[i];
        if (offer.fallback) {
            offer.explanation = Explanation{.text = "nothing else is left to show"};
        } else if (i == 0 && scorer.has_model()) {
            // Exact contributions cost far more than the score itself, so only the first offer gets them.
            offer.explanation = scorer.explain(work.shown[i], kReasons);
        }
        if (!offer.explanation && (offer.score_kind != ScoreKind::calibrated && offer.score_kind != ScoreKind::share)) {
            offer.explanation = Explanation{.text = fallback_words(work.shown[i])};
        }
    }
}

// One decision but for its id.
Decision make(
    const Snapshot& snapshot, const profiles::Profile& profile, const Request& request, Timestamp now, Exploration how
) {
    Decision decision;
    decision.customer_id = request.customer_id;
    decision.decided_at = now;
    decision.placement = request.placement;
    decision.channel = request.channel;
    decision.versions.catalogue = snapshot.catalogue_version();
    decision.versions.policy = snapshot.policy().version;

    const RuleValues values(snapshot, profile, request);
    Moment moment = moment_of(snapshot, profile, request, now);
    Work work = sieve(snapshot, moment, values);
    Scorer scorer(snapshot, profile, request);
    scorer.score(work.eligible);
    if (scorer.has_model()) {
        decision.versions.model = snapshot.model()->version;
        decision.versions.schema = profile.schema->schema_id;
    }
    const auto limit = static_cast<std::size_t>(std::max(0, request.limit));
    fill_slots(snapshot, limit, how, work, decision);
    fall_back(snapshot, limit, work, decision);
    for (std::size_t i = 0; i < decision.offers.size(); ++i) decision.offers[i].rank = static_cast<std::int32_t>(i + 1);
    note_what_was_skipped(snapshot, scorer.has_model(), work, decision);
    note_invalid_rules(snapshot, work, decision);
    if (request.explain) {
        settle_causes(decision, work);
        tell_all({snapshot, profile, request, now}, work, decision);
        explain_shown(scorer, work, decision);
    }
    return decision;
}

}  // namespace

Step step_of(Cause cause) {
    switch (cause) {
        case Cause::shown:
        case Cause::shown_as_fallback: return Step::shown;
        case Cause::draft:
        case Cause::paused:
        case Cause::retired:
        case Cause::withdrawn: return Step::live;
        case Cause::not_yet_valid:
        case Cause::expired: return Step::valid;
        case Cause::other_placement: return Step::placement;
        case Cause::other_channel: return Step::channel;
        case Cause::other_stage:
        case Cause::stage_unknown: return Step::stage;
        case Cause::other_segment:
        case Cause::segment_unknown: return Step::segment;
        case Cause::value_below:
        case Cause::value_above:
        case Cause::value_unknown: return Step::value;
        case Cause::rule_not_met:
        case Cause::rule_unknown:
        case Cause::rule_invalid: return Step::eligibility;
        case Cause::no_gain: return Step::arbitrate;
        case Cause::not_drawn: return Step::explore;
        case Cause::outranked: return Step::rank;
        case Cause::held_back: return Step::fallback;
    }
    return Step::live;
}

Decision decide(
    const Snapshot& snapshot, const profiles::Profile& profile, const Request& request, Timestamp now, Rng& rng
) {
    const std::uint64_t id_high = rng.next();
    std::string id = make_uuid_v7(now, id_high, rng.next());
    Decision decision = make(snapshot, profile, request, now, {snapshot.policy().exploration, rng});
    decision.decision_id = std::move(id);
    return decision;
}

Decision simulate(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request, Timestamp now) {
    Rng unused(0);
    return make(snapshot, profile, request, now, {0, unused});
}

}  // namespace boon::decision
