// The rules of the lifecycle: read, validate, preview, publish, restore.
#include <array>
#include <charconv>

#include "insight/lifecycle/rule_versions.h"
#include "insight/lifecycle/update.h"
#include "platform/db/database.h"
#include "program/api/route.h"
#include "program/app/stage_work.h"

namespace boon::api {

struct RulesRequest {
    lifecycle::RuleSet document;
    std::string note;
};
BOOST_DESCRIBE_STRUCT(RulesRequest, (), (document, note))

struct RulesVerdict {
    bool valid = true;
};
BOOST_DESCRIBE_STRUCT(RulesVerdict, (), (valid))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::RulesRequest> = std::array{
    boon::Field{.name = "document", .doc = "limits and ordered rules", .required = true},
    boon::Field{.name = "note", .doc = "what changes, and why", .max_length = 500},
};

namespace boon::api {

namespace {

using lifecycle::RulesVersion;

Result<RulesVersion> current(Call& call) {
    return call.app.database().read([](db::Connection& connection) { return lifecycle::current_rules(connection); });
}

http::Response rules_response(const Call& call, const RulesVersion& rules, int status = 200) {
    http::Response response = record_response(call, rules, status);
    response.headers.push_back({"ETag", etag_of(rules.version)});
    return response;
}

// The mistakes are found where they stand in the request: below /document.
std::unexpected<Error> below_document(Error error) {
    for (FieldError& field : error.fields) field.pointer.insert(0, "/document");
    return std::unexpected(std::move(error));
}

Result<app::StageWork> work_with(Call& call, lifecycle::RuleSet rules) {
    auto work = app::StageWork::make_with(call.app, std::move(rules));
    if (!work) return below_document(std::move(work).error());
    return work;
}

Result<http::Response> read_rules(Call& call) {
    BOON_CHECK(app::require_lifecycle(call.app));
    BOON_TRY(const auto rules, current(call));
    return rules_response(call, rules);
}

Result<http::Response> list_versions(Call& call) {
    BOON_CHECK(app::require_lifecycle(call.app));
    BOON_TRY(const auto versions, call.app.database().read([](db::Connection& connection) {
        return lifecycle::list_rules(connection);
    }));
    return list_response(call, versions);
}

Result<http::Response> validate_rules(Call& call) {
    BOON_TRY(auto request, call.body<RulesRequest>());
    BOON_CHECK(work_with(call, std::move(request.document)));
    return record_response(call, RulesVerdict{});
}

Result<http::Response> preview_rules(Call& call) {
    BOON_TRY(auto request, call.body<RulesRequest>());
    BOON_TRY(const auto work, work_with(call, std::move(request.document)));
    BOON_TRY(const auto shown, lifecycle::preview(call.app.database(), work.base()));
    return record_response(call, shown);
}

Result<http::Response> publish(Call& call, RulesVersion next) {
    BOON_TRY(const auto expected, if_match(call));
    BOON_TRY(const auto work, work_with(call, next.document));
    next.document = work.base().rules.set();  // aliases resolved
    next.published_by = call.principal.name;
    next.published_at = call.now;
    BOON_TRY(const auto published, call.app.database().write([&](db::Connection& connection) {
        return lifecycle::publish_rules(connection, next, expected);
    }));
    return rules_response(call, published);
}

Result<http::Response> publish_rules(Call& call) {
    BOON_TRY(auto request, call.body<RulesRequest>());
    RulesVersion next;
    next.document = std::move(request.document);
    next.note = std::move(request.note);
    return publish(call, std::move(next));
}

Result<http::Response> restore_rules(Call& call) {
    const std::string& text = call.part("version");
    std::int64_t version = -1;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), version);
    if (problem != std::errc() || end != text.data() + text.size()) version = -1;
    BOON_TRY(auto old, call.app.database().read([&](db::Connection& connection) {
        return lifecycle::find_rules(connection, version);
    }));
    old.note = "version " + text + " restored";
    return publish(call, std::move(old));
}

}  // namespace

std::vector<Route> lifecycle_rule_routes() {
    using access::Permission;
    using access::Scope;
    return {
        {.method = "GET",
         .path = "/api/v1/lifecycle/rules",
         .permission = Scope::read,
         .call = read_rules,
         .summary = "The rules in force",
         .tag = "lifecycle",
         .response = schema_of<RulesVersion>},
        {.method = "PUT",
         .path = "/api/v1/lifecycle/rules",
         .permission = Permission::programme,
         .call = publish_rules,
         .summary = "Publish a version of the rules (If-Match); stages follow with the next run",
         .tag = "lifecycle",
         .request = schema_of<RulesRequest>,
         .response = schema_of<RulesVersion>},
        {.method = "POST",
         .path = "/api/v1/lifecycle/rules:validate",
         .permission = Scope::read,
         .call = validate_rules,
         .summary = "Whether rules can be published, else every mistake where it stands",
         .tag = "lifecycle",
         .request = schema_of<RulesRequest>,
         .response = schema_of<RulesVerdict>},
        {.method = "POST",
         .path = "/api/v1/lifecycle/rules:preview",
         .permission = Scope::read,
         .call = preview_rules,
         .summary = "What rules would do to the base; nothing is written",
         .tag = "lifecycle",
         .request = schema_of<RulesRequest>,
         .response = schema_of<lifecycle::Preview>},
        {.method = "GET",
         .path = "/api/v1/lifecycle/rules/versions",
         .permission = Scope::read,
         .call = list_versions,
         .summary = "Every version of the rules, newest first, boon's own last",
         .tag = "lifecycle",
         .response = page_of<RulesVersion>},
        {.method = "POST",
         .path = "/api/v1/lifecycle/rules/versions/{version}:restore",
         .permission = Permission::programme,
         .call = restore_rules,
         .summary = "Publish an earlier version of the rules again (If-Match)",
         .tag = "lifecycle",
         .response = schema_of<RulesVersion>},
    };
}

}  // namespace boon::api
