#include "platform/storage/outbox.h"

#include <algorithm>

#include <fmt/core.h>

#include "platform/db/record.h"

namespace boon::storage {

namespace {

constexpr std::string_view kEntryColumns = "id, state, attempts, due_at, last_error, created_at, finished_at";
// Of a message that is sent as if for the first time.
constexpr std::string_view kAnew =
    "state = 'waiting', attempts = 0, due_at = ?, fence = fence + 1, last_error = '', finished_at = null";

std::unexpected<Error> no_message(std::string_view id) {
    return fail(
        ErrorCode::not_found, fmt::format("there is no message {} for it, or no longer", id),
        "list its messages; sent ones are kept for 7 days, and those given up for 30"
    );
}

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

Result<std::vector<OutboxEntry>> list_messages(
    db::Connection& connection, const Destination& destination, const OutboxQuery& wanted
) {
    std::string sql = fmt::format("select {} from outbox where kind = ? and destination = ?", kEntryColumns);
    db::Params params{destination.kind, destination.name};
    if (wanted.state) {
        sql += " and state = ?";
        params.push_back(*wanted.state);
    }
    if (wanted.after) {
        sql += " and (created_at, id) < (?, ?)";
        params.push_back(wanted.after->created_at);
        params.push_back(wanted.after->id);
    }
    sql += " order by created_at desc, id desc limit ?";
    params.push_back(wanted.limit);
    return db::select<OutboxEntry>(connection, sql, params);
}

Result<OutboxEntry> find_message(db::Connection& connection, const Destination& destination, std::string_view id) {
    BOON_TRY(
        auto found,
        db::select_one<OutboxEntry>(
            connection,
            fmt::format("select {} from outbox where id = ? and kind = ? and destination = ?", kEntryColumns),
            {id, destination.kind, destination.name}
        )
    );
    if (!found) return no_message(id);
    return *std::move(found);
}

Result<std::string> message_payload(db::Connection& connection, const Destination& destination, std::string_view id) {
    std::optional<std::string> payload;
    BOON_CHECK(connection.query(
        "select payload from outbox where id = ? and kind = ? and destination = ?",
        {id, destination.kind, destination.name},
        [&](const db::Row& row) -> Status {
            payload = row.text(0);
            return {};
        }
    ));
    if (!payload) return no_message(id);
    return *std::move(payload);
}

Status send_again(db::Connection& connection, const Destination& destination, std::string_view id, Timestamp now) {
    BOON_TRY(
        const std::int64_t rows,
        connection.execute(
            fmt::format("update outbox set {} where id = ? and kind = ? and destination = ?", kAnew),
            {now, id, destination.kind, destination.name}
        )
    );
    if (rows == 0) return no_message(id);
    return {};
}

Result<std::int64_t> send_given_up_again(db::Connection& connection, const Destination& destination, Timestamp now) {
    return connection.execute(
        fmt::format("update outbox set {} where kind = ? and destination = ? and state = 'given_up'", kAnew),
        {now, destination.kind, destination.name}
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
