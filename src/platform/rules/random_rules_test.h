// Random rules of the typed part, and random customers to ask them of.
#pragma once

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include <rapidcheck.h>

#include "platform/rules/rule.h"

namespace boon::rules::testing {

inline constexpr Timestamp kNow{1'772'409'600'123'457};
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

struct Column {
    const char* name;
    Type type;
};
inline constexpr std::array kColumns = {
    Column{"n0", Type::number},  Column{"n1", Type::number}, Column{"n2", Type::number},
    Column{"t0", Type::text},    Column{"t1", Type::text},   Column{"b0", Type::boolean},
    Column{"b1", Type::boolean}, Column{"d0", Type::time},   Column{"d1", Type::time},
};

inline Schema schema() {
    Schema schema;
    for (const Column& column : kColumns) schema.add({.name = column.name, .type = column.type});
    return schema;
}

// A customer: a value per column. The texts are constants.
class Customer : public Values {
public:
    std::array<Value, kColumns.size()> values;
    [[nodiscard]] Value at(const Reference& reference) const override { return values.at(reference.variable); }
};

// Over the whole range also in a run's first cases, which RapidCheck makes small.
template <class T = int>
T between(T first, T end) {
    return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange<T>(first, end));
}

inline const std::vector<std::string>& texts() {
    static const std::vector<std::string> texts = {
        "",     "a",    "A", "ab",  "b",  "Z",  "ä",   "z",      "o'x", "\\",
        "a\\b", "100%", "?", "x_y", "😀", "ａ", "a b", "growth", "gr",
    };
    return texts;
}

inline double constant() {
    const double number = *rc::gen::element(
        0.0, 1.0, -1.0, 2.0, 3.0, 7.0, 29.5, 30.0, 0.1, 0.2, 0.3, 1e-30, 1e30, 12345.678, 0.30000000000000004
    );
    return between(0, 4) == 0 ? static_cast<double>(between(-100'000, 100'000)) / 997 : number;
}

inline double number() {
    switch (between(0, 6)) {
        case 0:
            return *rc::gen::element(
                -0.0, kInfinity, -kInfinity, std::nan(""), 1e300, -1e31, 1e-31, 5e-324, 0x1p53, 1.7976931348623157e308
            );
        case 1: return between(-3, 40);
        default: return constant();
    }
}

inline Timestamp instant() {
    return plus_micros(
        kNow, *rc::gen::element<std::int64_t>(0, 1, -1, -86'400'000'000, 3'600'000'000) * between<std::int64_t>(0, 400)
    );
}

inline Value random_value(Type type) {
    if (between(0, 5) == 0) return {};
    switch (type) {
        case Type::number: return Value::of_number(number());
        case Type::text: return Value::of_text(texts()[between<std::size_t>(0, texts().size())]);
        case Type::boolean: return Value::of_boolean(*rc::gen::arbitrary<bool>());
        case Type::time: return Value::of_time(instant());
        case Type::list:
        case Type::any: break;
    }
    return {};
}

inline std::vector<Customer> random_customers(std::size_t count) {
    std::vector<Customer> customers(count);
    for (Customer& customer : customers) {
        for (std::size_t i = 0; i < kColumns.size(); ++i) customer.values[i] = random_value(kColumns[i].type);
    }
    return customers;
}

inline json::Value applied(const char* name, json::Array arguments) {
    return json::Object{{name, std::move(arguments)}};
}

// Random rules of the typed part, `depth` operations deep.
class Rules {
public:
    static json::Value condition(int depth) {
        if (depth == 0) return leaf();
        switch (between(0, 9)) {
            case 0: return applied(*rc::gen::element("and", "or"), several([&] { return condition(depth - 1); }));
            case 1: return applied(*rc::gen::element("!", "!!"), {condition(depth - 1)});
            case 2: return applied("if", {condition(depth - 1), condition(depth - 1), condition(depth - 1)});
            case 3: return compared([&] { return value(Type::number, depth - 1); });
            case 4: return compared([&] { return value(Type::text, depth - 1); });
            case 5: return compared([&] { return value(Type::time, depth - 1); });
            case 6: return applied(*rc::gen::element("==", "!=="), {condition(depth - 1), condition(depth - 1)});
            case 7: return listed(depth);
            default: return leaf();
        }
    }

private:
    template <class Part>
    static json::Array several(const Part& part) {
        json::Array parts;
        for (int i = between(1, 4); i > 0; --i) parts.push_back(part());
        return parts;
    }

    static json::Value variable(Type type) {
        std::vector<const char*> names;
        for (const Column& column : kColumns) {
            if (column.type == type) names.push_back(column.name);
        }
        const char* name = names[between<std::size_t>(0, names.size())];
        if (between(0, 5) == 0) return applied("var", {name, constant_of(type)});
        return json::Object{{"var", name}};
    }

    static json::Value constant_of(Type type) {
        switch (type) {
            case Type::text: return json::Value(texts()[between<std::size_t>(0, texts().size())]);
            case Type::boolean: return *rc::gen::arbitrary<bool>();
            case Type::time: return json::Value(to_string(instant()));
            case Type::number:
            case Type::list:
            case Type::any: break;
        }
        return constant();
    }

    static json::Value leaf() {
        switch (between(0, 5)) {
            case 0: return variable(Type::boolean);
            // As a condition: as a value, it would be the list of what is missing.
            case 1: return applied("!!", {applied("missing", {"n0", "t1"})});
            case 2:
                return applied("!!", {applied("missing_some", {between(0, 5), json::Array{"n0", "b0", "d1", "t0"}})});
            case 3: return variable(*rc::gen::element(Type::number, Type::text));
            default:
                return applied(
                    *rc::gen::element("<", "<=", ">", ">=", "==", "!="),
                    {variable(Type::number), constant_of(Type::number)}
                );
        }
    }

    template <class Part>
    static json::Value compared(const Part& part) {
        const char* op = *rc::gen::element("<", "<=", ">", ">=", "==", "!=", "===", "!==");
        json::Array arguments = {part(), part()};
        if ((std::strcmp(op, "<") == 0 || std::strcmp(op, "<=") == 0) && *rc::gen::arbitrary<bool>()) {
            arguments.push_back(part());
        }
        return applied(op, std::move(arguments));
    }

    static json::Value listed(int depth) {
        const Type type = *rc::gen::element(Type::number, Type::text, Type::time);
        if (type == Type::text && *rc::gen::arbitrary<bool>()) {
            return applied("in", {value(Type::text, depth - 1), value(Type::text, depth - 1)});
        }
        // A text constant that is looked for would not say that times are meant.
        const json::Value what = type == Type::time ? variable(type) : value(type, depth - 1);
        return applied("in", {what, several([&] { return constant_of(type); })});
    }

    static json::Value value(Type type, int depth) {
        if (depth <= 0 || between(0, 3) == 0) {
            return between(0, 3) == 0 && type != Type::time ? constant_of(type) : variable(type);
        }
        if (between(0, 5) == 0) {
            return applied("if", {condition(depth - 1), value(type, depth - 1), value(type, depth - 1)});
        }
        return type == Type::number ? calculated(depth) : variable(type);
    }

    static json::Value calculated(int depth) {
        const auto part = [&] { return value(Type::number, depth - 1); };
        switch (between(0, 6)) {
            case 0: return applied(*rc::gen::element("+", "*"), several(part));
            case 1: return applied("-", {part(), part()});
            case 2: return applied("/", {part(), part()});
            case 3: return applied("%", {part(), *rc::gen::element(2.0, 7.0, -3.0, 0.5, 0.1)});
            case 4: return applied(*rc::gen::element("min", "max"), several(part));
            default: return applied("days_since", {value(Type::time, depth - 1)});
        }
    }
};

}  // namespace boon::rules::testing
