// JsonLogic (https://jsonlogic.com), checked before it is kept, evaluated in memory, and turned into SQL.
//
//     auto rule = Rule::compile(json, schema, Mode::strict);      // every mistake at once, each with its JSON Pointer
//     if (rule->test(profile, now) == Truth::yes) …               // no allocation
//     rule->explain(profile, now).why;                            // "days_since_last_purchase (41) is not < 30"
//     rule->sql(sql::Dialect::duckdb, now, column_of);            // the same answer, row by row
//
// docs/rules.md tells the language to those who write rules, and what strict means.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/rules/schema.h"
#include "platform/rules/value.h"
#include "platform/sql/literal.h"

namespace boon::rules {

// original: as the reference implementation has it, with its conversions (a missing value is null, and null < 1).
// strict: types are checked, and a missing value makes whatever compares it unknown (Kleene's three-valued logic, as
// SQL has it); a rule holds only when it is true, so neither `x < 30` nor `not (x < 30)` holds while x is missing.
enum class Mode { original, strict };

enum class Truth : std::uint8_t { no, yes, unknown };

// How deep operations may stand within each other, how many values and operations a rule may have, how many steps one
// evaluation may take (more than there are nodes only where a rule walks over a list).
inline constexpr std::size_t kMaxDepth = 32;
inline constexpr std::size_t kMaxNodes = 1000;
inline constexpr std::size_t kMaxSteps = 10'000;

// How many of a rule's mistakes are told at once; one more says how many are left.
inline constexpr std::size_t kMaxMistakes = 20;

struct Verdict {
    Truth truth = Truth::unknown;
    std::vector<std::string> missing = {};  // the variables whose absence left it unknown
    std::string why = {};                   // the part that decided, with the values; empty when it holds
    std::string change = {};                // what would have to change for it to hold; empty when it does
};

// The SQL expression for a variable: a number, text, a boolean (0 or 1 for SQLite), or a time as sql::Literal writes
// it for the dialect; NULL where it is missing. It is repeated in the rule's text, so it should be cheap.
using ColumnOf = std::function<Result<std::string>(const Reference&)>;

struct Tree;
class Program;

// A rule that has been checked. Immutable and thread-safe; copies share it.
class Rule {
public:
    // `invalid`, with a FieldError for each mistake, of which kMaxMistakes are told (JSON Pointers from the rule's
    // root): a variable that the schema lacks, an operator that is none, too few or too many arguments, over the
    // limits; in strict mode also wrong types.
    static Result<Rule> compile(const json::Value& rule, const Schema& schema, Mode mode);

    // Whether it holds. A rule that is_typed() allocates nothing here. An evaluation that takes too many steps is
    // `unknown`, and explain() says so. In the original mode: whether its value is truthy.
    [[nodiscard]] Truth test(const Values& values, Timestamp now) const;
    [[nodiscard]] bool holds(const Values& values, Timestamp now) const { return test(values, now) == Truth::yes; }
    [[nodiscard]] Verdict explain(const Values& values, Timestamp now) const;

    // Its value over a JSON document, in which variables are paths (`a.b`, `list.0`); in strict mode also members whose
    // names have dots in them, and unknown is null. `limited`: more than kMaxSteps.
    [[nodiscard]] Result<json::Value> evaluate(const json::Value& data, Timestamp now) const;

    // A boolean expression that is true, false or NULL (unknown) where test() is; `now` is written into it.
    // `failed_precondition`, with the reason: the rule is not of the typed part, or its text would exceed 64 KiB.
    [[nodiscard]] Result<std::string> sql(sql::Dialect dialect, Timestamp now, const ColumnOf& column_of) const;

    // Whether it is of the part of the language that has SQL and needs no allocation; else why not.
    [[nodiscard]] bool is_typed() const { return outside().empty(); }
    [[nodiscard]] const std::string& outside() const;

    // What it reads, each variable once per type it is read as.
    [[nodiscard]] const std::vector<Reference>& references() const;

private:
    Rule() = default;

    std::shared_ptr<const Tree> tree_;
    std::shared_ptr<const Program> program_;  // of a typed rule
};

// The rule as a sentence: "days_since_last_purchase is < 30 and stage is one of growth, retention". For any JSON; what
// is not a rule is told as its JSON text.
std::string describe(const json::Value& rule);

// The names of the variables that a rule names literally (also in `missing`), sorted, each once. Not those that are
// relative to an element of a list.
std::vector<std::string> variables_of(const json::Value& rule);

}  // namespace boon::rules
