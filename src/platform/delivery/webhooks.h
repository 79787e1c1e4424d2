// Receivers of webhooks, kept in the operational database, and the channel that sends to them: HTTP POST, signed by
// Standard Webhooks 1.0.0, one id per message however often it is sent. Functions over a connection join the caller's
// transaction.
//
// A receiver's answer decides: 2xx is taken; 410 means that it wants no more (it is `gone`, what waits for it is given
// up); anything else, a redirect included, is tried again (outbox.h says when). A URL that the settings do not allow is
// given up at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/db/database.h"
#include "platform/delivery/courier.h"
#include "platform/http/client.h"

namespace boon::delivery {

// Of the outbox's messages that are webhooks; their destination is the receiver's id.
inline constexpr std::string_view kWebhookKind = "webhook";

enum class WebhookState { active, gone };
BOOST_DESCRIBE_ENUM(WebhookState, active, gone)

struct Webhook {
    std::string id;
    std::string topic;  // whose events it hears
    std::string url;
    std::string query;  // which of them, in the topic's words; empty: all
    WebhookState state = WebhookState::active;
    std::int64_t failures = 0;  // since it last took a message
    std::string last_error = {};
    std::optional<Timestamp> last_sent_at = {};
    std::string created_by;
    Timestamp created_at;
};
BOOST_DESCRIBE_STRUCT(
    Webhook, (), (id, topic, url, query, state, failures, last_error, last_sent_at, created_by, created_at)
)

struct NewWebhook {
    std::string topic;
    std::string url;
    std::string query;
    std::string created_by;
};

// How secrets are kept in the database: sealed under a key that may change (`is_current`: under the one of now).
struct Sealing {
    std::function<Result<std::string>(std::string_view secret)> seal;
    std::function<Result<std::string>(std::string_view sealed)> open;
    std::function<bool(std::string_view sealed)> is_current;
};

// How long the secret before a rotation still signs beside the new one.
inline constexpr std::int64_t kOldSecretMicros = kMicrosPerDay;

class Webhooks {
public:
    // `outbound` says where they may lead. `database` must outlive it.
    Webhooks(db::Database& database, Sealing sealing, http::ClientOptions outbound);

    // With a secret of its own. `invalid` or `forbidden` for a URL that could never be sent to.
    Result<Webhook> add(db::Connection& connection, const NewWebhook& wanted, Timestamp now);
    // What waits for it is given up. `not_found` when there is none of that topic.
    Status remove(db::Connection& connection, std::string_view topic, std::string_view id, Timestamp now);
    // Takes it into service again after 410.
    Status resume(db::Connection& connection, std::string_view id);
    Result<Webhook> find(db::Connection& connection, std::string_view id);
    // The oldest first; an empty topic: all.
    Result<std::vector<Webhook>> list(db::Connection& connection, std::string_view topic);

    // What the receiver checks signatures with.
    Result<std::string> secret(db::Connection& connection, std::string_view id);
    // A new secret, returned; the old one signs beside it for kOldSecretMicros.
    Result<std::string> rotate(db::Connection& connection, std::string_view id, Timestamp now);

    // Seals every secret under the key of now; how many it sealed anew.
    Result<std::int64_t> reseal(db::Connection& connection);

    // In the transaction of what it tells of. Wake the courier afterwards.
    static Status enqueue(db::Connection& connection, const Webhook& to, std::string payload, Timestamp now);

    // For the Courier; must not outlive this.
    Channel channel();

private:
    struct Keys;
    Result<Keys> keys(std::string_view id, Timestamp now);
    Verdict send(const storage::Message& message, Timestamp now);
    static Status note(
        db::Connection& connection, const storage::Message& message, const Verdict& verdict, Timestamp now
    );

    db::Database& database_;
    const Sealing sealing_;
    const http::ClientOptions outbound_;
    http::Client client_;
};

}  // namespace boon::delivery
