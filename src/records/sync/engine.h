// One run of a source, from the first page to the last row: fetch, map, compare, stage; then either stop (a dry run,
// or too much would be withdrawn) or apply it all at once. See docs/sync.md.
//
// Whatever goes wrong before the last step leaves the catalogue as it was. A run whose worker is killed is taken up by
// another when the job's lease has run out, and starts over; the worker that lost it changes nothing any more.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/database.h"
#include "platform/storage/jobs.h"
#include "records/catalog/catalogue.h"
#include "records/sync/registry.h"
#include "records/sync/runs.h"
#include "records/sync/upstream.h"

namespace boon::sync {

// The offers that a run changes, in the order of their ids.
struct Touched {
    std::vector<OfferId> all;
    std::vector<OfferId> leaving;  // those that whom they are aimed at now loses
};
// What hangs on these offers, in the words of one room above.
using ImpactOf = std::function<std::vector<Impact>(const Touched& offers)>;

struct Environment {
    db::Database& database;
    Registry& registry;
    const catalog::Names& names;
    World world;
    storage::Claim claim;
    // As a job's: its error ends the run.
    std::function<Status(std::int64_t done, std::int64_t total)> progress;
    // Whether that error means that boon ends; the run then goes on after the next start.
    std::function<bool()> ending;
    std::vector<ImpactOf> impacts;
    // Empty where audiences do not go.
    catalog::HoldAudience hold_audience = {};
    std::function<Result<std::unique_ptr<Source>>(const SourceConfig&,
                                                  const World&)> make;  // make_source
};

// Blocks. The run as it ended; the error, which is also the run's reason, when it failed or was cancelled.
Result<Run> perform(const Environment& environment, std::string_view run_id);

// The second half: makes the staged set of the run the catalogue's, whatever the catalogue has become meanwhile. On
// success the run is `succeeded` in the same transaction.
Status apply_staged(const Environment& environment, Run& run);
// Removes what it prepared beside the catalogue and was never made live.
Status forget_sealed(db::Database& database, std::string_view run_id);

}  // namespace boon::sync
