#include "action/tmf/resource.h"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>

#include "platform/base/error.h"
#include "platform/storage/digest.h"

namespace boon::tmf {

namespace {

constexpr std::array kResources = {
    Resource{Kind::catalog, "catalog", "Catalog", true},
    Resource{Kind::category, "category", "Category", true},
    Resource{Kind::product_specification, "productSpecification", "ProductSpecification", true},
    Resource{Kind::product_offering_price, "productOfferingPrice", "ProductOfferingPrice", true},
    Resource{Kind::product_offering, "productOffering", "ProductOffering", true},
    Resource{Kind::import_job, "importJob", "ImportJob", false},
    Resource{Kind::export_job, "exportJob", "ExportJob", false},
};

template <class Projection>
std::optional<Kind> kind_by(Projection projection, std::string_view name) {
    const auto found = std::ranges::find(kResources, name, projection);
    return found == kResources.end() ? std::nullopt : std::optional(found->kind);
}

template <class T>
void set_default(json::Object& body, std::string_view name, const T& value) {
    if (!body.contains(name)) body[name] = value;
}

// A bundle names its parts, be they none yet.
void complete_bundle(json::Object& body, std::string_view parts) {
    set_default(body, "isBundle", false);
    if (flag_of(body, "isBundle", false)) set_default(body, parts, json::Array());
}

json::Value in_order(const json::Value& value) {
    if (const json::Array* array = value.if_array()) {
        json::Array ordered;
        for (const json::Value& item : *array) ordered.push_back(in_order(item));
        return ordered;
    }
    const json::Object* object = value.if_object();
    if (object == nullptr) return value;
    std::map<std::string_view, const json::Value*> members;
    for (const auto& member : *object) members.emplace(member.key(), &member.value());
    json::Object ordered;
    for (const auto& [name, member] : members) ordered[name] = in_order(*member);
    return ordered;
}

}  // namespace

std::span<const Resource> resources() { return kResources; }

const Resource& resource_of(Kind kind) {
    const auto found = std::ranges::find(kResources, kind, &Resource::kind);
    BOON_ASSERT(found != kResources.end());
    return *found;
}

std::optional<Kind> kind_of_path(std::string_view path) { return kind_by(&Resource::path, path); }
std::optional<Kind> kind_of_definition(std::string_view name) { return kind_by(&Resource::definition, name); }

std::string_view text_of(const json::Object& object, std::string_view member) {
    const json::Value* value = object.if_contains(member);
    return value != nullptr && value->is_string() ? std::string_view(value->get_string()) : std::string_view();
}

bool flag_of(const json::Object& object, std::string_view member, bool otherwise) {
    const json::Value* value = object.if_contains(member);
    return value != nullptr && value->is_bool() ? value->get_bool() : otherwise;
}

void complete(Kind kind, json::Object& body) {
    set_default(body, "@type", resource_of(kind).definition);
    switch (kind) {
        case Kind::catalog: break;
        case Kind::category: set_default(body, "isRoot", text_of(body, "parentId").empty()); break;
        case Kind::product_specification: complete_bundle(body, "bundledProductSpecification"); break;
        case Kind::product_offering:
            complete_bundle(body, "bundledProductOffering");
            set_default(body, "isSellable", true);
            if (!flag_of(body, "isBundle", false)) {
                set_default(
                    body, "productSpecification", json::Object{{"id", kDefaultSpecification}, {"name", "Offer"}}
                );
            }
            break;
        case Kind::product_offering_price:
            complete_bundle(body, "bundledPopRelationship");
            set_default(body, "priceType", body.contains("recurringChargePeriodType") ? "recurring" : "oneTime");
            break;
        case Kind::import_job:
        case Kind::export_job: set_default(body, "contentType", "application/json"); return;
    }
    set_default(body, "lifecycleStatus", kFirstState);
    set_default(body, "version", "1.0");
}

std::string etag_of(const json::Object& resource) {
    const storage::Digest digest = storage::sha256(json::to_text(in_order(resource)));
    return fmt::format("\"{}\"", storage::to_hex(std::span(digest).first(16)));
}

}  // namespace boon::tmf
