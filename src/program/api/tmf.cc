// TM Forum's Product Catalog Management (TMF620 v4): its routes, its lists and its errors.
#include <array>

#include <fmt/format.h>

#include "action/tmf/listing.h"
#include "action/tmf/product_catalog.h"
#include "action/tmf/resource.h"
#include "action/tmf/schema.h"
#include "program/api/change.h"
#include "program/api/family.h"
#include "program/api/route.h"

namespace boon::api {

namespace {

using tmf::Kind;

catalog::Author author_of(const Call& call) { return {.name = call.principal.name, .at = call.now}; }

// What was changed serves from now on, its listeners hear of it, its jobs start.
Status settle(const Call& call, Kind kind) {
    call.app.wake_courier();
    if (kind == Kind::product_offering || kind == Kind::product_offering_price) return call.app.follow_changes();
    if (kind == Kind::import_job || kind == Kind::export_job) call.app.wake_jobs();
    return {};
}

http::Response created_response(const json::Object& body, std::string location) {
    http::Response response = json_response(json::to_text(body), 201);
    response.headers.push_back({"Location", std::move(location)});
    return response;
}

// The tag of the whole resource, also where only some of its attributes are shown.
http::Response with_etag(http::Response response, const json::Object& resource) {
    response.headers.push_back({"ETag", tmf::etag_of(resource)});
    return response;
}

// The specification knows no If-Match, so it may be missing; where it is sent, it holds.
tmf::Meant meant_by(const Call& call) {
    const auto given = call.request.headers.find("If-Match");
    if (!given) return {};
    return [given = std::string(*given)](std::string_view etag) { return names_etag(given, etag); };
}

// A bare array; 206 when it is a part of what matches.
template <Kind kind>
Result<http::Response> list(Call& call) {
    BOON_TRY(const auto query, http::Query::parse(call.request.query_string));
    BOON_TRY(const auto wanted, tmf::list_query(query));
    std::string body = "[";
    const tmf::OnItem append = [&](json::Object&& item) {
        if (body.size() > 1) body += ',';
        json::append(body, json::Value(std::move(item)));
    };
    BOON_TRY(const auto listed, call.app.product_catalog().list(kind, wanted, append));
    body += ']';
    http::Response response = json_response(std::move(body), listed.items < listed.total ? 206 : 200);
    response.headers.push_back({"X-Total-Count", fmt::to_string(listed.total)});
    response.headers.push_back({"X-Result-Count", fmt::to_string(listed.items)});
    return response;
}

template <Kind kind>
Result<http::Response> create(Call& call) {
    BOON_TRY(const auto body, call.body_json());
    BOON_TRY(const auto made, call.app.product_catalog().create(kind, body, author_of(call)));
    BOON_CHECK(settle(call, kind));
    return with_etag(created_response(made, std::string(tmf::text_of(made, "href"))), made);
}

template <Kind kind>
Result<http::Response> read(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"fields"}));
    BOON_TRY(const auto wanted, tmf::list_query(query));
    BOON_TRY(const auto found, call.app.product_catalog().read(kind, call.part("id")));
    return with_etag(json_response(json::to_text(tmf::pick(found, wanted.fields))), found);
}

template <Kind kind>
Result<http::Response> patch(Call& call) {
    BOON_TRY(const auto body, call.body_json());
    BOON_TRY(
        const auto changed,
        call.app.product_catalog().patch(kind, call.part("id"), body, author_of(call), meant_by(call))
    );
    BOON_CHECK(settle(call, kind));
    return with_etag(json_response(json::to_text(changed)), changed);
}

template <Kind kind>
Result<http::Response> remove(Call& call) {
    BOON_CHECK(call.app.product_catalog().remove(kind, call.part("id"), author_of(call), meant_by(call)));
    BOON_CHECK(settle(call, kind));
    return http::Response{.status = 204};
}

Result<http::Response> subscribe(Call& call) {
    BOON_TRY(const auto body, call.body_json());
    BOON_TRY(const auto made, call.app.product_catalog().subscribe(body, author_of(call)));
    return created_response(made, fmt::format("{}hub/{}", tmf::kBasePath, tmf::text_of(made, "id")));
}

Result<http::Response> unsubscribe(Call& call) {
    BOON_CHECK(call.app.product_catalog().unsubscribe(call.part("id"), author_of(call)));
    return http::Response{.status = 204};
}

json::Object described(Schemas& schemas, std::string_view definition) {
    return schemas.add(fmt::format("TMF620{}", definition), tmf::json_schema(tmf::definition_of(definition)));
}

template <Kind kind>
json::Object one_of(Schemas& schemas) {
    return described(schemas, tmf::resource_of(kind).definition);
}

template <Kind kind>
json::Object list_of(Schemas& schemas) {
    return {{"type", "array"}, {"items", one_of<kind>(schemas)}};
}

json::Object subscription(Schemas& schemas) { return described(schemas, "EventSubscription"); }

constexpr std::string_view kTag = "TMF620 product catalogue";

template <Kind kind>
void add_routes(std::vector<Route>& routes) {
    using access::Permission;
    using access::Scope;
    static const std::string all = fmt::format("{}{}", tmf::kBasePath, tmf::resource_of(kind).path);
    static const std::string one = all + "/{id}";
    routes.push_back(
        {.method = "GET",
         .path = all,
         .permission = Scope::read,
         .call = list<kind>,
         .summary = "List; any other parameter is an attribute that must have that value",
         .tag = kTag,
         .response = list_of<kind>,
         .query =
             {{"fields", "attributes to show, by commas"}, {"offset", "how many to leave out"}, {"limit", "how many"}}}
    );
    routes.push_back(
        {.method = "POST",
         .path = all,
         .permission = Permission::offers,
         .call = create<kind>,
         .summary = "Create",
         .tag = kTag,
         .request = one_of<kind>,
         .response = one_of<kind>,
         .status = 201,
         .deed = Deed::by_room}
    );
    routes.push_back(
        {.method = "GET",
         .path = one,
         .permission = Scope::read,
         .call = read<kind>,
         .summary = "Read",
         .tag = kTag,
         .response = one_of<kind>,
         .query = {{"fields", "attributes to show, by commas"}}}
    );
    if constexpr (kind != Kind::import_job && kind != Kind::export_job) {
        routes.push_back(
            {.method = "PATCH",
             .path = one,
             .permission = Permission::offers,
             .call = patch<kind>,
             .summary = "Change some attributes (RFC 7396; If-Match where it is sent)",
             .tag = kTag,
             .request = one_of<kind>,
             .response = one_of<kind>,
             .deed = Deed::by_room}
        );
    }
    routes.push_back(
        {.method = "DELETE",
         .path = one,
         .permission = Permission::offers,
         .call = remove<kind>,
         .summary = "Delete (If-Match where it is sent)",
         .tag = kTag,
         .status = 204,
         .deed = Deed::by_room}
    );
}

}  // namespace

http::Response tmf_refusal(const Error& error, int status) {
    std::string message = error.message;
    for (const FieldError& field : error.fields) message += fmt::format("; {} {}", field.pointer, field.detail);
    if (!error.hint.empty()) message += "; " + error.hint;
    const ErrorClass& known = error_class(error.code);
    const json::Object body{
        {"code", known.type},
        {"reason", known.title},
        {"message", message},
        {"status", fmt::to_string(status)},
        {"@type", "Error"}
    };
    return json_response(json::to_text(body), status);
}

std::vector<Route> tmf_routes() {
    using access::Permission;
    std::vector<Route> routes;
    add_routes<Kind::catalog>(routes);
    add_routes<Kind::category>(routes);
    add_routes<Kind::product_offering>(routes);
    add_routes<Kind::product_offering_price>(routes);
    add_routes<Kind::product_specification>(routes);
    add_routes<Kind::import_job>(routes);
    add_routes<Kind::export_job>(routes);
    routes.push_back(
        {.method = "POST",
         .path = "/tmf-api/productCatalogManagement/v4/hub",
         .permission = Permission::offers,
         .call = subscribe,
         .summary = "Register a listener for events",
         .tag = kTag,
         .request = subscription,
         .response = subscription,
         .status = 201,
         .deed = Deed::by_room}
    );
    routes.push_back(
        {.method = "DELETE",
         .path = "/tmf-api/productCatalogManagement/v4/hub/{id}",
         .permission = Permission::offers,
         .call = unsubscribe,
         .summary = "Remove a listener",
         .tag = kTag,
         .status = 204,
         .deed = Deed::by_room}
    );
    return routes;
}

}  // namespace boon::api
