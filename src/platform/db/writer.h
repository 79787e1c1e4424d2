// The one thread that writes. Units of work queue in two lanes; the writer takes many into one transaction, each in its
// own savepoint, commits (that is when they are durable) and then tells each its outcome. See docs/storage.md.
//
// A group takes ledger units first. Batch units join one at a time while no ledger unit waits; a group ends after
// kGroupUnits units or kGroupTime, so a batch unit should be a chunk of at most 2 000 rows. At least one waiting batch
// unit is taken per group, so that a busy ledger does not starve the batch lane.
//
// A unit that fails is undone alone. When the transaction itself is lost (full disk, lost connection, failed commit)
// every unit of the group gets that error. After an I/O error, whose fsync must not be tried again (the pages it did
// not write may count as clean by then), writing stays `unavailable` until boon is started anew.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "platform/db/pool.h"

namespace boon::db {

enum class Lane { ledger, batch };

// What a unit's failed work leaves in the database. SQLite undoes a failed statement by itself, so that work of a
// single one leaves nothing and needs no savepoint, which copies each page that the unit changes. Work of several
// statements may say so too if it runs them within in_unit().
enum class Failing { is_undone, leaves_nothing };

class Writer {
public:
    // May run more than once (after a deadlock); only its last run is kept.
    using Work = std::function<Status(Connection&)>;
    using Done = std::function<void(Status)>;

    // Takes a connection from `pool` for each group. `pool` must outlive the writer.
    explicit Writer(Pool& pool);
    // Finishes what is queued.
    ~Writer();
    Writer(const Writer&) = delete;
    Writer& operator=(const Writer&) = delete;

    // Thread-safe. `done` runs on the writer's thread after the group's commit; it must not block or write and wait.
    void enqueue(Lane lane, Work work, Done done, Failing failing = Failing::is_undone);

    // How the last group ended. Thread-safe.
    [[nodiscard]] Status health() const;

    [[nodiscard]] bool is_current_thread() const { return std::this_thread::get_id() == thread_.get_id(); }

private:
    struct Unit {
        Work work;
        Done done;
        Failing failing = Failing::is_undone;
        Status status = {};
        int tries = 0;
    };

    void run();
    bool wait_for_work();
    void run_group();
    Status write_units(Connection& connection);
    enum class Next { go_on, commit, give_up };
    Next run_last(Connection& connection);
    bool take_next();
    bool take_batch();
    void take_all_waiting();
    static Status run_unit(Connection& connection, const Unit& unit);
    void fail_group(const Error& error);
    void note_health(const Status& status);

    Pool& pool_;
    mutable std::mutex mutex_;
    std::condition_variable work_waits_;
    std::deque<Unit> ledger_;
    std::deque<Unit> batch_;
    Status health_;
    bool idle_ = false;
    bool stopping_ = false;

    // Of the writer's thread only.
    std::deque<Unit> taken_;   // ledger units out of the queue, not yet run
    std::vector<Unit> group_;  // run in this transaction
    std::vector<Unit> again_;  // to be tried again in the next group
    bool batch_in_group_ = false;
    bool broken_ = false;

    std::thread thread_;
};

}  // namespace boon::db
