#include "platform/delivery/webhooks.h"

#include <algorithm>

#include <fmt/format.h>

#include "platform/base/id.h"
#include "platform/db/record.h"
#include "platform/delivery/signature.h"
#include "platform/http/retry.h"
#include "platform/storage/outbox.h"

namespace boon::delivery {

namespace {

Status no_webhook(std::string_view id) {
    return fail(
        ErrorCode::not_found, fmt::format("there is no webhook {}", id), "list the webhooks to see which there are"
    );
}

Status changed_one(Result<std::int64_t> rows, std::string_view id) {
    if (!rows) return std::unexpected(std::move(rows).error());
    return *rows == 1 ? Status() : no_webhook(id);
}

// Receivers answer in a few words; what is longer is not read.
http::ClientOptions with_limits(http::ClientOptions options) {
    options.connect_timeout = std::min<std::chrono::milliseconds>(options.connect_timeout, std::chrono::seconds(5));
    options.total_timeout = std::min<std::chrono::milliseconds>(options.total_timeout, std::chrono::seconds(15));
    options.response_bytes = std::min(options.response_bytes, std::size_t{1024} * 1024);
    return options;
}

Verdict verdict_of(const Result<http::Response>& answer, Timestamp now) {
    if (!answer) {
        const Error& error = answer.error();
        const bool hopeless = error.code == ErrorCode::forbidden || error.code == ErrorCode::invalid;
        return {.fate = hopeless ? Fate::never : Fate::failed, .why = error.message};
    }
    const int status = answer->status;
    if (status >= 200 && status < 300) return {};
    if (status == 410) return {.fate = Fate::never, .why = "it answered 410: it wants no more messages", .gone = true};
    if (status >= 300 && status < 400) {
        return {.fate = Fate::failed, .why = fmt::format("it answered {}: redirects are not followed", status)};
    }
    return {
        .fate = Fate::failed,
        .why = fmt::format("it answered {}", status),
        .retry_after = http::retry_after(*answer, now)
    };
}

}  // namespace

// What signs a message now: the secret, and the one before it for a while.
struct Webhooks::Keys {
    std::string url;
    WebhookState state = WebhookState::active;
    std::vector<SigningKey> keys;
};

Webhooks::Webhooks(db::Database& database, Sealing sealing, http::ClientOptions outbound)
    : database_(database),
      sealing_(std::move(sealing)),
      outbound_(with_limits(std::move(outbound))),
      client_(outbound_) {}

Result<Webhook> Webhooks::add(db::Connection& connection, const NewWebhook& wanted, Timestamp now) {
    BOON_CHECK(http::check_url(outbound_, wanted.url));
    BOON_TRY(const std::string sealed, sealing_.seal(new_webhook_secret()));
    const Webhook made{
        .id = new_uuid(),
        .topic = wanted.topic,
        .url = wanted.url,
        .query = wanted.query,
        .created_by = wanted.created_by,
        .created_at = now,
    };
    BOON_CHECK(connection.execute(
        "insert into webhooks (id, topic, url, query, state, secret, failures, last_error, created_by, created_at) "
        "values (?, ?, ?, ?, ?, ?, 0, '', ?, ?)",
        {made.id, made.topic, made.url, made.query, made.state, sealed, made.created_by, made.created_at}
    ));
    return made;
}

Status Webhooks::remove(db::Connection& connection, std::string_view topic, std::string_view id, Timestamp now) {
    BOON_CHECK(changed_one(connection.execute("delete from webhooks where id = ? and topic = ?", {id, topic}), id));
    BOON_CHECK(storage::give_up_waiting(connection, {kWebhookKind, id}, "the webhook was removed", now));
    return {};
}

Status Webhooks::resume(db::Connection& connection, std::string_view id) {
    return changed_one(
        connection.execute("update webhooks set state = 'active', failures = 0, last_error = '' where id = ?", {id}), id
    );
}

Result<Webhook> Webhooks::find(db::Connection& connection, std::string_view id) {
    BOON_TRY(auto found, db::select_one<Webhook>(connection, "select * from webhooks where id = ?", {id}));
    if (!found) return std::unexpected(no_webhook(id).error());
    return *std::move(found);
}

Result<std::vector<Webhook>> Webhooks::list(db::Connection& connection, std::string_view topic) {
    if (topic.empty()) return db::select<Webhook>(connection, "select * from webhooks order by created_at, id");
    return db::select<Webhook>(connection, "select * from webhooks where topic = ? order by created_at, id", {topic});
}

Result<std::string> Webhooks::secret(db::Connection& connection, std::string_view id) {
    std::optional<std::string> sealed;
    BOON_CHECK(connection.query("select secret from webhooks where id = ?", {id}, [&](const db::Row& row) -> Status {
        sealed = row.text(0);
        return {};
    }));
    if (!sealed) return std::unexpected(no_webhook(id).error());
    return sealing_.open(*sealed);
}

Result<std::string> Webhooks::rotate(db::Connection& connection, std::string_view id, Timestamp now) {
    std::string fresh = new_webhook_secret();
    BOON_TRY(const std::string sealed, sealing_.seal(fresh));
    BOON_CHECK(changed_one(
        connection.execute(
            "update webhooks set old_secret = secret, old_secret_until = ?, secret = ? where id = ?",
            {plus_micros(now, kOldSecretMicros), sealed, id}
        ),
        id
    ));
    return fresh;
}

Result<std::int64_t> Webhooks::reseal(db::Connection& connection) {
    struct Row {
        std::string id;
        std::string secret;
        std::optional<std::string> old_secret;
    };
    std::vector<Row> rows;
    BOON_CHECK(connection.query("select id, secret, old_secret from webhooks", {}, [&](const db::Row& row) -> Status {
        rows.push_back({std::string(row.text(0)), std::string(row.text(1)), std::nullopt});
        if (!row.is_null(2)) rows.back().old_secret = row.text(2);
        return {};
    }));
    std::int64_t resealed = 0;
    const auto renew = [&](std::string& sealed) -> Status {
        if (sealing_.is_current(sealed)) return {};
        BOON_TRY(const std::string secret, sealing_.open(sealed));
        BOON_TRY(sealed, sealing_.seal(secret));
        ++resealed;
        return {};
    };
    for (Row& row : rows) {
        BOON_CHECK(renew(row.secret));
        if (row.old_secret) BOON_CHECK(renew(*row.old_secret));
        BOON_CHECK(connection.execute(
            "update webhooks set secret = ?, old_secret = ? where id = ?", {row.secret, row.old_secret, row.id}
        ));
    }
    return resealed;
}

Status Webhooks::enqueue(db::Connection& connection, const Webhook& to, std::string payload, Timestamp now) {
    return storage::enqueue_message(
        connection,
        {.id = new_uuid(), .kind = std::string(kWebhookKind), .destination = to.id, .payload = std::move(payload)}, now
    );
}

Channel Webhooks::channel() {
    return {
        .send = [this](const storage::Message& message, Timestamp now) { return send(message, now); },
        .note = &Webhooks::note,
    };
}

Result<Webhooks::Keys> Webhooks::keys(std::string_view id, Timestamp now) {
    std::vector<std::string> sealed;
    Keys keys;
    BOON_TRY(const Webhook webhook, database_.read([&](db::Connection& connection) -> Result<Webhook> {
        BOON_CHECK(connection.query(
            "select secret, old_secret, old_secret_until from webhooks where id = ?", {id},
            [&](const db::Row& row) -> Status {
                sealed.emplace_back(row.text(0));
                if (!row.is_null(1) && now.micros < row.integer(2)) sealed.emplace_back(row.text(1));
                return {};
            }
        ));
        return find(connection, id);
    }));
    keys.url = webhook.url;
    keys.state = webhook.state;
    for (const std::string& text : sealed) {
        BOON_TRY(const std::string secret, sealing_.open(text));
        BOON_TRY(SigningKey key, signing_key(secret));
        keys.keys.push_back(std::move(key));
    }
    return keys;
}

Verdict Webhooks::send(const storage::Message& message, Timestamp now) {
    const auto found = keys(message.destination, now);
    if (!found) {
        const bool removed = found.error().code == ErrorCode::not_found;
        return {.fate = removed ? Fate::never : Fate::failed, .why = found.error().message};
    }
    if (found->state == WebhookState::gone) return {.fate = Fate::never, .why = "it wants no more messages"};
    const std::int64_t timestamp_s = now.micros / kMicrosPerSecond;
    std::string signatures;
    for (const SigningKey& key : found->keys) {
        if (!signatures.empty()) signatures += ' ';
        signatures += sign(key, {message.id, timestamp_s, message.payload});
    }
    const auto answer = client_.send({
        .method = "POST",
        .url = found->url,
        .headers =
            {{"Content-Type", "application/json"},
             {"webhook-id", message.id},
             {"webhook-timestamp", fmt::to_string(timestamp_s)},
             {"webhook-signature", signatures}},
        .body = message.payload,
    });
    return verdict_of(answer, now);
}

Status Webhooks::note(
    db::Connection& connection, const storage::Message& message, const Verdict& verdict, Timestamp now
) {
    if (verdict.fate == Fate::sent) {
        BOON_CHECK(connection.execute(
            "update webhooks set failures = 0, last_error = '', last_sent_at = ? where id = ?",
            {now, message.destination}
        ));
        return {};
    }
    BOON_CHECK(connection.execute(
        "update webhooks set failures = failures + 1, last_error = ? where id = ?", {verdict.why, message.destination}
    ));
    if (!verdict.gone) return {};
    BOON_CHECK(connection.execute("update webhooks set state = 'gone' where id = ?", {message.destination}));
    BOON_CHECK(storage::give_up_waiting(connection, {kWebhookKind, message.destination}, verdict.why, now));
    return {};
}

}  // namespace boon::delivery
