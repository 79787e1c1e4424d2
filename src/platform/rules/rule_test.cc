#include "platform/rules/rule.h"

#include <algorithm>
#include <limits>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/rules/allocations_test.h"
#include "platform/rules/document.h"

namespace boon::rules {
namespace {

constexpr Timestamp kNow{1'772'409'600'000'000};

Schema schema() {
    return Schema({
        {.name = "x", .type = Type::number},
        {.name = "y", .type = Type::number},
        {.name = "city", .type = Type::text},
        {.name = "app", .type = Type::boolean},
        {.name = "at", .type = Type::time},
        {.name = "tags", .type = Type::list},
    });
}

json::Value parsed(std::string_view text) { return json::parse(text, 100).value(); }

Result<Rule> compiled(std::string_view text, Mode mode = Mode::strict) {
    return Rule::compile(parsed(text), schema(), mode);
}

class TestValues : public Values {
public:
    explicit TestValues(std::map<std::string, Value> values) : values_(std::move(values)) {}
    [[nodiscard]] Value at(const Reference& reference) const override {
        const auto found = values_.find(reference.name);
        return found == values_.end() ? Value() : found->second;
    }

private:
    std::map<std::string, Value> values_;
};

// `{"!": {"!": … true}}`
std::string nested(std::size_t depth) {
    std::string text;
    for (std::size_t i = 0; i < depth; ++i) text += R"({"!":)";
    return text + "true" + std::string(depth, '}');
}

// An open value is read as what it is compared with, also within a condition.
TEST(RuleTest, EachBranchBecomesWhatIsWanted) {
    const Schema open({{.name = "app", .type = Type::boolean}, {.name = "any", .type = Type::any}});
    const auto rule = Rule::compile(
        parsed(R"({"<": [{"if": [{"var": "app"}, {"var": "any"}, {"var": "any"}]}, 3]})"), open, Mode::strict
    );
    ASSERT_TRUE(rule) << to_text(rule.error());
    EXPECT_THAT(rule->references(), testing::Contains(Reference{"any", 1, Type::number}));
}

// Nothing of what stands behind it is taken for its other branch.
TEST(RuleTest, AConditionWithoutAnotherBranchIsUnknownWhereItDoesNotHold) {
    const auto rule =
        compiled(R"({"and": [{"if": [{"var": "app"}, {"<": [{"var": "x"}, 3]}]}, {"<": [{"var": "y"}, 3]}, )"
                 R"({"<": [{"var": "y"}, 4]}]})");
    ASSERT_TRUE(rule) << to_text(rule.error());
    const auto asked = [&](bool app) {
        return rule->test(
            TestValues({{"app", Value::of_boolean(app)}, {"x", Value::of_number(1)}, {"y", Value::of_number(1)}}), kNow
        );
    };
    EXPECT_EQ(asked(true), Truth::yes);
    EXPECT_EQ(asked(false), Truth::unknown);
}

// As JsonLogic's operations are described; one argument fewer and one more are refused.
TEST(RuleTest, EachOperatorTakesItsNumberOfArguments) {
    struct Takes {
        std::vector<std::string_view> operators;
        std::size_t least, most;
    };
    constexpr std::size_t kMany = 9;
    const std::vector<Takes> all = {
        {{"!", "!!", "log", "days_since"}, 1, 1},
        {{"-"}, 1, 2},
        {{"==", "===", "!=", "!==", ">", ">=", "in", "/", "%", "missing_some", "map", "filter", "all", "some", "none"},
         2,
         2},
        {{"<", "<=", "substr", "reduce"}, 2, 3},
        {{"var"}, 0, 2},
        {{"and", "or", "+", "*", "min", "max", "cat"}, 1, kMany},
        {{"if", "?:", "missing", "merge"}, 0, kMany},
    };
    for (const Takes& takes : all) {
        for (const std::string_view name : takes.operators) {
            for (std::size_t count = 0; count <= std::min(takes.most + 1, kMany); ++count) {
                const json::Array arguments(count, json::Value("x"));
                const json::Value rule = json::Object{{name, arguments}};
                const bool fits = count >= takes.least && count <= takes.most;
                EXPECT_EQ(Rule::compile(rule, schema(), Mode::original).has_value(), fits) << json::to_text(rule);
            }
        }
    }
}

TEST(RuleTest, StandsAtMostSoDeep) {
    EXPECT_TRUE(compiled(nested(kMaxDepth)));
    const auto deeper = compiled(nested(kMaxDepth + 1));
    ASSERT_FALSE(deeper);
    EXPECT_EQ(deeper.error().fields.at(0).detail, "stands deeper than 32 operations");
    EXPECT_TRUE(compiled(nested(kMaxDepth), Mode::original));
    EXPECT_FALSE(compiled(nested(kMaxDepth + 1), Mode::original));
}

// `and` of n - 1 constants: n nodes.
std::string wide(std::size_t nodes) {
    std::string text = R"({"and":[true)";
    for (std::size_t i = 2; i < nodes; ++i) text += ",true";
    return text + "]}";
}

TEST(RuleTest, HasAtMostSoManyParts) {
    EXPECT_TRUE(compiled(wide(kMaxNodes)));
    const auto wider = compiled(wide(kMaxNodes + 1));
    ASSERT_FALSE(wider);
    EXPECT_EQ(wider.error().fields, (std::vector<FieldError>{{"", "has more than 1000 operations and values"}}));
}

// 21 are told as they are; of 22 the first twenty, and how many are left.
TEST(RuleTest, TellsAtMostSoManyMistakes) {
    const auto mistakes = [](std::size_t count) {
        std::string text = R"({"and":[true)";
        for (std::size_t i = 0; i < count; ++i) text += R"(,{"lt":1})";
        return compiled(text + "]}").error();
    };
    EXPECT_EQ(mistakes(kMaxMistakes + 1).fields.size(), kMaxMistakes + 1);
    const Error many = mistakes(kMaxMistakes + 2);
    EXPECT_EQ(many.message, "the rule has 22 mistakes");
    ASSERT_EQ(many.fields.size(), kMaxMistakes + 1);
    EXPECT_EQ(many.fields.front(), (FieldError{"/and/1/lt", "`lt` is not an operator"}));
    EXPECT_EQ(many.fields.back(), (FieldError{"", "has 2 more mistakes"}));
}

TEST(RuleTest, TakesAtMostSoManySteps) {
    const auto rule = compiled(R"({"all":[{"var":"tags"},{"var":""}]})");
    ASSERT_TRUE(rule);
    // `all` and the list are a step each, and each element one.
    json::Array tags(kMaxSteps - 2, json::Value(true));
    EXPECT_EQ(rule->evaluate(json::Object{{"tags", tags}}, kNow).value(), json::Value(true));
    tags.emplace_back(true);
    const json::Value longer = json::Object{{"tags", tags}};
    const auto spent = rule->evaluate(longer, kNow);
    ASSERT_FALSE(spent);
    EXPECT_EQ(spent.error().code, ErrorCode::limited);
    EXPECT_EQ(spent.error().message, "the rule takes more than 10000 steps");
    EXPECT_EQ(rule->test(DocumentValues(longer), kNow), Truth::unknown);
    EXPECT_EQ(rule->explain(DocumentValues(longer), kNow).why, "the rule takes more than 10000 steps");
}

TEST(RuleTest, ATextThatDoublesIsStopped) {
    const auto rule = compiled(
        R"({"reduce":[{"var":"tags"},{"cat":[{"var":"accumulator"},{"var":"accumulator"}]},"x"]})", Mode::original
    );
    ASSERT_TRUE(rule);
    const json::Value data = json::Object{{"tags", json::Array(64, json::Value(0))}};
    EXPECT_EQ(rule->evaluate(data, kNow).error().code, ErrorCode::limited);
}

TEST(RuleTest, ATypedRuleAllocatesNothing) {
    const auto rule = compiled(R"({"and":[
        {"<":[{"var":"x"},30]},
        {">":[{"/":[{"+":[{"var":"x"},{"var":["y",1]}]},{"max":[{"var":"x"},2]}]},0.5]},
        {"or":[{"==":[{"var":"city"},"Wien"]},{"in":[{"var":"city"},["Linz","Graz","a city with a long name"]]}]},
        {"!":{"missing":["x","city"]}},
        {"in":["ra",{"var":"city"}]},
        {"if":[{"var":"app"},{">":[{"days_since":{"var":"at"}},3]},false]},
        {"<":[{"var":"at"},"2030-01-01"]}
    ]})");
    ASSERT_TRUE(rule) << to_text(rule.error());
    ASSERT_TRUE(rule->is_typed()) << rule->outside();
    const TestValues values({
        {"x", Value::of_number(10)},
        {"city", Value::of_text("Graz")},
        {"app", Value::of_boolean(true)},
        {"at", Value::of_time(plus_days(kNow, -10))},
    });
    const std::size_t before = allocations_so_far();
    Truth truth = Truth::unknown;
    for (int i = 0; i < 100; ++i) truth = rule->test(values, kNow);
    EXPECT_EQ(allocations_so_far(), before);
    EXPECT_EQ(truth, Truth::yes);
    const std::string seen(100, 'x');  // the counter counts
    EXPECT_GT(allocations_so_far(), before);
}

TEST(RuleTest, NotANumberIsMissing) {
    const auto rule = compiled(R"({"<":[{"var":"x"},30]})");
    const TestValues values({{"x", Value::of_number(std::numeric_limits<double>::quiet_NaN())}});
    EXPECT_EQ(rule->test(values, kNow), Truth::unknown);
    const Verdict verdict = rule->explain(values, kNow);
    EXPECT_THAT(verdict.missing, testing::ElementsAre("x"));
}

TEST(RuleTest, InfinityIsComparedButNotCalculatedWith) {
    const TestValues values({{"x", Value::of_number(std::numeric_limits<double>::infinity())}});
    EXPECT_EQ(compiled(R"({">":[{"var":"x"},1e300]})")->test(values, kNow), Truth::yes);
    EXPECT_EQ(compiled(R"({">":[{"+":[{"var":"x"},1]},1]})")->test(values, kNow), Truth::unknown);
}

TEST(RuleTest, SaysWhatItReads) {
    const auto rule =
        compiled(R"({"and":[{"<":[{"var":"x"},{"var":"y"}]},{"missing":["city"]},{">":[{"var":"x"},0]}]})");
    EXPECT_THAT(
        rule->references(),
        testing::ElementsAre(
            Reference{"x", 0, Type::number}, Reference{"y", 1, Type::number}, Reference{"city", 2, Type::text}
        )
    );
}

TEST(RuleTest, ReadsAnOpenVariableAsWhatItIsComparedWith) {
    const Schema open({{.name = "context.", .type = Type::any, .family = true}});
    const auto rule = Rule::compile(
        parsed(R"({"and":[{"<":[{"var":"context.hour"},12]},{"==":[{"var":"context.hour"},"noon"]}]})"), open,
        Mode::strict
    );
    ASSERT_TRUE(rule) << to_text(rule.error());
    EXPECT_THAT(
        rule->references(),
        testing::ElementsAre(Reference{"context.hour", 0, Type::number}, Reference{"context.hour", 0, Type::text})
    );
}

TEST(RuleTest, SaysWhyItHasNoSql) {
    const auto rule = compiled(R"({"in":["vip",{"var":"tags"}]})");
    EXPECT_FALSE(rule->is_typed());
    const auto sql = rule->sql(sql::Dialect::sqlite, kNow, [](const Reference& reference) -> Result<std::string> {
        return reference.name;
    });
    ASSERT_FALSE(sql);
    EXPECT_EQ(sql.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(sql.error().message, "the rule cannot become SQL: the part at `/in/1/var` reads a list");
}

TEST(RuleTest, SqlIsNeverLongerThanItsLimit) {
    // Each remainder repeats what it is of.
    std::string text = R"({"var":"x"})";
    for (int i = 0; i < 14; ++i) text = R"({"%":[)" + text + ",7]}";
    const auto rule = compiled(R"({"==":[)" + text + ",1]}");
    ASSERT_TRUE(rule) << to_text(rule.error());
    const auto column = [](const Reference& reference) -> Result<std::string> { return reference.name; };
    const auto sql = rule->sql(sql::Dialect::duckdb, kNow, column);
    ASSERT_FALSE(sql);
    EXPECT_EQ(sql.error().message, "the rule's SQL would be longer than 64 KiB");
}

TEST(DescribeTest, TellsRulesAsSentences) {
    const auto told = [](std::string_view rule) { return describe(parsed(rule)); };
    EXPECT_EQ(
        told(R"({"and":[{"<":[{"var":"days_since_last_purchase"},30]},
                        {"or":[{"==":[{"var":"stage"},"churn"]},{"in":[{"var":"city"},["Graz","Linz"]]}]}]})"),
        "days_since_last_purchase is < 30 and (stage is churn or city is one of Graz, Linz)"
    );
    EXPECT_EQ(told(R"({"!":{"missing":["a","b"]}})"), "one of a, b is not missing");
    EXPECT_EQ(
        told(R"({">":[{"days_since":{"var":"at"}},{"*":[2,{"-":[{"var":"a"},1]}]}]})"), "days since at is > 2 * (a - 1)"
    );
    EXPECT_EQ(
        told(R"({"if":[{"var":"a"},{"!=":[{"var":"b"},1]},true]})"), "if a is true then b is not 1, else true is true"
    );
    EXPECT_EQ(told(R"({"if":[]})"), "nothing");
    EXPECT_EQ(told(R"({"not an operator":1})"), R"({"not an operator":1})");
}

TEST(VariablesTest, AreThoseThatAreNamed) {
    EXPECT_THAT(
        variables_of(
            parsed(R"({"and":[{"<":[{"var":"b"},{"var":["a",1]}]},{"missing":["c"]},{"missing_some":[1,["d","a"]]},
                                {"some":[{"var":"tags"},{"==":[{"var":"inner"},1]}]}]})")
        ),
        testing::ElementsAre("a", "b", "c", "d", "tags")
    );
}

}  // namespace
}  // namespace boon::rules
