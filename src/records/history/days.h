// The ledger's daily tables, decisions_YYYYMMDD and outcomes_YYYYMMDD: made when a day's first decision comes, removed
// whole. The table ledger_days lists them. On PostgreSQL they are the partitions of `decisions` and `outcomes`.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <limits>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"

namespace boon::history {

// A day, UTC, as days since 1970-01-01.
struct Day {
    std::int64_t number = 0;

    auto operator<=>(const Day&) const = default;
};

// The day that a decision is kept under; an id of another form than boon's own does not tell it.
struct DecisionDay {
    Day day;
    bool told_by_id = false;
};

inline constexpr Day kLastDay{std::numeric_limits<std::int64_t>::max()};

Day day_of(Timestamp at);

// `decisions_20260301`, for names `decisions` and `outcomes`.
std::string table_of(std::string_view name, Day day);

// dropping: it is being removed, and is not read any more.
enum class DayState { absent, kept, dropping };
Result<DayState> state_of(db::Connection& connection, Day day);

// The kept days up to `latest`, newest first.
Result<std::vector<Day>> kept_days(db::Connection& connection, Day latest);

// For a unit of work: its tables, if they are not there yet. Two processes may do so at once.
Status make_day(db::Connection& connection, Day day);

// For a unit of work: from its commit on nobody reads the days before `keep_from`.
Status mark_dropping(db::Connection& connection, Day keep_from);

// Removes what is marked; how many days. Blocks; on SQLite in steps of some hundred rows, because to drop a large table
// would hold up the writer.
Result<int> drop_marked(db::Database& database);

// The days whose tables are known to be there, so that not every decision has to look; and how many decisions each has
// got since. Thread-safe.
class KnownDays {
public:
    [[nodiscard]] bool has(Day day) const {
        const std::lock_guard lock(mutex_);
        return day >= floor_ && days_.contains(day);
    }
    // Only once that is committed.
    void add(Day day) {
        const std::lock_guard lock(mutex_);
        days_.try_emplace(day, 0);
    }
    // add(), and one decision more; how many so far.
    std::int64_t count_written(Day day) {
        const std::lock_guard lock(mutex_);
        return ++days_[day];
    }
    void forget(Day day) {
        const std::lock_guard lock(mutex_);
        days_.erase(day);
    }
    // Days before `day` are never known again: whoever wants one has to look.
    void forget_before(Day day) {
        const std::lock_guard lock(mutex_);
        floor_ = std::max(floor_, day);
        days_.erase(days_.begin(), days_.lower_bound(floor_));
    }

private:
    mutable std::mutex mutex_;
    std::map<Day, std::int64_t> days_;
    Day floor_{std::numeric_limits<std::int64_t>::min()};
};

}  // namespace boon::history
