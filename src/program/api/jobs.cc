// Long work: start, follow, cancel.
#include <array>

#include "program/api/job_view.h"
#include "program/api/route.h"

namespace boon::api {

struct JobRequest {
    std::string kind;
    json::Value parameters;
};
BOOST_DESCRIBE_STRUCT(JobRequest, (), (kind, parameters))

}  // namespace boon::api

template <>
inline constexpr auto boon::kFields<boon::api::JobRequest> = std::array{
    boon::Field{
        .name = "kind", .doc = "features, train, score, value, lifecycle, …", .required = true, .max_length = 50
    },
    boon::Field{.name = "parameters", .doc = "of that kind; an object"},
};

namespace boon::api {

namespace {

Result<http::Response> list_jobs(Call& call) {
    BOON_TRY(const auto query, call.query(std::array<std::string_view, 1>{"limit"}));
    BOON_TRY(const auto limit, number_parameter(query, "limit", {.low = 1, .high = 500, .fallback = 50}));
    BOON_TRY(auto jobs, call.app.list_jobs(limit));
    std::vector<JobView> views;
    for (storage::Job& job : jobs) views.push_back(view_of(std::move(job)));
    return list_response(call, views);
}

Result<http::Response> start_job(Call& call) {
    BOON_TRY(auto request, call.body<JobRequest>());
    BOON_TRY(const auto job, call.app.start_job(request.kind, std::move(request.parameters), call.principal.name));
    http::Response response = record_response(call, view_of(job), 202);
    response.headers.push_back({"Location", "/api/v1/jobs/" + job.id});
    return response;
}

Result<http::Response> read_job(Call& call) {
    BOON_TRY(const auto job, call.app.find_job(call.part("job_id")));
    return record_response(call, view_of(job));
}

Result<http::Response> cancel_job(Call& call) {
    BOON_CHECK(call.app.cancel_job(call.part("job_id")));
    return read_job(call);
}

}  // namespace

std::vector<Route> job_routes() {
    using access::Permission;
    using access::Scope;
    return {
        {.method = "GET",
         .path = "/api/v1/jobs",
         .permission = Scope::read,
         .call = list_jobs,
         .summary = "Jobs, newest first",
         .tag = "jobs",
         .response = page_of<JobView>,
         .query = {{"limit", "1 to 500; 50"}}},
        {.method = "POST",
         .path = "/api/v1/jobs",
         .permission = Permission::jobs,
         .call = start_job,
         .summary = "Start a job",
         .tag = "jobs",
         .request = schema_of<JobRequest>,
         .response = schema_of<JobView>,
         .status = 202},
        {.method = "GET",
         .path = "/api/v1/jobs/{job_id}",
         .permission = Scope::read,
         .call = read_job,
         .summary = "A job's progress and result",
         .tag = "jobs",
         .response = schema_of<JobView>},
        {.method = "POST",
         .path = "/api/v1/jobs/{job_id}:cancel",
         .permission = Permission::jobs,
         .call = cancel_job,
         .summary = "Cancel a job",
         .tag = "jobs",
         .response = schema_of<JobView>},
    };
}

}  // namespace boon::api
