#include "platform/rules/words.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/rules/conversions.h"

namespace boon::rules {

namespace {

// The relation with its sides exchanged: a < b is b > a.
Op mirrored(Op op) {
    switch (op) {
        case Op::less: return Op::more;
        case Op::at_most: return Op::at_least;
        case Op::more: return Op::less;
        case Op::at_least: return Op::at_most;
        default: return op;
    }
}

// What holds when the relation does not.
Op inverted(Op op) {
    switch (op) {
        case Op::less: return Op::at_least;
        case Op::at_most: return Op::more;
        case Op::more: return Op::at_most;
        case Op::at_least: return Op::less;
        default: return op;
    }
}

class Words {
public:
    Words(const Tree& tree, const ValueText& value_of) : tree_(tree), value_of_(value_of) {}

    std::string condition(const Node& node) const {
        switch (node.op) {
            case Op::conjunction: return joined(node, " and ");
            case Op::disjunction: return joined(node, " or ");
            case Op::negation: {
                const Node& inner = node.children[0];
                if (is_compound(inner)) return fmt::format("not ({})", condition(inner));
                return said(phrase(inner), Form::is, true);
            }
            case Op::truthy: return condition(node.children[0]);
            case Op::conditional: return conditional(node, [this](const Node& part) { return condition(part); });
            case Op::all: return walked("for every element of", node);
            case Op::some: return walked("for some element of", node);
            case Op::none: return walked("for no element of", node);
            default: return said(phrase(node), Form::is, false);
        }
    }

    Phrase phrase(const Node& node) const {
        if (is_equality(node.op) || is_order(node.op)) return comparison(node);
        switch (node.op) {
            case Op::contained: return contained(node);
            case Op::missing: return missing(node);
            case Op::missing_some:
                return {
                    .subject = fmt::format("fewer than {} of {}", value(node.children[0]), value(node.children[1])),
                    .object = "known",
                };
            default: break;
        }
        if (node.type == Type::number) return {.subject = shown(node), .object = "0", .negated = true};
        if (node.type == Type::text) return {.subject = shown(node), .object = "empty", .negated = true};
        return {.subject = shown(node), .object = "true", .opposite = "false"};
    }

    // An expression: `revenue / orders`.
    std::string value(const Node& node) const {
        if (is_arithmetic(node.op)) return arithmetic(node);
        switch (node.op) {
            case Op::constant: return constant(node);
            case Op::list: return listed(node.children);
            case Op::variable:
            case Op::element:
            case Op::computed: return variable(node);
            case Op::conditional: return conditional(node, [this](const Node& part) { return value(part); });
            case Op::days_since: return "days since " + value(node.children[0]);
            case Op::log: return value(node.children[0]);
            default: break;
        }
        if (is_condition(node.op)) return fmt::format("({})", condition(node));
        return fmt::format("{}({})", name_of(node.op), listed(node.children));
    }

private:
    static bool is_compound(const Node& node) {
        return node.op == Op::conjunction || node.op == Op::disjunction || node.op == Op::negation ||
               node.op == Op::conditional || node.op == Op::truthy || is_walk(node.op);
    }

    static bool is_condition(Op op) {
        return is_equality(op) || is_order(op) || op == Op::contained || op == Op::conjunction ||
               op == Op::disjunction || op == Op::negation || op == Op::truthy || op == Op::all || op == Op::some ||
               op == Op::none;
    }

    std::string joined(const Node& node, std::string_view word) const {
        if (node.children.size() == 1) return condition(node.children[0]);
        std::vector<std::string> parts;
        for (const Node& child : node.children) {
            const bool nested =
                child.op == Op::conjunction || child.op == Op::disjunction || child.op == Op::conditional;
            parts.push_back(nested ? fmt::format("({})", condition(child)) : condition(child));
        }
        return fmt::format("{}", fmt::join(parts, word));
    }

    std::string walked(std::string_view quantity, const Node& node) const {
        return fmt::format("{} {}: {}", quantity, value(node.children[0]), condition(node.children[1]));
    }

    template <class Branch>
    std::string conditional(const Node& node, const Branch& branch) const {
        std::string text;
        std::size_t i = 0;
        for (; i + 1 < node.children.size(); i += 2) {
            text += fmt::format(
                "{}if {} then {}", i == 0 ? "" : ", else ", condition(node.children[i]), branch(node.children[i + 1])
            );
        }
        if (i < node.children.size()) text += (i == 0 ? "" : ", else ") + branch(node.children[i]);
        return text.empty() ? "nothing" : text;
    }

    std::string listed(const std::vector<Node>& nodes) const {
        std::vector<std::string> parts;
        for (const Node& node : nodes) parts.push_back(value(node));
        return fmt::format("{}", fmt::join(parts, ", "));
    }

    static std::string constant(const Node& node) {
        if (node.type == Type::time) {
            return node.constant.is_int64() ? to_string(Timestamp{node.constant.get_int64()}) : "nothing";
        }
        if (node.constant.is_number()) return number_text(node.constant.to_number<double>());
        if (node.constant.is_object()) return json::to_text(node.constant);
        if (node.constant.is_null()) return "nothing";
        const std::string text = to_string(node.constant);
        return text.empty() ? "\"\"" : text;
    }

    std::string variable(const Node& node) const {
        std::string name;
        const Node* fallback = node.children.empty() ? nullptr : &node.children.back();
        if (node.op == Op::variable) {
            name = tree_.references[node.reference].name;
        } else if (node.op == Op::element) {
            name = std::string(node.constant.get_string());
        } else {
            name = fmt::format("what is named by {}", value(node.children[0]));
            if (node.children.size() < 2) fallback = nullptr;
        }
        if (name.empty()) name = node.op == Op::element ? "it" : "the data";
        return fallback == nullptr ? name : fmt::format("{} ({} when missing)", name, value(*fallback));
    }

    std::string arithmetic(const Node& node) const {
        if (node.op == Op::least || node.op == Op::greatest) {
            return fmt::format("the {} of {}", node.op == Op::least ? "least" : "greatest", listed(node.children));
        }
        std::vector<std::string> parts;
        for (const Node& child : node.children) {
            const bool nested = is_arithmetic(child.op) || child.op == Op::conditional;
            parts.push_back(nested ? fmt::format("({})", value(child)) : value(child));
        }
        if (parts.size() == 1) return (node.op == Op::minus ? "-" : "") + parts[0];
        return fmt::format("{}", fmt::join(parts, fmt::format(" {} ", name_of(node.op))));
    }

    // With what it is now: `days_since_last_purchase (41)`.
    std::string shown(const Node& node) const {
        const std::string now = node.op == Op::constant || !value_of_ ? std::string() : value_of_(node);
        return now.empty() ? value(node) : fmt::format("{} ({})", value(node), now);
    }

    Phrase comparison(const Node& node) const {
        if (node.children.size() == 3) {
            const std::string_view low = node.op == Op::less ? ">" : ">=";
            return {
                .subject = shown(node.children[1]),
                .object = fmt::format(
                    "{} {} and {} {}", low, shown(node.children[0]), name_of(node.op), shown(node.children[2])
                ),
            };
        }
        // What is written as a number or text is what the other side is compared with.
        const bool turned = node.children[0].op == Op::constant;
        const Node& left = node.children[turned ? 1 : 0];
        const Node& right = node.children[turned ? 0 : 1];
        Phrase phrase{.subject = shown(left)};
        if (is_order(node.op)) {
            const Op op = turned ? mirrored(node.op) : node.op;
            phrase.object = fmt::format("{} {}", name_of(op), shown(right));
            phrase.opposite = fmt::format("{} {}", name_of(inverted(op)), shown(right));
            return phrase;
        }
        phrase.object = shown(right);
        phrase.negated = node.op == Op::unequal || node.op == Op::not_same;
        return phrase;
    }

    Phrase contained(const Node& node) const {
        const Node& what = node.children[0];
        const Node& where = node.children[1];
        if (where.op == Op::list) {
            const char* form = where.children.size() == 1 ? "{}" : "one of {}";
            return {.subject = shown(what), .object = fmt::format(fmt::runtime(form), listed(where.children))};
        }
        return {.subject = shown(where), .verb = Phrase::Verb::contain, .object = shown(what)};
    }

    Phrase missing(const Node& node) const {
        std::vector<std::string> names;
        for (const Node& child : node.children) names.push_back(value(child));
        const bool one = node.references.size() == 1;
        const std::string all = fmt::format("{}", fmt::join(names, ", "));
        return {
            .subject = one ? all : fmt::format("one of {}", all),
            .object = "missing",
            .opposite = one ? "known" : "",
        };
    }

    const Tree& tree_;
    const ValueText& value_of_;
};

}  // namespace

std::string said(const Phrase& phrase, Form form, bool negated) {
    const bool opposite = phrase.negated != negated;
    if (phrase.verb == Phrase::Verb::contain) {
        const std::string_view verb = form == Form::is ? (opposite ? "does not contain" : "contains")
                                                       : (opposite ? "must not contain" : "has to contain");
        return fmt::format("{} {} {}", phrase.subject, verb, phrase.object);
    }
    if (form == Form::is) return fmt::format("{} is {}{}", phrase.subject, opposite ? "not " : "", phrase.object);
    if (!opposite) return fmt::format("{} has to be {}", phrase.subject, phrase.object);
    if (!phrase.opposite.empty()) return fmt::format("{} has to be {}", phrase.subject, phrase.opposite);
    return fmt::format("{} must not be {}", phrase.subject, phrase.object);
}

Phrase phrase_of(const Tree& tree, const Node& condition, const ValueText& value_of) {
    return Words(tree, value_of).phrase(condition);
}

std::string number_text(double number) {
    if (number == std::round(number) && std::fabs(number) < 1e15) return fmt::format("{:.0f}", number);
    return fmt::format("{:.6g}", number);
}

std::string describe(const Tree& tree) {
    const ValueText nothing;
    return Words(tree, nothing).condition(tree.root);
}

std::string describe(const json::Value& rule) {
    std::vector<FieldError> mistakes;
    const Schema anything({{.name = "", .type = Type::any, .family = true}});
    const Tree tree = parse_rule(rule, anything, Mode::original, mistakes);
    return mistakes.empty() ? describe(tree) : json::to_text(rule);
}

std::vector<std::string> variables_of(const json::Value& rule) {
    std::vector<FieldError> mistakes;
    const Schema anything({{.name = "", .type = Type::any, .family = true}});
    const Tree tree = parse_rule(rule, anything, Mode::original, mistakes);
    std::vector<std::string> names;
    for (const Reference& reference : tree.references) {
        if (!reference.name.empty()) names.push_back(reference.name);
    }
    std::ranges::sort(names);
    names.erase(std::ranges::unique(names).begin(), names.end());
    return names;
}

}  // namespace boon::rules
