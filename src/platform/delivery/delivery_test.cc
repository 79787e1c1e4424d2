// Messages over real HTTP, with receivers that fail, are slow, or hear everything twice.
#include "platform/delivery/delivery_test.h"

#include <thread>

namespace boon::delivery {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

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

}  // namespace
}  // namespace boon::delivery
