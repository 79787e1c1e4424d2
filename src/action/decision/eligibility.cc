#include "action/decision/eligibility.h"

#include <algorithm>
#include <cmath>

namespace boon::decision {

namespace {

std::optional<std::int32_t> number(const Snapshot& snapshot, std::string_view name) {
    if (name.empty()) return std::nullopt;
    return snapshot.number_of(name).value_or(kNobody);
}

bool admits(const std::vector<std::int32_t>& allowed, std::optional<std::int32_t> wanted) {
    return allowed.empty() || !wanted || std::ranges::find(allowed, *wanted) != allowed.end();
}

std::optional<Cause> not_live(const Gate& gate) {
    switch (gate.status) {
        case catalog::OfferStatus::draft: return Cause::draft;
        case catalog::OfferStatus::paused: return Cause::paused;
        case catalog::OfferStatus::retired: return Cause::retired;
        case catalog::OfferStatus::live: break;
    }
    if (!gate.is_active) return Cause::withdrawn;
    return std::nullopt;
}

std::optional<Cause> outside_stage(const Gate& gate, const Moment& moment) {
    if (gate.stage == kAny || moment.lifecycle == Filter::skip) return std::nullopt;
    if (!moment.stage) return Cause::stage_unknown;
    if (*moment.stage != gate.stage) return Cause::other_stage;
    return std::nullopt;
}

std::optional<Cause> outside_audience(const Gate& gate, Moment& moment) {
    if (gate.audience == kAny) return Cause::segment_unknown;
    const AudienceRule& audience = moment.snapshot->audience(gate.audience);
    if (audience.reads_stage && moment.lifecycle == Filter::skip) return std::nullopt;
    if (audience.reads_value && moment.value == Filter::skip) return std::nullopt;
    auto& known = moment.in_audience[static_cast<std::size_t>(gate.audience)];
    if (!known) known = audience.test(*moment.profile, {moment.now});
    switch (*known) {
        case rules::Truth::yes: return std::nullopt;
        case rules::Truth::no: return Cause::other_segment;
        case rules::Truth::unknown: break;
    }
    return Cause::segment_unknown;
}

std::optional<Cause> outside_segment(const Gate& gate, Moment& moment) {
    std::optional<std::int32_t> borne;
    switch (gate.targeting) {
        case catalog::Targeting::any: return std::nullopt;
        case catalog::Targeting::stage:
            if (moment.lifecycle == Filter::skip) return std::nullopt;
            borne = moment.stage;
            break;
        case catalog::Targeting::value_segment:
            if (moment.value == Filter::skip) return std::nullopt;
            borne = moment.value_segment;
            break;
        case catalog::Targeting::rfm_segment:
            if (moment.value == Filter::skip) return std::nullopt;
            borne = moment.rfm_segment;
            break;
        case catalog::Targeting::audience: return outside_audience(gate, moment);
    }
    if (!borne) return Cause::segment_unknown;
    if (std::ranges::find(gate.target, *borne) == gate.target.end()) return Cause::other_segment;
    return std::nullopt;
}

std::optional<Cause> outside_value(const Gate& gate, const Moment& moment) {
    if (!gate.has_value_bounds || moment.value == Filter::skip) return std::nullopt;
    if (!moment.lifetime_value) return Cause::value_unknown;
    if (*moment.lifetime_value < gate.min_value) return Cause::value_below;
    if (*moment.lifetime_value > gate.max_value) return Cause::value_above;
    return std::nullopt;
}

}  // namespace

Moment moment_of(const Snapshot& snapshot, const profiles::Profile& profile, const Request& request, Timestamp now) {
    Moment moment{
        .now = now.micros,
        .placement = number(snapshot, request.placement),
        .channel = number(snapshot, request.channel),
        .stage = number(snapshot, profile.stage),
        .value_segment = number(snapshot, profile.value_segment),
        .rfm_segment = number(snapshot, profile.rfm_segment),
        .lifetime_value = value_of(snapshot.policy(), profile),
        .lifecycle = snapshot.policy().lifecycle,
        .value = snapshot.policy().value,
        .snapshot = &snapshot,
        .profile = &profile,
        .in_audience = std::vector<std::optional<rules::Truth>>(snapshot.audience_count()),
    };
    return moment;
}

std::optional<double> value_of(const Policy& policy, const profiles::Profile& profile) {
    std::optional<double> value = profile.lifetime_value;
    if (policy.value_bounds == ValueBasis::predicted) {
        value.reset();
        if (profile.standing != nullptr) value = static_cast<double>(profile.standing->predicted_ltv);
    }
    if (value && std::isnan(*value)) value.reset();
    return value;
}

std::optional<Cause> value_cause(const Gate& gate, Moment& moment) {
    if (gate.targeting != catalog::Targeting::stage) {
        if (const auto cause = outside_segment(gate, moment)) return cause;
    }
    return outside_value(gate, moment);
}

std::optional<Cause> drop_cause(const Gate& gate, Moment& moment) {
    if (const auto cause = not_live(gate)) return cause;
    if (moment.now < gate.valid_from) return Cause::not_yet_valid;
    if (moment.now >= gate.valid_until) return Cause::expired;
    if (!admits(gate.placements, moment.placement)) return Cause::other_placement;
    if (!admits(gate.channels, moment.channel)) return Cause::other_channel;
    if (const auto cause = outside_stage(gate, moment)) return cause;
    if (const auto cause = outside_segment(gate, moment)) return cause;
    return outside_value(gate, moment);
}

std::optional<Cause> rule_cause(const Snapshot& snapshot, std::size_t offer, const RuleValues& values, Timestamp now) {
    const OfferRule& own = snapshot.rule(offer);
    if (!own.rule) return Cause::rule_invalid;
    switch (own.rule->test(values, now)) {
        case rules::Truth::yes: return std::nullopt;
        case rules::Truth::no: return Cause::rule_not_met;
        case rules::Truth::unknown: break;
    }
    return Cause::rule_unknown;
}

}  // namespace boon::decision
