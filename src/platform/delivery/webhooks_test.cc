// Receivers: who is gone, removed or out of reach, and what they check signatures with.
#include "platform/delivery/delivery_test.h"

namespace boon::delivery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

class WebhooksTest : public DeliveryTest {};
INSTANTIATE_TEST_SUITE_P(Engines, WebhooksTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(WebhooksTest, AReceiverThatIsGoneGetsNoMore) {
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

TEST_P(WebhooksTest, ARemovedReceiverGetsNoMore) {
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

TEST_P(WebhooksTest, APrivateAddressIsRefusedAtOnce) {
    Receiver receiver([](int) { return status(200); });
    Webhooks careful(*database_, sealing_with(box_), {.ports = {}});
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

TEST_P(WebhooksTest, AfterARotationBothSecretsSignForADay) {
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

TEST_P(WebhooksTest, SecretsAreSealedAndSealedAnewUnderANewKey) {
    const Webhook webhook = add("http://127.0.0.1:9/");
    ASSERT_TRUE(database_->write([&](db::Connection& c) { return webhooks_.rotate(c, webhook.id, now_); }));
    const std::string known = secret(webhook);
    EXPECT_THAT(known, testing::StartsWith("whsec_"));
    EXPECT_EQ(
        *database_->read([&](db::Connection& c) {
            return db::select_number(
                c, "select count(*) from webhooks where secret like '%whsec_%' or old_secret like '%whsec_%'"
            );
        }),
        0
    );
    const auto reseal = [&] { return database_->write([&](db::Connection& c) { return webhooks_.reseal(c); }); };
    EXPECT_EQ(reseal(), 0);
    const auto next = storage::SecretKey::make();
    box_.use({next, key_});
    EXPECT_EQ(reseal(), 2);  // the secret and the one before it
    EXPECT_EQ(reseal(), 0);
    box_.use({next});
    EXPECT_EQ(secret(webhook), known);
    box_.use({key_});
    const auto lost = database_->read([&](db::Connection& c) { return webhooks_.secret(c, webhook.id); });
    EXPECT_EQ(lost.error().code, ErrorCode::failed_precondition);
}

TEST_P(WebhooksTest, RedirectsAreNotFollowed) {
    Receiver elsewhere([](int) { return status(200); });
    Receiver receiver([&](int) { return http::Response{.status = 307, .headers = {{"Location", elsewhere.url()}}}; });
    enqueue(add(receiver.url()));
    deliver();
    EXPECT_THAT(outbox(), ElementsAre("waiting: it answered 307: redirects are not followed"));
    EXPECT_THAT(elsewhere.heard(), SizeIs(0));
}

}  // namespace
}  // namespace boon::delivery
