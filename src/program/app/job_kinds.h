// The kinds of long work that an instance does, one row each: what `POST /api/v1/jobs` may name.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "platform/db/connection.h"
#include "platform/storage/jobs.h"

namespace boon::app {

class App;

// How a job tells how far it is (total 0: not known) and, in words, what it is at (empty: as before). An error means
// that it was cancelled or lost its lease: stop and return it.
class Progress {
public:
    using Report = std::function<Status(std::int64_t done, std::int64_t total, std::string_view note)>;

    Progress(const storage::Claim& claim, Report report) : claim_(claim), report_(std::move(report)) {}

    Status operator()(std::int64_t done, std::int64_t total, std::string_view note = {}) const {
        return report_(done, total, note);
    }

    // For a kind whose own writes must be its job's (storage::hold_job).
    [[nodiscard]] const storage::Claim& claim() const { return claim_; }

    // Where the worker before came to, in the kind's own words; empty at a job's first start.
    std::string checkpoint = {};
    // For a job that goes on after a crash: within one of its own writes, so that what is written and how far it is are
    // kept together, and nothing is written by a worker that has lost the job.
    std::function<Status(db::Connection& connection, const storage::Progress& progress)> keep = {};

private:
    storage::Claim claim_;
    Report report_;
};

// Which thread does it: one that may be busy for hours, or the one of syncs.
enum class JobThread { work, sync };

struct JobKind {
    std::string_view name;
    // Runs to its end on the job thread; the result is what the job's record shows.
    Result<json::Value> (*run)(App& app, const json::Value& parameters, const Progress& progress);
    JobThread thread = JobThread::work;
};
std::span<const JobKind> job_kinds();

Result<json::Value> run_customers(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_features(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_retention(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_tmf_import(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_tmf_export(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_train(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_score(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_drift(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_sync(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_lifecycle(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_warehouse(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_audience_export(App& app, const json::Value& parameters, const Progress& progress);
Result<json::Value> run_value(App& app, const json::Value& parameters, const Progress& progress);

}  // namespace boon::app
