// Removes, now and then, what an instance keeps only for a time: answers kept for idempotency keys.
#pragma once

#include <functional>
#include <thread>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::app {

// Everything that is past its time at `now`, in steps that let decisions through; how many rows.
Result<std::int64_t> sweep(db::Database& database, Timestamp now);

// A thread that sweeps at its start and every ten minutes.
class Janitor {
public:
    // `database` must outlive it.
    Janitor(db::Database& database, std::function<Timestamp()> clock);

private:
    void loop(const std::stop_token& stop);

    db::Database& database_;
    std::function<Timestamp()> clock_;
    std::jthread thread_;  // last: ends before the rest goes
};

}  // namespace boon::app
