// Described records: a plain struct, described once with BOOST_DESCRIBE_STRUCT, and beside it (where it needs any) a
// table kFields of limits and docs. From these two follow JSON reading with the path of every mistake, JSON writing,
// SQL binding (platform/db) and the OpenAPI schema (program/api).
//
//     struct Tag { std::string name; std::optional<int> rank; };
//     BOOST_DESCRIBE_STRUCT(Tag, (), (name, rank))
//     template <> inline constexpr auto boon::kFields<Tag> = std::array{
//         boon::Field{.name = "name", .doc = "what people call it", .required = true, .max_length = 50}};
//
//     auto tag = json::read<Tag>(value);         // Result<Tag>; every mistake at once, each with its pointer
//     std::string text = json::write(*tag);
//
// Member types: bool, int32, int64, float, double, std::string, Timestamp, Money, described enums (as their names),
// json::Value (anything), other records, and std::optional, std::vector and std::map<std::string, …> of these.
// An absent member keeps its default; null clears an optional and is a mistake elsewhere.
#pragma once

#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "platform/base/describe.h"
#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/base/json.h"
#include "platform/base/money.h"
#include "platform/base/timestamp.h"

namespace boon::json {

// `request`: from outside; read-only members are not read, required ones must be there.
// `stored`: what boon wrote itself; every member is read.
enum class ReadAs { request, stored };

struct Context {
    Currency currency = {};
    ReadAs read_as = ReadAs::request;
};

// Where the reading stands, and what was wrong so far.
class Reader {
public:
    explicit Reader(const Context& context) : context_(context) {}

    void mistake(std::string_view pointer, std::string detail) {
        mistakes_.push_back({std::string(pointer), std::move(detail)});
    }
    [[nodiscard]] const Context& context() const { return context_; }
    std::vector<FieldError>& mistakes() { return mistakes_; }

private:
    const Context& context_;
    std::vector<FieldError> mistakes_;
};

// One specialisation per kind of member: read() reports mistakes and leaves `out` as it was then.
template <class T>
struct Codec;

template <class T>
void read_value(const Value& value, T& out, std::string_view pointer, Reader& reader) {
    Codec<T>::read(value, out, pointer, reader);
}

template <>
struct Codec<bool> {
    static void read(const Value& value, bool& out, std::string_view pointer, Reader& reader) {
        if (const bool* flag = value.if_bool()) {
            out = *flag;
        } else {
            reader.mistake(pointer, "must be true or false");
        }
    }
    static void write(std::string& out, bool value, const Context&) { out += value ? "true" : "false"; }
};

template <std::signed_integral T>
struct Codec<T> {
    static void read(const Value& value, T& out, std::string_view pointer, Reader& reader) {
        const std::int64_t* number = value.if_int64();
        if (number == nullptr) {
            reader.mistake(pointer, "must be a whole number");
        } else if (*number < std::numeric_limits<T>::min() || *number > std::numeric_limits<T>::max()) {
            reader.mistake(pointer, "is out of range");
        } else {
            out = static_cast<T>(*number);
        }
    }
    static void write(std::string& out, T value, const Context&) { append(out, static_cast<std::int64_t>(value)); }
};

template <std::floating_point T>
struct Codec<T> {
    static void read(const Value& value, T& out, std::string_view pointer, Reader& reader) {
        if (!value.is_number()) {
            reader.mistake(pointer, "must be a number");
        } else {
            out = value.to_number<T>();
        }
    }
    static void write(std::string& out, T value, const Context&) { append(out, value); }
};

template <>
struct Codec<std::string> {
    static void read(const Value& value, std::string& out, std::string_view pointer, Reader& reader) {
        if (const auto* text = value.if_string()) {
            out.assign(text->data(), text->size());
        } else {
            reader.mistake(pointer, "must be text");
        }
    }
    static void write(std::string& out, const std::string& value, const Context&) { append(out, value); }
};

template <>
struct Codec<Timestamp> {
    static void read(const Value& value, Timestamp& out, std::string_view pointer, Reader& reader) {
        const auto* text = value.if_string();
        if (text == nullptr) return reader.mistake(pointer, "must be a time, as text");
        const auto at = parse_timestamp(*text);
        if (!at) return reader.mistake(pointer, at.error().message + "; " + at.error().hint);
        out = *at;
    }
    static void write(std::string& out, Timestamp value, const Context&) { append(out, to_string(value)); }
};

template <>
struct Codec<Money> {
    static void read(const Value& value, Money& out, std::string_view pointer, Reader& reader) {
        if (!value.is_number()) return reader.mistake(pointer, "must be an amount, as a number");
        const auto money = reader.context().currency.from_double(value.to_number<double>());
        if (!money) return reader.mistake(pointer, money.error().message);
        out = *money;
    }
    static void write(std::string& out, Money value, const Context& context) { out += context.currency.format(value); }
};

template <>
struct Codec<Value> {
    static void read(const Value& value, Value& out, std::string_view, Reader&) { out = value; }
    static void write(std::string& out, const Value& value, const Context&) { append(out, value); }
};

template <DescribedEnum E>
struct Codec<E> {
    static void read(const Value& value, E& out, std::string_view pointer, Reader& reader) {
        const auto* text = value.if_string();
        const auto named = text == nullptr ? std::nullopt : enum_from<E>(*text);
        if (!named) return reader.mistake(pointer, "must be one of " + enum_choices<E>());
        out = *named;
    }
    static void write(std::string& out, E value, const Context&) { append(out, enum_name(value)); }
};

template <class T>
struct Codec<std::optional<T>> {
    static void read(const Value& value, std::optional<T>& out, std::string_view pointer, Reader& reader) {
        if (value.is_null()) {
            out.reset();
        } else {
            T inner{};
            read_value(value, inner, pointer, reader);
            out = std::move(inner);
        }
    }
    static void write(std::string& out, const std::optional<T>& value, const Context& context) {
        if (value) {
            Codec<T>::write(out, *value, context);
        } else {
            out += "null";
        }
    }
};

template <class T>
struct Codec<std::vector<T>> {
    static void read(const Value& value, std::vector<T>& out, std::string_view pointer, Reader& reader) {
        const Array* array = value.if_array();
        if (array == nullptr) return reader.mistake(pointer, "must be an array");
        out.clear();
        for (std::size_t i = 0; i < array->size(); ++i) {
            T item{};
            read_value((*array)[i], item, pointer_to(pointer, std::to_string(i)), reader);
            out.push_back(std::move(item));
        }
    }
    static void write(std::string& out, const std::vector<T>& values, const Context& context) {
        out += '[';
        for (std::size_t i = 0; i < values.size(); ++i) {
            if (i > 0) out += ',';
            Codec<T>::write(out, values[i], context);
        }
        out += ']';
    }
};

template <class T>
struct Codec<std::map<std::string, T>> {
    static void read(const Value& value, std::map<std::string, T>& out, std::string_view pointer, Reader& reader) {
        const Object* object = value.if_object();
        if (object == nullptr) return reader.mistake(pointer, "must be an object");
        out.clear();
        for (const auto& member : *object) {
            T item{};
            read_value(member.value(), item, pointer_to(pointer, member.key()), reader);
            out.emplace(member.key(), std::move(item));
        }
    }
    static void write(std::string& out, const std::map<std::string, T>& values, const Context& context) {
        out += '{';
        bool first = true;
        for (const auto& [key, item] : values) {
            if (!first) out += ',';
            first = false;
            append(out, key);
            out += ':';
            Codec<T>::write(out, item, context);
        }
        out += '}';
    }
};

inline void check_text(const std::string& text, const Field& field, std::string_view pointer, Reader& reader) {
    // Text has at most as many characters as bytes: most of it needs no counting.
    if (text.size() > field.max_length && characters_in(text) > field.max_length) {
        reader.mistake(pointer, "is longer than " + std::to_string(field.max_length) + " characters");
    } else if (field.required && text.empty()) {
        reader.mistake(pointer, "must not be empty");
    }
}

inline void check_number(double number, const Field& field, std::string_view pointer, Reader& reader) {
    if (number < field.min) {
        reader.mistake(pointer, "must be at least " + to_text(Value(field.min)));
    } else if (number > field.max) {
        reader.mistake(pointer, "must be at most " + to_text(Value(field.max)));
    }
}

// Checks text and numbers against the member's Field; the parts of an optional or of a list likewise.
template <class T>
void check_limits(const T& value, const Field& field, std::string_view pointer, Reader& reader) {
    if constexpr (std::is_same_v<T, std::string>) {
        check_text(value, field, pointer, reader);
    } else if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
        check_number(static_cast<double>(value), field, pointer, reader);
    } else if constexpr (std::is_same_v<T, Money>) {
        check_number(reader.context().currency.to_double(value), field, pointer, reader);
    } else if constexpr (requires {
                             value.has_value();
                             *value;
                         }) {
        if (value.has_value()) check_limits(*value, field, pointer, reader);
    } else if constexpr (requires {
                             value.begin();
                             value[0];
                         }) {
        for (std::size_t i = 0; i < value.size(); ++i) {
            check_limits(value[i], field, pointer_to(pointer, std::to_string(i)), reader);
        }
    }
}

template <DescribedRecord T>
struct Codec<T> {
    static void read(const Value& value, T& out, std::string_view pointer, Reader& reader) {
        const Object* object = value.if_object();
        if (object == nullptr) return reader.mistake(pointer, "must be an object");
        for (const auto& member : *object) {
            if (!is_member(member.key())) reader.mistake(pointer_to(pointer, member.key()), "is not a known field");
        }
        boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) {
            read_member(*object, described.name, out.*described.pointer, pointer, reader);
        });
    }

    static void write(std::string& out, const T& record, const Context& context) {
        out += '{';
        bool first = true;
        boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) {
            if (!first) out += ',';
            first = false;
            append(out, std::string_view(described.name));
            out += ':';
            using Member = std::remove_cvref_t<decltype(record.*described.pointer)>;
            Codec<Member>::write(out, record.*described.pointer, context);
        });
        out += '}';
    }

private:
    static bool is_member(std::string_view name) {
        bool found = false;
        boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) { found = found || name == described.name; });
        return found;
    }

    template <class Member>
    static void read_member(
        const Object& object, std::string_view name, Member& out, std::string_view parent, Reader& reader
    ) {
        const Field* field = field_of<T>(name);
        const bool request = reader.context().read_as == ReadAs::request;
        if (request && field != nullptr && field->read_only) return;
        const Value* value = object.if_contains(name);
        if (value == nullptr) {
            if (request && field != nullptr && field->required) reader.mistake(pointer_to(parent, name), "is missing");
            return;
        }
        const std::string pointer = pointer_to(parent, name);
        const std::size_t mistakes_before = reader.mistakes().size();
        read_value(*value, out, pointer, reader);
        if (request && field != nullptr && reader.mistakes().size() == mistakes_before) {
            check_limits(out, *field, pointer, reader);
        }
    }
};

// Reads over `record`: absent members keep what it has. On a mistake, an `invalid` error that lists them all.
template <class T>
Status read_over(const Value& value, T& record, const Context& context = {}) {
    Reader reader(context);
    read_value(value, record, "", reader);
    if (reader.mistakes().empty()) return {};
    const std::size_t count = reader.mistakes().size();
    Error error{ErrorCode::invalid, count == 1 ? "one field is wrong" : std::to_string(count) + " fields are wrong"};
    error.fields = std::move(reader.mistakes());
    return std::unexpected(std::move(error));
}

template <class T>
Result<T> read(const Value& value, const Context& context = {}) {
    T record{};
    BOON_CHECK(read_over(value, record, context));
    return record;
}

template <class T>
Result<T> read_text(std::string_view text, const Context& context = {}) {
    BOON_TRY(const Value value, parse(text));
    return read<T>(value, context);
}

template <class T>
void append_record(std::string& out, const T& record, const Context& context = {}) {
    Codec<T>::write(out, record, context);
}

template <class T>
std::string write(const T& record, const Context& context = {}) {
    std::string out;
    append_record(out, record, context);
    return out;
}

}  // namespace boon::json
