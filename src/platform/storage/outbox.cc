#include "platform/storage/outbox.h"

#include <algorithm>

#include <fmt/core.h>

#include "platform/db/record.h"

namespace boon::storage {

namespace {

Status update_taken(db::Connection& connection, const Message& taken, std::string_view set, db::Params params) {
    params.push_back(taken.id);
    params.push_back(taken.fence);
    const std::string sql = fmt::format("update outbox set {} where id = ? and fence = ? and state = 'waiting'", set);
    BOON_TRY(const std::int64_t rows, connection.execute(sql, params));
    if (rows == 1) return {};
    return fail(ErrorCode::conflict, fmt::format("the message {} was taken by another sender", taken.id));
}

}  // namespace

Status enqueue_message(db::Connection& connection, const Message& message, Timestamp now) {
    BOON_CHECK(connection.execute(
        "insert into outbox (id, kind, destination, payload, state, attempts, due_at, fence, last_error, created_at) "
        "values (?, ?, ?, ?, 'waiting', 0, ?, 0, '', ?)",
        {message.id, message.kind, message.destination, message.payload, now, now}
    ));
    return {};
}

Result<std::vector<Message>> take_messages(db::Connection& connection, const Take& take, Timestamp now) {
    const std::string_view skip = connection.engine() == db::Engine::postgres ? " for update skip locked" : "";
    BOON_TRY(
        auto messages,
        db::select<Message>(
            connection,
            fmt::format(
                "update outbox set attempts = attempts + 1, fence = fence + 1, due_at = ? where id in "
                "(select id from outbox where state = 'waiting' and due_at <= ? order by due_at, id limit ?{}) "
                "returning id, kind, destination, payload, attempts, fence",
                skip
            ),
            {plus_micros(now, take.lease_micros), now, take.most}
        )
    );
    std::ranges::sort(messages, {}, &Message::id);  // UUIDs by time; RETURNING promises no order
    return messages;
}

Status message_sent(db::Connection& connection, const Message& taken, Timestamp now) {
    return update_taken(connection, taken, "state = 'sent', finished_at = ?", {now});
}

std::int64_t retry_pause(std::int64_t attempts) {
    std::int64_t pause = kFirstRetryMicros;
    for (std::int64_t i = 1; i < attempts && pause < kLastRetryMicros; ++i) pause *= 2;
    return std::min(pause, kLastRetryMicros);
}

Status message_failed(
    db::Connection& connection, const Message& taken, std::string_view why, Timestamp now, Timestamp earliest
) {
    if (taken.attempts >= kOutboxAttempts) return give_up_message(connection, taken, why, now);
    const Timestamp due = std::max(plus_micros(now, retry_pause(taken.attempts)), earliest);
    return update_taken(connection, taken, "due_at = ?, last_error = ?", {due, why});
}

Status give_up_message(db::Connection& connection, const Message& taken, std::string_view why, Timestamp now) {
    return update_taken(connection, taken, "state = 'given_up', finished_at = ?, last_error = ?", {now, why});
}

Status return_message(db::Connection& connection, const Message& taken, Timestamp due) {
    return update_taken(connection, taken, "attempts = attempts - 1, due_at = ?", {due});
}

Result<std::int64_t> give_up_waiting(
    db::Connection& connection, const Destination& destination, std::string_view why, Timestamp now
) {
    return connection.execute(
        "update outbox set state = 'given_up', finished_at = ?, last_error = ?, fence = fence + 1 "
        "where kind = ? and destination = ? and state = 'waiting'",
        {now, why, destination.kind, destination.name}
    );
}

Result<std::optional<Timestamp>> next_message_due(db::Connection& connection) {
    std::optional<Timestamp> due;
    BOON_CHECK(connection.query(
        "select due_at from outbox where state = 'waiting' order by due_at limit 1", {},
        [&](const db::Row& row) -> Status {
            due = Timestamp{row.integer(0)};
            return {};
        }
    ));
    return due;
}

Result<std::int64_t> forget_messages(db::Connection& connection, const Retention& retention) {
    return connection.execute(
        "delete from outbox where id in (select id from outbox where (state = 'sent' and finished_at < ?) "
        "or (state = 'given_up' and finished_at < ?) limit 2000)",
        {retention.sent_before, retention.given_up_before}
    );
}

}  // namespace boon::storage
