// Messages over real HTTP, with receivers that fail, are slow, want no more, or hear everything twice.
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

namespace boon::delivery {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

constexpr Timestamp kStart{1'700'000'000 * kMicrosPerSecond};

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

http::Response status(int code) { return {.status = code}; }

// Not a seal at all, but one can see that it was asked for.
Sealing reversing() {
    const auto reversed = [](std::string_view text) {
        return Result<std::string>(std::string(text.rbegin(), text.rend()));
    };
    return {.seal = reversed, .open = reversed};
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
    Webhooks webhooks_{
        *database_, reversing(), {.ports = {}, .allow_private = true, .total_timeout = milliseconds(300)}
    };
    Courier courier_{*database_, channels(), world()};
};
INSTANTIATE_TEST_SUITE_P(Engines, DeliveryTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(DeliveryTest, AMessageArrivesOnceAndSigned) {
    Receiver receiver([](int) { return status(204); });
    const Webhook webhook = add(receiver.url());
    enqueue(webhook);
    EXPECT_EQ(deliver(), 1);
    EXPECT_EQ(deliver(), 0);
    const auto heard = receiver.heard();
    ASSERT_THAT(heard, SizeIs(1));
    EXPECT_EQ(heard[0].type, "application/json");
    EXPECT_EQ(heard[0].body, R"({"n":1})");
    EXPECT_EQ(heard[0].timestamp, "1700000000");
    EXPECT_EQ(heard[0].signature, sign(*signing_key(secret(webhook)), {heard[0].id, 1'700'000'000, heard[0].body}));
    EXPECT_TRUE(uuid_v7_time(heard[0].id));
    EXPECT_THAT(outbox(), ElementsAre("sent: "));
    EXPECT_EQ(look(webhook).last_sent_at, kStart);
}

TEST_P(DeliveryTest, WhatFailsComesAgainLaterWithTheSameIdAndANewTimestamp) {
    Receiver receiver([](int nth) { return status(nth == 1 ? 500 : 200); });
    const Webhook webhook = add(receiver.url());
    enqueue(webhook);
    EXPECT_EQ(deliver(), 1);
    EXPECT_THAT(outbox(), ElementsAre("waiting: it answered 500"));
    EXPECT_EQ(look(webhook).failures, 1);
    EXPECT_EQ(look(webhook).last_error, "it answered 500");
    wait(9);
    EXPECT_EQ(deliver(), 0);
    wait(1);
    EXPECT_EQ(deliver(), 1);
    const auto heard = receiver.heard();
    ASSERT_THAT(heard, SizeIs(2));
    EXPECT_EQ(heard[0].id, heard[1].id);
    EXPECT_EQ(heard[1].timestamp, "1700000010");
    EXPECT_NE(heard[0].signature, heard[1].signature);
    EXPECT_EQ(look(webhook).failures, 0);
    EXPECT_THAT(outbox(), ElementsAre("sent: it answered 500"));
}

TEST_P(DeliveryTest, ADeadReceiverIsGivenUpInTheEndAndTheReasonKept) {
    std::string url;
    {
        const Receiver receiver([](int) { return status(200); });
        url = receiver.url();
    }
    enqueue(add(url));
    std::int64_t attempts = 0;
    while (deliver() == 1 && ++attempts < 100) wait(6 * 3600);
    EXPECT_EQ(attempts, storage::kOutboxAttempts);
    EXPECT_THAT(outbox(), ElementsAre("given_up: could not reach " + url + ": connection refused"));
}

TEST_P(DeliveryTest, ASlowReceiverFailsInTimeAndHoldsUpNobodyElse) {
    Receiver slow([](int) { return status(0); });
    Receiver quick([](int) { return status(200); });
    const Webhook to_slow = add(slow.url());
    const Webhook to_quick = add(quick.url());
    for (int i = 0; i < 3; ++i) enqueue(to_slow);
    enqueue(to_quick);
    const auto began = std::chrono::steady_clock::now();
    EXPECT_EQ(deliver(), 4);
    EXPECT_LT(std::chrono::steady_clock::now() - began, milliseconds(3 * 300));  // waited for once, not three times
    EXPECT_THAT(slow.heard(), SizeIs(1));
    EXPECT_THAT(quick.heard(), SizeIs(1));
    EXPECT_THAT(look(to_slow).last_error, HasSubstr("no whole answer within 300 ms"));
    EXPECT_THAT(outbox(), SizeIs(4));
    EXPECT_THAT(outbox()[1], "waiting: ");  // given back untried
}

TEST_P(DeliveryTest, AReceiverThatIsGoneGetsNoMore) {
    Receiver receiver([](int nth) { return status(nth == 1 ? 410 : 200); });
    const Webhook webhook = add(receiver.url());
    enqueue(webhook);
    enqueue(webhook);
    deliver();
    EXPECT_EQ(look(webhook).state, WebhookState::gone);
    EXPECT_THAT(receiver.heard(), SizeIs(1));
    const std::string why = "given_up: it answered 410: it wants no more messages";
    EXPECT_THAT(outbox(), ElementsAre(why, why));
    enqueue(webhook);
    deliver();
    EXPECT_THAT(receiver.heard(), SizeIs(1));
    EXPECT_EQ(outbox().back(), "given_up: it wants no more messages");
    ASSERT_TRUE(database_->write([&](db::Connection& c) { return webhooks_.resume(c, webhook.id); }));
    enqueue(webhook);
    deliver();
    EXPECT_THAT(receiver.heard(), SizeIs(2));
}

TEST_P(DeliveryTest, ARemovedReceiverGetsNoMore) {
    Receiver receiver([](int) { return status(200); });
    const Webhook webhook = add(receiver.url());
    enqueue(webhook);
    const auto remove = [&](std::string_view topic) {
        return database_->write([&](db::Connection& c) { return webhooks_.remove(c, topic, webhook.id, now_); });
    };
    EXPECT_EQ(remove("other").error().code, ErrorCode::not_found);
    EXPECT_TRUE(remove("test"));
    EXPECT_EQ(remove("test").error().code, ErrorCode::not_found);
    EXPECT_EQ(deliver(), 0);
    EXPECT_THAT(receiver.heard(), SizeIs(0));
    EXPECT_THAT(outbox(), ElementsAre("given_up: the webhook was removed"));
}

TEST_P(DeliveryTest, RetryAfterIsHonoured) {
    Receiver receiver([](int nth) {
        return nth == 1 ? http::Response{.status = 429, .headers = {{"Retry-After", "120"}}} : status(200);
    });
    enqueue(add(receiver.url()));
    deliver();
    wait(119);
    EXPECT_EQ(deliver(), 0);
    wait(1);
    EXPECT_EQ(deliver(), 1);
}

TEST_P(DeliveryTest, RedirectsAreNotFollowed) {
    Receiver elsewhere([](int) { return status(200); });
    Receiver receiver([&](int) { return http::Response{.status = 307, .headers = {{"Location", elsewhere.url()}}}; });
    enqueue(add(receiver.url()));
    deliver();
    EXPECT_THAT(outbox(), ElementsAre("waiting: it answered 307: redirects are not followed"));
    EXPECT_THAT(elsewhere.heard(), SizeIs(0));
}

TEST_P(DeliveryTest, APrivateAddressIsRefusedAtOnce) {
    Receiver receiver([](int) { return status(200); });
    Webhooks careful(*database_, reversing(), {.ports = {}});
    const auto add = [&](const std::string& url) {
        return database_->write([&](db::Connection& c) {
            return careful.add(c, {.topic = "test", .url = url, .query = {}, .created_by = "me"}, now_);
        });
    };
    for (const std::string& url :
         {receiver.url(), std::string("http://[::1]/"), std::string("http://169.254.169.254/")}) {
        const auto refused = add(url);
        ASSERT_FALSE(refused) << url;
        EXPECT_EQ(refused.error().code, ErrorCode::forbidden) << url;
        EXPECT_THAT(refused.error().message, HasSubstr("is not a public address")) << url;
    }
    EXPECT_EQ(add("ftp://example.org/x").error().code, ErrorCode::forbidden);
    EXPECT_EQ(add("nonsense").error().code, ErrorCode::invalid);
    // A name shows its address only when it is resolved.
    std::string by_name = receiver.url();
    by_name.replace(by_name.find("127.0.0.1"), 9, "localhost");
    const auto allowed = add(by_name);
    ASSERT_TRUE(allowed);
    enqueue(*allowed);
    Courier courier(*database_, {{std::string(kWebhookKind), careful.channel()}}, world());
    ASSERT_TRUE(courier.deliver_due());
    EXPECT_THAT(receiver.heard(), SizeIs(0));
    ASSERT_THAT(outbox(), SizeIs(1));
    EXPECT_THAT(outbox()[0], HasSubstr("given_up: "));
    EXPECT_THAT(outbox()[0], HasSubstr("is not a public address"));
}

TEST_P(DeliveryTest, AfterARotationBothSecretsSignForADay) {
    Receiver receiver([](int) { return status(200); });
    const Webhook webhook = add(receiver.url());
    const std::string old = secret(webhook);
    const auto fresh = database_->write([&](db::Connection& c) { return webhooks_.rotate(c, webhook.id, now_); });
    ASSERT_TRUE(fresh);
    EXPECT_NE(*fresh, old);
    EXPECT_EQ(*fresh, secret(webhook));
    enqueue(webhook);
    deliver();
    wait(24 * 3600);
    enqueue(webhook);
    deliver();
    const auto heard = receiver.heard();
    ASSERT_THAT(heard, SizeIs(2));
    const auto signed_by = [](const std::string& key, const Heard& message) {
        return sign(*signing_key(key), {message.id, std::stoll(message.timestamp), message.body});
    };
    EXPECT_EQ(heard[0].signature, signed_by(*fresh, heard[0]) + ' ' + signed_by(old, heard[0]));
    EXPECT_EQ(heard[1].signature, signed_by(*fresh, heard[1]));
}

TEST_P(DeliveryTest, ASenderThatDiesBeforeNotingSendsTwiceWithOneId) {
    Receiver receiver([](int) { return status(200); });
    enqueue(add(receiver.url()));
    // Takes and sends as a courier does, and goes before it notes.
    const auto taken = database_->write([&](db::Connection& c) { return storage::take_messages(c, {}, now_); });
    ASSERT_TRUE(taken);
    ASSERT_EQ(webhooks_.channel().send(taken->at(0), now_).fate, Fate::sent);
    EXPECT_EQ(deliver(), 0);  // its lease holds
    wait(60);
    EXPECT_EQ(deliver(), 1);
    const auto heard = receiver.heard();
    ASSERT_THAT(heard, SizeIs(2));
    EXPECT_EQ(heard[0].id, heard[1].id);
}

TEST_P(DeliveryTest, AMessageOfAnUnknownKindIsGivenUpInWords) {
    ASSERT_TRUE(database_->write([&](db::Connection& c) {
        return storage::enqueue_message(c, {.id = "1", .kind = "pigeon", .destination = "x", .payload = "p"}, now_);
    }));
    deliver();
    EXPECT_THAT(outbox(), ElementsAre("given_up: nothing sends messages of the kind pigeon"));
}

TEST_P(DeliveryTest, ItsThreadsSendWhatIsEnqueuedAndEndInOrder) {
    std::atomic<int> open = 0;
    Receiver receiver([&](int) {
        ++open;
        return status(200);
    });
    const Webhook webhook = add(receiver.url());
    {
        Courier courier(*database_, channels(), world(), {.look_every = std::chrono::hours(1)});
        courier.start();
        for (int i = 0; i < 40; ++i) enqueue(webhook, std::to_string(i));
        courier.wake();
        for (int i = 0; i < 1000 && receiver.heard().size() < 40; ++i) std::this_thread::sleep_for(milliseconds(10));
    }
    EXPECT_THAT(receiver.heard(), SizeIs(40));
    EXPECT_THAT(outbox(), testing::Each("sent: "));
}

TEST_P(DeliveryTest, StoppingGivesBackWhatWasOnlyTaken) {
    std::function<void()> stop;
    Receiver receiver([&](int) {
        stop();  // while the first of the batch is on its way
        return status(200);
    });
    const Webhook webhook = add(receiver.url());
    for (int i = 0; i < 3; ++i) enqueue(webhook);
    {
        Courier courier(*database_, channels(), world());
        stop = [&] { courier.stop(); };
        ASSERT_TRUE(courier.deliver_due());
    }
    EXPECT_THAT(receiver.heard(), SizeIs(1));
    EXPECT_THAT(outbox(), ElementsAre("sent: ", "waiting: ", "waiting: "));
    EXPECT_EQ(deliver(), 2);  // at once, not after the lease
}

TEST_P(DeliveryTest, TheDatabaseHoldsNoSecretInTheOpen) {
    const Webhook webhook = add("http://127.0.0.1:9/");
    EXPECT_THAT(secret(webhook), testing::StartsWith("whsec_"));
    EXPECT_EQ(
        *database_->read([&](db::Connection& c) {
            return db::select_number(c, "select count(*) from webhooks where secret like 'whsec_%'");
        }),
        0
    );
}

}  // namespace
}  // namespace boon::delivery
