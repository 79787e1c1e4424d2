// Works out the stages of the whole base, or of one customer, and writes what changed: stays, and the standings that
// serve (records/profiles/standing_store.h), in one transaction a chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "insight/lifecycle/overrides.h"
#include "insight/lifecycle/stage.h"
#include "insight/lifecycle/stays.h"
#include "insight/scoring/registry.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "records/profiles/table.h"

namespace boon::lifecycle {

// What stages are worked out from; all must live as long as the call.
struct Base {
    const profiles::Image& image;
    const CompiledRules& rules;
    std::int64_t rules_version = 0;
    const scoring::Serving* churn = nullptr;  // the models that serve; null: none
    const scoring::Serving* ltv = nullptr;
    Timestamp as_of;  // what is known is known of this instant
};

// How far a run is: where to go on, and what it has counted. A run that is taken up again with the checkpoint of one
// with the same instant and rules goes on behind it; any other begins anew.
struct Checkpoint {
    Timestamp as_of;
    std::int64_t rules_version = 0;
    std::string after = {};  // the last customer that is done
    std::int64_t done = 0;
    std::int64_t entered = 0;  // had no stage before
    std::int64_t moved = 0;
    std::int64_t left_base = 0;  // have no profile any more: their stay ended
    std::int64_t held = 0;       // stay for want of dwell days
    std::int64_t ahead = 0;      // not looked at: their stay began after as_of
};
BOOST_DESCRIBE_STRUCT(Checkpoint, (), (as_of, rules_version, after, done, entered, moved, left_base, held, ahead))

// Called in each chunk's transaction: an error undoes the chunk and ends the run.
using Keep = std::function<Status(db::Connection& connection, const Checkpoint& checkpoint, std::int64_t total)>;

// Each customer of the image once, by id. `failed_precondition` when as_of lies before the profiles' instant. The
// change feed tells of it at the end.
Result<Checkpoint> update_base(
    db::Database& database, const Base& base, const std::optional<Checkpoint>& resume, const Keep& keep, Timestamp now
);

// The customer of a row of the image, within the caller's write(); a move is dated `now`. Tells the change feed. The
// stay that is open then.
Result<Stay> update_customer(db::Connection& connection, const Base& base, std::size_t row, Timestamp now);

// The customers of some rows, within the caller's write(), which should hold at most 2 000: what update_base does, but
// standings are written whether they change or not, since the image may be ahead of them. Tells nobody.
Status update_customers(db::Connection& connection, const Base& base, std::span<const std::uint32_t> rows);

// What other rules would do to the base, writing nothing: how many customers would go from which stage to which.
struct PreviewMove {
    std::optional<std::string> from;  // empty: in no stage yet
    std::string to;
    std::int64_t customers = 0;
};
BOOST_DESCRIBE_STRUCT(PreviewMove, (), (from, to, customers))
struct Preview {
    std::int64_t customers = 0;
    std::int64_t would_move = 0;
    std::int64_t held = 0;
    std::map<std::string, std::int64_t> now;
    std::map<std::string, std::int64_t> then;
    std::vector<PreviewMove> moves;  // the largest first
    std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(Preview, (), (customers, would_move, held, now, then, moves, warnings))
Result<Preview> preview(db::Database& database, const Base& base);

// A sentence when one stage holds more than 60 % of the customers: the rules hardly tell customers apart then.
std::vector<std::string> warnings_of(const std::map<std::string, std::int64_t>& customers_by_stage);

}  // namespace boon::lifecycle
