// Which part of a rule decided, and what would have to change.
#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/rules/words.h"

namespace boon::rules {

namespace {

struct Told {
    std::string why;
    std::string change;
};

class Teller {
public:
    Teller(const Tree& tree, const Program& program, const Values& values, Timestamp now)
        : tree_(tree), program_(program), values_(values), now_(now) {}

    // Why the part is not what is wanted of it.
    Told told(const Node& node, bool wanted) {
        switch (node.op) {
            case Op::conjunction:
            case Op::disjunction: return told_parts(node, wanted);
            case Op::negation: return told(node.children[0], !wanted);
            case Op::truthy: return told(node.children[0], wanted);
            case Op::conditional: return told_branch(node, wanted);
            default: return told_leaf(node, wanted);
        }
    }

    std::vector<std::string> missing() && { return std::move(missing_); }

private:
    [[nodiscard]] Truth truth(const Node& node) const { return program_.truth(values_, now_, node.place); }

    Told told_parts(const Node& node, bool wanted) {
        const Truth own = truth(node);
        std::vector<std::string> whys;
        std::vector<std::string> changes;
        for (const Node& child : node.children) {
            if (truth(child) != own) continue;
            Told part = told(child, wanted);
            whys.push_back(std::move(part.why));
            changes.push_back(std::move(part.change));
        }
        const bool all = (node.op == Op::conjunction) == wanted;
        return {
            fmt::format("{}", fmt::join(whys, " and ")), fmt::format("{}", fmt::join(changes, all ? " and " : " or "))
        };
    }

    Told told_branch(const Node& node, bool wanted) {
        std::size_t i = 0;
        for (; i + 1 < node.children.size(); i += 2) {
            const Truth condition = truth(node.children[i]);
            if (condition == Truth::unknown) return told(node.children[i], true);
            if (condition == Truth::yes) return told(node.children[i + 1], wanted);
        }
        if (i < node.children.size()) return told(node.children[i], wanted);
        return {"no condition of the rule holds", "one of its conditions has to hold"};
    }

    Told told_leaf(const Node& node, bool wanted) {
        if (truth(node) == Truth::unknown) return told_unknown(node);
        if (node.op == Op::constant) return {"the rule says so", "the rule has to change"};
        const ValueText value_text = [this](const Node& part) { return text_of(part); };
        const ValueText nothing;
        return {
            said(phrase_of(tree_, node, value_text), Form::is, wanted),
            said(phrase_of(tree_, node, nothing), Form::has_to, !wanted),
        };
    }

    Told told_unknown(const Node& node) {
        std::vector<std::string> names;
        collect_missing(node, names);
        if (names.empty()) {
            const ValueText nothing;
            const std::string subject = phrase_of(tree_, node, nothing).subject;
            return {fmt::format("{} cannot be worked out", subject), fmt::format("{} has to be a number", subject)};
        }
        for (const std::string& name : names) {
            if (std::ranges::find(missing_, name) == missing_.end()) missing_.push_back(name);
        }
        const bool one = names.size() == 1;
        const std::string all = fmt::format("{}", fmt::join(names, " and "));
        return {
            fmt::format("{} {} not known", all, one ? "is" : "are"),
            fmt::format("{} {} to be known", all, one ? "has" : "have"),
        };
    }

    void collect_missing(const Node& node, std::vector<std::string>& names) const {
        if (node.op == Op::variable && node.children.empty()) {
            const Reference& reference = tree_.references[node.reference];
            const bool there = is_of(values_.at(reference), reference.type);
            if (!there && std::ranges::find(names, reference.name) == names.end()) names.push_back(reference.name);
        }
        for (const Node& child : node.children) collect_missing(child, names);
    }

    // What an expression is now; nothing for what is told with its parts.
    [[nodiscard]] std::string text_of(const Node& node) const {
        if (node.op == Op::variable && node.children.empty())
            return text_of(values_.at(tree_.references[node.reference]));
        if (node.op != Op::variable && !is_arithmetic(node.op) && node.op != Op::days_since) return {};
        if (node.type == Type::number) return text_of(Value::of_number(program_.number(values_, now_, node.place)));
        if (node.type == Type::text) return std::string(program_.text(values_, now_, node.place));
        return {};
    }

    static std::string text_of(const Value& value) {
        switch (value.kind()) {
            case Value::Kind::number: return number_text(value.number());
            case Value::Kind::text: return value.text().empty() ? "\"\"" : std::string(value.text());
            case Value::Kind::boolean: return value.boolean() ? "true" : "false";
            case Value::Kind::time: return to_string(value.time());
            case Value::Kind::missing: break;
        }
        return {};
    }

    const Tree& tree_;
    const Program& program_;
    const Values& values_;
    Timestamp now_;
    std::vector<std::string> missing_;
};

}  // namespace

Verdict tell(const Tree& tree, const Program& program, const Values& values, Timestamp now) {
    Verdict verdict{.truth = program.truth(values, now)};
    if (verdict.truth == Truth::yes) return verdict;
    Teller teller(tree, program, values, now);
    Told told = teller.told(tree.root, true);
    verdict.why = std::move(told.why);
    verdict.change = std::move(told.change);
    verdict.missing = std::move(teller).missing();
    return verdict;
}

}  // namespace boon::rules
