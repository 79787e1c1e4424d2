#include "platform/rules/document.h"

#include <charconv>

namespace boon::rules {

const json::Value* follow(const json::Value* data, std::string_view path) {
    while (data != nullptr && !path.empty()) {
        const auto dot = path.find('.');
        const std::string_view step = path.substr(0, dot);
        if (const auto* object = data->if_object()) {
            data = object->if_contains(step);
        } else if (const auto* array = data->if_array()) {
            std::size_t place = 0;
            const auto [end, error] = std::from_chars(step.data(), step.data() + step.size(), place);
            const bool whole = error == std::errc() && end == step.data() + step.size() && !step.empty();
            data = whole && place < array->size() ? &(*array)[place] : nullptr;
        } else {
            data = nullptr;
        }
        if (dot == std::string_view::npos) return data;
        path.remove_prefix(dot + 1);
    }
    return data;
}

Value value_of(const json::Value& member, Type type) {
    if (member.is_number()) return Value::of_number(member.to_number<double>());
    if (const auto* flag = member.if_bool()) return Value::of_boolean(*flag);
    const auto* text = member.if_string();
    if (text == nullptr) return {};
    if (type != Type::time) return Value::of_text(*text);
    const auto at = parse_timestamp(*text);
    return at ? Value::of_time(*at) : Value();
}

const json::Value* DocumentValues::find(std::string_view name) const {
    if (const auto* object = document_.if_object()) {
        if (const json::Value* member = object->if_contains(name)) return member;
    }
    return follow(&document_, name);
}

Value DocumentValues::at(const Reference& reference) const {
    const json::Value* member = find(reference.name);
    return member == nullptr ? Value() : value_of(*member, reference.type);
}

json::Value DocumentValues::list_at(const Reference& reference) const {
    const json::Value* value = find(reference.name);
    return value != nullptr && value->is_array() ? *value : json::Value(nullptr);
}

}  // namespace boon::rules
