#include "program/api/openapi.h"

#include <cmath>
#include <set>

#include <fmt/format.h>

#include "program/api/change.h"
#include "program/api/problem_record.h"

namespace boon::api {

namespace {

constexpr std::string_view kVersion = "0.1.0";

// `get /api/v1/offers/{offer_id}` → `get_offers_by_offer_id`: a name for generated clients.
std::string operation_id(const Route& route) {
    std::string id;
    for (const char c : route.method) id += static_cast<char>(c - 'A' + 'a');
    std::string_view path = route.path;
    if (path.starts_with("/api/v1")) path.remove_prefix(7);
    for (const char c : path) {
        if (c == '{') {
            id += "by_";
        } else if (c == '/' || c == ':' || c == '-' || c == '.') {
            id += '_';
        } else if (c != '}') {
            id += c;
        }
    }
    return id;
}

json::Array parameters_of(const Route& route) {
    json::Array parameters;
    std::string_view path = route.path;
    for (auto open = path.find('{'); open != std::string_view::npos; open = path.find('{')) {
        const auto close = path.find('}');
        parameters.push_back(json::Object{
            {"name", path.substr(open + 1, close - open - 1)},
            {"in", "path"},
            {"required", true},
            {"schema", json::Object{{"type", "string"}}}
        });
        path.remove_prefix(close + 1);
    }
    if (is_repeatable(route)) {
        parameters.push_back(json::Object{
            {"name", "Idempotency-Key"},
            {"in", "header"},
            {"description", "a new UUID; the same request sent again with it gets the first answer and is done once"},
            {"schema", json::Object{{"type", "string"}, {"maxLength", 255}}}
        });
    }
    for (const Parameter& parameter : route.query) {
        parameters.push_back(json::Object{
            {"name", parameter.name},
            {"in", "query"},
            {"description", parameter.doc},
            {"schema", json::Object{{"type", "string"}}}
        });
    }
    return parameters;
}

json::Object json_content(json::Object schema, std::string_view type = "application/json") {
    return {{"content", json::Object{{type, json::Object{{"schema", std::move(schema)}}}}}};
}

json::Object operation_of(const Route& route, Schemas& schemas) {
    json::Object operation{
        {"operationId", operation_id(route)}, {"summary", route.summary}, {"tags", json::Array{json::Value(route.tag)}}
    };
    if (const auto parameters = parameters_of(route); !parameters.empty()) operation["parameters"] = parameters;
    if (route.request != nullptr) {
        json::Object body = json_content(route.request(schemas));
        body["required"] = true;
        operation["requestBody"] = body;
    }
    json::Object success = route.response != nullptr ? json_content(route.response(schemas)) : json::Object();
    success["description"] = "done";
    json::Object failure = json_content(schemas.of<Problem>(), "application/problem+json");
    failure["description"] = "what went wrong, and what to do";
    operation["responses"] = json::Object{{fmt::to_string(route.status), success}, {"default", failure}};
    if (const auto permission = permission_of(route)) {
        operation["security"] =
            json::Array{json::Object{{"key", json::Array()}}, json::Object{{"session", json::Array()}}};
        operation["x-scope"] = enum_name(access::scope_for(*permission));
        operation["x-permission"] = enum_name(*permission);
    } else {
        operation["security"] = json::Array();
    }
    return operation;
}

void append_indented(std::string& out, const json::Value& value, std::size_t depth) {
    const std::string inner((depth + 1) * 2, ' ');
    const std::string outer(depth * 2, ' ');
    bool first = true;
    const auto separate = [&] {
        out += first ? "\n" : ",\n";
        first = false;
        out += inner;
    };
    if (const auto* object = value.if_object(); object != nullptr && !object->empty()) {
        out += '{';
        for (const auto& member : *object) {
            separate();
            json::append(out, std::string_view(member.key()));
            out += ": ";
            append_indented(out, member.value(), depth + 1);
        }
        out += '\n' + outer + '}';
    } else if (const auto* array = value.if_array(); array != nullptr && !array->empty()) {
        out += '[';
        for (const auto& item : *array) {
            separate();
            append_indented(out, item, depth + 1);
        }
        out += '\n' + outer + ']';
    } else {
        json::append(out, value);
    }
}

}  // namespace

void describe_field(const Field& field, json::Object& property) {
    if (!field.doc.empty()) property["description"] = field.doc;
    if (field.read_only) property["readOnly"] = true;
    if (field.max_length < std::size_t{1} << 40U) property["maxLength"] = static_cast<std::int64_t>(field.max_length);
    if (std::isfinite(field.min)) property["minimum"] = field.min;
    if (std::isfinite(field.max)) property["maximum"] = field.max;
}

std::string openapi_document(std::span<const Route> routes) {
    Schemas schemas;
    json::Object paths;
    for (const Route& route : routes) {
        std::string method(route.method);
        for (char& c : method) c = static_cast<char>(c - 'A' + 'a');
        json::Value& path = paths[route.path];
        if (!path.is_object()) path = json::Object();
        path.get_object()[method] = operation_of(route, schemas);
    }
    const json::Object document{
        {"openapi", "3.1.0"},
        {"info",
         json::Object{
             {"title", "boon"},
             {"version", kVersion},
             {"description", "Which offer a customer gets next, why, and what came of it."},
             {"license", json::Object{{"name", "Apache-2.0"}, {"identifier", "Apache-2.0"}}}
         }},
        {"paths", paths},
        {"components",
         json::Object{
             {"schemas", schemas.components()},
             {"securitySchemes",
              json::Object{
                  {"key", json::Object{{"type", "http"}, {"scheme", "bearer"}, {"bearerFormat", "boon_…"}}},
                  {"session", json::Object{{"type", "apiKey"}, {"in", "cookie"}, {"name", "__Host-boon"}}}
              }}
         }}
    };
    std::string text;
    append_indented(text, document, 0);
    return text + '\n';
}

}  // namespace boon::api
