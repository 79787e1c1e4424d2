// JSON Schemas (OpenAPI 3.1) of described records, from the same description and limits that read and write them.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "platform/base/describe.h"
#include "platform/base/json.h"
#include "platform/base/money.h"
#include "platform/base/timestamp.h"

namespace boon::api {

// `boon::catalog::Offer` → `Offer`.
template <class T>
constexpr std::string_view record_name() {
    std::string_view text = __PRETTY_FUNCTION__;
    text.remove_prefix(text.find("T = ") + 4);
    text = text.substr(0, text.find_first_of(";]"));
    const auto colon = text.rfind("::");
    return colon == std::string_view::npos ? text : text.substr(colon + 2);
}

// The records that a document refers to, each described once under its name.
class Schemas {
public:
    // A schema, or a reference to one.
    template <class T>
    json::Object of();

    // A schema that no record of ours describes, under its name; the reference to it.
    json::Object add(std::string_view name, json::Object schema);

    [[nodiscard]] const json::Object& components() const { return components_; }

private:
    template <class T>
    void describe_record();

    json::Object components_;
};

inline json::Object Schemas::add(std::string_view name, json::Object schema) {
    components_[name] = std::move(schema);
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

using SchemaOf = json::Object (*)(Schemas&);

template <class T>
json::Object schema_of(Schemas& schemas) {
    return schemas.of<T>();
}

// A page of a list: `{items, next_cursor}`, and where it is known the `total` of all pages.
template <class T>
json::Object page_of(Schemas& schemas) {
    json::Object page{{"type", "object"}};
    page["properties"] = json::Object{
        {"items", json::Object{{"type", "array"}, {"items", schemas.of<T>()}}},
        {"next_cursor", json::Object{{"type", json::Array{"string", "null"}}}},
        {"total", json::Object{{"type", "integer"}, {"description", "of all pages, where it is known"}}}
    };
    return page;
}

// Its words and limits.
void describe_field(const Field& field, json::Object& property);

template <class T>
struct SchemaTraits;

template <class T>
json::Object Schemas::of() {
    if constexpr (DescribedRecord<T>) {
        const std::string name(record_name<T>());
        if (!components_.contains(name)) describe_record<T>();
        return {{"$ref", "#/components/schemas/" + name}};
    } else if constexpr (DescribedEnum<T>) {
        json::Array names;
        boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto described) {
            names.emplace_back(described.name);
        });
        return {{"type", "string"}, {"enum", names}};
    } else {
        return SchemaTraits<T>::schema(*this);
    }
}

template <class T>
void Schemas::describe_record() {
    const std::string name(record_name<T>());
    components_[name] = json::Object();  // stands there before its members are described: a record may hold itself
    json::Object properties;
    json::Array required;
    boost::mp11::mp_for_each<MembersOf<T>>([&](auto described) {
        using Member = std::remove_cvref_t<decltype(std::declval<T>().*described.pointer)>;
        json::Object property = of<Member>();
        if (const Field* field = field_of<T>(described.name)) {
            describe_field(*field, property);
            if (field->required) required.emplace_back(described.name);
        }
        properties[described.name] = property;
    });
    json::Object schema{{"type", "object"}, {"properties", properties}};
    if (!required.empty()) schema["required"] = required;
    components_[name] = schema;
}

template <>
struct SchemaTraits<bool> {
    static json::Object schema(Schemas&) { return {{"type", "boolean"}}; }
};
template <std::signed_integral T>
struct SchemaTraits<T> {
    static json::Object schema(Schemas&) {
        return {{"type", "integer"}, {"format", sizeof(T) == 4 ? "int32" : "int64"}};
    }
};
template <std::floating_point T>
struct SchemaTraits<T> {
    static json::Object schema(Schemas&) { return {{"type", "number"}}; }
};
template <>
struct SchemaTraits<std::string> {
    static json::Object schema(Schemas&) { return {{"type", "string"}}; }
};
template <>
struct SchemaTraits<Timestamp> {
    static json::Object schema(Schemas&) { return {{"type", "string"}, {"format", "date-time"}}; }
};
template <>
struct SchemaTraits<Money> {
    static json::Object schema(Schemas&) {
        return {{"type", "number"}, {"description", "in the programme's currency"}};
    }
};
template <>
struct SchemaTraits<json::Value> {
    static json::Object schema(Schemas&) { return {}; }
};
template <class T>
struct SchemaTraits<std::optional<T>> {
    static json::Object schema(Schemas& schemas) {
        json::Object inner = schemas.of<T>();
        if (auto* type = inner.if_contains("type"); type != nullptr && type->is_string() && !inner.contains("enum")) {
            inner["type"] = json::Array{*type, "null"};
            return inner;
        }
        return {{"anyOf", json::Array{inner, json::Object{{"type", "null"}}}}};
    }
};
template <class T>
struct SchemaTraits<std::vector<T>> {
    static json::Object schema(Schemas& schemas) { return {{"type", "array"}, {"items", schemas.of<T>()}}; }
};
template <class T>
struct SchemaTraits<std::map<std::string, T>> {
    static json::Object schema(Schemas& schemas) {
        return {{"type", "object"}, {"additionalProperties", schemas.of<T>()}};
    }
};

}  // namespace boon::api
