// What the tests of delivery share: a receiver over real HTTP, and an outbox on either engine.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

#include <gmock/gmock.h>

#include "platform/base/id.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/delivery/courier.h"
#include "platform/delivery/signature.h"
#include "platform/delivery/webhooks.h"
#include "platform/http/server.h"
#include "platform/storage/migrations.h"
#include "platform/storage/secrets.h"

namespace boon::delivery {

using std::chrono::milliseconds;

inline constexpr Timestamp kStart{1'700'000'000 * kMicrosPerSecond};

struct Heard {
    std::string id;
    std::string timestamp;
    std::string signature;
    std::string type;
    std::string body;
};

// A listener on a free port that answers what `answer` says.
class Receiver {
public:
    explicit Receiver(std::function<http::Response(int nth)> answers) : answer_(std::move(answers)) {
        auto started =
            http::Server::start({.threads = 1}, [this](const http::Request& request, const http::Respond& to) {
                const auto header = [&](std::string_view name) {
                    return std::string(request.headers.find(name).value_or("-"));
                };
                std::unique_lock lock(mutex_);
                heard_.push_back(
                    {header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"),
                     header("Content-Type"), request.body}
                );
                const http::Response answer = answer_(static_cast<int>(heard_.size()));
                lock.unlock();
                if (answer.status != 0) {
                    to(answer);
                } else {
                    const std::scoped_lock kept(mutex_);
                    silent_.push_back(to);  // never answered
                }
            });
        BOON_ASSERT(started);
        server_ = *std::move(started);
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(server_->port()) + "/hear"; }
    [[nodiscard]] std::vector<Heard> heard() const {
        const std::scoped_lock lock(mutex_);
        return heard_;
    }

private:
    std::function<http::Response(int)> answer_;
    mutable std::mutex mutex_;
    std::vector<Heard> heard_;
    std::vector<http::Respond> silent_;
    std::unique_ptr<http::Server> server_;
};

inline http::Response status(int code) { return {.status = code}; }

// As the composition root does it.
inline Sealing sealing_with(const storage::SecretBox& box) {
    return {
        .seal = [&box](std::string_view secret) { return Result<std::string>(box.seal(secret, "webhook")); },
        .open = [&box](std::string_view sealed) { return box.open(sealed, "webhook"); },
        .is_current = [&box](std::string_view sealed) { return box.is_current(sealed); },
    };
}

class DeliveryTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kStart)); }

    Webhook add(const std::string& url) {
        const auto made = database_->write([&](db::Connection& c) {
            return webhooks_.add(c, {.topic = "test", .url = url, .query = {}, .created_by = "me"}, now_);
        });
        BOON_ASSERT(made);
        return *made;
    }
    void enqueue(const Webhook& to, const std::string& payload = R"({"n":1})") {
        ASSERT_TRUE(database_->write([&](db::Connection& c) { return Webhooks::enqueue(c, to, payload, now_); }));
    }
    Webhook look(const Webhook& webhook) {
        return *database_->read([&](db::Connection& c) { return webhooks_.find(c, webhook.id); });
    }
    std::string secret(const Webhook& webhook) {
        return *database_->read([&](db::Connection& c) { return webhooks_.secret(c, webhook.id); });
    }
    // `state: last_error` of every message, in the order of the ids.
    std::vector<std::string> outbox() {
        std::vector<std::string> rows;
        BOON_ASSERT(database_->read([&](db::Connection& c) {
            return c.query("select state, last_error from outbox order by id", {}, [&](const db::Row& row) -> Status {
                rows.push_back(std::string(row.text(0)) + ": " + std::string(row.text(1)));
                return {};
            });
        }));
        return rows;
    }
    std::int64_t deliver() {
        const auto taken = courier_.deliver_due();
        BOON_ASSERT(taken);
        return *taken;
    }
    void wait(std::int64_t seconds) { now_ = plus_micros(now_, seconds * kMicrosPerSecond); }
    World world() {
        return {.now = [this] { return now_; }, .uniform = [] { return 0.0; }};
    }
    Courier::Channels channels() { return {{std::string(kWebhookKind), webhooks_.channel()}}; }

    Timestamp now_ = kStart;
    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    storage::SecretKey key_ = storage::SecretKey::make();
    storage::SecretBox box_{{key_}};
    Webhooks webhooks_{
        *database_, sealing_with(box_), {.ports = {}, .allow_private = true, .total_timeout = milliseconds(300)}
    };
    Courier courier_{*database_, channels(), world()};
};

}  // namespace boon::delivery
