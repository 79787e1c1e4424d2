// Messages to the world outside, enqueued in the transaction that causes them and sent after it, at least once: a
// sender takes some under a lease, sends, and notes the outcome; what fails is due again after ever longer pauses.
#pragma once

#include <cstdint>
#include <optional>
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

// `conflict` when the lease ended and another sender took the message; so for each that follows.
Status message_sent(db::Connection& connection, const Message& taken, Timestamp now);
// Due again after retry_pause(), and not before `earliest`; given up after kOutboxAttempts.
Status message_failed(
    db::Connection& connection, const Message& taken, std::string_view why, Timestamp now, Timestamp earliest = {}
);
// At once: trying again would not help.
Status give_up_message(db::Connection& connection, const Message& taken, std::string_view why, Timestamp now);
// Gives it back untried: the taking does not count as an attempt.
Status return_message(db::Connection& connection, const Message& taken, Timestamp due);

// kFirstRetryMicros × 2^(attempts − 1), at most kLastRetryMicros.
std::int64_t retry_pause(std::int64_t attempts);

// Whatever still waits for a destination that is no more; how many messages.
struct Destination {
    std::string_view kind;
    std::string_view name;
};
Result<std::int64_t> give_up_waiting(
    db::Connection& connection, const Destination& destination, std::string_view why, Timestamp now
);

// How a message fares, as long as it is kept.
enum class MessageState { waiting, sent, given_up };
BOOST_DESCRIBE_ENUM(MessageState, waiting, sent, given_up)

struct OutboxEntry {
    std::string id;
    MessageState state = MessageState::waiting;
    std::int64_t attempts = 0;
    Timestamp due_at;        // of one that waits: when it is tried next
    std::string last_error;  // of the last attempt that failed
    Timestamp created_at;
    std::optional<Timestamp> finished_at;  // of one that is sent or given up
};
BOOST_DESCRIBE_STRUCT(OutboxEntry, (), (id, state, attempts, due_at, last_error, created_at, finished_at))

struct OutboxQuery {
    std::optional<MessageState> state = {};  // empty: all
    // The last one of the page before.
    struct Place {
        Timestamp created_at;
        std::string id;
    };
    std::optional<Place> after = {};
    std::int64_t limit = 50;
};
// A destination's messages, the newest first.
Result<std::vector<OutboxEntry>> list_messages(
    db::Connection& connection, const Destination& destination, const OutboxQuery& wanted
);
// `not_found` when that destination has no such message, or no longer.
Result<OutboxEntry> find_message(db::Connection& connection, const Destination& destination, std::string_view id);
Result<std::string> message_payload(db::Connection& connection, const Destination& destination, std::string_view id);

// Due at once and with all its attempts before it, whatever became of it: the same message under the same id. Whoever
// is sending it meanwhile loses it. `not_found` as above.
Status send_again(db::Connection& connection, const Destination& destination, std::string_view id, Timestamp now);
// Likewise all that were given up; how many.
Result<std::int64_t> send_given_up_again(db::Connection& connection, const Destination& destination, Timestamp now);

// When the next message is due, or its lease ends; nothing while none waits.
Result<std::optional<Timestamp>> next_message_due(db::Connection& connection);

// Deletes what ended before: sent, and given up; how many messages. At most 2 000 at once.
struct Retention {
    Timestamp sent_before;
    Timestamp given_up_before;
};
Result<std::int64_t> forget_messages(db::Connection& connection, const Retention& retention);

}  // namespace boon::storage
