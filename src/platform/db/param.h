// The values of a statement's `?` placeholders. A Params is built in the call, from values of any kind that has a
// column type: connection.execute("update job set done = ? where id = ?", {done, id}).
//
// bool, integers, Timestamp (microseconds) and Money (minor units) travel as int64; described enums as their names; an
// empty optional and not-a-number (SQLite knows none) as NULL. Text and bytes are views: they must live until the call
// returns, as temporaries in the call's own arguments do.
#pragma once

#include <cmath>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "platform/base/money.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"

namespace boon::db {

using Bytes = std::span<const std::byte>;

class Param {
public:
    using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string_view, Bytes>;

    Param(std::nullptr_t) : value_(nullptr) {}
    Param(std::nullopt_t) : value_(nullptr) {}
    template <std::integral T>
        requires(std::same_as<T, bool> || std::signed_integral<T> || sizeof(T) < sizeof(std::int64_t))
    Param(T number) : value_(static_cast<std::int64_t>(number)) {}
    template <std::floating_point T>
    Param(T number) {
        if (!std::isnan(number)) value_ = static_cast<double>(number);
    }
    Param(const char* text) : value_(std::string_view(text)) {}
    Param(std::string_view text) : value_(text) {}
    Param(const std::string& text) : value_(std::string_view(text)) {}
    Param(Bytes bytes) : value_(bytes) {}
    Param(const std::vector<std::byte>& bytes) : value_(Bytes(bytes)) {}
    Param(Timestamp at) : value_(at.micros) {}
    Param(Money money) : value_(money.minor) {}
    template <DescribedEnum E>
    Param(E value) : value_(enum_name(value)) {}
    template <class T>
    Param(const std::optional<T>& value) : value_(value ? Param(*value).value_ : Value(nullptr)) {}

    [[nodiscard]] const Value& value() const { return value_; }

private:
    Value value_ = nullptr;
};

class Params {
public:
    Params() = default;
    Params(std::initializer_list<Param> values) : values_(values) {}
    Params(std::vector<Param> values) : values_(std::move(values)) {}

    void push_back(Param value) { values_.push_back(value); }

    [[nodiscard]] std::size_t size() const { return values_.size(); }
    [[nodiscard]] auto begin() const { return values_.begin(); }
    [[nodiscard]] auto end() const { return values_.end(); }

private:
    std::vector<Param> values_;
};

}  // namespace boon::db
