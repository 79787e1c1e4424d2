// Works out the value of the whole base, or of one customer between two such runs, and writes what changed: the
// history, and the standings that serve, in one transaction a chunk.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "insight/scoring/registry.h"
#include "insight/value/facts.h"
#include "insight/value/history.h"
#include "insight/value/worth.h"
#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "records/profiles/table.h"

namespace boon::value {

// What value is worked out from; all must live as long as the call.
struct Base {
    const profiles::Image& image;
    const ValueSegments& segments;
    const RfmSegments& rfm;
    const scoring::Serving* ltv = nullptr;  // the model that serves; null: none
    Timestamp as_of;
};

// How far a run is: where to go on, and what it has counted.
struct Checkpoint {
    Timestamp as_of;
    std::string after = {};  // the last customer that is done
    std::int64_t done = 0;
    std::int64_t changed = 0;  // another segment than before, or the first
    std::int64_t kept = 0;     // points added to the history
    std::int64_t in_base = 0;
    std::int64_t is_partial = 0;  // of the base
};
BOOST_DESCRIBE_STRUCT(Checkpoint, (), (as_of, after, done, changed, kept, in_base, is_partial))

// Called in each chunk's transaction: an error undoes the chunk and ends the run.
using Keep = std::function<Status(db::Connection& connection, const Checkpoint& checkpoint, std::int64_t total)>;

// Each customer of the image once, by id. A checkpoint of a run with the same instant goes on behind it. The change
// feed tells of it at the end.
Result<Checkpoint> update_base(
    db::Database& database, const Base& base, const std::optional<Checkpoint>& resume, const Keep& keep, Timestamp now
);

// Per segment, in their order: as the customers' standings have it.
std::vector<SegmentTotals> totals_of(
    const profiles::Image& image, const FactReader& reader, const std::vector<std::string>& segments
);

// The customer of a row of the image, by the shape of the last run; within the caller's write(). Tells the change feed.
// `failed_precondition` before the first run.
Result<ValuePoint> update_customer(db::Connection& connection, const Base& base, std::size_t row, Timestamp now);

// The same for the customers of some rows, at most 2 000. Tells nobody.
Status update_customers(db::Connection& connection, const Base& base, std::span<const std::uint32_t> rows);

}  // namespace boon::value
