// The operational database: many readers, one writer (writer.h). Thread-safe.
//
//     BOON_TRY(auto database, Database::open({.url = "sqlite:boon.db"}));
//     BOON_TRY(auto offer, database->read([&](db::Connection& c) {
//         return db::select_one<Offer>(c, "select * from offers where offer_id = ?", {id});
//     }));
//     BOON_CHECK(database->write([&](db::Connection& c) { return db::insert(c, "offers", offer); }));
//
// write() returns once the change is on disk. Units of work share transactions, each undone alone when it returns an
// error, so a unit must return the error of a statement that failed (PostgreSQL accepts no further statement before
// that), must not begin or commit anything itself, and may be run again after a deadlock.
// Within read() and write() use the connection that is given, not the Database: the other side may wait for you.
//
// together() makes one unit of all that its function does on this thread through the Database, whatever rooms it calls:
// a change, its entry in the audit log and the answer kept for it are on disk together or not at all. Within it
//  - from the first write on, read() sees what was written, and the writer waits for the end: do nothing slow, and wait
//    for no other thread;
//  - a write() that fails is undone alone, as ever; a write() that is done is durable only when together() returns, so
//    what acts on it (waking a worker, forgetting a cached row) is given to once_written().
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "platform/db/joint.h"
#include "platform/db/pool.h"
#include "platform/db/writer.h"

namespace boon::db {

class Database {
public:
    struct Options {
        // `sqlite:PATH`, `sqlite::memory:` (readers then take turns with the writer), `postgresql://…`
        std::string url;
        int readers = 4;
        // How long to wait for a lock of another process, or for a free reader.
        std::chrono::milliseconds patience{5000};
    };

    // Opens a first connection, so that a database that is not usable is reported here.
    static Result<std::unique_ptr<Database>> open(const Options& options);

    [[nodiscard]] Engine engine() const { return engine_; }

    template <class F>
    auto read(F&& f) -> std::invoke_result_t<F, Connection&> {
        if (Connection* const joined = Joint::connection_here(*writer_)) return std::forward<F>(f)(*joined);
        auto connection = readers_->borrow();
        if (!connection) return std::unexpected(std::move(connection).error());
        return std::forward<F>(f)(**connection);
    }

    template <class F>
    auto write(F&& f) -> std::invoke_result_t<F, Connection&> {
        return write(Lane::ledger, std::forward<F>(f));
    }

    template <class F>
    auto write(Lane lane, F&& f) -> std::invoke_result_t<F, Connection&> {
        std::optional<std::invoke_result_t<F, Connection&>> result;
        Status status = write_and_wait(lane, [&](Connection& connection) -> Status {
            result.emplace(f(connection));
            if (!*result) return std::unexpected(result->error());
            return {};
        });
        if (!status) return std::unexpected(std::move(status).error());
        return *std::move(result);
    }

    // Runs `f`, without arguments, on this thread; see above. Its error, or one at the commit, undoes all it wrote.
    template <class F>
    auto together(Lane lane, Start start, F&& f) -> std::invoke_result_t<F> {
        Joint joint(*writer_, lane);
        if (start == Start::at_once) BOON_CHECK(joint.begin());
        auto result = std::forward<F>(f)();
        if (Status ended = joint.end(result ? Status() : std::unexpected(result.error())); result && !ended) {
            return std::unexpected(std::move(ended).error());
        }
        return result;
    }

    [[nodiscard]] bool is_together() const { return Joint::here(*writer_) != nullptr; }
    // Runs `then` once what this thread writes is on disk: now, or within together() after its commit (and not at all
    // when that fails).
    void once_written(std::function<void()> then);

    // `done` runs on the writer's thread after the group's commit; it must not block, and may write_async() again.
    // Within together() both run here before this returns: what `done` sends out must be held back until the end.
    void write_async(Lane lane, Writer::Work work, Writer::Done done, Failing failing = Failing::is_undone);

    // Whether writing works: how the last group of writes ended.
    [[nodiscard]] Status health() const { return writer_->health(); }

private:
    Database(Engine engine, const Options& options, Pool::Open open_reader, Pool::Open open_writer);

    Status write_and_wait(Lane lane, Writer::Work work);

    Engine engine_;
    std::unique_ptr<Pool> readers_;
    std::unique_ptr<Pool> writers_;  // null in memory, where the one connection is in `readers_`
    std::unique_ptr<Writer> writer_;
};

}  // namespace boon::db
