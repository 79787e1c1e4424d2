// Messages to the world outside, enqueued in the transaction that causes them and sent after it, at least once: a
// sender takes some under a lease, sends, and notes the outcome; what fails is due again after ever longer pauses.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/connection.h"

namespace boon::storage {

struct Message {
    std::string id;  // the receiver's means of telling a second delivery
    std::string kind;
    std::string destination;
    std::string payload;
    std::int64_t attempts = 0;  // this one included, once taken
    std::int64_t fence = 0;     // of the taking
};
BOOST_DESCRIBE_STRUCT(Message, (), (id, kind, destination, payload, attempts, fence))

inline constexpr std::int64_t kFirstRetryMicros = 10 * kMicrosPerSecond;
inline constexpr std::int64_t kLastRetryMicros = 6 * kMicrosPerHour;
inline constexpr std::int64_t kOutboxAttempts = 16;

Status enqueue_message(db::Connection& connection, const Message& message, Timestamp now);

struct Take {
    std::int64_t most = 100;
    std::int64_t lease_micros = 60 * kMicrosPerSecond;
};
// Those that are due, the oldest first; nobody else gets them until the lease ends.
Result<std::vector<Message>> take_messages(db::Connection& connection, const Take& take, Timestamp now);

// `conflict` when the lease ended and another sender took the message.
Status message_sent(db::Connection& connection, const Message& taken, Timestamp now);
// Due again after kFirstRetryMicros × 2^(attempts − 1), at most kLastRetryMicros; given up after kOutboxAttempts.
Status message_failed(db::Connection& connection, const Message& taken, std::string_view why, Timestamp now);

}  // namespace boon::storage
