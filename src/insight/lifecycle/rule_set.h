// The rules that say which stage a customer is in: an ordered list, the first that holds decides. They are data that a
// person reads and edits (docs/lifecycle.md); a RuleSet is what is written down, CompiledRules (stage.h) what runs.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/record.h"

namespace boon::lifecycle {

// Something to know about a customer beside the stage: `lost`, `dormant`.
struct StageFlag {
    std::string name;
    json::Value when;  // JsonLogic
};
BOOST_DESCRIBE_STRUCT(StageFlag, (), (name, when))

struct StageRule {
    std::string name;
    std::string stage;
    std::string words;  // why somebody is in the stage: "closed, or silent for long"
    json::Value when;   // JsonLogic, or true: everybody
    // JsonLogic: what is enough to remain in the stage for a customer who is in it (a lower bar than `when`). Null:
    // only `when`.
    json::Value stay;
    // A customer whom a rule with dwell_days put into a stage stays there at least so long before another rule with
    // dwell_days takes over. 0: a fact, which acts at once.
    std::int32_t dwell_days = 0;
    std::vector<StageFlag> flags;
};
BOOST_DESCRIBE_STRUCT(StageRule, (), (name, stage, words, when, stay, dwell_days, flags))

struct RuleSet {
    // `limit.NAME` in a rule: by contract type, and `any` for all others.
    std::map<std::string, std::map<std::string, double>> limits;
    std::vector<StageRule> rules;
};
BOOST_DESCRIBE_STRUCT(RuleSet, (), (limits, rules))

inline constexpr std::string_view kAnyContract = "any";
inline constexpr std::size_t kMostRules = 50;
inline constexpr std::size_t kMostFlags = 8;

// What boon does until other rules are published.
RuleSet default_rules();

// `churn_risk` is another name of churn.
std::string_view canonical_stage(std::string_view stage);
// CLM_STAGES as names, aliases resolved. `invalid` when it is empty, a name twice, or none of [a-z0-9_].
Result<std::vector<std::string>> stages_of(std::span<const std::string> configured);

// What needs no schema: names, stages that exist, a last rule that holds for everybody, at most so many flags. Resolves
// aliases. `invalid` with the JSON Pointer of every mistake.
Status complete(RuleSet& rules, std::span<const std::string> stages);

}  // namespace boon::lifecycle

template <>
inline constexpr auto boon::kFields<boon::lifecycle::StageFlag> = std::array{
    boon::Field{.name = "name", .doc = "a-z, 0-9 and _", .required = true, .max_length = 50},
    boon::Field{.name = "when", .doc = "JsonLogic: who bears the flag", .required = true},
};
template <>
inline constexpr auto boon::kFields<boon::lifecycle::StageRule> = std::array{
    boon::Field{.name = "name", .doc = "a-z, 0-9 and _, unique", .required = true, .max_length = 50},
    boon::Field{.name = "stage", .doc = "one of CLM_STAGES", .required = true, .max_length = 50},
    boon::Field{.name = "words", .doc = "why somebody is in the stage", .required = true, .max_length = 200},
    boon::Field{.name = "when", .doc = "JsonLogic, or true: everybody", .required = true},
    boon::Field{.name = "stay", .doc = "JsonLogic: what is enough to remain in the stage; null: only `when`"},
    boon::Field{
        .name = "dwell_days",
        .doc = "least days in a stage before another rule with dwell days takes over; 0: acts at once",
        .min = 0,
        .max = 365,
    },
    boon::Field{.name = "flags", .doc = "what else to know about customers in the stage"},
};
template <>
inline constexpr auto boon::kFields<boon::lifecycle::RuleSet> = std::array{
    boon::Field{.name = "limits", .doc = "`limit.NAME` in a rule: a number by contract type, `any` for all others"},
    boon::Field{.name = "rules", .doc = "in order; the first that holds decides", .required = true},
};
