// Removes, now and then, what an instance keeps only for a time: answers kept for idempotency keys, sessions and
// one-time links, and what told other processes of single profiles.
#pragma once

#include <functional>
#include <thread>

#include "platform/access/sessions.h"
#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::app {

// Everything that is past its time at `now`, in steps that let decisions through; how many rows.
Result<std::int64_t> sweep(db::Database& database, const access::SessionLife& life, Timestamp now);

// A thread that sweeps at its start and every ten minutes.
class Janitor {
public:
    // `database` must outlive it.
    Janitor(db::Database& database, const access::SessionLife& life, std::function<Timestamp()> clock);

private:
    void loop(const std::stop_token& stop);

    db::Database& database_;
    access::SessionLife life_;
    std::function<Timestamp()> clock_;
    std::jthread thread_;  // last: ends before the rest goes
};

}  // namespace boon::app
