// Any text as a rule, and what follows its first line break as the data: an error that says where, or a rule all of
// whose evaluations agree, never a crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/rules/document.h"
#include "platform/rules/rule.h"

namespace {

using namespace boon;
using namespace boon::rules;

constexpr Timestamp kNow{1'772'409'600'000'000};

const Schema& schema() {
    static const Schema schema({
        {.name = "n", .type = Type::number},
        {.name = "m", .type = Type::number},
        {.name = "t", .type = Type::text},
        {.name = "s", .type = Type::text, .values = {"growth", "churn"}},
        {.name = "b", .type = Type::boolean},
        {.name = "d", .type = Type::time},
        {.name = "l", .type = Type::list},
        {.name = "c.", .type = Type::any, .family = true},
    });
    return schema;
}

const Schema& anything() {
    static const Schema schema({{.name = "", .type = Type::any, .family = true}});
    return schema;
}

void check_refusal(const Error& error) {
    BOON_ASSERT(error.code == ErrorCode::invalid);
    BOON_ASSERT(!error.fields.empty());
    for (const FieldError& field : error.fields) {
        BOON_ASSERT(field.pointer.empty() || field.pointer.starts_with('/'));
        BOON_ASSERT(!field.detail.empty());
    }
}

void check_sql(const Rule& rule) {
    const auto column = [](const Reference& reference) -> Result<std::string> {
        return "c" + std::to_string(reference.variable);
    };
    for (const auto dialect : {sql::Dialect::sqlite, sql::Dialect::postgres, sql::Dialect::duckdb}) {
        const auto text = rule.sql(dialect, kNow, column);
        if (text) {
            BOON_ASSERT(rule.is_typed() && !text->empty());
        } else {
            BOON_ASSERT(text.error().code == ErrorCode::failed_precondition);
        }
    }
}

void check_strict(const Rule& rule, const json::Value& data) {
    check_sql(rule);
    const DocumentValues values(data);
    const Truth truth = rule.test(values, kNow);
    const Verdict verdict = rule.explain(values, kNow);
    BOON_ASSERT(verdict.truth == truth);
    BOON_ASSERT(verdict.why.empty() == (truth == Truth::yes));
    BOON_ASSERT(verdict.change.empty() == (truth == Truth::yes));
    const auto value = rule.evaluate(data, kNow);
    if (!value) {
        BOON_ASSERT(value.error().code == ErrorCode::limited && !rule.is_typed() && truth == Truth::unknown);
    } else {
        BOON_ASSERT(value->is_null() == (truth == Truth::unknown));
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(bytes), size);
    const auto end = input.find('\n');
    const auto rule = json::parse(input.substr(0, end), 100);
    if (!rule) return 0;
    const auto data = json::parse(end == std::string_view::npos ? "{}" : input.substr(end + 1), 100);
    const json::Value document = data ? *data : json::Value(json::Object());
    BOON_ASSERT(!describe(*rule).empty());
    static_cast<void>(variables_of(*rule));

    const auto strict = Rule::compile(*rule, schema(), Mode::strict);
    if (strict) {
        check_strict(*strict, document);
    } else {
        check_refusal(strict.error());
    }
    const auto original = Rule::compile(*rule, anything(), Mode::original);
    if (!original) {
        check_refusal(original.error());
    } else if (const auto value = original->evaluate(document, kNow); !value) {
        BOON_ASSERT(value.error().code == ErrorCode::limited);
    }
    return 0;
}
