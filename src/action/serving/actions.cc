#include "action/serving/actions.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace boon::serving {

namespace {

// How urgent customers of a stage are, and why. A stage that is not here is not urgent.
struct StageUrgency {
    std::string_view stage;
    Priority priority;
    std::string_view reason;
};
constexpr std::array kUrgencies = {
    StageUrgency{"churn", Priority::high, "the customer is likely to leave"},
    StageUrgency{"win_back", Priority::medium, "the customer has gone quiet"},
    StageUrgency{"onboarding", Priority::medium, "the first weeks decide whether the customer stays"},
    StageUrgency{"acquisition", Priority::medium, "the customer has not begun yet"},
};

struct Urgency {
    Priority priority = Priority::low;
    std::string reason;
    Shift shift = Shift::none;
};

Priority lower(Priority priority) { return priority == Priority::high ? Priority::medium : Priority::low; }
Priority higher(Priority priority) { return priority == Priority::low ? Priority::medium : Priority::high; }

// By the stage; one higher for the best value segment, one lower for the last.
Urgency urgency_of(const profiles::Profile& profile, const audiences::Vocabulary& names) {
    if (profile.stage.empty()) return {.priority = Priority::low, .reason = "the customer's stage is not known"};
    Urgency urgency{.priority = Priority::low, .reason = fmt::format("in the stage {} nothing presses", profile.stage)};
    const auto known = std::ranges::find(kUrgencies, profile.stage, &StageUrgency::stage);
    if (known != kUrgencies.end()) urgency = {.priority = known->priority, .reason = std::string(known->reason)};
    const auto& segments = names.value_segments;
    if (profile.value_segment.empty() || segments.size() < 2) return urgency;
    if (profile.value_segment == segments.front()) {
        return {
            higher(urgency.priority), fmt::format("{}; worth more ({}): sooner", urgency.reason, profile.value_segment),
            Shift::sooner
        };
    }
    if (profile.value_segment == segments.back() && urgency.priority != Priority::low) {
        return {
            lower(urgency.priority), fmt::format("{}; worth less ({}): later", urgency.reason, profile.value_segment),
            Shift::later
        };
    }
    return urgency;
}

bool is_for_stage(const catalog::Offer& offer, std::string_view stage) {
    if (offer.lifecycle_stage) return *offer.lifecycle_stage == stage;
    if (offer.target_segment == "at_risk") return stage == "churn";
    return offer.target_segment == "new" && (stage == "acquisition" || stage == "onboarding");
}

std::string fit_words(const catalog::Offer& offer) {
    std::string words;
    if (offer.lifecycle_stage) words = "for customers in the stage " + *offer.lifecycle_stage;
    if (offer.target_segment) words += (words.empty() ? "for " : ", ") + *offer.target_segment;
    return words.empty() ? "for every customer" : words;
}

// `priority`: of the customer, which an offer that is not for this very stage does not reach.
RecommendedAction action_of(
    const State& state, const decision::RankedOffer& ranked, std::string_view stage, Priority priority
) {
    const catalog::Offer offer = state.snapshot->offer(state.snapshot->place_of(ranked.offer_id).value());
    RecommendedAction action;
    action.offer_id = ranked.offer_id;
    action.name = offer.name;
    action.category = offer.category;
    action.rank = ranked.rank;
    action.reason = fit_words(offer);
    if (ranked.explanation && !ranked.explanation->text.empty()) {
        action.reason += "; " + ranked.explanation->text;
    } else if (ranked.probability) {
        action.reason += fmt::format("; its chance to be accepted is {:.3g} %", 100 * *ranked.probability);
    }
    if (ranked.expected_value) {
        action.reason += fmt::format(
            "; it is expected to bring {:.2f} {}", *ranked.expected_value, state.snapshot->currency().code()
        );
    }
    action.for_stage = offer.lifecycle_stage;
    action.for_segment = offer.target_segment;
    if (ranked.explanation) action.reasons = ranked.explanation->reasons;
    action.probability = ranked.probability;
    action.expected_value = ranked.expected_value;
    action.fallback = ranked.fallback;
    action.priority = is_for_stage(offer, stage) ? priority : lower(priority);
    return action;
}

// Those that came farthest first; who is not live is not told of.
std::vector<decision::Considered> nearest(std::vector<decision::Considered> considered) {
    std::erase_if(considered, [](const decision::Considered& one) { return one.step == decision::Step::live; });
    std::ranges::stable_sort(considered, [](const decision::Considered& a, const decision::Considered& b) {
        return a.step > b.step;
    });
    return considered;
}

}  // namespace

Result<RecommendedActions> recommend(
    const State& state, const decision::Request& request, std::vector<Timestamp> sent, Timestamp now
) {
    BOON_TRY(const auto profile, state.find(request.customer_id));
    decision::Request asked = request;
    asked.explain = true;
    auto decision = decision::simulate(*state.snapshot, profile, asked, now);
    RecommendedActions answer;
    answer.customer_id = request.customer_id;
    if (!profile.stage.empty()) {
        answer.stage = profile.stage;
        if (profile.standing != nullptr) answer.stage_since = Timestamp{profile.standing->stage_since};
    }
    if (!profile.value_segment.empty()) answer.value_segment = profile.value_segment;
    Urgency urgency = urgency_of(profile, state.audiences->names());
    answer.priority = urgency.priority;
    answer.priority_reason = std::move(urgency.reason);
    answer.priority_shift = urgency.shift;
    for (const decision::RankedOffer& ranked : decision.offers) {
        answer.actions.push_back(action_of(state, ranked, profile.stage, answer.priority));
    }
    if (answer.actions.empty()) answer.why_not = nearest(std::move(decision.considered));
    answer.next_contact = next_contact(std::move(sent), {}, now);
    answer.notes = std::move(decision.notes);
    return answer;
}

}  // namespace boon::serving
