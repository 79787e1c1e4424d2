#include "platform/rules/conversions.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "platform/rules/arithmetic.h"

namespace boon::rules {

namespace {

constexpr std::string_view kSpace = " \t\n\v\f\r";

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// How much of the text is a decimal literal: digits with a point and an exponent, all but the digits optional.
std::size_t decimal_length(std::string_view text) {
    std::size_t i = 0;
    const auto skip_one_of = [&](std::string_view characters) {
        const bool there = i < text.size() && characters.contains(text[i]);
        i += there ? 1 : 0;
        return there;
    };
    const auto digits = [&] {
        const std::size_t start = i;
        while (i < text.size() && is_digit(text[i])) ++i;
        return i - start;
    };
    skip_one_of("+-");
    std::size_t count = digits();
    if (skip_one_of(".")) count += digits();
    if (count == 0) return 0;
    const std::size_t mantissa = i;
    if (!skip_one_of("eE")) return mantissa;
    skip_one_of("+-");
    return digits() > 0 ? i : mantissa;
}

// The double nearest to a decimal literal; beyond the range infinity or 0.
double decimal(std::string_view text) {
    if (text.starts_with('+')) text.remove_prefix(1);
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc::result_out_of_range) return number;
    const auto exponent = text.find_first_of("eE");
    const bool tiny = exponent != std::string_view::npos && text.substr(exponent + 1).starts_with('-');
    const double magnitude = tiny ? 0.0 : INFINITY;
    return text.starts_with('-') ? -magnitude : magnitude;
}

double number_of_text(std::string_view text) {
    text = trimmed(text);
    if (text.empty()) return 0;
    const bool negative = text.starts_with('-');
    if (text.substr(negative || text.starts_with('+') ? 1 : 0) == "Infinity") return negative ? -INFINITY : INFINITY;
    if (text.size() > 2 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
        std::uint64_t number = 0;
        const auto [end, error] = std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
        return error == std::errc() && end == text.data() + text.size() ? static_cast<double>(number) : NAN;
    }
    return decimal_length(text) == text.size() ? decimal(text) : NAN;
}

bool is_composite(const json::Value& value) { return value.is_array() || value.is_object(); }

// Text compared by UTF-16 code units: as by bytes, but that characters beyond U+FFFF (surrogates there) come before
// U+E000–U+FFFF.
std::strong_ordering compare_text(std::string_view a, std::string_view b) {
    const auto [left, right] = std::ranges::mismatch(a, b);
    if (left == a.end() || right == b.end()) return a.size() <=> b.size();
    const auto weight = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0xf0 ? 0xee - 0.5 : static_cast<double>(byte);
    };
    const double difference = weight(*left) - weight(*right);
    return difference == 0 ? *left <=> *right
                           : (difference < 0 ? std::strong_ordering::less : std::strong_ordering::greater);
}

}  // namespace

bool is_truthy(const json::Value& value) {
    if (const auto* array = value.if_array()) return !array->empty();
    if (const auto* text = value.if_string()) return !text->empty();
    if (const auto* flag = value.if_bool()) return *flag;
    if (value.is_number()) {
        const auto number = value.to_number<double>();
        return number != 0 && !std::isnan(number);
    }
    return value.is_object();
}

double to_number(const json::Value& value) {
    if (value.is_number()) return value.to_number<double>();
    if (const auto* flag = value.if_bool()) return *flag ? 1 : 0;
    if (const auto* text = value.if_string()) return number_of_text(*text);
    if (value.is_null()) return 0;
    return number_of_text(to_string(value));
}

double to_leading_number(const json::Value& value) {
    if (value.is_number()) return value.to_number<double>();
    const std::string whole = to_string(value);
    const std::string_view text = trimmed(whole);
    const bool negative = text.starts_with('-');
    if (text.substr(negative || text.starts_with('+') ? 1 : 0).starts_with("Infinity")) {
        return negative ? -INFINITY : INFINITY;
    }
    const std::size_t length = decimal_length(text);
    return length == 0 ? NAN : decimal(text.substr(0, length));
}

std::string to_string(double number) {
    if (std::isnan(number)) return "NaN";
    if (std::isinf(number)) return number > 0 ? "Infinity" : "-Infinity";
    if (number == 0) return "0";
    std::array<char, 400> buffer{};
    const double magnitude = std::fabs(number);
    const bool plain = magnitude < 1e21 && magnitude >= 1e-6;
    const auto end = std::to_chars(
        buffer.data(), buffer.data() + buffer.size(), number,
        plain ? std::chars_format::fixed : std::chars_format::scientific
    );
    std::string text(buffer.data(), end.ptr);
    // `1e-07` here is `1e-7` there.
    const auto exponent = text.find('e');
    if (exponent != std::string::npos && text[exponent + 2] == '0') text.erase(exponent + 2, 1);
    return text;
}

NumberReader number_reader(Mode mode, Op op) {
    const bool of_beginning = mode == Mode::original && (op == Op::plus || op == Op::times);
    return of_beginning ? to_leading_number : to_number;
}

namespace {

std::string joined(const json::Array& items) {
    std::string text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0) text += ',';
        if (!items[i].is_null()) text += to_string(items[i]);
    }
    return text;
}

}  // namespace

std::string to_string(const json::Value& value) {
    if (const auto* text = value.if_string()) return std::string(*text);
    if (const auto* flag = value.if_bool()) return *flag ? "true" : "false";
    if (value.is_number()) return to_string(value.to_number<double>());
    if (const auto* array = value.if_array()) return joined(*array);
    return value.is_null() ? "null" : "[object Object]";
}

bool are_strictly_equal(const json::Value& a, const json::Value& b) {
    if (a.is_number() && b.is_number()) return a.to_number<double>() == b.to_number<double>();
    if (is_composite(a) || is_composite(b)) return false;
    return a == b;
}

bool are_loosely_equal(const json::Value& a, const json::Value& b) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    if (is_composite(a) && is_composite(b)) return false;
    if (is_composite(a)) return b.is_string() ? to_string(a) == to_string(b) : to_number(a) == to_number(b);
    if (is_composite(b)) return are_loosely_equal(b, a);
    if (a.kind() == b.kind() && !a.is_number()) return a == b;
    return to_number(a) == to_number(b);
}

std::optional<bool> is_less(const json::Value& a, const json::Value& b) {
    const bool textual = (a.is_string() || is_composite(a)) && (b.is_string() || is_composite(b));
    if (textual) return compare_text(to_string(a), to_string(b)) < 0;
    const double left = to_number(a);
    const double right = to_number(b);
    if (std::isnan(left) || std::isnan(right)) return std::nullopt;
    return left < right;
}

bool are_related(Op op, const json::Value& a, const json::Value& b) {
    switch (op) {
        case Op::equal: return are_loosely_equal(a, b);
        case Op::same: return are_strictly_equal(a, b);
        case Op::unequal: return !are_loosely_equal(a, b);
        case Op::not_same: return !are_strictly_equal(a, b);
        case Op::less: return is_less(a, b).value_or(false);
        case Op::more: return is_less(b, a).value_or(false);
        case Op::at_most: return !is_less(b, a).value_or(true);
        default: return !is_less(a, b).value_or(true);
    }
}

double originally_applied(Op op, double a, double b) {
    switch (op) {
        case Op::over: return a / b;
        case Op::modulo: return std::fmod(a, b);
        default: return applied(op, a, b);
    }
}

json::Value of_number(double number) {
    constexpr double kExact = 0x1p53;
    if (number == std::trunc(number) && std::fabs(number) < kExact) return static_cast<std::int64_t>(number);
    return number;
}

}  // namespace boon::rules
