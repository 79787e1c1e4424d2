// Audiences: named rules that select customers. Create, read, change, delete, versions.
#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "action/serving/engine.h"
#include "insight/audiences/store.h"
#include "platform/db/database.h"
#include "program/api/audience_parts.h"
#include "program/api/route.h"
#include "records/catalog/catalogue.h"

namespace boon::api {

namespace {

using audiences::Audience;

audiences::Author author_of(const Call& call) { return {.name = call.principal.name, .now = call.now}; }

http::Response audience_response(const Call& call, const Audience& audience, int status = 200) {
    http::Response response = record_response(call, audience, status);
    response.headers.push_back({"ETag", etag_of(audience.version)});
    return response;
}

// What was changed serves from now on, here; other processes follow within their interval.
Result<http::Response> changed_response(const Call& call, const Audience& audience, int status = 200) {
    BOON_CHECK(call.app.follow_changes());
    return audience_response(call, audience, status);
}

Result<Audience> find(const Call& call) {
    return call.app.database().read([&](db::Connection& connection) {
        return audiences::find(connection, call.part("audience"));
    });
}

// What reading cannot see: a name that may be had, a rule that fits the profiles.
Status check(const Call& call, const Audience& audience) {
    const auto book = call.app.serving().state()->audiences;
    Error error{ErrorCode::invalid, "the audience is not right"};
    if (auto named = audiences::check_name(audience.name, book->names().taken()); !named) {
        error.fields = std::move(named).error().fields;
    }
    if (auto compiled = book->compile(audience.rule, "/rule"); !compiled) {
        for (FieldError& field : compiled.error().fields) error.fields.push_back(std::move(field));
    }
    if (error.fields.empty()) return {};
    return std::unexpected(std::move(error));
}

// Whoever names the audience would name nothing: `conflict`, with all of them. Until the transaction ends no other
// offer names it.
Status check_not_named(const Call& call, db::Connection& connection, std::string_view name, std::string_view what) {
    BOON_CHECK(audiences::hold(connection, name, audiences::Hold::changed));
    BOON_TRY(const auto references, call.app.catalogue().references(connection, catalog::NameKind::audience, name));
    if (references.empty()) return {};
    Error error{
        ErrorCode::conflict, fmt::format("offers name the audience `{}`: it cannot be {}", name, what),
        "take it out of their target_segment, or retire them, first"
    };
    for (const catalog::Reference& reference : references) {
        error.fields.push_back(
            {fmt::format("/offers/{}{}", reference.offer_id, reference.pointer), "`" + reference.name + "` names it"}
        );
    }
    return std::unexpected(std::move(error));
}

Result<http::Response> list_audiences(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 2>{"limit", "cursor"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    BOON_TRY(auto all, call.app.database().read([](db::Connection& connection) {
        return audiences::list(connection);
    }));
    const auto total = std::ssize(all);
    // The cursor is the name that the page before ended with.
    const auto first = std::ranges::upper_bound(all, query.find("cursor").value_or(""), {}, [](const Audience& one) {
        return std::string_view(one.name);
    });
    all.erase(all.begin(), first);
    const bool more = std::ssize(all) > limit;
    if (more) all.resize(static_cast<std::size_t>(limit));
    return list_response(call, all, more ? all.back().name : "", total);
}

Result<http::Response> create_audience(Call& call) {
    BOON_TRY(const auto wanted, call.body<Audience>());
    BOON_CHECK(check(call, wanted));
    BOON_TRY(const auto made, call.app.database().write([&](db::Connection& connection) {
        return audiences::create(connection, wanted, author_of(call));
    }));
    BOON_TRY(http::Response response, changed_response(call, made, 201));
    response.headers.push_back({"Location", "/api/v1/audiences/" + made.name});
    return response;
}

Result<http::Response> read_audience(Call& call) {
    BOON_TRY(const auto audience, find(call));
    return audience_response(call, audience);
}

Result<http::Response> change_to(Call& call, const Audience& wanted, std::string_view what) {
    BOON_TRY(const auto version, if_match(call));
    BOON_CHECK(check(call, wanted));
    const std::string& name = call.part("audience");
    BOON_TRY(const auto changed, call.app.database().write([&](db::Connection& connection) -> Result<Audience> {
        if (wanted.name != name) BOON_CHECK(check_not_named(call, connection, name, "renamed"));
        return audiences::change(connection, {name, version}, wanted, what, author_of(call));
    }));
    return changed_response(call, changed);
}

Result<http::Response> replace_audience(Call& call) {
    BOON_TRY(const auto wanted, call.body<Audience>());
    return change_to(call, wanted, "changed");
}

Result<http::Response> patch_audience(Call& call) {
    BOON_TRY(const auto current, find(call));
    BOON_TRY(const auto patch, call.body_json());
    BOON_TRY(auto text, json::parse(json::write(current)));
    json::merge_patch(text, patch);
    BOON_TRY(const auto wanted, json::read<Audience>(text, call.context()));
    return change_to(call, wanted, "changed");
}

Result<http::Response> delete_audience(Call& call) {
    BOON_TRY(const auto version, if_match(call));
    BOON_TRY(const auto current, find(call));
    const Status dropped = call.app.database().write([&](db::Connection& connection) -> Status {
        BOON_CHECK(check_not_named(call, connection, current.name, "deleted"));
        return audiences::drop(connection, {current.name, version}, author_of(call));
    });
    BOON_CHECK(dropped);
    BOON_CHECK(call.app.follow_changes());
    return http::Response{.status = 204};
}

Result<http::Response> list_versions(Call& call) {
    BOON_TRY(const auto versions, call.app.database().read([&](db::Connection& connection) {
        return audiences::versions(connection, call.part("audience"));
    }));
    return list_response(call, versions);
}

Result<http::Response> restore_version(Call& call) {
    const std::string& text = call.part("version");
    std::int64_t number = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (problem != std::errc() || end != text.data() + text.size()) number = 0;
    BOON_TRY(auto wanted, find(call));
    BOON_TRY(auto old, call.app.database().read([&](db::Connection& connection) {
        return audiences::version(connection, wanted.name, number);
    }));
    // The name stays: others may have named it since.
    wanted.description = std::move(old.description);
    wanted.rule = std::move(old.rule);
    return change_to(call, wanted, "restored");
}

Route row(
    std::string_view method, std::string_view path, access::Permission who, PoolCall run, std::string_view summary
) {
    return {
        .method = method,
        .path = path,
        .permission = who,
        .call = run,
        .summary = summary,
        .tag = "audiences",
    };
}

}  // namespace

std::vector<Route> audience_routes() {
    using access::Permission;
    constexpr std::string_view kAll = "/api/v1/audiences";
    constexpr std::string_view kOne = "/api/v1/audiences/{audience}";
    std::vector<Route> routes = {
        row("GET", kAll, Permission::look, list_audiences, "Audiences by name"),
        row("POST", kAll, Permission::audiences, create_audience,
            "Create an audience; offers can name it from then on"),
        row("GET", kOne, Permission::look, read_audience, "Read an audience"),
        row("PUT", kOne, Permission::audiences, replace_audience,
            "Replace an audience (If-Match); another name renames it"),
        row("PATCH", kOne, Permission::audiences, patch_audience,
            "Change some fields of an audience (RFC 7396, If-Match)"),
        row("DELETE", kOne, Permission::audiences, delete_audience,
            "Delete an audience that no offer names (If-Match)"),
        row("GET", "/api/v1/audiences/{audience}/versions", Permission::look, list_versions,
            "Every version of an audience, newest first: who, when, what"),
        row("POST", "/api/v1/audiences/{audience}/versions/{version}:restore", Permission::audiences, restore_version,
            "Make what an audience said at a version its next version (If-Match); its name stays"),
    };
    routes[0].response = page_of<Audience>;
    routes[0].query = {{"limit", "1 to 500; 50"}, {"cursor", "of the page before"}};
    routes[1].status = 201;
    for (const std::size_t i : {1U, 3U, 4U}) routes[i].request = schema_of<Audience>;
    for (const std::size_t i : {1U, 2U, 3U, 4U, 7U}) routes[i].response = schema_of<Audience>;
    routes[5].status = 204;
    routes[6].response = page_of<audiences::AudienceRevision>;
    for (Route& route : audience_member_routes()) routes.push_back(std::move(route));
    return routes;
}

}  // namespace boon::api
