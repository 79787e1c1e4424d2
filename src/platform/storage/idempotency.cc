#include "platform/storage/idempotency.h"

#include <algorithm>

#include <fmt/core.h>

#include "platform/storage/digest.h"

namespace boon::storage {

Result<std::optional<KeptAnswer>> recall_answer(db::Connection& connection, const IdempotencyKey& key, Timestamp now) {
    std::optional<KeptAnswer> answer;
    bool same_body = true;
    BOON_CHECK(connection.query(
        "select body_hash, status, content_type, answer from idempotency_keys "
        "where scope = ? and key = ? and expires_at > ?",
        {key.scope, key.key, now},
        [&](const db::Row& row) -> Status {
            same_body = std::ranges::equal(row.blob(0), sha256(key.body));
            answer = KeptAnswer{static_cast<int>(row.integer(1)), std::string(row.text(2)), std::string(row.text(3))};
            return {};
        }
    ));
    if (!same_body) {
        return fail(
            ErrorCode::conflict, fmt::format("the idempotency key \"{}\" was used for another request", key.key),
            "take a new key for a new request"
        );
    }
    return answer;
}

Status keep_answer(db::Connection& connection, const IdempotencyKey& key, const KeptAnswer& answer, Timestamp now) {
    BOON_CHECK(connection.execute(
        "delete from idempotency_keys where scope = ? and key = ? and expires_at <= ?", {key.scope, key.key, now}
    ));
    BOON_CHECK(connection.execute(
        "insert into idempotency_keys (scope, key, body_hash, status, content_type, answer, expires_at) "
        "values (?, ?, ?, ?, ?, ?, ?)",
        {key.scope, key.key, sha256(key.body), answer.status, answer.content_type, answer.body,
         plus_micros(now, kIdempotencyMicros)}
    ));
    return {};
}

Result<std::int64_t> forget_answers(db::Connection& connection, Timestamp now) {
    return connection.execute("delete from idempotency_keys where expires_at <= ?", {now});
}

}  // namespace boon::storage
