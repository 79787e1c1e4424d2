#include "platform/base/json.h"

#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <fmt/format.h>

namespace boon::json {

namespace {

// Builds a Value from the parser's events. Names and signatures are those that Boost.JSON's basic_parser calls.
class TreeBuilder {
public:
    // NOLINTBEGIN(readability-identifier-naming): names that the parser looks for
    constexpr static std::size_t max_object_size = 1U << 20U;
    constexpr static std::size_t max_array_size = 1U << 24U;
    constexpr static std::size_t max_key_size = 1U << 16U;
    constexpr static std::size_t max_string_size = 1U << 26U;
    // NOLINTEND(readability-identifier-naming)
    using error_code = boost::json::error_code;
    using string_view = boost::json::string_view;

    static bool on_document_begin(error_code&) { return true; }
    static bool on_document_end(error_code&) { return true; }

    bool on_object_begin(error_code&) {
        open_.push_back({Value(boost::json::object_kind), std::move(key_)});
        return true;
    }
    bool on_object_end(std::size_t, error_code&) { return close(); }
    bool on_array_begin(error_code&) {
        open_.push_back({Value(boost::json::array_kind), std::move(key_)});
        return true;
    }
    bool on_array_end(std::size_t, error_code&) { return close(); }

    bool on_key_part(string_view part, std::size_t, error_code&) { return on_part(part); }
    bool on_key(string_view part, std::size_t, error_code& ec) {
        text_.append(part.data(), part.size());
        key_ = std::move(text_);
        text_.clear();
        if (!open_.back().value.get_object().contains(key_)) return true;
        return refuse(ec, fmt::format("the member `{}` appears twice", key_));
    }
    bool on_string_part(string_view part, std::size_t, error_code&) { return on_part(part); }
    bool on_string(string_view part, std::size_t, error_code&) {
        text_.append(part.data(), part.size());
        Value value(boost::json::string_kind);
        value.get_string().assign(text_);
        text_.clear();
        return place(std::move(value));
    }
    bool on_number_part(string_view part, error_code&) { return on_part(part); }
    bool on_int64(std::int64_t number, string_view, error_code&) {
        text_.clear();
        return place(Value(number));
    }
    bool on_uint64(std::uint64_t number, string_view, error_code& ec) {
        return refuse(ec, fmt::format("the integer {} does not fit in 64 bits", number));
    }
    bool on_double(double approximate, string_view part, error_code& ec) {
        text_.append(part.data(), part.size());
        const std::string digits = std::move(text_);
        text_.clear();
        const bool is_integer = digits.find_first_of(".eE") == std::string::npos;
        if (is_integer) return refuse(ec, fmt::format("the integer {} does not fit in 64 bits", digits.substr(0, 40)));
        double number = 0;
        const auto [end, problem] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
        if (problem == std::errc::result_out_of_range) {
            // from_chars reports too small like too large; only the latter has no nearest double.
            if (std::fabs(approximate) > 1)
                return refuse(ec, fmt::format("the number {} is too large", digits.substr(0, 40)));
            number = std::signbit(approximate) ? -0.0 : 0.0;
        }
        return place(Value(number));
    }
    bool on_bool(bool value, error_code&) { return place(Value(value)); }
    bool on_null(error_code&) { return place(Value(nullptr)); }
    static bool on_comment_part(string_view, error_code&) { return true; }
    static bool on_comment(string_view, error_code&) { return true; }

    [[nodiscard]] const std::string& refusal() const { return refusal_; }
    Value take_root() { return std::move(root_); }

private:
    struct Open {
        Value value;
        std::string key;  // under which it stands in its parent, where that is an object
    };

    bool on_part(string_view part) {
        text_.append(part.data(), part.size());
        return true;
    }
    bool refuse(error_code& ec, std::string why) {
        refusal_ = std::move(why);
        ec = boost::json::error::syntax;
        return false;
    }
    bool place(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
        } else if (Value& parent = open_.back().value; parent.is_object()) {
            parent.get_object().emplace(key_, std::move(value));
        } else {
            parent.get_array().push_back(std::move(value));
        }
        return true;
    }
    bool close() {
        Open done = std::move(open_.back());
        open_.pop_back();
        key_ = std::move(done.key);
        return place(std::move(done.value));
    }

    Value root_;
    std::vector<Open> open_;
    std::string key_;
    std::string text_;
    std::string refusal_;
};

template <class Number>
void append_shortest(std::string& out, Number number) {
    char digits[40];
    const auto [end, problem] = std::to_chars(std::begin(digits), std::end(digits), number);
    out.append(digits, end);
}

template <class Number>
void append_floating(std::string& out, Number number) {
    if (std::isfinite(number)) {
        append_shortest(out, number);
    } else {
        out += "null";
    }
}

bool needs_escape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

// The same of any of eight characters at once: the highest bit of a byte is set where the byte is zero (Warren,
// Hacker's Delight, 6-1), and falsely only behind one where it is so.
bool any_needs_escape(std::uint64_t eight) {
    constexpr std::uint64_t kOnes = 0x0101010101010101;
    constexpr std::uint64_t kHighest = kOnes * 0x80;
    const auto zeros = [](std::uint64_t bytes) { return (bytes - kOnes) & ~bytes; };
    const std::uint64_t controls = (eight - kOnes * 0x20) & ~eight;
    return ((controls | zeros(eight ^ (kOnes * '"')) | zeros(eight ^ (kOnes * '\\'))) & kHighest) != 0;
}

// How many characters from `begin` on need no escape.
std::size_t plain_run(std::string_view text, std::size_t begin) {
    std::size_t at = begin;
    for (std::uint64_t eight = 0; at + sizeof eight <= text.size(); at += sizeof eight) {
        std::memcpy(&eight, text.data() + at, sizeof eight);
        if (any_needs_escape(eight)) break;
    }
    while (at < text.size() && !needs_escape(text[at])) ++at;
    return at - begin;
}

void append_escape(std::string& out, char c) {
    switch (c) {
        case '"': out += "\\\""; break;
        case '\\': out += "\\\\"; break;
        case '\b': out += "\\b"; break;
        case '\f': out += "\\f"; break;
        case '\n': out += "\\n"; break;
        case '\r': out += "\\r"; break;
        case '\t': out += "\\t"; break;
        default: fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
    }
}

void append_object(std::string& out, const Object& object) {
    out += '{';
    bool first = true;
    for (const auto& member : object) {
        if (!first) out += ',';
        first = false;
        append(out, std::string_view(member.key()));
        out += ':';
        append(out, member.value());
    }
    out += '}';
}

void append_array(std::string& out, const Array& array) {
    out += '[';
    bool first = true;
    for (const Value& item : array) {
        if (!first) out += ',';
        first = false;
        append(out, item);
    }
    out += ']';
}

std::string place_of(std::string_view text, std::size_t offset) {
    std::size_t line = 1;
    std::size_t column = 1;
    for (char c : text.substr(0, offset)) {
        column = c == '\n' ? 1 : column + 1;
        if (c == '\n') ++line;
    }
    return fmt::format("line {}, column {}", line, column);
}

}  // namespace

Result<Value> parse(std::string_view text, std::size_t max_depth) {
    boost::json::parse_options options;
    options.max_depth = max_depth;
    boost::json::basic_parser<TreeBuilder> parser(options);
    boost::json::error_code ec;
    const std::size_t read = parser.write_some(false, text.data(), text.size(), ec);
    if (!ec && read < text.size()) {
        return fail(ErrorCode::invalid, "not JSON: text after the end at " + place_of(text, read));
    }
    if (!ec) return parser.handler().take_root();
    std::string why = parser.handler().refusal();
    if (why.empty() && ec == boost::json::error::too_deep) why = fmt::format("nested deeper than {}", max_depth);
    if (why.empty() && ec == boost::json::error::incomplete) why = "it ends too early";
    if (why.empty()) why = ec.message();
    return fail(ErrorCode::invalid, fmt::format("not JSON: {} at {}", why, place_of(text, read)));
}

void append(std::string& out, std::string_view text) {
    out += '"';
    // What needs no escape goes in whole: most texts are one such run.
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t run = plain_run(text, at);
        out.append(text, at, run);
        at += run;
        if (at < text.size()) append_escape(out, text[at++]);
    }
    out += '"';
}

void append(std::string& out, std::int64_t number) { append_shortest(out, number); }
void append(std::string& out, double number) { append_floating(out, number); }
void append(std::string& out, float number) { append_floating(out, number); }

void append(std::string& out, const Value& value) {
    switch (value.kind()) {
        case boost::json::kind::null: out += "null"; break;
        case boost::json::kind::bool_: out += value.get_bool() ? "true" : "false"; break;
        case boost::json::kind::int64: append(out, value.get_int64()); break;
        case boost::json::kind::uint64: append_shortest(out, value.get_uint64()); break;
        case boost::json::kind::double_: append(out, value.get_double()); break;
        case boost::json::kind::string: append(out, std::string_view(value.get_string())); break;
        case boost::json::kind::array: append_array(out, value.get_array()); break;
        case boost::json::kind::object: append_object(out, value.get_object()); break;
    }
}

std::string to_text(const Value& value) {
    std::string out;
    append(out, value);
    return out;
}

void merge_patch(Value& target, const Value& patch) {
    if (!patch.is_object()) {
        target = patch;
        return;
    }
    if (!target.is_object()) target = Object();
    Object& object = target.get_object();
    for (const auto& member : patch.get_object()) {
        if (member.value().is_null()) {
            object.erase(member.key());
        } else {
            merge_patch(object[member.key()], member.value());
        }
    }
}

std::string pointer_to(std::string_view parent, std::string_view member) {
    std::string pointer(parent);
    pointer += '/';
    for (const char c : member) {
        if (c == '~') {
            pointer += "~0";
        } else if (c == '/') {
            pointer += "~1";
        } else {
            pointer += c;
        }
    }
    return pointer;
}

}  // namespace boon::json
