// A rule as a tree of operations: what parsing makes of the JSON, what checking fills in, what evaluation, SQL and
// words are made from.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/rules/rule.h"
#include "platform/rules/schema.h"

// A switch over the forty operators handles the few that it is about; the others are its default.
#pragma GCC diagnostic ignored "-Wswitch-enum"

namespace boon::rules {

enum class Op : std::uint8_t {
    // leaves
    constant,  // `constant`
    list,      // an array: its items are the children
    variable,  // `reference`; the default is the child, if there is one
    element,   // a variable within a walk over a list: the path is in `constant`; the default is the child
    broken,    // a part with a mistake: it may be of any type; what could be read of its parts is the children
    computed,  // a variable whose name is an expression: the children are the name and the default
    // truth
    conjunction,
    disjunction,
    negation,
    truthy,
    conditional,  // condition, value, condition, value, …, value
    // comparison
    equal,
    same,
    unequal,
    not_same,
    less,
    at_most,
    more,
    at_least,
    contained,
    // arithmetic
    plus,
    minus,
    times,
    over,
    modulo,
    least,
    greatest,
    days_since,
    // what is not there
    missing,
    missing_some,
    // text and lists
    concatenate,
    substring,
    merge,
    log,
    map,
    filter,
    reduce,
    all,
    some,
    none,
};

struct Node {
    Op op = Op::constant;
    Type type = Type::any;  // of its value; strict mode only
    std::string pointer = {};
    std::vector<Node> children = {};
    json::Value constant = {};                   // of a time that was compared with text: its microseconds
    std::uint32_t reference = 0;                 // of a variable: its place in Tree::references
    bool bounded = false;                        // a variable within arithmetic: see ranges.h
    std::uint32_t place = 0;                     // of a typed tree: where its Program has it; see Program::from
    std::vector<std::uint32_t> references = {};  // of missing and missing_some with literal names
};

struct Tree {
    Mode mode = Mode::original;
    Node root;
    std::vector<Reference> references;
    std::string outside;   // why it is not of the typed part; empty when it is
    bool is_whole = true;  // false: the rule has more than kMaxNodes parts, of which the rest was not read
};

// How an operator is written and how many arguments it takes.
struct OperatorSpec {
    std::string_view name;
    Op op;
    std::size_t least;
    std::size_t most;
};
inline constexpr std::size_t kAnyNumber = std::numeric_limits<std::size_t>::max();

const OperatorSpec* operator_named(std::string_view name);
// The (first) way an operator is written.
std::string_view name_of(Op op);
std::vector<std::string_view> operator_names();

inline bool is_walk(Op op) {
    return op == Op::map || op == Op::filter || op == Op::reduce || op == Op::all || op == Op::some || op == Op::none;
}
inline bool is_order(Op op) { return op == Op::less || op == Op::at_most || op == Op::more || op == Op::at_least; }
inline bool is_equality(Op op) { return op == Op::equal || op == Op::same || op == Op::unequal || op == Op::not_same; }
inline bool is_arithmetic(Op op) {
    return op == Op::plus || op == Op::minus || op == Op::times || op == Op::over || op == Op::modulo ||
           op == Op::least || op == Op::greatest;
}

// The tree of a rule, names resolved. Every mistake of form is put into `mistakes`, and its part is `broken`.
Tree parse_rule(const json::Value& rule, const Schema& schema, Mode mode, std::vector<FieldError>& mistakes);

// Strict mode: gives every node its type, reads text that is compared with a time as a time, notes why the tree is not
// of the typed part when it is not. `schema` is that of parse_rule; the tree is_whole. What is wrong beside the broken
// parts, and within them, is told, too; nothing is said of what they would have been.
void check_types(Tree& tree, const Schema& schema, std::vector<FieldError>& mistakes);

}  // namespace boon::rules
