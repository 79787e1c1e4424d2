// What changed in the serving state, in the order of the commits: appended in the transaction that changes it, polled
// by every server that keeps the state in memory.
//
// Numbers are given out before commits happen, so a later number may become visible first. On PostgreSQL a change is
// therefore handed out only once every transaction older than its own has ended, in the order (transaction, number):
// what appears later always sorts behind what was handed out. A transaction that stays open for long holds the feed up.
#pragma once

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::storage {

struct FeedPosition {
    std::int64_t transaction = 0;
    std::int64_t number = 0;
    auto operator<=>(const FeedPosition&) const = default;
};

struct Change {
    FeedPosition position;
    std::string kind;  // what kind of thing: `offer`, `model`, `api_key`
    std::string key;   // which one; empty: all of them
    bool operator==(const Change&) const = default;
};

Status append_change(db::Connection& connection, std::string_view kind, std::string_view key, Timestamp now);

// One row for each key.
Status append_changes(
    db::Connection& connection, std::string_view kind, std::span<const std::string_view> keys, Timestamp now
);

// What came after `since`, at most `limit`; go on from the last one's position.
Result<std::vector<Change>> poll_changes(db::Connection& connection, FeedPosition since, std::int64_t limit = 1000);

// Where the feed stands: taken before the state is read, it misses nothing.
Result<FeedPosition> feed_position(db::Connection& connection);

// Removes what was appended before `before`; how many.
Result<std::int64_t> trim_changes(db::Connection& connection, Timestamp before);

}  // namespace boon::storage
