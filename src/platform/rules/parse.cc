// From JSON to a Tree: operators, arities, names, limits.
#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/core.h>

#include "platform/base/nearest.h"
#include "platform/rules/tree.h"

namespace boon::rules {

namespace {

constexpr std::array kOperators = {
    OperatorSpec{"and", Op::conjunction, 1, kAnyNumber},
    OperatorSpec{"or", Op::disjunction, 1, kAnyNumber},
    OperatorSpec{"!", Op::negation, 1, 1},
    OperatorSpec{"!!", Op::truthy, 1, 1},
    OperatorSpec{"if", Op::conditional, 0, kAnyNumber},
    OperatorSpec{"?:", Op::conditional, 0, kAnyNumber},
    OperatorSpec{"==", Op::equal, 2, 2},
    OperatorSpec{"===", Op::same, 2, 2},
    OperatorSpec{"!=", Op::unequal, 2, 2},
    OperatorSpec{"!==", Op::not_same, 2, 2},
    OperatorSpec{"<", Op::less, 2, 3},
    OperatorSpec{"<=", Op::at_most, 2, 3},
    OperatorSpec{">", Op::more, 2, 2},
    OperatorSpec{">=", Op::at_least, 2, 2},
    OperatorSpec{"in", Op::contained, 2, 2},
    OperatorSpec{"+", Op::plus, 1, kAnyNumber},
    OperatorSpec{"-", Op::minus, 1, 2},
    OperatorSpec{"*", Op::times, 1, kAnyNumber},
    OperatorSpec{"/", Op::over, 2, 2},
    OperatorSpec{"%", Op::modulo, 2, 2},
    OperatorSpec{"min", Op::least, 1, kAnyNumber},
    OperatorSpec{"max", Op::greatest, 1, kAnyNumber},
    OperatorSpec{"days_since", Op::days_since, 1, 1},
    OperatorSpec{"var", Op::variable, 0, 2},
    OperatorSpec{"missing", Op::missing, 0, kAnyNumber},
    OperatorSpec{"missing_some", Op::missing_some, 2, 2},
    OperatorSpec{"cat", Op::concatenate, 1, kAnyNumber},
    OperatorSpec{"substr", Op::substring, 2, 3},
    OperatorSpec{"merge", Op::merge, 0, kAnyNumber},
    OperatorSpec{"log", Op::log, 1, 1},
    OperatorSpec{"map", Op::map, 2, 2},
    OperatorSpec{"filter", Op::filter, 2, 2},
    OperatorSpec{"reduce", Op::reduce, 2, 3},
    OperatorSpec{"all", Op::all, 2, 2},
    OperatorSpec{"some", Op::some, 2, 2},
    OperatorSpec{"none", Op::none, 2, 2},
};

std::string arity_words(const OperatorSpec& spec) {
    const auto arguments = [](std::size_t n) { return fmt::format("{} argument{}", n, n == 1 ? "" : "s"); };
    if (spec.least == spec.most) return arguments(spec.least);
    if (spec.most == kAnyNumber) return "at least " + arguments(spec.least);
    return fmt::format("{} or {}", spec.least, arguments(spec.most));
}

class Parser {
public:
    Parser(const Schema& schema, Mode mode, std::vector<FieldError>& mistakes) : schema_(schema), mistakes_(mistakes) {
        tree_.mode = mode;
    }

    Tree parse(const json::Value& rule) {
        tree_.root = read(rule, "");
        if (nodes_ > kMaxNodes) {
            tree_.is_whole = false;
            mistakes_.push_back({"", fmt::format("has more than {} operations and values", kMaxNodes)});
        }
        return std::move(tree_);
    }

private:
    [[nodiscard]] bool strict() const { return tree_.mode == Mode::strict; }

    Node mistake(std::string_view pointer, std::string detail) {
        mistakes_.push_back({std::string(pointer), std::move(detail)});
        return Node{.op = Op::broken, .pointer = std::string(pointer)};
    }

    Node read(const json::Value& value, const std::string& pointer) {
        // Beyond the limit nothing more is read: what follows would only be more of the same.
        if (++nodes_ > kMaxNodes) return Node{.pointer = pointer};
        if (depth_ >= kMaxDepth && (value.is_array() || value.is_object())) {
            return mistake(pointer, fmt::format("stands deeper than {} operations", kMaxDepth));
        }
        ++depth_;
        Node node = value.is_array()    ? list(value.get_array(), pointer)
                    : value.is_object() ? operation(value.get_object(), pointer)
                                        : Node{.pointer = pointer, .constant = value};
        --depth_;
        return node;
    }

    Node list(const json::Array& items, const std::string& pointer) {
        Node node{.op = Op::list, .pointer = pointer};
        for (std::size_t i = 0; i < items.size() && nodes_ <= kMaxNodes; ++i) {
            node.children.push_back(read(items[i], json::pointer_to(pointer, std::to_string(i))));
        }
        return node;
    }

    Node operation(const json::Object& object, const std::string& pointer) {
        if (object.size() == 1) return operation_of(*object.begin(), pointer);
        if (!strict()) {
            // The reference implementation lets such an object stand for itself.
            charge(object);
            return Node{.pointer = pointer, .constant = object};
        }
        Node node = mistake(pointer, "must be an object with one member, the operator");
        for (const auto& member : object) {
            if (++nodes_ > kMaxNodes) break;
            node.children.push_back(operation_of(member, pointer));
        }
        return node;
    }

    Node operation_of(const json::Object::value_type& member, const std::string& pointer) {
        const std::string_view name = member.key();
        const std::string place = json::pointer_to(pointer, name);
        if (const OperatorSpec* spec = operator_named(name)) return applied(*spec, member.value(), place);
        const std::string_view near = nearest_of(name, operator_names());
        if (near.empty()) return mistake(place, fmt::format("`{}` is not an operator", name));
        Node node = mistake(place, fmt::format("`{}` is not an operator; did you mean `{}`?", name, near));
        read_parts(*operator_named(near), arguments_of(member.value(), place), node);
        return node;
    }

    // Data counts as many nodes as it has values.
    void charge(const json::Value& value) {
        ++nodes_;
        if (const auto* array = value.if_array()) {
            for (const json::Value& item : *array) charge(item);
        } else if (const auto* object = value.if_object()) {
            for (const auto& member : *object) charge(member.value());
        }
    }

    // The arguments with their pointers: an array of them, or the only one without the array.
    using Arguments = std::vector<std::pair<const json::Value*, std::string>>;
    static Arguments arguments_of(const json::Value& written, const std::string& place) {
        Arguments arguments;
        const auto* array = written.if_array();
        if (array == nullptr) return {{&written, place}};
        for (std::size_t i = 0; i < array->size(); ++i) {
            arguments.emplace_back(&(*array)[i], json::pointer_to(place, std::to_string(i)));
        }
        return arguments;
    }

    Node applied(const OperatorSpec& spec, const json::Value& written, const std::string& place) {
        const auto arguments = arguments_of(written, place);
        const std::size_t least = strict() && spec.op == Op::conditional ? 2 : spec.least;
        if (arguments.size() < least || arguments.size() > spec.most) {
            const OperatorSpec asked{spec.name, spec.op, least, spec.most};
            Node node =
                mistake(place, fmt::format("`{}` takes {}, not {}", spec.name, arity_words(asked), arguments.size()));
            read_parts(spec, arguments, node);
            return node;
        }
        if (spec.op == Op::variable) return variable(arguments, place);
        Node node{.op = spec.op, .pointer = place};
        read_parts(spec, arguments, node);
        if (spec.op == Op::missing || spec.op == Op::missing_some) name_missing(node);
        return node;
    }

    void read_parts(const OperatorSpec& spec, const Arguments& arguments, Node& node) {
        for (std::size_t i = 0; i < arguments.size() && nodes_ <= kMaxNodes; ++i) {
            const bool walks = is_walk(spec.op) && i == 1;
            walks_ += walks ? 1 : 0;
            node.children.push_back(read(*arguments[i].first, arguments[i].second));
            walks_ -= walks ? 1 : 0;
        }
    }

    Node variable(const Arguments& arguments, const std::string& place) {
        Node node{.op = Op::variable, .pointer = place};
        const json::Value nothing;
        const json::Value& name = arguments.empty() ? nothing : *arguments[0].first;
        if (const auto literal = path_of(name)) {
            const std::string& at = arguments.empty() ? place : arguments[0].second;
            if (walks_ > 0) {
                node.op = Op::element;
                node.constant = json::Value(*literal);
            } else if (literal->empty() && strict()) {
                node = mistake(at, "must name a variable");
            } else if (const auto reference = resolve(*literal, at)) {
                node.reference = *reference;
            } else {
                node.op = Op::broken;
            }
        } else if (strict()) {
            node = mistake(arguments[0].second, "must be a name: a computed one cannot be checked");
        } else {
            node.op = Op::computed;
            node.children.push_back(read(name, arguments[0].second));
        }
        if (arguments.size() > 1) node.children.push_back(read(*arguments[1].first, arguments[1].second));
        return node;
    }

    // A name written as text or as a whole number (the place in a list); null and "" are all of the data.
    static std::optional<std::string> path_of(const json::Value& name) {
        if (name.is_null()) return std::string();
        if (const auto* text = name.if_string()) return std::string(*text);
        if (const auto* place = name.if_int64()) return std::to_string(*place);
        return std::nullopt;
    }

    std::optional<std::uint32_t> resolve(const std::string& name, const std::string& pointer) {
        const auto variable = schema_.find(name);
        if (!variable && !(name.empty() && !strict())) {
            const std::string_view near = schema_.nearest(name);
            mistake(
                pointer, near.empty() ? fmt::format("there is no variable `{}`", name)
                                      : fmt::format("there is no variable `{}`; did you mean `{}`?", name, near)
            );
            return std::nullopt;
        }
        return intern({name, variable.value_or(0), variable ? schema_.variables()[*variable].type : Type::any});
    }

    std::uint32_t intern(Reference reference) {
        const auto found = std::ranges::find(tree_.references, reference);
        const auto place = static_cast<std::uint32_t>(found - tree_.references.begin());
        if (found == tree_.references.end()) tree_.references.push_back(std::move(reference));
        return place;
    }

    static std::vector<Node*> names_listed(Node& node) {
        const std::size_t first = node.op == Op::missing_some ? 1 : 0;
        std::vector<Node*> names;
        for (std::size_t i = first; i < node.children.size(); ++i) {
            Node& child = node.children[i];
            if (child.op != Op::list) {
                names.push_back(&child);
                continue;
            }
            for (Node& item : child.children) names.push_back(&item);
        }
        return names;
    }

    // Names that `missing` and `missing_some` list literally are variables like any other.
    void name_missing(Node& node) {
        if (walks_ > 0) return;
        for (Node* name : names_listed(node)) {
            if (name->op == Op::broken) continue;
            const auto literal = name->op == Op::constant ? path_of(name->constant) : std::nullopt;
            if (literal) {
                const auto reference = resolve(*literal, name->pointer);
                if (reference) node.references.push_back(*reference);
            } else if (strict()) {
                mistake(name->pointer, "must be the name of a variable: a computed one cannot be checked");
            }
        }
    }

    const Schema& schema_;
    std::vector<FieldError>& mistakes_;
    Tree tree_;
    std::size_t nodes_ = 0;
    std::size_t depth_ = 0;
    int walks_ = 0;  // how many lists are being walked over where we stand
};

}  // namespace

const OperatorSpec* operator_named(std::string_view name) {
    const auto found = std::ranges::find(kOperators, name, &OperatorSpec::name);
    return found == kOperators.end() ? nullptr : &*found;
}

std::string_view name_of(Op op) {
    const auto found = std::ranges::find(kOperators, op, &OperatorSpec::op);
    return found == kOperators.end() ? "?" : found->name;
}

std::vector<std::string_view> operator_names() {
    std::vector<std::string_view> names;
    for (const OperatorSpec& spec : kOperators) names.push_back(spec.name);
    return names;
}

Tree parse_rule(const json::Value& rule, const Schema& schema, Mode mode, std::vector<FieldError>& mistakes) {
    return Parser(schema, mode, mistakes).parse(rule);
}

}  // namespace boon::rules
