// What a record says of itself: its members (Boost.Describe), their limits and docs (kFields), the names of its enums.
#pragma once

#include <array>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <boost/describe.hpp>
#include <boost/mp11.hpp>

namespace boon {

// Limits and words for one member of a record. Lengths are in characters (code points), of text; `min` and `max` are
// inclusive.
struct Field {
    std::string_view name;
    std::string_view doc = {};
    bool required = false;   // must be there in a request
    bool read_only = false;  // boon sets it: accepted in a request (so that an answer can be sent back), but not read
    std::size_t max_length = std::numeric_limits<std::size_t>::max();
    double min = -std::numeric_limits<double>::infinity();
    double max = std::numeric_limits<double>::infinity();
};

template <class T>
inline constexpr std::array<Field, 0> kFields{};

template <class T>
concept DescribedRecord = std::is_class_v<T> && boost::describe::has_describe_members<T>::value;
template <class T>
concept DescribedEnum = std::is_enum_v<T> && boost::describe::has_describe_enumerators<T>::value;

template <class T>
using MembersOf = boost::describe::describe_members<T, boost::describe::mod_public | boost::describe::mod_inherited>;

template <DescribedEnum E>
constexpr std::string_view enum_name(E value) {
    std::string_view name = "?";
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto described) {
        if (described.value == value) name = described.name;
    });
    return name;
}

template <DescribedEnum E>
constexpr std::optional<E> enum_from(std::string_view name) {
    std::optional<E> found;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto described) {
        if (name == described.name) found = described.value;
    });
    return found;
}

// `a, b or c`: what an enum may be, for messages.
template <DescribedEnum E>
std::string enum_choices() {
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<E>>([&](auto described) {
        names.push_back(described.name);
    });
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
        text += names[i];
    }
    return text;
}

template <class T>
constexpr const Field* field_of(std::string_view name) {
    for (const Field& field : kFields<T>) {
        if (field.name == name) return &field;
    }
    return nullptr;
}

}  // namespace boon
