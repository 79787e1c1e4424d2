// What customers were, and when: the past of one column of a table that has a row each time it changes (the stays'
// stage, the history's value segment). It is kept a second time, packed, so that a question about the whole base over
// years reads some megabytes instead of millions of rows.
//
// Some hundred customers, neighbours by id, are one line of the packed table. Whoever changes rows marks their
// customers as loose in the same unit of work. Loose customers are read from the rows and all others from their line,
// so an answer is that of the rows, whenever they were packed last. pack() makes lines of who is loose; killed
// anywhere, the rest stays loose.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "records/profiles/standing.h"

namespace boon::profiles {

// Where a past is written. `rows` has a `customer_id` and these columns; beside it are the tables ROWS_packed and
// ROWS_loose.
struct PastTable {
    std::string_view rows;
    std::string_view begins;
    std::string_view ends;  // the column that is NULL while the state lasts; empty: each row ends the one before
    std::string_view state;
};

struct Change {
    std::int64_t at = 0;         // microseconds
    std::uint8_t state = kNone;  // from then on: a place in the list of names
    static constexpr std::uint8_t kNone = Standing::kNone;

    bool operator==(const Change&) const = default;
};

using Past = std::span<const Change>;

// In which state a past is at an instant; kNone before its first change.
std::uint8_t state_at(Past past, Timestamp at);

// Customers by a state before and a state after.
class StatePairs {
public:
    // None first; a pair that nobody has is not there, nor is that of none and none.
    using Named = std::map<std::pair<std::optional<std::string>, std::optional<std::string>>, std::int64_t>;

    StatePairs() : counts_(kStates * kStates) {}

    void add(std::uint8_t before, std::uint8_t after) { ++counts_[before * kStates + after]; }
    [[nodiscard]] Named named(const std::vector<std::string>& names) const;

private:
    static constexpr std::size_t kStates = Change::kNone + 1;

    std::vector<std::int64_t> counts_;
};

// Within the unit of work that changes the customers' rows.
Status mark_loose(db::Connection& connection, const PastTable& table, std::span<const std::string_view> customer_ids);

// Packs the first loose customers behind `after` together with the line that they fall into, within the caller's
// write(); the last customer that it packed, or nothing when none was loose.
Result<std::optional<std::string>> pack_next(
    db::Connection& connection, const PastTable& table, std::string_view after
);
// Within the unit of work that deleted the rows of a customer for good: the line that named the customer is made anew.
Status drop_past(db::Connection& connection, const PastTable& table, std::string_view customer_id);
// Everybody who is loose, in many units of the batch lane.
Status pack(db::Database& database, const PastTable& table);

// Hands over each customer's changes, in the order of time; customers in no order. States are places in `names`, which
// grows. A customer whose rows are changed meanwhile comes once, as before or as after. Within the caller's read();
// `internal` for a line that is damaged.
using OnPast = std::function<void(Past)>;
Status each_past(
    db::Connection& connection, const PastTable& table, std::vector<std::string>& names, const OnPast& on_past
);

}  // namespace boon::profiles
