#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "action/tmf/schema.h"
#include "platform/base/timestamp.h"

namespace boon::tmf {

namespace {

std::string_view view(const json::Value& text) { return text.get_string(); }

template <class Number>
bool read_number(std::string_view text, Number& number) {
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    return problem == std::errc() && end == text.data() + text.size();
}

bool to_text(json::Value& value) {
    if (value.is_string()) return true;
    if (!value.is_number() && !value.is_bool()) return false;
    value = json::to_text(value);
    return true;
}

bool to_time(json::Value& value) {
    if (!value.is_string()) return false;
    std::string text(view(value));
    auto at = parse_timestamp(text);
    if (!at) {
        // Finer than a microsecond: some clocks write nine digits.
        const auto dot = text.find('.');
        const auto end = dot == std::string::npos ? dot : text.find_first_not_of("0123456789", dot + 1);
        if (dot == std::string::npos || end == std::string::npos || end - dot <= 7) return false;
        text.erase(dot + 7, end - dot - 7);
        at = parse_timestamp(text);
        if (!at) return false;
        value = to_string(*at);
        return true;
    }
    const bool is_rfc3339 = text.size() > 10 && text[10] == 'T';
    if (!is_rfc3339) value = to_string(*at);
    return true;
}

bool to_boolean(json::Value& value) {
    if (value.is_bool()) return true;
    if (!value.is_string() || (view(value) != "true" && view(value) != "false")) return false;
    value = view(value) == "true";
    return true;
}

bool to_whole(json::Value& value) {
    if (value.is_int64()) return true;
    std::int64_t number = 0;
    if (value.is_string() && read_number(view(value), number)) {
        value = number;
        return true;
    }
    const double* real = value.if_double();
    constexpr double kExact = 9e15;  // below it every whole double is one int64
    if (real == nullptr || std::fabs(*real) > kExact || *real != std::trunc(*real)) return false;
    value = static_cast<std::int64_t>(*real);
    return true;
}

bool to_number(json::Value& value) {
    if (value.is_number()) return true;
    double number = 0;
    if (!value.is_string() || !read_number(view(value), number) || !std::isfinite(number)) return false;
    value = number;
    return true;
}

struct Form {
    bool (*bring)(json::Value&);
    std::string_view words;
};

Form form_of(Type type) {
    switch (type) {
        case Type::text: return {to_text, "must be text"};
        case Type::time: return {to_time, "must be a time such as 2026-03-01T12:30:00Z"};
        case Type::boolean: return {to_boolean, "must be true or false"};
        case Type::whole: return {to_whole, "must be a whole number"};
        case Type::number: return {to_number, "must be a number"};
        case Type::anything:
        case Type::object: break;
    }
    return {[](json::Value&) { return true; }, ""};
}

void drop_nulls(json::Object& object) {
    for (auto member = object.begin(); member != object.end();) {
        member = member->value().is_null() ? object.stable_erase(member) : std::next(member);
    }
}

// What a sender left out of a reference, and what it evidently is.
void complete_reference(json::Object& object, const Definition& definition) {
    const Attribute* id = definition.find("id");
    const auto text = [&](std::string_view name) -> std::string {
        const json::Value* value = object.if_contains(name);
        return value != nullptr && value->is_string() ? std::string(view(*value)) : std::string();
    };
    if (id != nullptr && id->required && !object.contains("id")) {
        std::string href = text("href");
        while (href.ends_with('/')) href.pop_back();
        const std::string last = href.substr(href.rfind('/') + 1);
        if (const std::string& found = last.empty() ? text("name") : last; !found.empty()) object["id"] = found;
    }
    const Attribute* type = definition.find("@referredType");
    if (type != nullptr && type->required && !object.contains(type->name)) object[type->name] = "Party";
}

constexpr std::string_view kPeriod = "TimePeriod";

bool ends_before_it_starts(const json::Object& period) {
    const auto at = [&](std::string_view member) -> std::optional<Timestamp> {
        const json::Value* value = period.if_contains(member);
        if (value == nullptr || !value->is_string()) return std::nullopt;
        const auto read = parse_timestamp(view(*value));
        return read ? std::optional(*read) : std::nullopt;
    };
    const auto start = at("startDateTime");
    const auto end = at("endDateTime");
    return start && end && *end < *start;
}

class Conforming {
public:
    void object(json::Object& body, const Definition& definition, const std::string& pointer) {
        drop_nulls(body);
        complete_reference(body, definition);
        for (const Attribute& attribute : definition.attributes) {
            const std::string place = json::pointer_to(pointer, attribute.name);
            if (json::Value* value = body.if_contains(attribute.name)) {
                attribute.list ? list(*value, attribute, place) : one(*value, attribute, place);
            } else if (attribute.required) {
                mistakes.push_back({place, "is missing"});
            }
        }
    }

    std::vector<FieldError> mistakes;

private:
    void list(json::Value& value, const Attribute& attribute, const std::string& pointer) {
        if (!value.is_array()) value = json::Array{value};
        json::Array& items = value.get_array();
        for (std::size_t i = 0; i < items.size(); ++i) {
            one(items[i], attribute, json::pointer_to(pointer, fmt::to_string(i)));
        }
    }

    void one(json::Value& value, const Attribute& attribute, const std::string& pointer) {
        if (attribute.type == Type::object) {
            json::Object* inner = value.if_object();
            if (inner == nullptr) return mistakes.push_back({pointer, "must be an object"});
            object(*inner, definition_of(attribute.definition), pointer);
            if (attribute.definition == kPeriod && ends_before_it_starts(*inner)) {
                mistakes.push_back({pointer + "/endDateTime", "is before startDateTime"});
            }
            return;
        }
        // PostgreSQL keeps no text with a NUL in it.
        const bool has_nul = value.is_string() && view(value).find('\0') != std::string_view::npos;
        if (has_nul) return mistakes.push_back({pointer, "has a NUL in it"});
        const Form form = form_of(attribute.type);
        if (!form.bring(value)) mistakes.push_back({pointer, std::string(form.words)});
    }
};

}  // namespace

Status conform(json::Object& body, const Definition& definition) {
    Conforming conforming;
    conforming.object(body, definition, "");
    if (conforming.mistakes.empty()) return {};
    const std::size_t count = conforming.mistakes.size();
    Error error{
        ErrorCode::invalid, count == 1 ? "one attribute is wrong" : fmt::format("{} attributes are wrong", count)
    };
    error.fields = std::move(conforming.mistakes);
    return std::unexpected(std::move(error));
}

}  // namespace boon::tmf
