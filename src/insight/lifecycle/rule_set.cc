#include "insight/lifecycle/rule_set.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boon::lifecycle {

namespace {

constexpr std::string_view kDefaults = R"JSON({
"limits": {
    "silent_days": {"any": 90},
    "lost_days": {"any": 365},
    "dormant_days": {"any": 90},
    "new_days": {"any": 30},
    "settling_days": {"any": 90},
    "settled_days": {"any": 180}
},
"rules": [
{"name": "gone", "stage": "win_back", "words": "closed, or silent for long",
 "when": {"or": [{">=": [{"var": "days_since_closed"}, 0]},
                 {">": [{"var": "days_since_last_activity"}, {"var": "limit.silent_days"}]}]},
 "flags": [{"name": "lost", "when":
    {"or": [{">": [{"var": "days_since_closed"}, {"var": "limit.lost_days"}]},
            {">": [{"var": "days_since_last_activity"}, {"var": "limit.lost_days"}]}]}}]},
{"name": "not_begun", "stage": "acquisition", "words": "no activity yet",
 "when": {"==": [{"var": "activities_all"}, 0]},
 "flags": [{"name": "dormant", "when": {">": [{"var": "tenure_days"}, {"var": "limit.dormant_days"}]}}]},
{"name": "beginning", "stage": "onboarding", "words": "new, or still with hardly any activity",
 "when": {"or": [{"<": [{"var": "days_since_first_activity"}, {"var": "limit.new_days"}]},
                 {"and": [{"<": [{"var": "days_since_first_activity"}, {"var": "limit.settling_days"}]},
                          {"<": [{"var": "activities_all"}, 2]}]}]}},
{"name": "leaving", "stage": "churn", "words": "likely to leave", "dwell_days": 7,
 "when": {">": [{"var": "churn_probability"}, 0.7]},
 "stay": {">=": [{"var": "churn_probability"}, 0.6]}},
{"name": "growing", "stage": "growth", "words": "settled, and spending more", "dwell_days": 7,
 "when": {"and": [{">=": [{"var": "days_since_first_activity"}, {"var": "limit.settled_days"}]},
                  {">=": [{"var": "transactions_90d"}, 3]},
                  {">=": [{"var": "spend_trend_90d"}, 1.1]}]},
 "stay": {">=": [{"var": "spend_trend_90d"}, 1.0]}},
{"name": "steady", "stage": "retention", "words": "an active customer like most", "dwell_days": 7, "when": true}
]})JSON";

bool is_name(std::string_view name) {
    return !name.empty() && std::ranges::all_of(name, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

constexpr std::string_view kNameForm = "must be made of a-z, 0-9 and _";

bool holds_for_all(const json::Value& when) { return when.is_bool() && when.get_bool(); }

class Checker {
public:
    explicit Checker(std::span<const std::string> stages) : stages_(stages) {}

    void check(RuleSet& set) {
        if (set.rules.size() > kMostRules) mistake("/rules", fmt::format("holds more than {} rules", kMostRules));
        for (std::size_t i = 0; i < set.rules.size(); ++i) check(set.rules[i], fmt::format("/rules/{}", i));
        if (set.rules.empty() || !holds_for_all(set.rules.back().when)) {
            mistake("/rules", "must end in a rule that holds for everybody: its `when` is true");
        }
        if (flags_.size() > kMostFlags) mistake("/rules", fmt::format("name more than {} flags", kMostFlags));
        for (const auto& [name, by_contract] : set.limits) {
            if (!is_name(name)) mistake("/limits/" + name, std::string(kNameForm));
            if (!by_contract.contains(std::string(kAnyContract))) {
                mistake("/limits/" + name, "has no number for `any` contract");
            }
        }
    }
    std::vector<FieldError> mistakes() && { return std::move(mistakes_); }

private:
    void mistake(std::string pointer, std::string detail) {
        mistakes_.push_back({std::move(pointer), std::move(detail)});
    }

    void check(StageRule& rule, const std::string& pointer) {
        if (!is_name(rule.name)) mistake(pointer + "/name", std::string(kNameForm));
        if (rule.name == "override") mistake(pointer + "/name", "is what stages set by hand are called");
        if (!names_.insert(rule.name).second) mistake(pointer + "/name", "is the name of an earlier rule, too");
        rule.stage = canonical_stage(rule.stage);
        if (std::ranges::find(stages_, rule.stage) == stages_.end()) {
            mistake(
                pointer + "/stage",
                fmt::format("there is no stage {}: CLM_STAGES has {}", rule.stage, fmt::join(stages_, ", "))
            );
        }
        for (std::size_t i = 0; i < rule.flags.size(); ++i) {
            if (!is_name(rule.flags[i].name)) {
                mistake(fmt::format("{}/flags/{}/name", pointer, i), std::string(kNameForm));
            }
            flags_.insert(rule.flags[i].name);
        }
    }

    std::span<const std::string> stages_;
    std::set<std::string> names_;
    std::set<std::string> flags_;
    std::vector<FieldError> mistakes_;
};

}  // namespace

RuleSet default_rules() {
    auto rules = json::read_text<RuleSet>(kDefaults);
    BOON_ASSERT(rules.has_value());
    return *std::move(rules);
}

std::string_view canonical_stage(std::string_view stage) { return stage == "churn_risk" ? "churn" : stage; }

Result<std::vector<std::string>> stages_of(std::span<const std::string> configured) {
    std::vector<std::string> stages;
    for (const std::string& name : configured) {
        const std::string stage(canonical_stage(name));
        if (!is_name(stage) || std::ranges::find(stages, stage) != stages.end()) {
            return fail(
                ErrorCode::invalid, fmt::format(
                                        "setting CLM_STAGES is {}: expected different names made of a-z, 0-9 and _",
                                        fmt::join(configured, ",")
                                    )
            );
        }
        stages.push_back(stage);
    }
    if (stages.empty()) return fail(ErrorCode::invalid, "setting CLM_STAGES is empty: expected names of stages");
    return stages;
}

Status complete(RuleSet& rules, std::span<const std::string> stages) {
    Checker checker(stages);
    checker.check(rules);
    Error error{ErrorCode::invalid, "the rules of the lifecycle are not right"};
    error.fields = std::move(checker).mistakes();
    if (error.fields.empty()) return {};
    return std::unexpected(std::move(error));
}

}  // namespace boon::lifecycle
