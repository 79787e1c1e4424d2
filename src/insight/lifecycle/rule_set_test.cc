#include "insight/lifecycle/rule_set.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/lifecycle/stage.h"

namespace boon::lifecycle {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> kStages = {"acquisition", "onboarding", "growth", "retention", "win_back", "churn"};

std::shared_ptr<const profiles::Schema> schema() {
    profiles::Schema made;
    made.columns.push_back({"spend", "h", "spend", "count", {}});
    made.columns.push_back({"region", "h", "region", "category", {"n"}});
    return std::make_shared<const profiles::Schema>(std::move(made));
}

std::vector<FieldError> mistakes_in(std::string_view text) {
    auto set = json::read_text<RuleSet>(text);
    EXPECT_TRUE(set) << to_text(set.error());
    const auto compiled = CompiledRules::compile(*set, kStages, schema());
    return compiled ? std::vector<FieldError>() : compiled.error().fields;
}

TEST(RuleSet, TheDefaultsAreComplete) {
    RuleSet rules = default_rules();
    EXPECT_TRUE(complete(rules, kStages));
    EXPECT_EQ(rules.rules.size(), 6U);
}

TEST(RuleSet, EveryMistakeIsNamedWhereItStands) {
    const auto mistakes = mistakes_in(R"({"limits": {"x": {"prepaid": 3}}, "rules": [
        {"name": "a", "stage": "paradise", "words": "w", "when": true},
        {"name": "a", "stage": "growth", "words": "w", "when": true, "flags": [{"name": "F!", "when": true}]},
        {"name": "override", "stage": "growth", "words": "w", "when": {"==": [1, 1]}}]})");
    std::vector<std::string> pointers;
    for (const FieldError& mistake : mistakes) pointers.push_back(mistake.pointer);
    EXPECT_THAT(
        pointers,
        ElementsAre("/rules/0/stage", "/rules/1/name", "/rules/1/flags/0/name", "/rules/2/name", "/rules", "/limits/x")
    );
    EXPECT_EQ(
        mistakes[0].detail,
        "there is no stage paradise: CLM_STAGES has acquisition, onboarding, growth, retention, win_back, churn"
    );
}

TEST(RuleSet, AVariableThatIsNoneIsNamedWithThePlaceInTheRule) {
    const auto mistakes = mistakes_in(R"({"limits": {"big": {"any": 5}}, "rules": [
        {"name": "a", "stage": "growth", "words": "w", "when": {">": [{"var": "spent"}, {"var": "limit.big"}]}},
        {"name": "b", "stage": "churn", "words": "w", "when": {"==": [{"var": "region"}, 3]}},
        {"name": "c", "stage": "retention", "words": "w", "when": true}]})");
    ASSERT_EQ(mistakes.size(), 2U);
    EXPECT_THAT(mistakes[0].pointer, HasSubstr("/rules/0/when/>"));
    EXPECT_THAT(mistakes[0].detail, HasSubstr("spend"));
    EXPECT_THAT(mistakes[1].pointer, HasSubstr("/rules/1/when"));
}

TEST(RuleSet, ReadsWhatModelsSaidOfTheBase) {
    const auto set = json::read_text<RuleSet>(R"({"limits": {}, "rules": [
        {"name": "a", "stage": "growth", "words": "will buy", "when": {">": [{"var": "score.propensity"}, 0.5]}},
        {"name": "b", "stage": "retention", "words": "others", "when": true}]})");
    const auto rules = CompiledRules::compile(*set, kStages, schema());
    ASSERT_TRUE(rules) << to_text(rules.error());
    profiles::Scores::Row scores{};
    scores[*profiles::score_of("propensity")] = 0.75F;
    const std::vector<float> features = {1, 0};
    const Facts scored{.features = features, .churn_probability = {}, .predicted_ltv = {}, .scores = scores};
    const Decided decided = rules->decide(scored, {}, {}, {1});
    EXPECT_EQ(decided.stage, "growth");
    EXPECT_EQ(rules->reason(decided, scored, {}), "will buy: the probability of a purchase soon 0.75");
    const Facts not_scored{.features = features, .churn_probability = {}, .predicted_ltv = {}};
    EXPECT_EQ(rules->decide(not_scored, {}, {}, {1}).stage, "retention");
}

TEST(RuleSet, NamesAreOfSmallLettersDigitsAndUnderscores) {
    const auto mistakes_of = [](std::string_view name) {
        return mistakes_in(
            R"({"limits": {}, "rules": [{"name": ")" + std::string(name) +
            R"(", "stage": "growth", "words": "w", "when": true}]})"
        );
    };
    for (const char* name : {"a", "z", "0", "9", "_", "az_09"}) EXPECT_TRUE(mistakes_of(name).empty()) << name;
    // The neighbours of the ends.
    for (const char* name : {"`", "{", "/", ":", "A", "a b"}) EXPECT_EQ(mistakes_of(name).size(), 1U) << name;
}

TEST(RuleSet, ReadsACategoryByItsName) {
    const auto set = json::read_text<RuleSet>(R"({"limits": {}, "rules": [
        {"name": "a", "stage": "growth", "words": "northern", "when": {"==": [{"var": "region"}, "n"]}},
        {"name": "b", "stage": "retention", "words": "others", "when": true}]})");
    const auto rules = CompiledRules::compile(*set, kStages, schema());
    ASSERT_TRUE(rules) << to_text(rules.error());
    const auto stage_of = [&](float code) {
        const std::vector<float> features = {1, code};
        const Facts facts{.features = features, .churn_probability = {}, .predicted_ltv = {}};
        const Decided decided = rules->decide(facts, {}, {}, {1});
        return std::pair(std::string(decided.stage), rules->reason(decided, facts, {}));
    };
    EXPECT_EQ(stage_of(0), std::pair(std::string("growth"), std::string("northern: region n")));
    // A code that no category has, and none.
    for (const float code : {-1.0F, 1.0F, std::numeric_limits<float>::quiet_NaN()}) {
        EXPECT_EQ(stage_of(code).first, "retention") << code;
    }
}

TEST(RuleSet, ReadsAttributesOfTheRecord) {
    using profiles::AttributeKind;
    const auto columns = std::make_shared<const profiles::AttributeColumns>(profiles::AttributeColumns{
        {"plan", AttributeKind::text},
        {"vip", AttributeKind::boolean},
        {"price", AttributeKind::number},
        {"renewed", AttributeKind::time},
    });
    profiles::AttributesBuilder builder(columns, 1);
    builder.set(0, 0, std::string_view("gold"));
    builder.set(0, 1, true);
    builder.set(0, 2, 9.99);
    builder.set(0, 3, Timestamp{1'772'409'600'000'000});
    const auto attributes = std::move(builder).finish();
    const auto set = json::read_text<RuleSet>(R"({"limits": {}, "rules": [
        {"name": "a", "stage": "growth", "words": "looked after", "when":
            {"and": [{"==": [{"var": "attributes.plan"}, "gold"]}, {"var": "attributes.vip"},
                {"<": [{"var": "attributes.price"}, 10]}, {">": [{"var": "attributes.renewed"}, "2026-01-01"]}]}},
        {"name": "b", "stage": "retention", "words": "others", "when": true}]})");
    const auto rules = CompiledRules::compile(*set, kStages, schema(), columns);
    ASSERT_TRUE(rules) << to_text(rules.error());
    const std::vector<float> features = {1, 0};
    const auto facts = [&](std::size_t row) {
        return Facts{
            .features = features, .churn_probability = {}, .predicted_ltv = {}, .attributes = {attributes.get(), row}
        };
    };
    const Decided decided = rules->decide(facts(0), {}, {}, {1});
    EXPECT_EQ(decided.stage, "growth");
    EXPECT_EQ(
        rules->reason(decided, facts(0), {}),
        "looked after: plan gold, vip yes, price 9.99, renewed 2026-03-02T00:00:00Z"
    );
    EXPECT_EQ(rules->decide(facts(1), {}, {}, {1}).stage, "retention");
}

TEST(RuleSet, ChurnRiskIsChurn) {
    auto set = json::read_text<RuleSet>(
        R"({"limits": {}, "rules": [{"name": "a", "stage": "churn_risk", "words": "w", "when": true}]})"
    );
    ASSERT_TRUE(complete(*set, kStages));
    EXPECT_EQ(set->rules[0].stage, "churn");
    EXPECT_THAT(*stages_of(std::vector<std::string>{"growth", "churn_risk"}), ElementsAre("growth", "churn"));
}

TEST(Stages, AreNamesEachOnce) {
    const auto message = [](std::vector<std::string> names) { return stages_of(names).error().message; };
    EXPECT_EQ(
        message({"growth", "growth"}),
        "setting CLM_STAGES is growth,growth: expected different names made of a-z, 0-9 and _"
    );
    EXPECT_EQ(message({"Growth!"}), "setting CLM_STAGES is Growth!: expected different names made of a-z, 0-9 and _");
    EXPECT_EQ(message({"churn", "churn_risk"}).substr(0, 42), "setting CLM_STAGES is churn,churn_risk: ex");
    EXPECT_EQ(message({}), "setting CLM_STAGES is empty: expected names of stages");
}

}  // namespace
}  // namespace boon::lifecycle
