// decide(): which offers this customer gets next, and why. Pure: no I/O, no clock, no globals; the same arguments give
// the same decision. Steps, in order: live → valid → placement → channel → stage → segment → value →
// eligibility → score → arbitrate → explore → rank → fallback.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "action/decision/rng.h"
#include "platform/base/id.h"
#include "platform/base/json.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "records/profiles/profile.h"

namespace boon::decision {

class Snapshot;

struct Request {
    std::string customer_id;
    std::string placement = {};  // empty: offers are not filtered by placement
    std::string channel = {};    // empty: offers are not filtered by channel
    json::Value context = {};    // an object, or null
    std::int32_t limit = 3;
    bool explain = false;        // say what became of every offer, and what drove the first one's score
    bool allow_unknown = false;  // decide for a customer without a profile, from the fallback
};
BOOST_DESCRIBE_STRUCT(Request, (), (customer_id, placement, channel, context, limit, explain, allow_unknown))

enum class Step {
    live,
    valid,
    placement,
    channel,
    stage,
    segment,
    value,
    eligibility,
    arbitrate,
    explore,
    rank,
    fallback,
    shown,
};
BOOST_DESCRIBE_ENUM(
    Step, live, valid, placement, channel, stage, segment, value, eligibility, arbitrate, explore, rank, fallback, shown
)

// Why an offer is, or is not, in the answer.
enum class Cause {
    shown,
    shown_as_fallback,
    draft,
    paused,
    retired,
    withdrawn,
    not_yet_valid,
    expired,
    other_placement,
    other_channel,
    other_stage,
    stage_unknown,
    other_segment,
    segment_unknown,
    value_below,
    value_above,
    value_unknown,
    rule_not_met,
    rule_unknown,  // a value that the rule needs is missing
    rule_invalid,  // it does not fit the profiles of the moment
    no_gain,
    not_drawn,
    outranked,
    held_back,
};
BOOST_DESCRIBE_ENUM(
    Cause, shown, shown_as_fallback, draft, paused, retired, withdrawn, not_yet_valid, expired, other_placement,
    other_channel, other_stage, stage_unknown, other_segment, segment_unknown, value_below, value_above, value_unknown,
    rule_not_met, rule_unknown, rule_invalid, no_gain, not_drawn, outranked, held_back
)
Step step_of(Cause cause);

// Where a probability comes from. calibrated: P(convert given shown) of a model; share: its share among converters
// (multi-class models); offer_rate, base_rate: how often this offer, or any, converted, without a model; rules: no
// probability is known, value and weight alone rank.
enum class ScoreKind { calibrated, share, offer_rate, base_rate, rules };
BOOST_DESCRIBE_ENUM(ScoreKind, calibrated, share, offer_rate, base_rate, rules)

// One feature's part in a score. Effects are in the model's margin (log-odds); not a number is a missing value.
struct Reason {
    std::string feature;
    double value = 0;
    double effect = 0;
    std::string text;
};
BOOST_DESCRIBE_STRUCT(Reason, (), (feature, value, effect, text))

// base + the reasons' effects + rest = margin.
struct Explanation {
    std::string text;
    std::vector<Reason> reasons = {};  // greatest effect first
    double rest = 0;                   // of the features that are not listed
    double base = 0;
    double margin = 0;
    bool estimated = false;  // not exact; the text says so
};
BOOST_DESCRIBE_STRUCT(Explanation, (), (text, reasons, rest, base, margin))

struct RankedOffer {
    OfferId offer_id = -1;
    std::int32_t rank = 0;  // from 1
    double score = 0;       // what it was ranked by
    std::optional<double> probability = {};
    ScoreKind score_kind = ScoreKind::rules;
    std::optional<double> expected_value = {};  // in currency units, before context and weight
    double propensity = 1;                      // π: how likely this offer was to get this slot
    bool fallback = false;
    std::optional<Explanation> explanation = {};
};
BOOST_DESCRIBE_STRUCT(
    RankedOffer, (), (offer_id, rank, score, probability, score_kind, expected_value, propensity, fallback, explanation)
)

// What became of one offer.
struct Considered {
    OfferId offer_id = -1;
    std::string name;
    Step step = Step::live;  // where it dropped out, or `shown`
    Cause cause = Cause::draft;
    std::string why;
    std::string change;  // what would have to change for it to be shown; empty when it is
    // What `why` and `change` name, as plain text, for whoever says it in another language (docs/api.md).
    std::map<std::string, std::string> facts = {};
    std::optional<double> probability = {};
    std::optional<double> score = {};
};
BOOST_DESCRIBE_STRUCT(Considered, (), (offer_id, name, step, cause, why, change, facts, probability, score))

// How one slot was drawn: of `candidates` (the eligible offers not yet shown, and "no offer"), `best` had the
// probability `best_propensity`, each other one `other_propensity`. -1 stands for "no offer".
struct Slot {
    std::int32_t candidates = 0;
    OfferId best = -1;
    OfferId chosen = -1;
    double best_propensity = 1;
    double other_propensity = 0;
};
BOOST_DESCRIBE_STRUCT(Slot, (), (candidates, best, chosen, best_propensity, other_propensity))

struct Versions {
    std::int64_t catalogue = 0;
    std::int64_t policy = 0;
    std::string model;  // empty without one
    std::int64_t schema = 0;
};
BOOST_DESCRIBE_STRUCT(Versions, (), (catalogue, policy, model, schema))

// nothing_eligible: each offer was dropped by a step; nothing_gains: no eligible offer's score is above 0;
// drawn: exploration drew "no offer".
enum class NoOffer { nothing_eligible, nothing_gains, drawn };
BOOST_DESCRIBE_ENUM(NoOffer, nothing_eligible, nothing_gains, drawn)

struct Decision {
    std::string decision_id;  // UUIDv7
    std::string customer_id;
    Timestamp decided_at;
    std::string placement;
    std::string channel;
    std::vector<RankedOffer> offers;
    std::optional<NoOffer> no_offer;  // why nothing, or nothing but a fallback, is shown
    std::vector<Slot> slots;
    std::vector<Considered> considered;  // with explain, every offer of the catalogue by id
    std::vector<std::string> notes;      // filters that were skipped, scores that are fallbacks
    Versions versions;
};
BOOST_DESCRIBE_STRUCT(
    Decision, (),
    (decision_id, customer_id, decided_at, placement, channel, offers, no_offer, slots, considered, notes, versions)
)

// Thread-safe: `snapshot` and `profile` are only read. A profile without features (a customer nobody knows) is decided
// on rates and rules.
Decision decide(
    const Snapshot& snapshot, const profiles::Profile& profile, const Request& request, Timestamp now, Rng& rng
);

// The same without an id and without exploration: what would be shown.
Decision simulate(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request, Timestamp now);

}  // namespace boon::decision

template <>
inline constexpr auto boon::kFields<boon::decision::Request> = std::array{
    boon::Field{.name = "customer_id", .doc = "whom to decide for", .required = true, .max_length = 64},
    boon::Field{.name = "placement", .doc = "where the offer will be shown", .max_length = 50},
    boon::Field{.name = "channel", .doc = "through which channel", .max_length = 50},
    boon::Field{.name = "context", .doc = "what else is known about the moment, for the policy's context weights"},
    boon::Field{.name = "limit", .doc = "how many offers at most", .min = 1, .max = 100},
    boon::Field{.name = "explain", .doc = "say what became of every offer, and why"},
    boon::Field{.name = "allow_unknown", .doc = "decide for a customer without a profile, from the fallback"},
};
template <>
inline constexpr auto boon::kFields<boon::decision::Considered> = std::array{
    boon::Field{.name = "why", .doc = "in English"},
    boon::Field{.name = "change", .doc = "what would have to change for it to be shown, in English; empty when it is"},
    boon::Field{
        .name = "facts",
        .doc = "what `why` and `change` name, by `cause`: numbers as plain decimals, times as RFC 3339, lists by commas"
    },
};
