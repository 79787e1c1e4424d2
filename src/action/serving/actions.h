// What to do about one customer now: offers that fit the customer's stage and segment, ranked as a decision would rank
// them, with how urgent that is and why; and when the customer may be contacted next. Nothing is recorded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "action/decision/decide.h"
#include "action/serving/next_contact.h"
#include "action/serving/state.h"
#include "platform/base/record.h"

namespace boon::serving {

enum class Priority { high, medium, low };
BOOST_DESCRIBE_ENUM(Priority, high, medium, low)

// What the value segment makes of a stage's urgency: sooner for the best, later for the last.
enum class Shift { none, sooner, later };
BOOST_DESCRIBE_ENUM(Shift, none, sooner, later)

struct RecommendedAction {
    OfferId offer_id = -1;
    std::string name;
    std::string category;
    std::int32_t rank = 0;
    Priority priority = Priority::low;
    std::string reason;
    std::optional<std::string> for_stage;
    std::optional<std::string> for_segment;
    std::vector<decision::Reason> reasons;
    std::optional<double> probability;
    std::optional<double> expected_value;
    bool fallback = false;
};
BOOST_DESCRIBE_STRUCT(
    RecommendedAction, (),
    (offer_id, name, category, rank, priority, reason, for_stage, for_segment, reasons, probability, expected_value,
     fallback)
)

struct RecommendedActions {
    std::string customer_id;
    std::optional<std::string> stage;
    std::optional<Timestamp> stage_since;
    std::optional<std::string> value_segment;
    Priority priority = Priority::low;
    std::string priority_reason;
    Shift priority_shift = Shift::none;
    std::vector<RecommendedAction> actions;
    std::vector<decision::Considered> why_not;
    NextContact next_contact;
    std::vector<std::string> notes;
};
BOOST_DESCRIBE_STRUCT(
    RecommendedActions, (),
    (customer_id, stage, stage_since, value_segment, priority, priority_reason, priority_shift, actions, why_not,
     next_contact, notes)
)

// `request` says for whom, through which channel, how many. `sent`: when messages went out to the customer.
// `not_found` without a profile.
Result<RecommendedActions> recommend(
    const State& state, const decision::Request& request, std::vector<Timestamp> sent, Timestamp now
);

}  // namespace boon::serving

template <>
inline constexpr auto boon::kFields<boon::serving::RecommendedAction> = std::array{
    boon::Field{.name = "priority", .doc = "the customer's, or one lower for an offer that is not for this stage"},
    boon::Field{.name = "reason", .doc = "for whom the offer is, and why it ranks here, in English"},
    boon::Field{.name = "for_stage", .doc = "the stage that the offer is for; null: any"},
    boon::Field{.name = "for_segment", .doc = "the segment or audience that the offer is for; null: any"},
    boon::Field{.name = "reasons", .doc = "of the score, greatest first; empty below the first offer"},
    boon::Field{.name = "expected_value", .doc = "in the programme's currency, before context and weight"},
};
template <>
inline constexpr auto boon::kFields<boon::serving::RecommendedActions> = std::array{
    boon::Field{.name = "priority", .doc = "how urgent the customer is, by stage and value"},
    boon::Field{.name = "priority_reason", .doc = "why, in English: by stage, value_segment and priority_shift"},
    boon::Field{.name = "priority_shift", .doc = "what the value segment makes of the stage's urgency"},
    boon::Field{.name = "actions", .doc = "the best first"},
    boon::Field{.name = "why_not", .doc = "when nothing fits: each offer, the nearest to fitting first"},
};
