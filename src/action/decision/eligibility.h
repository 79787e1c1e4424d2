// The steps that need no score: may this offer go to this customer, here and now?
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "action/decision/decide.h"
#include "action/decision/rule_values.h"
#include "action/decision/snapshot.h"

namespace boon::decision {

// A request and a profile with their names turned into the snapshot's numbers, once per decision. `kNobody`: a name
// that no offer mentions.
inline constexpr std::int32_t kNobody = -2;

struct Moment {
    std::int64_t now = 0;
    std::optional<std::int32_t> placement;  // nothing: not filtered
    std::optional<std::int32_t> channel;
    std::optional<std::int32_t> stage;  // nothing: not known
    std::optional<std::int32_t> value_segment;
    std::optional<std::int32_t> rfm_segment;
    std::optional<double> lifetime_value;  // realised or predicted, as the policy says
    Filter lifecycle = Filter::apply;
    Filter value = Filter::apply;
    // For audiences, each of which is asked once a decision.
    const Snapshot* snapshot = nullptr;
    const profiles::Profile* profile = nullptr;
    std::vector<std::optional<rules::Truth>> in_audience = {};  // by their places
};
// `snapshot` and `profile` must outlive it.
Moment moment_of(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request, Timestamp now);

// The first step that drops the offer but for its rule, or nothing when it passes them all (a fallback offer too).
std::optional<Cause> drop_cause(const Gate& gate, Moment& moment);

// The same by value alone: value and RFM segments, audiences, value bounds.
std::optional<Cause> value_cause(const Gate& gate, Moment& moment);

// What value bounds are compared with; nothing when it is not known.
std::optional<double> value_of(const Policy& policy, const profiles::Profile& profile);

// Whether the rule of the offer at that place, which has one, keeps it from this customer.
std::optional<Cause> rule_cause(const Snapshot& snapshot, std::size_t offer, const RuleValues& values, Timestamp now);

}  // namespace boon::decision
