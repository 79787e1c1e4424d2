#include "platform/rules/rule.h"

#include <utility>

#include <fmt/core.h>

#include "platform/rules/conversions.h"
#include "platform/rules/document.h"
#include "platform/rules/program.h"
#include "platform/rules/tree.h"
#include "platform/rules/walk.h"
#include "platform/rules/words.h"

namespace boon::rules {

namespace {

json::Value value_of(Truth truth) {
    return truth == Truth::unknown ? json::Value(nullptr) : json::Value(truth == Truth::yes);
}

Truth truth_of(const json::Value& value, Mode mode) {
    if (mode == Mode::strict && value.is_null()) return Truth::unknown;
    return is_truthy(value) ? Truth::yes : Truth::no;
}

std::unexpected<Error> refused(std::vector<FieldError> mistakes) {
    const std::size_t count = mistakes.size();
    Error error{
        ErrorCode::invalid, count == 1 ? "the rule has a mistake" : fmt::format("the rule has {} mistakes", count)
    };
    if (count > kMaxMistakes + 1) {
        mistakes.resize(kMaxMistakes);
        mistakes.push_back({"", fmt::format("has {} more mistakes", count - kMaxMistakes)});
    }
    error.fields = std::move(mistakes);
    return std::unexpected(std::move(error));
}

}  // namespace

Result<Rule> Rule::compile(const json::Value& rule, const Schema& schema, Mode mode) {
    std::vector<FieldError> mistakes;
    auto tree = std::make_shared<Tree>(parse_rule(rule, schema, mode, mistakes));
    if (mode == Mode::strict && tree->is_whole) check_types(*tree, schema, mistakes);
    if (!mistakes.empty()) return refused(std::move(mistakes));
    Rule compiled;
    if (mode == Mode::original) tree->outside = "it is evaluated as JsonLogic's original is, which converts types";
    if (tree->outside.empty()) compiled.program_ = std::make_shared<const Program>(Program::from(*tree));
    compiled.tree_ = std::move(tree);
    return compiled;
}

Truth Rule::test(const Values& values, Timestamp now) const {
    if (program_ != nullptr) return program_->truth(values, now);
    const auto value = walk(*tree_, values, now);
    return value ? truth_of(*value, tree_->mode) : Truth::unknown;
}

Verdict Rule::explain(const Values& values, Timestamp now) const {
    if (program_ != nullptr) return tell(*tree_, *program_, values, now);
    const auto value = walk(*tree_, values, now);
    Verdict verdict;
    if (value) verdict.truth = truth_of(*value, tree_->mode);
    if (verdict.truth == Truth::yes) return verdict;
    for (const Reference& reference : tree_->references) {
        const bool there = !values.at(reference).is_missing() || !values.list_at(reference).is_null();
        if (!there && verdict.truth == Truth::unknown) verdict.missing.push_back(reference.name);
    }
    const std::string rule = describe(*tree_);
    verdict.why = !value                            ? value.error().message
                  : verdict.truth == Truth::unknown ? fmt::format("it is not known whether {}", rule)
                                                    : fmt::format("it does not hold that {}", rule);
    verdict.change = fmt::format("it has to hold that {}", rule);
    return verdict;
}

Result<json::Value> Rule::evaluate(const json::Value& data, Timestamp now) const {
    if (tree_->mode == Mode::original) return walk(*tree_, data, now);
    const DocumentValues values(data);
    if (program_ != nullptr) return value_of(program_->truth(values, now));
    return walk(*tree_, values, now);
}

const std::string& Rule::outside() const { return tree_->outside; }

const std::vector<Reference>& Rule::references() const { return tree_->references; }

}  // namespace boon::rules
