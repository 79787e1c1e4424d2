#include "action/tmf/schema.h"

#include <algorithm>
#include <array>

namespace boon::tmf {

// Made by the build from tmf620.schema.
std::string_view embedded_text(std::string_view name);

namespace {

Attribute attribute_of(std::string_view word) {
    const auto colon = word.find(':');
    BOON_ASSERT(colon != std::string_view::npos);
    Attribute attribute{.name = word.substr(0, colon)};
    std::string_view type = word.substr(colon + 1);
    attribute.required = type.ends_with('!');
    if (attribute.required) type.remove_suffix(1);
    attribute.list = type.starts_with('[');
    if (attribute.list) type = type.substr(1, type.size() - 2);
    constexpr std::string_view kLetters = "sdbin*";
    constexpr std::array kTypes = {Type::text, Type::time, Type::boolean, Type::whole, Type::number, Type::anything};
    if (type.size() == 1) {
        const auto at = kLetters.find(type);
        BOON_ASSERT(at != std::string_view::npos);
        attribute.type = kTypes.at(at);
    } else {
        attribute.type = Type::object;
        attribute.definition = type;
    }
    return attribute;
}

void append_attributes(Definition& definition, std::string_view words) {
    while (!words.empty()) {
        const auto space = std::min(words.find(' '), words.size());
        const std::string_view word = words.substr(0, space);
        words.remove_prefix(std::min(space + 1, words.size()));
        if (word == "@") {
            for (const std::string_view name : {"@baseType", "@schemaLocation", "@type"}) {
                definition.attributes.push_back({.name = name});
            }
        } else if (!word.empty()) {
            definition.attributes.push_back(attribute_of(word));
        }
    }
}

std::vector<Definition> read_definitions(std::string_view text) {
    std::vector<Definition> definitions;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.empty() || line.starts_with('#')) continue;
        if (line.starts_with(' ')) {
            append_attributes(definitions.back(), line);
            continue;
        }
        const auto space = line.find(' ');
        definitions.push_back({.name = line.substr(0, space), .attributes = {}});
        append_attributes(definitions.back(), line.substr(space));
    }
    return definitions;
}

}  // namespace

const Attribute* Definition::find(std::string_view attribute) const {
    const auto found = std::ranges::find(attributes, attribute, &Attribute::name);
    return found == attributes.end() ? nullptr : &*found;
}

std::span<const Definition> definitions() {
    static const std::vector<Definition> all = read_definitions(embedded_text("tmf620.schema"));
    return all;
}

const Definition& definition_of(std::string_view name) {
    const auto all = definitions();
    const auto found = std::ranges::find(all, name, &Definition::name);
    BOON_ASSERT(found != all.end());
    return *found;
}

namespace {

json::Object schema_of(Type type) {
    switch (type) {
        case Type::text: return {{"type", "string"}};
        case Type::time: return {{"type", "string"}, {"format", "date-time"}};
        case Type::boolean: return {{"type", "boolean"}};
        case Type::whole: return {{"type", "integer"}};
        case Type::number: return {{"type", "number"}};
        case Type::anything: return {};
        case Type::object: break;
    }
    return {{"type", "object"}};
}

}  // namespace

json::Object json_schema(const Definition& definition) {
    json::Object properties;
    json::Array required;
    for (const Attribute& attribute : definition.attributes) {
        json::Object one = schema_of(attribute.type);
        properties[attribute.name] = attribute.list ? json::Object{{"type", "array"}, {"items", one}} : one;
        if (attribute.required) required.emplace_back(attribute.name);
    }
    json::Object schema{{"type", "object"}, {"properties", properties}};
    if (!required.empty()) schema["required"] = required;
    return schema;
}

}  // namespace boon::tmf
