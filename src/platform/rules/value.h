// What a rule reads while it is evaluated: the value of one variable, and where values come from.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/json.h"
#include "platform/base/timestamp.h"
#include "platform/rules/schema.h"

namespace boon::rules {

// A variable as a rule names it. `variable` is its place in the Schema; of a family's member, that of the family, and
// `name` tells which. `type` is what the rule reads it as; `any` only where it is not compared with anything.
struct Reference {
    std::string name;
    std::uint32_t variable = 0;
    Type type = Type::any;

    bool operator==(const Reference&) const = default;
};

// One value, or nothing. Text is borrowed from whoever gave it.
class Value {
public:
    enum class Kind : std::uint8_t { missing, number, text, boolean, time };

    Value() = default;
    // Not-a-number is missing.
    static Value of_number(double number) {
        Value value;
        if (number == number) {
            value.kind_ = Kind::number;
            value.number_ = number;
        }
        return value;
    }
    static Value of_text(std::string_view text) {
        Value value;
        value.kind_ = Kind::text;
        value.text_ = text;
        return value;
    }
    static Value of_boolean(bool boolean) {
        Value value;
        value.kind_ = Kind::boolean;
        value.micros_ = boolean ? 1 : 0;
        return value;
    }
    static Value of_time(Timestamp at) {
        Value value;
        value.kind_ = Kind::time;
        value.micros_ = at.micros;
        return value;
    }

    [[nodiscard]] Kind kind() const { return kind_; }
    [[nodiscard]] bool is_missing() const { return kind_ == Kind::missing; }
    // Each is for its own kind only.
    [[nodiscard]] double number() const { return number_; }
    [[nodiscard]] std::string_view text() const { return text_; }
    [[nodiscard]] bool boolean() const { return micros_ != 0; }
    [[nodiscard]] Timestamp time() const { return {micros_}; }

private:
    Kind kind_ = Kind::missing;
    union {
        double number_ = 0;
        std::int64_t micros_;
    };
    std::string_view text_;
};

// Whether it is there, and of that type (`any`: whatever it is).
inline bool is_of(const Value& value, Type type) {
    switch (value.kind()) {
        case Value::Kind::number: return type == Type::number || type == Type::any;
        case Value::Kind::text: return type == Type::text || type == Type::any;
        case Value::Kind::boolean: return type == Type::boolean || type == Type::any;
        case Value::Kind::time: return type == Type::time || type == Type::any;
        case Value::Kind::missing: break;
    }
    return false;
}

// Where a rule's variables get their values: a profile, a row of a table, a JSON document. A value of another kind
// than the reference's type counts as missing.
class Values {
public:
    virtual ~Values() = default;
    // Allocates nothing, so that evaluation does not. Text stays valid until the evaluation ends.
    [[nodiscard]] virtual Value at(const Reference& reference) const = 0;
    // The value of a list variable: an array, or null when it is missing.
    [[nodiscard]] virtual json::Value list_at(const Reference&) const { return nullptr; }
};

}  // namespace boon::rules
