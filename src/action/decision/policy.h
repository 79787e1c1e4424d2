// What the marketer decides about deciding: how scores become a ranking, how much is explored, which filters apply.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "platform/base/money.h"
#include "platform/base/record.h"

namespace boon::decision {

// expected_value: max(0, p × (value − redemption_cost) − contact_cost) × context × weight.
// power: p^a × value^b × context^c × weight^d.
enum class Arbitration { expected_value, power };
BOOST_DESCRIBE_ENUM(Arbitration, expected_value, power)

// How much an offer counts more (or less) in a context: when the request's `key` (`channel`, `placement` or a member
// of its context) has this value, offers with this tag or category count `factor` times.
struct ContextWeight {
    std::string key;
    std::string equals;
    std::string tag;  // empty: every offer
    double factor = 1;

    bool operator==(const ContextWeight&) const = default;
};
BOOST_DESCRIBE_STRUCT(ContextWeight, (), (key, equals, tag, factor))

// `apply`: a customer whose stage (or segment, or value) is not known does not get an offer that asks for one.
// `skip`: the filter is not applied, and the decision says so (CLM_ENABLED, CVM_ENABLED off).
enum class Filter { apply, skip };
BOOST_DESCRIBE_ENUM(Filter, apply, skip)

// What an offer's value bounds are compared with: what the customer has brought, or what a model expects.
enum class ValueBasis { realised, predicted };
BOOST_DESCRIBE_ENUM(ValueBasis, realised, predicted)

struct Policy {
    Arbitration arbitration = Arbitration::expected_value;
    // Exponents of the power form.
    double probability_power = 1;
    double value_power = 1;
    double context_power = 1;
    double weight_power = 1;
    // An offer whose value is not known ranks as if its margin, net of the reward, were this much.
    Money default_margin{100};
    // The share of answers that are drawn evenly from all eligible offers and "no offer", to learn from.
    double exploration = 0;
    Filter lifecycle = Filter::apply;
    Filter value = Filter::apply;
    ValueBasis value_bounds = ValueBasis::realised;
    std::vector<ContextWeight> context_weights = {};
    std::int64_t version = 1;

    bool operator==(const Policy&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Policy, (),
    (arbitration, probability_power, value_power, context_power, weight_power, default_margin, exploration, lifecycle,
     value, value_bounds, context_weights, version)
)

}  // namespace boon::decision

template <>
inline constexpr auto boon::kFields<boon::decision::ContextWeight> = std::array{
    boon::Field{.name = "key", .doc = "channel, placement or a member of context", .required = true, .max_length = 50},
    boon::Field{.name = "equals", .doc = "the value it must have", .required = true, .max_length = 255},
    boon::Field{.name = "tag", .doc = "only offers with this tag or category; empty for all", .max_length = 50},
    boon::Field{.name = "factor", .doc = "how many times such an offer counts", .min = 0, .max = 1000},
};

template <>
inline constexpr auto boon::kFields<boon::decision::Policy> = std::array{
    boon::Field{.name = "arbitration", .doc = "how score, value and weight become a rank"},
    boon::Field{.name = "probability_power", .doc = "a of p^a × value^b × context^c × weight^d", .min = 0, .max = 10},
    boon::Field{.name = "value_power", .doc = "b of the power form", .min = 0, .max = 10},
    boon::Field{.name = "context_power", .doc = "c of the power form", .min = 0, .max = 10},
    boon::Field{.name = "weight_power", .doc = "d of the power form", .min = 0, .max = 10},
    boon::Field{.name = "default_margin", .doc = "what an offer without a value is taken to earn", .min = 0},
    boon::Field{.name = "exploration", .doc = "share of answers drawn evenly, to learn from", .min = 0, .max = 1},
    boon::Field{.name = "lifecycle", .doc = "whether stages are looked at"},
    boon::Field{.name = "value", .doc = "whether value segments and bounds are looked at"},
    boon::Field{.name = "value_bounds", .doc = "what value bounds are compared with: realised or predicted value"},
    boon::Field{.name = "context_weights", .doc = "offers that count more in a context"},
    boon::Field{.name = "version", .doc = "grows by one with each change", .read_only = true},
};
