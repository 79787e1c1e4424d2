#include "records/sync/path.h"

#include <charconv>

namespace boon::sync {

namespace {

// The next step of the path, with ~1 and ~0 undone; takes it off the path.
std::string take_step(std::string_view& path) {
    path.remove_prefix(1);
    // A value within brackets may hold slashes: `[url=http://x/y]`.
    const auto from = path.starts_with('[') ? path.find(']') : 0;
    const auto end = from == std::string_view::npos ? path.size() : std::min(path.find('/', from), path.size());
    std::string step;
    for (std::size_t i = 0; i < end; ++i) {
        const bool escaped = path[i] == '~' && i + 1 < end && (path[i + 1] == '0' || path[i + 1] == '1');
        step += escaped ? (path[++i] == '0' ? '~' : '/') : path[i];
    }
    path.remove_prefix(end);
    return step;
}

const json::Value* child(const json::Value& value, const std::string& step) {
    if (const auto* object = value.if_object()) return object->if_contains(step);
    const auto* array = value.if_array();
    if (array == nullptr) return nullptr;
    std::size_t index = 0;
    const auto [end, problem] = std::from_chars(step.data(), step.data() + step.size(), index);
    const bool fits = problem == std::errc() && end == step.data() + step.size() && index < array->size();
    return fits ? &(*array)[index] : nullptr;
}

std::string as_text(const json::Value& value) {
    if (const auto* text = value.if_string()) return {text->data(), text->size()};
    return value.is_object() || value.is_array() || value.is_null() ? "" : json::to_text(value);
}

const json::Value* matching(const json::Value& value, std::string_view step) {
    const auto* array = value.if_array();
    if (array == nullptr) return nullptr;
    const auto equals = step.find('=');
    const std::string member(step.substr(1, equals - 1));
    const std::string_view wanted = step.substr(equals + 1, step.size() - equals - 2);
    for (const json::Value& element : *array) {
        const json::Value* found = child(element, member);
        if (found != nullptr && as_text(*found) == wanted) return &element;
    }
    return nullptr;
}

void follow(const json::Value& value, std::string_view path, std::vector<const json::Value*>& out) {
    if (path.empty()) {
        if (!value.is_null()) out.push_back(&value);
        return;
    }
    const std::string step = take_step(path);
    if (step == "*") {
        if (const auto* array = value.if_array()) {
            for (const json::Value& element : *array) follow(element, path, out);
        }
        return;
    }
    const json::Value* next = step.starts_with('[') ? matching(value, step) : child(value, step);
    if (next != nullptr) follow(*next, path, out);
}

}  // namespace

bool is_path(std::string_view path) {
    if (!path.empty() && !path.starts_with('/')) return false;
    while (!path.empty()) {
        const std::string step = take_step(path);
        if (!step.starts_with('[')) continue;
        const auto equals = step.find('=');
        if (!step.ends_with(']') || equals == std::string::npos || equals < 2) return false;
    }
    return true;
}

std::vector<const json::Value*> values_at(const json::Value& body, std::string_view path) {
    std::vector<const json::Value*> values;
    follow(body, path, values);
    return values;
}

std::string text_at(const json::Value& body, std::string_view path) {
    const auto values = values_at(body, path);
    return values.empty() ? "" : as_text(*values.front());
}

json::Value* member_at(json::Value& body, std::string_view pointer) {
    json::Value* value = &body;
    while (!pointer.empty() && value != nullptr) {
        const std::string step = take_step(pointer);
        auto* object = value->if_object();
        value = object == nullptr ? nullptr : object->if_contains(step);
    }
    return value;
}

}  // namespace boon::sync
