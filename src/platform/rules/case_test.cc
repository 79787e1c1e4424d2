// Runs tests/rules/*.json, whose form is told in tests/rules/README.md, and the reference cases of JsonLogic.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/base/record.h"
#include "platform/rules/document.h"
#include "platform/rules/rule.h"

namespace boon::rules {
namespace {

namespace fs = std::filesystem;

constexpr Timestamp kNow{1'772'409'600'000'000};

json::Value file(const fs::path& path) {
    std::ifstream in(path);
    std::stringstream text;
    text << in.rdbuf();
    auto parsed = json::parse(text.str(), 64);
    if (!parsed) ADD_FAILURE() << path << ": " << to_text(parsed.error());
    return parsed ? *parsed : json::Value(json::Object());
}

json::Value example(const std::string& name) { return file(fs::path(BOON_SOURCE_DIR) / "tests" / "rules" / name); }

Schema anything() { return Schema({{.name = "", .type = Type::any, .family = true}}); }

Schema schema_of(const json::Value& variables) {
    Schema schema;
    for (const json::Value& written : variables.as_array()) {
        const json::Object& fields = written.as_object();
        Variable variable{
            .name = std::string(fields.at("name").as_string()),
            .type = enum_from<Type>(std::string_view(fields.at("type").as_string())).value(),
            .family = fields.contains("family"),
        };
        if (const auto* values = fields.if_contains("values")) {
            for (const json::Value& value : values->as_array()) variable.values.emplace_back(value.as_string());
        }
        schema.add(std::move(variable));
    }
    return schema;
}

// Runs `[rule, data, result]`s; how many there were.
int run_original(const json::Value& cases) {
    int count = 0;
    for (const json::Value& one : cases.as_array()) {
        if (!one.is_array()) continue;
        const json::Array& parts = one.get_array();
        SCOPED_TRACE(json::to_text(one));
        const auto rule = Rule::compile(parts.at(0), anything(), Mode::original);
        EXPECT_TRUE(rule) << to_text(rule.error());
        if (!rule) continue;
        const auto result = rule->evaluate(parts.at(1), kNow);
        EXPECT_TRUE(result) << to_text(result.error());
        EXPECT_EQ(result ? json::to_text(*result) : "nothing", json::to_text(parts.at(2)));
        ++count;
    }
    return count;
}

TEST(OriginalCases, OfTheReferenceAllPass) {
    const fs::path path = fs::path(BOON_SOURCE_DIR) / ".." / "shared" / "spec" / "jsonlogic" / "tests.json";
    if (!fs::exists(path)) {
        ASSERT_EQ(std::getenv("CI"), nullptr) << path << " is missing, and with it JsonLogic's reference cases";
        std::cerr << path << " is missing: JsonLogic's reference cases are not run\n";
        GTEST_SKIP();
    }
    EXPECT_EQ(run_original(file(path)), 277);
}

TEST(OriginalCases, OfOurOwn) { EXPECT_GE(run_original(example("original.json")), 60); }

TEST(OriginalCases, OfAPeerOnRandomRules) { EXPECT_EQ(run_original(example("peer.json")), 250); }

std::string holds_text(Truth truth) {
    return truth == Truth::unknown ? "\"unknown\"" : truth == Truth::yes ? "true" : "false";
}

TEST(StrictCases, ComeOutAsWritten) {
    const json::Value whole = example("strict.json");
    const Schema schema = schema_of(whole.at("variables"));
    const Timestamp now = parse_timestamp(std::string_view(whole.at("now").as_string())).value();
    for (const json::Value& one : whole.at("cases").as_array()) {
        const json::Object& fields = one.as_object();
        SCOPED_TRACE(std::string(fields.at("case").as_string()));
        const auto rule = Rule::compile(fields.at("rule"), schema, Mode::strict);
        ASSERT_TRUE(rule) << to_text(rule.error());
        const DocumentValues values(fields.at("data"));
        const Verdict verdict = rule->explain(values, now);
        EXPECT_EQ(holds_text(verdict.truth), json::to_text(fields.at("holds")));
        EXPECT_EQ(rule->test(values, now), verdict.truth);
        const auto text = [&](const char* name) {
            return fields.contains(name) ? std::string(fields.at(name).as_string()) : std::string();
        };
        EXPECT_EQ(verdict.why, text("why"));
        EXPECT_EQ(verdict.change, text("change"));
        const json::Value expected = verdict.truth == Truth::unknown ? json::Value(nullptr) : fields.at("holds");
        EXPECT_EQ(rule->evaluate(fields.at("data"), now).value(), expected);
    }
}

// The mistakes of a rule as JSON text, each as `[pointer, detail]`.
std::string mistakes_of(const json::Value& rule, const Schema& schema) {
    const auto compiled = Rule::compile(rule, schema, Mode::strict);
    if (compiled) return "none";
    EXPECT_EQ(compiled.error().code, ErrorCode::invalid);
    std::string text;
    for (const FieldError& field : compiled.error().fields) {
        text += text.empty() ? "[" : ",[";
        json::append(text, std::string_view(field.pointer));
        text += ',';
        json::append(text, std::string_view(field.detail));
        text += ']';
    }
    return "[" + text + "]";
}

TEST(Mistakes, AreNamedWhereTheyAre) {
    const Schema schema = schema_of(example("strict.json").at("variables"));
    const json::Value cases = example("mistakes.json");
    for (const json::Value& one : cases.as_array()) {
        SCOPED_TRACE(std::string(one.at("case").as_string()));
        EXPECT_EQ(mistakes_of(one.at("rule"), schema), json::to_text(one.at("mistakes")));
    }
}

}  // namespace
}  // namespace boon::rules
