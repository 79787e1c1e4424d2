// The table of routes: what can be asked of boon over HTTP, who may, and where it runs. Everything else about a route
// (authentication, limits, errors, metrics, the OpenAPI document) follows from its row.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "platform/access/principal.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/http/message.h"
#include "platform/http/respond.h"
#include "platform/http/uri.h"
#include "program/api/schema.h"
#include "program/app/app.h"

namespace boon::api {

struct Route;

// One request on its way through a route.
struct Call {
    app::App& app;
    http::Request request;
    access::Principal principal;
    Timestamp now;
    std::vector<std::pair<std::string_view, std::string>> path;  // `offer_id` → `7`
    // A route sets it to false where all stays as it was (a dry run): then the audit log has nothing to tell.
    bool changed = true;

    // A path parameter; the route's path names it.
    [[nodiscard]] const std::string& part(std::string_view name) const;
    // The query's parameters; `invalid` when one is not in `known` (or stands for a variable of the path).
    [[nodiscard]] Result<http::Query> query(std::span<const std::string_view> known) const;
    [[nodiscard]] json::Context context() const;
    // The body as a record; every mistake with its pointer.
    template <class T>
    [[nodiscard]] Result<T> body() const {
        BOON_TRY(const json::Value value, body_json());
        return json::read<T>(value, context());
    }
    [[nodiscard]] Result<json::Value> body_json() const;
};

// Blocks neither the thread nor the pool: answers through Respond, at once or later.
using AsyncCall = void (*)(Call, http::Respond);
// Runs on the worker pool and may block.
using PoolCall = Result<http::Response> (*)(Call&);

// Who may: whoever has that permission (access/permission.h), or everybody. A scope stands for its plainest permission.
struct Open {};
using WhoMay = std::variant<Open, access::Permission, access::Scope>;
// Empty: everybody.
std::optional<access::Permission> permission_of(const Route& route);

// How a change gets into the audit log: by the router, in the transaction of the change (routes of the pool that write
// or administer, see change.h); by the room that makes it; or not, since it is a record by itself, or changes nothing.
// The first kind runs as one unit of work (db::Database::together), so it must do nothing slow once it has written.
enum class Deed { automatic, by_room, none };

struct Parameter {
    std::string_view name;
    std::string_view doc;
};

struct Route {
    std::string_view method;
    std::string_view path;  // `/api/v1/offers/{offer_id}`
    WhoMay permission;
    std::variant<PoolCall, AsyncCall> call;
    std::string_view summary;
    std::string_view tag;
    SchemaOf request = nullptr;   // null: no body
    SchemaOf response = nullptr;  // null: no JSON
    int status = 200;             // of success
    std::vector<Parameter> query = {};
    Deed deed = Deed::automatic;
};

// Each area's rows, and all of them in the order of the document.
std::vector<Route> offer_routes();
std::vector<Route> offer_version_routes();
std::vector<Route> offer_exchange_routes();
std::vector<Route> offer_figure_routes();
std::vector<Route> customer_routes();
std::vector<Route> customer_offer_routes();
std::vector<Route> timeline_routes();
std::vector<Route> decision_routes();
std::vector<Route> event_routes();
std::vector<Route> model_routes();
std::vector<Route> lifecycle_routes();
std::vector<Route> lifecycle_rule_routes();
std::vector<Route> value_routes();
std::vector<Route> warehouse_routes();
std::vector<Route> audience_routes();
std::vector<Route> job_routes();
std::vector<Route> job_stream_routes();
std::vector<Route> sync_source_routes();
std::vector<Route> sync_run_routes();
std::vector<Route> session_routes();
std::vector<Route> session_list_routes();
std::vector<Route> user_routes();
std::vector<Route> key_routes();
std::vector<Route> audit_routes();
std::vector<Route> webhook_routes();
std::vector<Route> delivery_routes();
std::vector<Route> tmf_routes();
std::vector<Route> settings_routes();
std::vector<Route> home_routes();
std::vector<Route> search_routes();
std::vector<Route> system_routes();
const std::vector<Route>& all_routes();

// Answers.
// What a route gave, or its error in the words of its family.
http::Response answer_of(const Route& route, Result<http::Response> result);
http::Response json_response(std::string body, int status = 200);
template <class T>
http::Response record_response(const Call& call, const T& record, int status = 200) {
    return json_response(json::write(record, call.context()), status);
}
template <class T>
http::Response list_response(
    const Call& call, const std::vector<T>& items, std::string_view next_cursor = {},
    std::optional<std::int64_t> total = {}
) {
    std::string body = "{\"items\":";
    json::append_record(body, items, call.context());
    body += ",\"next_cursor\":";
    if (next_cursor.empty()) {
        body += "null";
    } else {
        json::append(body, next_cursor);
    }
    if (total) {
        body += ",\"total\":";
        json::append(body, *total);
    }
    return json_response(body + '}');
}

// ETags are the version in quotes. if_match(): the version that the caller means to change; `precondition_required`
// when the header is missing, `failed_precondition` when it is no ETag of ours.
std::string etag_of(std::int64_t version);
Result<std::int64_t> if_match(const Call& call);

// A query parameter as a whole number within bounds; `fallback` when absent.
struct Bounds {
    std::int64_t low, high, fallback;
};
Result<std::int64_t> number_parameter(const http::Query& query, std::string_view name, Bounds bounds);

}  // namespace boon::api
