#include "action/decision/words.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "action/decision/eligibility.h"
#include "action/decision/rule_values.h"
#include "insight/models/scorer.h"
#include "platform/base/number_text.h"

namespace boon::decision {

namespace {

using catalog::Offer;

std::string percent(double share) { return fmt::format("{:.3g} %", 100 * share); }

// What a model column is called and what its value reads as.
struct Reading {
    std::string subject;
    std::string value;
};

Reading read_customer_column(const Snapshot& snapshot, const Snapshot::CustomerColumn& column, float value) {
    const profiles::Column& feature = snapshot.schema()->columns[column.feature];
    const profiles::Column& wanted = snapshot.model()->columns[column.column];
    const std::string subject = feature.words.empty() ? feature.name : feature.words;
    if (std::isnan(value)) return {subject, "not known"};
    if (const auto equals = wanted.name.find('='); equals != std::string::npos) {
        return {subject, (value > 0.5F ? "" : "not ") + wanted.name.substr(equals + 1)};
    }
    if (wanted.categories.empty()) return {subject, profiles::value_text(feature, value)};
    profiles::Column fitted = feature;
    fitted.categories = wanted.categories;
    return {subject, profiles::value_text(fitted, value)};
}

Reading read_offer_column(std::string_view name, float value) {
    name.remove_prefix(std::string_view("offer.").size());
    const bool set = value > 0.5F;
    if (const auto equals = name.find('='); equals != std::string_view::npos) {
        const std::string_view of = name.substr(equals + 1);
        if (name.starts_with("id=")) return {"the offer", fmt::format("{}number {}", set ? "" : "not ", of)};
        return {"the offer's " + std::string(name.substr(0, equals)), fmt::format("{}{}", set ? "" : "not ", of)};
    }
    if (name.starts_with("attr.")) name.remove_prefix(std::string_view("attr.").size());
    std::string subject = "the offer's " + std::string(name);
    std::ranges::replace(subject, '_', ' ');
    return {subject, std::isnan(value) ? "not known" : number_text(static_cast<double>(value))};
}

Reading read_column(const Snapshot& snapshot, std::uint32_t column, float value) {
    const std::string& name = snapshot.model()->columns[column].name;
    if (catalog::is_offer_feature(name)) return read_offer_column(name, value);
    const auto& columns = snapshot.customer_columns();
    return read_customer_column(
        snapshot, *std::ranges::find(columns, column, &Snapshot::CustomerColumn::column), value
    );
}

WhyAndChange tell_live(const Offer& offer, Cause cause) {
    if (cause == Cause::draft) return {"it is a draft", "activate it"};
    if (cause == Cause::paused) return {"it is paused", "activate it again"};
    if (cause == Cause::retired) return {"it is retired, for good", "create a new offer"};
    return {
        fmt::format("it is not active: its source ({}) withdrew it", offer.external_system),
        "its source has to offer it again, or set is_active",
        {{"source", offer.external_system}},
    };
}

WhyAndChange tell_place(const std::vector<std::string>& allowed, const std::string& asked, std::string_view kind) {
    return {
        fmt::format(
            "it is for the {}{} {}, not for {}", kind, allowed.size() == 1 ? "" : "s", fmt::join(allowed, ", "), asked
        ),
        fmt::format("add {} to its {}s", asked, kind),
        {{"allowed", fmt::format("{}", fmt::join(allowed, ", "))}, {"asked", asked}},
    };
}

WhyAndChange tell_audience(const Telling& telling, const Gate& gate, const std::string& name) {
    if (gate.audience == kAny) {
        return {
            fmt::format(
                "it is for the audience {}, which does not fit what is known of customers, or is no more", name
            ),
            "correct the audience's rule, or name another",
            {{"audience", name}},
        };
    }
    rules::Verdict verdict = telling.snapshot.audience(gate.audience).explain(telling.profile, telling.now);
    return {
        fmt::format("it is for the audience {}: {}", name, verdict.why),
        std::move(verdict.change),
        {{"audience", name}, {"rule", verdict.why}},
    };
}

WhyAndChange tell_customer(const Telling& telling, const Offer& offer, const Candidate& candidate, Cause cause) {
    const std::string stage = offer.lifecycle_stage.value_or("");
    const std::string segment = offer.target_segment.value_or("");
    const Gate& gate = telling.snapshot.gates()[candidate.offer];
    const bool by_segment = cause == Cause::other_segment || cause == Cause::segment_unknown;
    if (by_segment && gate.targeting == catalog::Targeting::audience) {
        return tell_audience(telling, gate, segment);
    }
    if (cause == Cause::other_stage) {
        return {
            fmt::format("it is for customers in the stage {}; this one is in {}", stage, telling.profile.stage),
            fmt::format("the customer has to enter the stage {}", stage),
            {{"stage", stage}, {"customer_stage", std::string(telling.profile.stage)}},
        };
    }
    if (cause == Cause::stage_unknown) {
        return {
            fmt::format("it is for customers in the stage {}; this one's stage is not known", stage),
            "the customer's stage has to be worked out (boon lifecycle)",
            {{"stage", stage}},
        };
    }
    if (cause == Cause::other_segment) {
        return {
            fmt::format("it is for {}; the customer is not one of them", segment),
            fmt::format("the customer has to become {}", segment),
            {{"segment", segment}},
        };
    }
    return {
        fmt::format("it is for {}; whether the customer is one of them is not known", segment),
        "the customer's segment has to be worked out",
        {{"segment", segment}},
    };
}

WhyAndChange tell_value(const Telling& telling, const Offer& offer, Cause cause) {
    const Currency& currency = telling.snapshot.currency();
    const Policy& policy = telling.snapshot.policy();
    const double value = value_of(policy, telling.profile).value_or(0);
    const std::string basis(enum_name(policy.value_bounds));
    const std::string_view kind =
        policy.value_bounds == ValueBasis::predicted ? "predicted lifetime value" : "lifetime value";
    if (cause == Cause::value_below) {
        const std::string bound = currency.format(*offer.min_customer_value);
        return {
            fmt::format("the customer's {} of {:.2f} is below {}", kind, value, bound),
            fmt::format("the customer's {} has to reach {}", kind, bound),
            {{"basis", basis}, {"value", fmt::format("{:.2f}", value)}, {"bound", bound}},
        };
    }
    if (cause == Cause::value_above) {
        const std::string bound = currency.format(*offer.max_customer_value);
        return {
            fmt::format("the customer's {} of {:.2f} is above {}", kind, value, bound),
            fmt::format("raise max_customer_value to {:.2f} or more", value),
            {{"basis", basis}, {"value", fmt::format("{:.2f}", value)}, {"bound", bound}},
        };
    }
    return {
        fmt::format("it has value bounds, and the customer's {} is not known", kind),
        policy.value_bounds == ValueBasis::predicted ? "value has to be worked out with a model (boon value update)"
                                                     : "the customer needs transactions",
        {{"basis", basis}},
    };
}

WhyAndChange tell_rule(const Telling& telling, const Candidate& candidate) {
    const OfferRule& own = telling.snapshot.rule(candidate.offer);
    if (!own.rule) {
        return {
            "its eligibility rule does not fit what is known of customers: " + own.mistake,
            "correct its eligibility_rule, or bring back the feature that it names",
            {{"mistake", own.mistake}},
        };
    }
    const RuleValues values(telling.snapshot, telling.profile, telling.request);
    rules::Verdict verdict = own.rule->explain(values, telling.now);
    return {"its eligibility rule: " + verdict.why, std::move(verdict.change), {{"rule", verdict.why}}};
}

WhyAndChange tell_no_gain(const Telling& telling, const Candidate& candidate) {
    const Worth& worth = telling.snapshot.worths()[candidate.offer];
    if (worth.weight <= 0) return {"its weight is 0", "raise its weight", {{"weight", "0"}}};
    if (telling.snapshot.policy().arbitration == Arbitration::power || worth.margin <= 0) {
        return {
            fmt::format("it earns nothing: its margin is {:.2f}", worth.margin),
            "raise its value or lower its redemption cost",
            {{"margin", fmt::format("{:.2f}", worth.margin)}},
        };
    }
    const double needed = worth.contact_cost / worth.margin;
    return {
        fmt::format(
            "it is not expected to earn what showing it costs: {} of {:.2f} is not more than {:.2f}",
            percent(candidate.probability.value_or(1)), worth.margin, worth.contact_cost
        ),
        fmt::format("its probability has to exceed {}, or its contact cost has to fall", percent(needed)),
        {{"margin", fmt::format("{:.2f}", worth.margin)},
         {"contact_cost", fmt::format("{:.2f}", worth.contact_cost)},
         {"needed", fmt::format("{:.6g}", needed)}},
    };
}

WhyAndChange tell_rank(const Candidate& candidate, double bar) {
    return {
        fmt::format("others rank higher: its score is {:.4g}", candidate.score),
        fmt::format("its score has to exceed {:.4g}, that of the last one shown", bar),
        {{"score", fmt::format("{:.6g}", candidate.score)}, {"bar", fmt::format("{:.6g}", bar)}},
    };
}

}  // namespace

WhyAndChange tell(const Telling& telling, const Candidate& candidate, Cause cause, double bar) {
    // Unpacked only where the words are about it.
    const auto offer = [&] { return telling.snapshot.offer(candidate.offer); };
    switch (cause) {
        case Cause::shown: return {"it is among the best for this customer", ""};
        case Cause::shown_as_fallback: return {"nothing else is left to show", ""};
        case Cause::draft:
        case Cause::paused:
        case Cause::retired:
        case Cause::withdrawn: return tell_live(offer(), cause);
        case Cause::not_yet_valid: {
            const std::string from = to_string(*offer().valid_from);
            return {"it is valid from " + from, "wait until then, or move valid_from", {{"at", from}}};
        }
        case Cause::expired: {
            const std::string until = to_string(*offer().valid_until);
            return {"it was valid until " + until, "move valid_until", {{"at", until}}};
        }
        case Cause::other_placement: return tell_place(offer().placements, telling.request.placement, "placement");
        case Cause::other_channel: return tell_place(offer().channels, telling.request.channel, "channel");
        case Cause::other_stage:
        case Cause::stage_unknown:
        case Cause::other_segment:
        case Cause::segment_unknown: return tell_customer(telling, offer(), candidate, cause);
        case Cause::value_below:
        case Cause::value_above:
        case Cause::value_unknown: return tell_value(telling, offer(), cause);
        case Cause::rule_not_met:
        case Cause::rule_unknown:
        case Cause::rule_invalid: return tell_rule(telling, candidate);
        case Cause::no_gain: return tell_no_gain(telling, candidate);
        case Cause::not_drawn:
            return {"exploration drew something else, to learn from", "nothing: ask again, or lower exploration"};
        case Cause::outranked: return tell_rank(candidate, bar);
        case Cause::held_back:
            return {"it is a fallback, shown only when nothing else is", "clear is_fallback to let it compete"};
    }
    return {};
}

Explanation explanation_of(
    const Snapshot& snapshot, std::span<const float> row, std::span<const double> effects, std::size_t max_reasons
) {
    Explanation explanation;
    explanation.estimated = snapshot.model()->scorer->exactness() == models::Exactness::estimated;
    explanation.base = effects[row.size()];
    explanation.margin = explanation.base;
    std::vector<std::uint32_t> order(row.size());
    std::iota(order.begin(), order.end(), 0U);
    const std::size_t kept = std::min(max_reasons, order.size());
    std::ranges::partial_sort(order, order.begin() + static_cast<std::ptrdiff_t>(kept), [&](auto a, auto b) {
        const double left = std::fabs(effects[a]);
        const double right = std::fabs(effects[b]);
        return left > right || (left == right && a < b);
    });
    for (std::size_t i = 0; i < order.size(); ++i) {
        const std::uint32_t column = order[i];
        const double effect = effects[column];
        explanation.margin += effect;
        if (i >= kept) {
            explanation.rest += effect;
            continue;
        }
        if (effect == 0) continue;
        const Reading reading = read_column(snapshot, column, row[column]);
        explanation.reasons.push_back(
            {snapshot.model()->columns[column].name, static_cast<double>(row[column]), effect,
             fmt::format("{} ({}) {} it", reading.subject, reading.value, effect > 0 ? "raises" : "lowers")}
        );
    }
    return explanation;
}

std::string score_words(const Candidate& candidate, const Explanation& explanation) {
    std::string text = candidate.kind == ScoreKind::share
                           ? fmt::format("its share among likely choices is {}", percent(*candidate.probability))
                           : fmt::format("its chance to be accepted is {}", percent(*candidate.probability));
    std::size_t told = 0;
    const std::string_view before = explanation.estimated ? ", estimated: " : ": ";
    for (const Reason& reason : explanation.reasons) {
        if (told == 3) break;
        text += (told == 0 ? before : "; ");
        text += reason.text;
        ++told;
    }
    return text;
}

std::string fallback_words(const Candidate& candidate) {
    switch (candidate.kind) {
        case ScoreKind::offer_rate:
            return fmt::format("no model: {} of those shown it accepted it", percent(*candidate.probability));
        case ScoreKind::base_rate:
            return fmt::format("no model: {} of all offers shown are accepted", percent(*candidate.probability));
        case ScoreKind::calibrated:
        case ScoreKind::share:
        case ScoreKind::rules: break;
    }
    return "no model and no history: ranked by value and weight alone";
}

}  // namespace boon::decision
