// Runs of the sources: start, look, approve, cancel.
#include <array>

#include "program/api/route.h"
#include "program/app/offer_sync.h"
#include "records/sync/registry.h"
#include "records/sync/runs.h"

namespace boon::api {

struct SyncRunRequest {
    bool dry_run = false;
    bool full = false;
};
BOOST_DESCRIBE_STRUCT(SyncRunRequest, (), (dry_run, full))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::SyncRunRequest> = std::array{
    boon::Field{.name = "dry_run", .doc = "say what it would do, and do nothing"},
    boon::Field{.name = "full", .doc = "fetch everything, also what has not changed since the last run"},
};

namespace boon::api {

namespace {

http::Response run_response(const Call& call, const sync::Run& run, int status) {
    http::Response response = record_response(call, run, status);
    response.headers.push_back({"Location", "/api/v1/sync/runs/" + run.id});
    return response;
}

Result<http::Response> start_run(Call& call) {
    SyncRunRequest request;
    if (!call.request.body.empty()) {
        BOON_TRY(request, call.body<SyncRunRequest>());
    }
    BOON_TRY(const auto row, call.app.sync().registry().find(call.part("source")));
    const sync::NewRun wanted{
        .source = row.name,
        .mode = request.dry_run ? sync::RunMode::dry_run : sync::RunMode::apply,
        .crawl = request.full ? sync::RunCrawl::full : sync::RunCrawl::automatic,
        .started_by = call.principal.name,
    };
    BOON_TRY(const auto run, call.app.sync().runs().start(wanted, call.now));
    call.app.wake_jobs();
    return run_response(call, run, 202);
}

Result<http::Response> list_runs(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 3>{"source", "limit", "cursor"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    BOON_TRY(
        auto runs,
        call.app.sync().runs().list(query.find("source").value_or(""), query.find("cursor").value_or(""), limit + 1)
    );
    std::string next;
    if (std::ssize(runs) > limit) {
        runs.pop_back();
        next = runs.back().id;
    }
    return list_response(call, runs, next);
}

Result<http::Response> read_run(Call& call) {
    BOON_TRY(const auto run, call.app.sync().runs().find(call.part("run")));
    return record_response(call, run);
}

Result<http::Response> list_records(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 3>{"outcome", "limit", "cursor"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    BOON_TRY(const auto from, number_parameter(query, "cursor", {.low = 0, .high = 1'000'000'000, .fallback = 0}));
    std::optional<sync::Outcome> outcome;
    if (const auto text = query.find("outcome")) {
        outcome = enum_from<sync::Outcome>(*text);
        if (!outcome) {
            return fail(ErrorCode::invalid, "?outcome must be one of " + enum_choices<sync::Outcome>());
        }
    }
    BOON_TRY(auto records, call.app.sync().runs().records(call.part("run"), outcome, from, limit + 1));
    std::string next;
    if (std::ssize(records) > limit) {
        next = std::to_string(records.back().ord);
        records.pop_back();
    }
    return list_response(call, records, next);
}

Result<http::Response> export_rejects(Call& call) {
    BOON_TRY(auto csv, call.app.sync().runs().rejects_csv(call.part("run")));
    http::Response response{.status = 200, .content_type = "text/csv; charset=utf-8", .body = std::move(csv)};
    response.headers.push_back({"Content-Disposition", "attachment; filename=\"rejects.csv\""});
    return response;
}

Result<http::Response> approve_run(Call& call) {
    BOON_TRY(const auto run, call.app.sync().runs().approve(call.part("run"), call.principal.name, call.now));
    call.app.wake_jobs();
    return run_response(call, run, 202);
}

Result<http::Response> cancel_run(Call& call) {
    BOON_TRY(const auto run, call.app.sync().runs().cancel(call.part("run"), call.principal.name, call.now));
    return record_response(call, run);
}

}  // namespace

std::vector<Route> sync_run_routes() {
    using access::Permission;
    using access::Scope;
    constexpr std::string_view kOne = "/api/v1/sync/runs/{run}";
    return {
        {.method = "POST",
         .path = "/api/v1/sync/sources/{source}/runs",
         .permission = Permission::operate,
         .call = start_run,
         .summary = "Start a run, or a dry run",
         .tag = "sync",
         .request = schema_of<SyncRunRequest>,
         .response = schema_of<sync::Run>,
         .status = 202,
         .deed = Deed::by_room},
        {.method = "GET",
         .path = "/api/v1/sync/runs",
         .permission = Scope::read,
         .call = list_runs,
         .summary = "Runs, newest first",
         .tag = "sync",
         .response = page_of<sync::Run>,
         .query = {{"source", "only this source's"}, {"limit", "1 to 500; 50"}, {"cursor", "of the page before"}}},
        {.method = "GET",
         .path = kOne,
         .permission = Scope::read,
         .call = read_run,
         .summary = "A run: what it is at, its figures, what it would hit",
         .tag = "sync",
         .response = schema_of<sync::Run>},
        {.method = "GET",
         .path = "/api/v1/sync/runs/{run}/records",
         .permission = Scope::read,
         .call = list_records,
         .summary = "What a run does, record by record, with what differs",
         .tag = "sync",
         .response = page_of<sync::StagedRecord>,
         .query =
             {{"outcome", "created, updated, withdrawn or rejected"},
              {"limit", "1 to 500; 50"},
              {"cursor", "of the page before"}}},
        {.method = "GET",
         .path = "/api/v1/sync/runs/{run}/rejects.csv",
         .permission = Scope::read,
         .call = export_rejects,
         .summary = "The rejected records and why, as CSV",
         .tag = "sync"},
        {.method = "POST",
         .path = "/api/v1/sync/runs/{run}:approve",
         .permission = Permission::operate,
         .call = approve_run,
         .summary = "Apply what a run that waits for approval has staged",
         .tag = "sync",
         .response = schema_of<sync::Run>,
         .status = 202,
         .deed = Deed::by_room},
        {.method = "POST",
         .path = "/api/v1/sync/runs/{run}:cancel",
         .permission = Permission::operate,
         .call = cancel_run,
         .summary = "Stop a run, or give one up that waits for approval",
         .tag = "sync",
         .response = schema_of<sync::Run>,
         .deed = Deed::by_room},
    };
}

}  // namespace boon::api
