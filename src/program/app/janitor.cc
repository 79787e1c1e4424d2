#include "program/app/janitor.h"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "platform/base/log.h"
#include "platform/storage/idempotency.h"
#include "records/profiles/store.h"

namespace boon::app {

namespace {

constexpr std::int64_t kRowsEach = 1000;
constexpr std::chrono::minutes kPause{10};

// Other processes follow within seconds; one that was cut off for longer is started anew.
constexpr std::int64_t kFollowedMicros = 2 * kMicrosPerHour;

// As long as a step removes all that it may; how many rows.
template <class Step>
Result<std::int64_t> in_steps(db::Database& database, const Step& step) {
    std::int64_t rows = 0;
    while (true) {
        BOON_TRY(const std::int64_t gone, database.write(db::Lane::batch, step));
        rows += gone;
        if (gone < kRowsEach) return rows;
    }
}

}  // namespace

Result<std::int64_t> sweep(db::Database& database, const access::SessionLife& life, Timestamp now) {
    BOON_TRY(const std::int64_t rows, database.write(db::Lane::batch, [&](db::Connection& connection) {
        return access::forget_expired(connection, life, now);
    }));
    BOON_TRY(const std::int64_t answers, in_steps(database, [&](db::Connection& connection) {
                 return storage::forget_answers(connection, now, kRowsEach);
             }));
    const Timestamp followed = plus_micros(now, -kFollowedMicros);
    BOON_TRY(const std::int64_t changes, in_steps(database, [&](db::Connection& connection) {
                 return profiles::forget_changes(connection, followed, kRowsEach);
             }));
    return rows + answers + changes;
}

Janitor::Janitor(db::Database& database, const access::SessionLife& life, std::function<Timestamp()> clock)
    : database_(database),
      life_(life),
      clock_(std::move(clock)),
      thread_([this](const std::stop_token& stop) { loop(stop); }) {}

void Janitor::loop(const std::stop_token& stop) {
    std::mutex mutex;
    std::condition_variable_any woken;
    while (!stop.stop_requested()) {
        if (const auto swept = sweep(database_, life_, clock_()); !swept) {
            log::error("could not remove what is past its time: " + to_text(swept.error()));
        }
        std::unique_lock lock(mutex);
        woken.wait_for(lock, stop, kPause, [] { return false; });
    }
}

}  // namespace boon::app
