#include "program/api/route.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "program/api/family.h"

namespace boon::api {

const std::string& Call::part(std::string_view name) const {
    const auto found = std::ranges::find(path, name, &std::pair<std::string_view, std::string>::first);
    BOON_ASSERT(found != path.end());
    return found->second;
}

Result<http::Query> Call::query(std::span<const std::string_view> known) const {
    BOON_TRY(auto query, http::Query::parse(request.query_string));
    Error error{ErrorCode::invalid, "a query parameter is not known"};
    for (const auto& [name, value] : query.items()) {
        const bool of_path =
            std::ranges::any_of(path, [&](const auto& part) { return part.first == name && part.second == value; });
        if (!of_path && std::ranges::find(known, name) == known.end())
            error.fields.push_back({"?" + name, "is not a known parameter"});
    }
    if (!error.fields.empty()) return std::unexpected(std::move(error));
    return query;
}

json::Context Call::context() const { return {.currency = app.config().currency}; }

Result<json::Value> Call::body_json() const {
    const auto type = request.headers.find("Content-Type");
    if (type && !type->starts_with("application/json") && !type->starts_with("application/merge-patch+json")) {
        return fail(
            ErrorCode::invalid, fmt::format("the body is {}, which is not understood here", type->substr(0, 60)),
            "send application/json"
        );
    }
    if (request.body.empty()) return fail(ErrorCode::invalid, "the request has no body", "send a JSON object");
    return json::parse(request.body);
}

http::Response answer_of(const Route& route, Result<http::Response> result) {
    return result ? *std::move(result) : refusal(route.path, result.error());
}

http::Response json_response(std::string body, int status) {
    return {.status = status, .content_type = "application/json", .body = std::move(body)};
}

std::string etag_of(std::int64_t version) { return fmt::format("\"{}\"", version); }

Result<std::int64_t> if_match(const Call& call) {
    const auto header = call.request.headers.find("If-Match");
    if (!header) {
        return fail(
            ErrorCode::precondition_required, "If-Match is missing",
            "read the object, then send its ETag in If-Match, so that nobody's change is lost"
        );
    }
    std::string_view text = *header;
    std::int64_t version = -1;
    if (text.size() > 2 && text.front() == '"' && text.back() == '"') {
        text = text.substr(1, text.size() - 2);
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
        if (problem == std::errc() && end == text.data() + text.size()) return version;
    }
    return fail(ErrorCode::failed_precondition, "If-Match is not an ETag of this object");
}

Result<std::int64_t> number_parameter(const http::Query& query, std::string_view name, Bounds bounds) {
    const auto text = query.find(name);
    if (!text) return bounds.fallback;
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text->data(), text->data() + text->size(), number);
    if (problem != std::errc() || end != text->data() + text->size() || number < bounds.low || number > bounds.high) {
        Error error{ErrorCode::invalid, "a query parameter is wrong"};
        error.fields.push_back(
            {fmt::format("?{}", name), fmt::format("must be a whole number from {} to {}", bounds.low, bounds.high)}
        );
        return std::unexpected(std::move(error));
    }
    return number;
}

std::optional<access::Permission> permission_of(const Route& route) {
    using access::Permission;
    if (const auto* permission = std::get_if<Permission>(&route.permission)) return *permission;
    const auto* scope = std::get_if<access::Scope>(&route.permission);
    if (scope == nullptr) return std::nullopt;
    switch (*scope) {
        case access::Scope::read: return Permission::look;
        case access::Scope::decide: return Permission::decide;
        case access::Scope::write: return Permission::offers;
        case access::Scope::admin: break;
    }
    return Permission::keys;
}

const std::vector<Route>& all_routes() {
    static const std::vector<Route> all = [] {
        std::vector<Route> routes;
        for (auto area : {offer_routes,       offer_version_routes,  offer_exchange_routes,
                          customer_routes,    customer_offer_routes, decision_routes,
                          lifecycle_routes,   lifecycle_rule_routes, value_routes,
                          audience_routes,    model_routes,          warehouse_routes,
                          job_routes,         job_stream_routes,     sync_source_routes,
                          sync_run_routes,    session_routes,        user_routes,
                          key_routes,         audit_routes,          webhook_routes,
                          tmf_routes,         settings_routes,       home_routes,
                          search_routes,      system_routes,         event_routes,
                          timeline_routes,    session_list_routes,   delivery_routes,
                          offer_figure_routes}) {
            for (Route& route : area()) routes.push_back(std::move(route));
        }
        return routes;
    }();
    return all;
}

}  // namespace boon::api
