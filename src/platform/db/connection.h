// One connection to the operational database: SQLite or PostgreSQL behind the same few calls. SQL is written once, in
// the part both engines share, with `?` placeholders; every statement is prepared once per connection and kept.
//
// A connection serves one thread at a time. While query() hands out rows, no other statement may run on the same
// connection (PostgreSQL is still sending): it is refused as `internal`.
//
// Errors: `conflict` for a duplicate key or a broken reference, `invalid` for a value the table does not accept,
// `unavailable` (with a hint) for a locked, full, damaged, read-only or unreachable database, `internal` for wrong SQL.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <utility>

#include "platform/base/error.h"
#include "platform/db/param.h"

namespace boon::db {

enum class Engine { sqlite, postgres };
enum class Access { read_only, read_write };

// `retry`: it was a deadlock or a serialisation failure. `restart`: the disk failed, so that nothing may be written
// until the database has been opened anew.
enum class Remedy { none, retry, restart };

// One row of an answer; it and the views it gives are valid during the callback only. Columns count from 0.
class Row {
public:
    [[nodiscard]] virtual int columns() const = 0;
    [[nodiscard]] virtual std::string_view name(int column) const = 0;
    [[nodiscard]] virtual bool is_null(int column) const = 0;
    // Of NULL: 0, 0.0, empty. Of another type: what the engine's own conversion to that type gives.
    [[nodiscard]] virtual std::int64_t integer(int column) const = 0;
    [[nodiscard]] virtual double real(int column) const = 0;
    [[nodiscard]] virtual std::string_view text(int column) const = 0;
    [[nodiscard]] virtual Bytes blob(int column) const = 0;

    Row(const Row&) = delete;
    Row& operator=(const Row&) = delete;

protected:
    Row() = default;
    ~Row() = default;
};

using OnRow = std::function<Status(const Row&)>;

class Connection {
public:
    Connection() = default;
    virtual ~Connection() = default;
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] virtual Engine engine() const = 0;

    // Runs one statement; how many rows it inserted, updated or deleted.
    virtual Result<std::int64_t> execute(std::string_view sql, const Params& params = {}) = 0;
    // Hands each row to `on_row`; its first error ends the reading and is returned.
    virtual Status query(std::string_view sql, const Params& params, const OnRow& on_row) = 0;
    // Several statements without parameters, not prepared.
    virtual Status run_script(std::string_view sql) = 0;

    // Transactions are the Database's business (write() gives each unit of work its own); these are for what opens a
    // connection itself. A write transaction takes SQLite's write lock at once.
    virtual Status begin_write() = 0;
    virtual Status commit() = 0;
    // Leaves no transaction open, whatever state the connection was in.
    virtual void rollback() = 0;
    // Whether a transaction is open that can still be committed or rolled back to a savepoint.
    [[nodiscard]] virtual bool in_transaction() const = 0;

    // A unit of work within a transaction: keep_unit() or undo_unit() ends what the last
    // begin_unit() began; one may be within another.
    virtual Status begin_unit() = 0;
    virtual Status keep_unit() = 0;
    virtual Status undo_unit() = 0;

    // What may help after the last error of this connection.
    [[nodiscard]] virtual Remedy remedy() const = 0;
    // Whether it is worth using again: false once a server has closed it.
    [[nodiscard]] virtual bool alive() = 0;
};

// Runs `work` as a unit within the transaction that is open: when it fails, what it did is undone, and that alone.
template <class F>
Status in_unit(Connection& connection, F&& work) {
    BOON_CHECK(connection.begin_unit());
    Status status = std::forward<F>(work)(connection);
    if (status) status = connection.keep_unit();
    if (!status && connection.in_transaction()) BOON_CHECK(connection.undo_unit());
    return status;
}

}  // namespace boon::db
