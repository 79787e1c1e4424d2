// The durable ledger: every decision that was made and every outcome that came back for it. See
// docs/adr/0015-daily-tables.md.
//
//     BOON_TRY(auto ledger, Ledger::open(database, {}));
//     ledger->record(std::move(decision), [respond](Status recorded) { … });   // after the commit
//     ledger->add_outcome(outcome, [respond](Result<Recorded> recorded) { … });
//
// What was acknowledged is there, once, after a crash; what was refused is not there. Both lie in a table per UTC day:
// a UUIDv7 tells its day, any other id's day is looked up. Writes go through the database's writer, in the ledger lane,
// so that concurrent ones share a commit.
//
// Thread-safe. The ledger's tables must be there (storage::migrate).
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "records/history/days.h"
#include "records/history/record.h"

namespace boon::history {

// durable: a decision is acknowledged when it is on disk. relaxed: when it is queued, unless many wait already, so that
// a crash may lose the last ones acknowledged (outcomes are durable all the same).
enum class Durability { durable, relaxed };
BOOST_DESCRIBE_ENUM(Durability, durable, relaxed)

// duplicate: the decision already has an outcome of that kind for that offer; it stays as it was.
enum class Recorded { added, duplicate };
BOOST_DESCRIBE_ENUM(Recorded, added, duplicate)

struct DecisionPage {
    std::vector<DecisionRecord> items;
    std::string next_cursor;  // empty: there are no more
};

// `lost`: decisions that were acknowledged when queued (relaxed) and then could not be written.
struct Load {
    std::size_t queued = 0;
    std::int64_t lost = 0;
};

class Ledger {
public:
    struct Options {
        Durability durability = Durability::durable;
        // Decisions and outcomes that may wait for the writer; further ones are refused as `unavailable`.
        std::size_t queue_limit = 10'000;
        // Relaxed: a decision that finds so many waiting is acknowledged when it is written, so that who asks faster
        // than the disk takes is slowed down instead of refused, and a crash loses no more than these.
        std::size_t relaxed_queue = 500;
    };

    // `database` must outlive the ledger. `failed_precondition` without the ledger's tables.
    static Result<std::unique_ptr<Ledger>> open(db::Database& database, const Options& options);
    // Waits until what is queued is written. Not on the writer's thread.
    ~Ledger();
    Ledger(const Ledger&) = delete;
    Ledger& operator=(const Ledger&) = delete;

    using RecordDone = std::function<void(Status)>;
    using OutcomeDone = std::function<void(Result<Recorded>)>;

    // `done` is called once: on the writer's thread after the commit, where it must not block; or, for what is refused
    // at once and in relaxed mode, on this thread before record() returns.
    // `invalid`: an id or text that cannot be kept, or a UUIDv7 more than a day away from decided_at. `conflict`: the
    // id is taken. `unavailable`: the queue or the disk is full, or the database does not answer.
    void record(DecisionRecord decision, RecordDone done);

    // Since the writer keeps the order, the outcome of a decision that is still queued is accepted.
    // `not_found`: no such decision (or no longer). `invalid`: the decision did not show that offer, or a time that
    // cannot be: more than an hour before the decision, or after known_at.
    void add_outcome(Outcome outcome, OutcomeDone done);

    Result<std::optional<DecisionRecord>> find(std::string_view decision_id);
    // In order of time; empty for a decision that is not known.
    Result<std::vector<Outcome>> outcomes(std::string_view decision_id);
    // Newest day first, within it by decided_at. `cursor`: empty, or the next_cursor of the page before; `invalid` for
    // any other text. `limit` ≥ 1.
    Result<DecisionPage> decisions_of(std::string_view customer_id, int limit, std::string_view cursor);

    // Decisions from `since` on that showed at least one of `offers`. Reads those days whole.
    Result<std::int64_t> count_showing(std::span<const OfferId> offers, Timestamp since);

    // Removes the days that ended at or before `keep_from`, with their decisions and outcomes; how many days. Blocks
    // for as long as it takes, in steps that let decisions through; one that was interrupted is finished by the next.
    Result<int> drop_before(Timestamp keep_from);

    [[nodiscard]] Durability durability() const { return options_.durability; }
    [[nodiscard]] Load load() const;

private:
    Ledger(db::Database& database, const Options& options) : database_(database), options_(options) {}

    // A place in the queue: how many were there before; or `unavailable`.
    Result<std::size_t> enter();
    void leave();
    Status write_decision(db::Connection& connection, const DecisionDay& place, const DecisionRecord& decision);
    Result<Recorded> write_outcome(db::Connection& connection, const Outcome& outcome);
    Result<std::optional<Day>> locate(db::Connection& connection, std::string_view decision_id);
    void note_written(Day day);
    void note_lost(const Error& error);

    db::Database& database_;
    Options options_;
    KnownDays known_days_;

    mutable std::mutex mutex_;
    std::condition_variable left_;
    Load load_;
};

}  // namespace boon::history
