// Runs of the sources: asked for, under way, ended; and what each would do or did, record by record. A run's work is a
// job (platform/storage/jobs.h) of the kind kJobKind; one run per source at a time, on all servers together.
// Thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "platform/storage/jobs.h"
#include "records/catalog/upstream.h"
#include "records/sync/registry.h"

namespace boon::sync {

inline constexpr std::string_view kJobKind = "sync";

// queued → running → succeeded, failed or cancelled; or needs_approval, then queued again when it is approved,
// cancelled when it is given up, superseded when a later run did its work.
enum class RunState { queued, running, needs_approval, succeeded, failed, cancelled, superseded };
BOOST_DESCRIBE_ENUM(RunState, queued, running, needs_approval, succeeded, failed, cancelled, superseded)
enum class RunMode { apply, dry_run };
BOOST_DESCRIBE_ENUM(RunMode, apply, dry_run)
// What kind of crawl is wanted, then which one it was. automatic: incremental where that is possible.
enum class RunCrawl { automatic, full, incremental, unchanged };
BOOST_DESCRIBE_ENUM(RunCrawl, automatic, full, incremental, unchanged)

// What else hangs on the offers that a run changes: said by rooms above (models, audiences, decisions).
struct Impact {
    std::string what;  // `models`, `audiences`, `decisions`
    std::string words;
    std::int64_t count = 0;
};
BOOST_DESCRIBE_STRUCT(Impact, (), (what, words, count))

struct SyncRun {
    std::string id;
    std::string source;
    std::int64_t source_version = 0;
    RunState state = RunState::queued;
    RunMode mode = RunMode::apply;
    RunCrawl crawl = RunCrawl::automatic;
    std::string started_by;
    std::optional<std::string> approved_by;
    std::string job_id;
    Timestamp created_at;
    std::optional<Timestamp> started_at;
    std::optional<Timestamp> finished_at;
    std::string step;  // what it is at, for people
    std::int64_t pages = 0;
    std::int64_t records = 0;  // fetched
    std::int64_t total = 0;    // that upstream says there are; 0: it does not
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::int64_t withdrawn = 0;
    std::int64_t rejected = 0;
    std::int64_t live_before = 0;  // offers of the source that customers may see
    std::int64_t leaving = 0;      // of these, how many the run takes from customers
    bool applied = false;          // whether the catalogue has it
    std::string reason;            // why it failed, waits or was cancelled
    std::string token;             // where the next crawl begins, once it is applied
    std::vector<Impact> impact;    // of a run that was not applied at once
};
BOOST_DESCRIBE_STRUCT(
    SyncRun, (),
    (id, source, source_version, state, mode, crawl, started_by, approved_by, job_id, created_at, started_at,
     finished_at, step, pages, records, total, created, updated, unchanged, withdrawn, rejected, live_before, leaving,
     applied, reason, token, impact)
)

// Within this room it is the only run there is.
using Run = SyncRun;

enum class Outcome { created, updated, withdrawn, rejected };
BOOST_DESCRIBE_ENUM(Outcome, created, updated, withdrawn, rejected)

// One record of a run; those that change nothing are counted only.
struct SyncRecord {
    std::string run_id;
    std::int64_t ord = 0;  // from 0, in the order they came
    std::string external_id;
    Outcome outcome = Outcome::rejected;
    OfferId offer_id = -1;  // -1: a new offer, whose id is given when it is applied
    std::string name;
    json::Value fields = nullptr;  // what upstream says
    std::string reason;            // of a rejected or withdrawn one; what was cut on the way
    std::vector<catalog::FieldChange> diff;
    bool leaves = false;  // customers lose it
};
BOOST_DESCRIBE_STRUCT(SyncRecord, (), (run_id, ord, external_id, outcome, offer_id, name, fields, reason, diff, leaves))

using StagedRecord = SyncRecord;

struct NewRun {
    std::string source;
    RunMode mode = RunMode::apply;
    RunCrawl crawl = RunCrawl::automatic;  // automatic or full
    std::string started_by;
};

class Runs {
public:
    // Four eyes: who approves a run is not who started it.
    explicit Runs(db::Database& database, catalog::FourEyes four_eyes = catalog::FourEyes::off)
        : database_(database), four_eyes_(four_eyes) {}

    // Queues it with its job. `conflict` when one of that source is under way, `not_found` for an unknown source.
    Result<Run> start(const NewRun& wanted, Timestamp now);
    // The staged set of a run that waits is applied, by a new job. `conflict` when it does not wait; `forbidden` by
    // whoever started it, where four eyes are asked for.
    Result<Run> approve(std::string_view id, std::string_view by, Timestamp now);
    // One that waits for approval is given up at once, one under way is asked to stop.
    Result<Run> cancel(std::string_view id, std::string_view by, Timestamp now);

    Result<Run> find(std::string_view id);
    // The newest run of the source that waits for approval, whatever ran after it.
    Result<std::optional<Run>> find_waiting(std::string_view source);
    // Newest first; of all sources when `source` is empty. `before`: the id that ended the page before.
    Result<std::vector<Run>> list(std::string_view source, std::string_view before, std::int64_t limit);
    // In their order, from `from_ord` on; of one outcome, or all.
    Result<std::vector<StagedRecord>> records(
        std::string_view id, std::optional<Outcome> outcome, std::int64_t from_ord, std::int64_t limit
    );
    // RFC 4180: external_id, name, reason of every rejected record. Text that a spreadsheet would calculate is
    // defused.
    Result<std::string> rejects_csv(std::string_view id);

private:
    db::Database& database_;
    catalog::FourEyes four_eyes_;
};

Result<Run> find_run(db::Connection& connection, std::string_view id);
// Brings runs in line whose job has ended without them: cancelled while it waited, or lost.
Status settle(db::Connection& connection, std::string_view source, Timestamp now);

}  // namespace boon::sync
