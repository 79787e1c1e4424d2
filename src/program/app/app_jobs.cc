// The part of App that queues, finds and cancels jobs.
#include <algorithm>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "platform/db/database.h"
#include "platform/storage/jobs.h"
#include "program/app/app.h"
#include "program/app/job_kinds.h"

namespace boon::app {

Result<storage::Job> App::start_job(std::string_view kind, json::Value parameters, std::string_view author) {
    if (std::ranges::find(job_kinds(), kind, &JobKind::name) == job_kinds().end()) {
        std::string kinds;
        for (const JobKind& known : job_kinds()) kinds += (kinds.empty() ? "" : ", ") + std::string(known.name);
        return fail(ErrorCode::invalid, fmt::format("there is no kind of job `{}`", kind), "there are " + kinds);
    }
    if (parameters.is_null()) parameters = json::Object();
    const storage::NewJob wanted{
        .id = new_uuid(),
        .kind = std::string(kind),
        .parameters = std::move(parameters),
        .created_by = std::string(author)
    };
    BOON_TRY(auto job, database().write([&](db::Connection& connection) {
        return storage::enqueue_job(connection, wanted, now());
    }));
    wake_jobs();
    return job;
}

Result<storage::Job> App::find_job(std::string_view id) {
    return database().read([&](db::Connection& connection) { return storage::find_job(connection, id); });
}

Result<std::vector<storage::Job>> App::list_jobs(std::int64_t limit) {
    return database().read([&](db::Connection& connection) { return storage::list_jobs(connection, limit); });
}

Status App::cancel_job(std::string_view id) {
    return database().write([&](db::Connection& connection) { return storage::cancel_job(connection, id, now()); });
}

}  // namespace boon::app
