// Strict mode's types: what every part of a rule is, and whether the parts fit together.
#include <algorithm>
#include <string>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "platform/base/nearest.h"
#include "platform/rules/ranges.h"
#include "platform/rules/tree.h"

namespace boon::rules {

namespace {

std::string_view noun_of(Type type) {
    switch (type) {
        case Type::number: return "a number";
        case Type::text: return "text";
        case Type::boolean: return "true or false";
        case Type::time: return "a time";
        case Type::list: return "a list";
        case Type::any: break;
    }
    return "of a type that is not known";
}

Type type_of_constant(const json::Value& value) {
    if (value.is_bool()) return Type::boolean;
    if (value.is_number()) return Type::number;
    if (value.is_string()) return Type::text;
    return Type::any;
}

bool is_null(const Node& node) { return node.op == Op::constant && node.constant.is_null(); }

class Checker {
public:
    Checker(Tree& tree, const Schema& schema, std::vector<FieldError>& mistakes)
        : tree_(tree), schema_(schema), mistakes_(mistakes) {}

    // A part that has to be true or false. Numbers and text may stand there, as JsonLogic has it: 0 and "" are false.
    void condition(Node& node) {
        if (node.op == Op::missing || node.op == Op::missing_some) return missing(node);
        const Type type = infer(node);
        if (type == Type::any && !is_null(node)) adapt(node, Type::boolean);
        if (type == Type::time) mistake(node, "is a time, which is neither true nor false");
        if (is_null(node)) mistake(node, "is null, which is neither true nor false");
        if (type == Type::list) outside(node, "asks whether a list is empty");
    }

private:
    void mistake(const Node& node, std::string detail) { mistakes_.push_back({node.pointer, std::move(detail)}); }

    void outside(const Node& node, std::string_view what) {
        if (tree_.outside.empty()) tree_.outside = fmt::format("the part at `{}` {}", node.pointer, what);
    }

    Type infer(Node& node) { return node.type = type_of(node); }

    Type type_of(Node& node) {
        if (is_equality(node.op) || is_order(node.op)) return comparison(node);
        if (is_arithmetic(node.op)) return arithmetic(node);
        switch (node.op) {
            case Op::constant: return constant(node);
            case Op::variable: return variable(node);
            case Op::broken:
                for (Node& child : node.children) infer(child);
                return Type::any;
            case Op::conjunction:
            case Op::disjunction:
            case Op::negation:
            case Op::truthy:
                for (Node& child : node.children) condition(child);
                return Type::boolean;
            case Op::conditional: return conditional(node);
            case Op::contained: return contained(node);
            case Op::days_since:
                infer(node.children[0]);
                need(node.children[0], Type::time, "days_since");
                return Type::number;
            default: return type_outside(node);
        }
    }

    Type constant(const Node& node) {
        const auto* text = node.constant.if_string();
        if (text != nullptr && std::string_view(*text).contains('\0')) mistake(node, "has a NUL in it");
        return type_of_constant(node.constant);
    }

    Type variable(Node& node) {
        Type type = tree_.references[node.reference].type;
        if (type == Type::list) outside(node, "reads a list");
        if (node.children.empty()) return type;
        Node& fallback = node.children[0];
        const Type other = infer(fallback);
        if (type == Type::any && other != Type::any) {
            node.type = type;
            adapt(node, other);
            return other;
        }
        if (!adapt(fallback, type)) {
            const std::string& name = tree_.references[node.reference].name;
            mistake(fallback, fmt::format("is {}, where `{}` is {}", noun_of(other), name, noun_of(type)));
        }
        return type;
    }

    // A constant text that says a time.
    static bool becomes_time(Node& node) {
        const auto at = parse_timestamp(std::string_view(node.constant.get_string()));
        if (!at) return false;
        node.constant = at->micros;
        node.type = Type::time;
        return true;
    }

    // Makes of a part whose type is open what is wanted of it; whether it could.
    bool adapt(Node& node, Type wanted) {
        if (node.type == wanted) return true;
        if (node.op == Op::conditional && (node.type == Type::any || wanted == Type::time)) {
            bool all = true;
            for_each_branch(node, [&](Node& branch) { all = adapt(branch, wanted) && all; });
            if (all) node.type = wanted;
            return all;
        }
        if (node.op == Op::constant && node.type == Type::text && wanted == Type::time) return becomes_time(node);
        if (node.type != Type::any || wanted == Type::any) return false;
        node.type = wanted;
        if (node.op == Op::variable) node.reference = read_as(node.reference, wanted);
        return node.children.empty() || node.op != Op::variable || adapt(node.children[0], wanted);
    }

    std::uint32_t read_as(std::uint32_t place, Type type) {
        Reference reference = tree_.references[place];
        reference.type = type;
        const auto found = std::ranges::find(tree_.references, reference);
        const auto at = static_cast<std::uint32_t>(found - tree_.references.begin());
        if (found == tree_.references.end()) tree_.references.push_back(std::move(reference));
        return at;
    }

    template <class Visit>
    static void for_each_branch(Node& node, const Visit& visit) {
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            if (i % 2 == 1 || i + 1 == node.children.size()) visit(node.children[i]);
        }
    }

    void need(Node& node, Type wanted, std::string_view by) {
        const Type type = node.type;
        if (adapt(node, wanted)) return;
        if (type == Type::text && wanted == Type::time && node.op == Op::constant) {
            return mistake(node, "is not a time; write 2026-03-01 or 2026-03-01T12:30:00Z");
        }
        mistake(node, fmt::format("is {}; `{}` needs {}", noun_of(type), by, noun_of(wanted)));
    }

    Type comparison(Node& node) {
        for (Node& child : node.children) infer(child);
        for (const Node& child : node.children) {
            if (!is_null(child)) continue;
            mistake(child, "is null, and nothing compares with what is missing; use `missing`");
            return Type::boolean;
        }
        const Type common = unify(node);
        if (common == Type::list) mistake(node, "compares lists; use `in`");
        if (common == Type::boolean && is_order(node.op)) mistake(node, "puts true and false in an order");
        if (is_equality(node.op) && common == Type::text) {
            check_known(node.children[0], node.children[1]);
            check_known(node.children[1], node.children[0]);
        }
        return Type::boolean;
    }

    // The one type of all that is compared. A time decides over text; what is open takes the type of the others.
    Type unify(Node& node) {
        Type common = Type::any;
        for (const Node& child : node.children) {
            if (common == Type::any || child.type == Type::time) common = child.type;
        }
        if (common == Type::any) {
            const bool open = std::ranges::all_of(node.children, [](const Node& n) { return n.op == Op::variable; });
            if (open)
                mistake(node, "compares what is known only at reading: whether as numbers or as text is not said");
            return common;
        }
        for (Node& child : node.children) {
            const Type type = child.type;
            if (type == Type::text && common == Type::time && child.op == Op::constant) {
                need(child, common, name_of(node.op));
            } else if (!adapt(child, common)) {
                mistake(node, fmt::format("compares {} with {}", noun_of(common), noun_of(type)));
                return common;
            }
        }
        return common;
    }

    // Whether a text that a variable is compared with is one that it can be.
    void check_known(const Node& variable, const Node& text) {
        if (variable.op != Op::variable || text.op != Op::constant || !text.constant.is_string()) return;
        const Reference& reference = tree_.references[variable.reference];
        const auto& known = schema_.variables()[reference.variable].values;
        const std::string_view written = text.constant.get_string();
        if (known.empty() || std::ranges::find(known, written) != known.end()) return;
        const std::string_view near = nearest_of(written, std::vector<std::string_view>(known.begin(), known.end()));
        mistake(
            text, fmt::format(
                      "`{}` can never be `{}`; {}", reference.name, written,
                      near.empty() ? fmt::format("it is one of {}", fmt::join(known, ", "))
                                   : fmt::format("did you mean `{}`?", near)
                  )
        );
    }

    Type arithmetic(Node& node) {
        for (Node& child : node.children) {
            infer(child);
            need(child, Type::number, name_of(node.op));
        }
        if (node.op == Op::modulo) {
            const Node& by = node.children[1];
            const bool zero = by.op == Op::constant && by.constant.is_number() && by.constant.to_number<double>() == 0;
            if (zero) mistake(by, "is 0: nothing can be divided by it");
            if (by.op != Op::constant) outside(node, "divides with `%` by something that is not written as a number");
        }
        return Type::number;
    }

    Type conditional(Node& node) {
        const std::size_t count = node.children.size();
        for (std::size_t i = 0; i < count; ++i) {
            if (i % 2 == 0 && i + 1 < count) {
                condition(node.children[i]);
            } else {
                infer(node.children[i]);
            }
        }
        Type common = Type::any;
        for_each_branch(node, [&](const Node& branch) {
            if (common == Type::any || branch.type == Type::time) common = branch.type;
        });
        for_each_branch(node, [&](Node& branch) {
            const Type type = branch.type;
            if (adapt(branch, common)) return;
            mistake(branch, fmt::format("is {}, where another branch is {}", noun_of(type), noun_of(common)));
        });
        return common;
    }

    Type contained(Node& node) {
        Node& what = node.children[0];
        Node& where = node.children[1];
        infer(what);
        if (is_null(what)) mistake(what, "is null, and nothing compares with what is missing; use `missing`");
        if (where.op == Op::list) {
            contained_in_list(node, what, where);
            return Type::boolean;
        }
        infer(where);
        if (where.type == Type::list) return Type::boolean;
        if (where.type == Type::any) {
            outside(where, "looks into what may be a text or a list");
            return Type::boolean;
        }
        if (where.type != Type::text) {
            mistake(where, fmt::format("is {}; `in` looks into a list or a text", noun_of(where.type)));
            return Type::boolean;
        }
        need(what, Type::text, "in");
        return Type::boolean;
    }

    void contained_in_list(const Node& node, Node& what, Node& where) {
        where.type = Type::list;
        if (where.children.empty()) return mistake(where, "is empty: nothing is in it");
        bool constants = true;
        for (Node& item : where.children) {
            infer(item);
            constants = constants && (item.op == Op::constant || item.op == Op::broken);
            if (is_null(item)) return mistake(item, "is null, and nothing compares with what is missing");
        }
        if (!constants) return outside(node, "looks into a list that is not written in the rule");
        for (const Node& item : where.children) {
            if (what.type == Type::any) adapt(what, item.type);
        }
        if (what.type == Type::any) return;  // all of it is broken
        if (what.type == Type::boolean || what.type == Type::list) {
            return mistake(what, fmt::format("is {}; `in` looks for numbers, text or times", noun_of(what.type)));
        }
        for (Node& item : where.children) {
            need(item, what.type, "in");
            check_known(what, item);
        }
    }

    void missing(Node& node) {
        node.type = Type::boolean;
        if (node.op == Op::missing_some) {
            const Node& least = node.children[0];
            const bool is_number = least.op == Op::constant && least.constant.is_int64();
            if (!is_number && least.op != Op::broken) mistake(least, "must be a whole number");
        }
        if (node.references.empty()) outside(node, "asks for what is missing of an element, or of nothing");
        for (const std::uint32_t place : node.references) {
            if (tree_.references[place].type == Type::list) outside(node, "asks whether a list is missing");
        }
    }

    // The operators that have no SQL. Their parts are checked as far as it can be said what they are.
    Type type_outside(Node& node) {
        if (node.op == Op::list) {
            outside(node, "makes a list");
        } else if (node.op == Op::element) {
            outside(node, "reads an element of a list");
        } else {
            outside(node, fmt::format("uses `{}`, which works on text or lists", name_of(node.op)));
        }
        const bool tests = is_walk(node.op) && node.op != Op::map && node.op != Op::reduce;
        for (std::size_t i = 0; i < node.children.size(); ++i) {
            Node& child = node.children[i];
            if (tests && i == 1) {
                condition(child);
                continue;
            }
            const Type type = infer(child);
            if (type == Type::time)
                mistake(child, fmt::format("is a time; `{}` works on text or lists", name_of(node.op)));
            if (is_walk(node.op) && i == 0 && type != Type::list && type != Type::any) {
                mistake(child, fmt::format("is {}; `{}` walks over a list", noun_of(type), name_of(node.op)));
            }
        }
        switch (node.op) {
            case Op::concatenate:
            case Op::substring: return Type::text;
            case Op::list:
            case Op::merge:
            case Op::map:
            case Op::filter:
            case Op::missing:
            case Op::missing_some: return Type::list;
            case Op::all:
            case Op::some:
            case Op::none: return Type::boolean;
            case Op::log: return node.children[0].type;
            default: return Type::any;
        }
    }

    Tree& tree_;
    const Schema& schema_;
    std::vector<FieldError>& mistakes_;
};

// Leaves out the references that nothing reads any more (a variable of an open type, once it is read as something).
class Pruner {
public:
    explicit Pruner(Tree& tree) : tree_(tree) {}

    void prune() {
        places_.resize(tree_.references.size(), kUnused);
        renumber(tree_.root);
        tree_.references = std::move(kept_);
    }

private:
    static constexpr std::uint32_t kUnused = UINT32_MAX;

    void renumber(Node& node) {
        if (node.op == Op::variable) node.reference = place_of(node.reference);
        for (std::uint32_t& reference : node.references) reference = place_of(reference);
        for (Node& child : node.children) renumber(child);
    }

    std::uint32_t place_of(std::uint32_t old) {
        if (places_[old] == kUnused) {
            places_[old] = static_cast<std::uint32_t>(kept_.size());
            kept_.push_back(tree_.references[old]);
        }
        return places_[old];
    }

    Tree& tree_;
    std::vector<std::uint32_t> places_;
    std::vector<Reference> kept_;
};

}  // namespace

void check_types(Tree& tree, const Schema& schema, std::vector<FieldError>& mistakes) {
    Checker(tree, schema, mistakes).condition(tree.root);
    check_ranges(tree, mistakes);
    if (mistakes.empty()) Pruner(tree).prune();
}

}  // namespace boon::rules
