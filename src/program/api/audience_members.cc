// Who is in an audience: how many, a sample, all of them; as CSV and to a webhook; and the rule as SQL.
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/format.h>

#include "action/serving/engine.h"
#include "insight/audiences/member.h"
#include "insight/audiences/scan.h"
#include "platform/storage/jobs.h"
#include "program/api/audience_parts.h"
#include "program/api/offer_query.h"
#include "program/api/time_parameter.h"
#include "program/app/audience_export.h"

namespace boon::api {

// A rule that is no audience (yet).
struct AudienceCountRequest {
    json::Value rule;
    std::optional<Timestamp> at;
    std::int32_t sample = 10;
};
BOOST_DESCRIBE_STRUCT(AudienceCountRequest, (), (rule, at, sample))

struct AudienceCount {
    std::string words;
    Timestamp at;
    std::int64_t customers = 0;
    std::int64_t of = 0;
    double share = 0;
    double milliseconds = 0;
    std::vector<audiences::AudienceMember> sample;
};
BOOST_DESCRIBE_STRUCT(AudienceCount, (), (words, at, customers, of, share, milliseconds, sample))

struct AudienceVariable {
    std::string name;
    rules::Type type = rules::Type::number;
    std::string doc;
    std::vector<std::string> values;
};
BOOST_DESCRIBE_STRUCT(AudienceVariable, (), (name, type, doc, values))

struct AudienceSql {
    std::string dialect;
    std::string condition;
};
BOOST_DESCRIBE_STRUCT(AudienceSql, (), (dialect, condition))

struct AudienceExportRequest {
    std::string webhook_id;
    std::optional<Timestamp> at;
};
BOOST_DESCRIBE_STRUCT(AudienceExportRequest, (), (webhook_id, at))

struct StartedAudienceExport {
    std::string job_id;
    std::string audience;
    std::string webhook_id;
};
BOOST_DESCRIBE_STRUCT(StartedAudienceExport, (), (job_id, audience, webhook_id))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::AudienceCountRequest> = std::array{
    boon::Field{.name = "rule", .doc = "JsonLogic, as an audience has it", .required = true},
    boon::Field{.name = "at", .doc = "the instant to which days are counted; now"},
    boon::Field{.name = "sample", .doc = "how many members to show, evenly spread", .min = 0, .max = 100},
};
template <>
inline constexpr auto boon::kFields<boon::api::AudienceCount> = std::array{
    boon::Field{.name = "words", .doc = "the rule as a sentence"},
    boon::Field{.name = "at", .doc = "the instant to which days were counted"},
    boon::Field{.name = "of", .doc = "customers with a profile"},
    boon::Field{.name = "milliseconds", .doc = "that the scan of all profiles took"},
    boon::Field{.name = "sample", .doc = "evenly spread over the members"},
};
template <>
inline constexpr auto boon::kFields<boon::api::AudienceExportRequest> = std::array{
    boon::Field{
        .name = "webhook_id",
        .doc = "a receiver of the topic audiences (POST /api/v1/webhooks)",
        .required = true,
        .max_length = 64,
    },
    boon::Field{.name = "at", .doc = "the instant to which days are counted; now"},
};

namespace boon::api {

namespace {

using audiences::Selector;

std::shared_ptr<const serving::State> state_of(const Call& call) { return call.app.serving().state(); }

struct Asked {
    json::Value rule;
    Selector selector;
    Timestamp at;
    std::size_t sample = 0;
};

Result<http::Response> count(const Call& call, const serving::State& state, const Asked& asked) {
    const auto begun = std::chrono::steady_clock::now();
    const audiences::Members members = audiences::scan(*state.profiles, asked.selector, asked.at);
    AudienceCount answer;
    answer.customers = members.count();
    const auto rows = members.sample(asked.sample);
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begun;
    answer.words = rules::describe(asked.rule);
    answer.at = asked.at;
    answer.of = static_cast<std::int64_t>(members.rows());
    if (answer.of > 0) answer.share = static_cast<double>(answer.customers) / static_cast<double>(answer.of);
    answer.milliseconds = std::round(took.count() * 10) / 10;
    answer.sample = audiences::members_of(*state.profiles, rows, call.app.config().currency, asked.at);
    return record_response(call, answer);
}

Result<http::Response> count_rule(Call& call) {
    BOON_CHECK(call.query({}));
    BOON_TRY(const auto request, call.body<AudienceCountRequest>());
    const auto state = state_of(call);
    BOON_TRY(auto selector, state->audiences->compile(request.rule, "/rule"));
    return count(
        call, *state,
        {request.rule, std::move(selector), request.at.value_or(call.now), static_cast<std::size_t>(request.sample)}
    );
}

Result<http::Response> count_audience(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 2>{"at", "sample"}));
    BOON_TRY(const auto at, time_parameter(call, query, "at", call.now));
    BOON_TRY(const auto sample, number_parameter(query, "sample", {.low = 0, .high = 100, .fallback = 10}));
    const auto state = state_of(call);
    BOON_TRY(auto selector, state->audiences->selector(call.part("audience")));
    const auto& rule = state->audiences->find(call.part("audience"))->audience.rule;
    return count(call, *state, {rule, std::move(selector), at, static_cast<std::size_t>(sample)});
}

Result<http::Response> list_members(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 3>{"limit", "cursor", "at"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    BOON_TRY(const auto at, time_parameter(call, query, "at", call.now));
    const auto state = state_of(call);
    BOON_TRY(const auto selector, state->audiences->selector(call.part("audience")));
    // One more tells whether there is a next page; the cursor is the customer that a page ended with.
    auto rows = audiences::Pages(*state->profiles, selector, at)
                    .next(query.find("cursor").value_or(""), static_cast<std::size_t>(limit) + 1);
    const bool more = std::ssize(rows) > limit;
    if (more) rows.pop_back();
    const auto members = audiences::members_of(*state->profiles, rows, call.app.config().currency, at);
    return list_response(call, members, more ? members.back().customer_id : "");
}

Result<http::Response> export_members(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 2>{"at", "bom"}));
    BOON_TRY(const auto at, time_parameter(call, query, "at", call.now));
    BOON_TRY(const auto mark, flag_parameter(query, "bom"));
    const auto state = state_of(call);
    const std::string& name = call.part("audience");
    BOON_TRY(const auto selector, state->audiences->selector(name));
    http::Response response;
    response.content_type = "text/csv; charset=utf-8; header=present";
    response.headers.push_back({"Content-Disposition", fmt::format("attachment; filename=\"{}.csv\"", name)});
    if (mark.value_or(false)) response.body = "\xEF\xBB\xBF";
    audiences::append_member_header(response.body);
    const auto members = audiences::scan(*state->profiles, selector, at);
    for (std::size_t row = 0; row < members.rows(); ++row) {
        if (!members.contains(row)) continue;
        const auto member = audiences::member_of(state->profiles->at(row), call.app.config().currency, at);
        audiences::append_member(response.body, member);
    }
    return response;
}

Result<http::Response> send_members(Call& call) {
    BOON_TRY(const auto request, call.body<AudienceExportRequest>());
    const std::string& name = call.part("audience");
    BOON_CHECK(state_of(call)->audiences->selector(name));
    BOON_CHECK(app::check_receiver(call.app, request.webhook_id));
    const app::AudienceExport wanted{name, request.webhook_id, request.at.value_or(call.now)};
    BOON_TRY(auto parameters, json::parse(json::write(wanted)));
    BOON_TRY(const auto job, call.app.start_job(app::kAudienceExportKind, std::move(parameters), call.principal.name));
    http::Response response = record_response(call, StartedAudienceExport{job.id, name, request.webhook_id}, 202);
    response.headers.push_back({"Location", "/api/v1/jobs/" + job.id});
    return response;
}

Result<http::Response> list_variables(Call& call) {
    BOON_CHECK(call.query({}));
    std::vector<AudienceVariable> variables;
    const auto state = state_of(call);
    for (const rules::Variable& variable : state->audiences->variables().variables()) {
        if (variable.name.ends_with('\n')) continue;  // a feature that cannot be named
        variables.push_back({variable.name, variable.type, variable.doc, variable.values});
    }
    return list_response(call, variables);
}

Result<http::Response> read_sql(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 2>{"dialect", "at"}));
    BOON_TRY(const auto at, time_parameter(call, query, "at", call.now));
    const std::string_view dialect = query.find("dialect").value_or("duckdb");
    constexpr std::array kDialects = {
        std::pair{"duckdb", sql::Dialect::duckdb}, std::pair{"postgres", sql::Dialect::postgres},
        std::pair{"sqlite", sql::Dialect::sqlite}
    };
    for (const auto& [name, known] : kDialects) {
        if (dialect != name) continue;
        BOON_TRY(const auto selector, state_of(call)->audiences->selector(call.part("audience")));
        BOON_TRY(auto condition, selector.sql(known, at));
        return record_response(call, AudienceSql{name, std::move(condition)});
    }
    return fail(ErrorCode::invalid, "?dialect must be duckdb, postgres or sqlite");
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

std::vector<Route> audience_member_routes() {
    using access::Permission;
    constexpr std::string_view kExport = "/api/v1/audiences/{audience}:export";
    const Parameter at{"at", "the instant to which days are counted; now"};
    std::vector<Route> routes = {
        row("POST", "/api/v1/audiences:count", Permission::look, count_rule,
            "How many customers a rule selects, and a sample of them; nothing is kept"),
        row("GET", "/api/v1/audiences:variables", Permission::look, list_variables, "What rules of audiences may name"),
        row("GET", "/api/v1/audiences/{audience}/count", Permission::look, count_audience,
            "How many customers are in an audience, and a sample of them"),
        row("GET", "/api/v1/audiences/{audience}/customers", Permission::look, list_members,
            "The customers of an audience by id"),
        row("GET", "/api/v1/audiences/{audience}/sql", Permission::look, read_sql,
            "The rule as a condition in SQL, over features and standings"),
        row("GET", kExport, Permission::look, export_members, "All customers of an audience as CSV"),
        row("POST", kExport, Permission::audiences, send_members,
            "Send all customers of an audience to a webhook, in signed batches and a manifest: a job"),
    };
    routes[0].request = schema_of<AudienceCountRequest>;
    routes[0].response = routes[2].response = schema_of<AudienceCount>;
    routes[1].response = page_of<AudienceVariable>;
    routes[2].query = {at, {"sample", "0 to 100; 10"}};
    routes[3].response = page_of<audiences::AudienceMember>;
    routes[3].query = {{"limit", "1 to 500; 50"}, {"cursor", "of the page before"}, at};
    routes[4].response = schema_of<AudienceSql>;
    routes[4].query = {{"dialect", "duckdb (the default), postgres or sqlite"}, at};
    routes[5].query = {at, {"bom", "true: a byte order mark before the CSV"}};
    routes[6].request = schema_of<AudienceExportRequest>;
    routes[6].response = schema_of<StartedAudienceExport>;
    routes[6].status = 202;
    return routes;
}

}  // namespace boon::api
