// Change feed, audit, idempotency keys and outbox, each on both engines.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/storage/audit.h"
#include "platform/storage/change_feed.h"
#include "platform/storage/digest.h"
#include "platform/storage/fixture_test.h"
#include "platform/storage/idempotency.h"
#include "platform/storage/outbox.h"

namespace boon::storage {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class StorageTest : public StorageFixture {};
INSTANTIATE_TEST_SUITE_P(Engines, StorageTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(StorageTest, ChangesComeInOrderAndOnce) {
    const auto start = must([](db::Connection& c) { return feed_position(c); });
    must([](db::Connection& c) -> Result<int> {
        BOON_CHECK(append_change(c, "offer", "1", kNow));
        BOON_CHECK(append_change(c, "model", "nbo", kNow));
        return 0;
    });
    EXPECT_FALSE(database_->write([](db::Connection& c) -> Status {
        BOON_CHECK(append_change(c, "offer", "undone", kNow));
        return fail(ErrorCode::invalid, "no");
    }));
    const auto poll = [&](FeedPosition since, std::int64_t limit) {
        return *database_->read([&](db::Connection& c) { return poll_changes(c, since, limit); });
    };
    const auto changes = poll(start, 10);
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].key, "1");
    EXPECT_EQ(changes[1].key, "nbo");
    EXPECT_THAT(poll(start, 1), ElementsAre(changes[0]));
    EXPECT_THAT(poll(changes[0].position, 10), ElementsAre(changes[1]));
    EXPECT_THAT(poll(changes[1].position, 10), IsEmpty());
    EXPECT_EQ(must([](db::Connection& c) { return feed_position(c); }), changes[1].position);
    EXPECT_EQ(must([](db::Connection& c) { return trim_changes(c, plus_micros(kNow, 1)); }), 2);
}

TEST_P(StorageTest, AChangeThatCommitsLateIsNotSkipped) {
    if (GetParam() == db::Engine::sqlite) GTEST_SKIP() << "one writer: numbers commit in order";
    const auto first = scratch_.open();
    const auto second = scratch_.open();
    const auto poll = [&](FeedPosition since) {
        return *database_->read([&](db::Connection& c) { return poll_changes(c, since); });
    };
    // The first takes its number, and before it commits the second takes the next and commits.
    ASSERT_TRUE(first->write([&](db::Connection& c) -> Status {
        BOON_CHECK(append_change(c, "offer", "early", kNow));
        BOON_CHECK(second->write([](db::Connection& other) { return append_change(other, "offer", "late", kNow); }));
        EXPECT_THAT(poll({}), IsEmpty());
        return {};
    }));
    const auto changes = poll({});
    ASSERT_EQ(changes.size(), 2U);
    EXPECT_EQ(changes[0].key, "early");
    EXPECT_EQ(changes[1].key, "late");
}

TEST_P(StorageTest, TheAuditChainIsWhole) {
    const auto verify = [&] { return must([](db::Connection& c) { return verify_audit(c); }).broken; };
    EXPECT_EQ(verify(), std::nullopt);
    for (int i = 1; i <= 4; ++i) {
        ASSERT_TRUE(database_->write([&](db::Connection& c) {
            return record_deed(
                c, {"cli", "offer.update", "offer/" + std::to_string(i % 2), "{\"n\":1}", std::nullopt}, kNow
            );
        }));
    }
    EXPECT_EQ(verify(), std::nullopt);
    EXPECT_EQ(must([](db::Connection& c) { return list_audit(c, {.target = "offer/1"}); }).at(0).seq, 3);
    const auto seqs = [&](const AuditQuery& wanted) {
        std::vector<std::int64_t> found;
        for (const AuditEntry& entry : must([&](db::Connection& c) { return list_audit(c, wanted); })) {
            found.push_back(entry.seq);
        }
        return found;
    };
    EXPECT_THAT(seqs({}), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(seqs({.limit = 2}), ElementsAre(4, 3));
    EXPECT_THAT(seqs({.before_seq = 3, .limit = 2}), ElementsAre(2, 1));
    EXPECT_THAT(seqs({.who = "cli", .what = "offer.update", .target = "offer/0"}), ElementsAre(4, 2));
    EXPECT_THAT(seqs({.who = "nobody"}), IsEmpty());
    EXPECT_THAT(seqs({.from = kNow, .until = plus_micros(kNow, 1)}), ElementsAre(4, 3, 2, 1));
    EXPECT_THAT(seqs({.until = kNow}), IsEmpty());
    EXPECT_EQ(must([](db::Connection& c) { return verify_audit(c); }).entries, 4);
    // Erased values leave it whole.
    EXPECT_EQ(must([](db::Connection& c) { return erase_audit_values(c, "offer/1"); }), 2);
    EXPECT_EQ(must([](db::Connection& c) { return list_audit(c, {.target = "offer/1"}); }).at(0).before, std::nullopt);
    EXPECT_EQ(verify(), std::nullopt);
    // And those of what lies below it.
    const Deed below{.who = "cli", .what = "part.update", .target = "offer/7/part", .before = "a", .after = {}};
    ASSERT_TRUE(database_->write([&](db::Connection& c) { return record_deed(c, below, kNow); }));
    EXPECT_EQ(must([](db::Connection& c) { return erase_audit_values(c, "offer/77"); }), 0);
    EXPECT_EQ(must([](db::Connection& c) { return erase_audit_values(c, "offer/7"); }), 1);
    EXPECT_EQ(verify(), std::nullopt);
}

TEST_P(StorageTest, TheOldestEntriesOfTheAuditGoAndItStaysWhole) {
    const auto verify = [&] { return must([](db::Connection& c) { return verify_audit(c); }).broken; };
    const auto change = [&](std::string_view sql) {
        ASSERT_TRUE(database_->write([&](db::Connection& c) { return c.execute(sql); }));
    };
    for (int day = 0; day < 10; ++day) {
        ASSERT_TRUE(database_->write([&](db::Connection& c) {
            return record_deed(c, {"cli", "offer.update", "offer/1", {}, "{}"}, plus_days(kNow, day));
        }));
    }
    const auto trim = [&](std::int64_t limit) {
        return database_
            ->write([&](db::Connection& c) { return trim_audit(c, plus_days(kNow, 5), limit, plus_days(kNow, 10)); })
            .value();
    };
    EXPECT_EQ(trim(3), 3);
    EXPECT_EQ(verify(), std::nullopt);
    EXPECT_EQ(trim(3), 2);
    EXPECT_EQ(trim(3), 0);
    EXPECT_EQ(verify(), std::nullopt);
    const auto entries = must([](db::Connection& c) { return list_audit(c, {}); });
    ASSERT_EQ(entries.size(), 7U);  // five of ten, and two that say what went
    EXPECT_EQ(entries.front().what, "audit.trim");
    EXPECT_EQ(entries.back().seq, 6);

    // Going by hand is found, also by somebody who knows where the chain begins.
    change("delete from audit_log where seq = 6");
    EXPECT_EQ(verify(), (BrokenLink{7, "entry 6 is missing"}));
    const std::string hash = to_hex(entries[6].hash);
    change(
        scratch_.url().starts_with("sqlite") ? "update audit_tail set seq = 6, hash = x'" + hash + "'"
                                             : "update audit_tail set seq = 6, hash = decode('" + hash + "', 'hex')"
    );
    EXPECT_EQ(verify(), (BrokenLink{7, "the entries before it are missing"}));
}

TEST_P(StorageTest, TamperingWithTheAuditIsFound) {
    const auto verify = [&] { return must([](db::Connection& c) { return verify_audit(c); }).broken; };
    for (int i = 0; i < 4; ++i) {
        ASSERT_TRUE(database_->write([&](db::Connection& c) {
            return record_deed(c, {"cli", "offer.update", "offer/1", "before", "after"}, kNow);
        }));
    }
    const auto tampered = [&](std::string_view change, std::string_view repair) {
        run(change);
        const auto broken = verify();
        run(repair);
        EXPECT_EQ(verify(), std::nullopt);
        return broken.value_or(BrokenLink{});
    };
    EXPECT_EQ(
        tampered("update audit_log set who = 'me' where seq = 2", "update audit_log set who = 'cli' where seq = 2"),
        (BrokenLink{2, "it was changed"})
    );
    EXPECT_EQ(
        tampered(
            "update audit_log set after = 'x' where seq = 3", "update audit_log set after = 'after' where seq = 3"
        ),
        (BrokenLink{3, "its values were changed"})
    );
    EXPECT_EQ(
        tampered("update audit_log set seq = 7 where seq = 1", "update audit_log set seq = 1 where seq = 7"),
        (BrokenLink{2, "entry 1 is missing"})
    );
    run("delete from audit_log where seq = 4");
    EXPECT_EQ(verify(), (BrokenLink{4, "the last entries are missing"}));
}

TEST_P(StorageTest, TheSameRequestGetsTheSameAnswer) {
    const IdempotencyKey key{"key:1 POST /offers", "abc", "{\"a\":1}"};
    const auto recall = [&](const IdempotencyKey& asked, Timestamp at) {
        return database_->read([&](db::Connection& c) { return recall_answer(c, asked, at); });
    };
    EXPECT_EQ(*recall(key, kNow), std::nullopt);
    const KeptAnswer answer{201, "application/json", {{"ETag", "\"1\""}}, "{\"id\":\"a secret\"}"};
    const auto keep = [&](Timestamp at) {
        return database_->write([&](db::Connection& c) { return keep_answer(c, key, answer, at); });
    };
    ASSERT_TRUE(keep(kNow));
    EXPECT_EQ(*recall(key, plus_micros(kNow, 24 * kMicrosPerHour)), answer);
    // Nobody reads it without the key.
    const auto stored = database_->read([](db::Connection& c) -> Result<std::string> {
        std::string bytes;
        BOON_CHECK(c.query("select id, answer from idempotency_keys", {}, [&](const db::Row& row) -> Status {
            for (const int column : {0, 1}) {
                for (const std::byte byte : row.blob(column)) bytes += static_cast<char>(byte);
            }
            return {};
        }));
        return bytes;
    });
    EXPECT_THAT(*stored, ::testing::Not(::testing::HasSubstr("secret")));
    EXPECT_THAT(*stored, ::testing::Not(::testing::HasSubstr(key.key)));
    EXPECT_EQ(*recall({"key:2 POST /offers", "abc", ""}, kNow), std::nullopt);
    EXPECT_EQ(
        recall({key.scope, key.key, "{\"a\":2}"}, kNow).error(),
        (Error{
            ErrorCode::conflict, "the idempotency key \"abc\" was used for another request",
            "take a new key for a new request"
        })
    );
    EXPECT_EQ(keep(kNow).error().code, ErrorCode::conflict);
    const Timestamp expired = plus_micros(kNow, kIdempotencyMicros);
    EXPECT_EQ(*recall(key, expired), std::nullopt);
    EXPECT_TRUE(keep(expired));
    EXPECT_EQ(must([&](db::Connection& c) { return forget_answers(c, expired, 100); }), 0);
    const Timestamp later = plus_micros(expired, kIdempotencyMicros);
    EXPECT_EQ(must([&](db::Connection& c) { return forget_answers(c, later, 100); }), 1);
}

TEST_P(StorageTest, MessagesAreTakenSentAndTriedAgain) {
    const auto take = [&](Timestamp at) {
        return must([&](db::Connection& c) { return take_messages(c, {10, 60 * kSecond}, at); });
    };
    for (const char* id : {"1", "2"}) {
        ASSERT_TRUE(database_->write([&](db::Connection& c) {
            return enqueue_message(c, {id, "webhook", "https://x", "{}"}, kNow);
        }));
    }
    const auto taken = take(kNow);
    ASSERT_EQ(taken.size(), 2U);
    EXPECT_THAT(take(kNow), IsEmpty());
    ASSERT_TRUE(database_->write([&](db::Connection& c) { return message_sent(c, taken[0], kNow); }));
    ASSERT_TRUE(database_->write([&](db::Connection& c) { return message_failed(c, taken[1], "503", kNow); }));
    EXPECT_THAT(take(plus_micros(kNow, 9 * kSecond)), IsEmpty());
    const auto again = take(plus_micros(kNow, 10 * kSecond));
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].id, "2");
    EXPECT_EQ(again[0].attempts, 2);
    // The sender dies; after the lease another takes it, and the dead one's word counts no more.
    const auto third = take(plus_micros(kNow, 70 * kSecond));
    ASSERT_EQ(third.size(), 1U);
    EXPECT_EQ(
        error_of([&](db::Connection& c) { return message_sent(c, again[0], kNow); }),
        (Error{ErrorCode::conflict, "the message 2 was taken by another sender"})
    );
}

TEST_P(StorageTest, AMessageIsGivenUpInTheEnd) {
    ASSERT_TRUE(database_->write([&](db::Connection& c) { return enqueue_message(c, {"1", "k", "d", "p"}, kNow); }));
    Timestamp at = kNow;
    int taken = 0;
    for (; taken < 100; ++taken) {
        const auto messages = must([&](db::Connection& c) { return take_messages(c, {}, at); });
        if (messages.empty()) break;
        ASSERT_TRUE(database_->write([&](db::Connection& c) { return message_failed(c, messages[0], "no", at); }));
        at = plus_micros(at, kLastRetryMicros);  // never later than this
    }
    EXPECT_EQ(taken, kOutboxAttempts);
    EXPECT_EQ(
        must([](db::Connection& c) {
            return db::select_number(c, "select count(*) from outbox where state = 'given_up' and last_error = 'no'");
        }),
        1
    );
}

TEST_P(StorageTest, AMessageMayWaitLongerGoBackUntriedOrBeGivenUpAtOnce) {
    const auto take = [&](Timestamp at) {
        return must([&](db::Connection& c) { return take_messages(c, {10, 60 * kSecond}, at); });
    };
    const auto due = [&] { return *database_->read([](db::Connection& c) { return next_message_due(c); }); };
    const auto write = [&](const auto& change) { ASSERT_TRUE(database_->write(change)); };
    EXPECT_EQ(due(), std::nullopt);
    write([](db::Connection& c) { return enqueue_message(c, {"1", "k", "d", "p"}, kNow); });
    EXPECT_EQ(due(), kNow);
    Message taken = take(kNow).at(0);
    const Timestamp asked = plus_micros(kNow, 90 * kSecond);
    write([&](db::Connection& c) { return message_failed(c, taken, "wait", kNow, asked); });
    EXPECT_EQ(due(), asked);
    taken = take(asked).at(0);
    EXPECT_EQ(taken.attempts, 2);
    write([&](db::Connection& c) { return return_message(c, taken, asked); });
    taken = take(asked).at(0);
    EXPECT_EQ(taken.attempts, 2);  // the taking before did not count
    write([&](db::Connection& c) { return give_up_message(c, taken, "no use", asked); });
    EXPECT_EQ(due(), std::nullopt);
    write([](db::Connection& c) { return enqueue_message(c, {"2", "k", "gone", "p"}, kNow); });
    write([](db::Connection& c) { return enqueue_message(c, {"3", "k", "there", "p"}, kNow); });
    const Message lost = take(kNow).at(0);
    EXPECT_EQ(must([&](db::Connection& c) { return give_up_waiting(c, {"k", "gone"}, "removed", kNow); }), 1);
    EXPECT_EQ(error_of([&](db::Connection& c) { return message_sent(c, lost, kNow); }).code, ErrorCode::conflict);
    const Retention all{.sent_before = asked, .given_up_before = plus_micros(asked, 1)};
    EXPECT_EQ(must([&](db::Connection& c) { return forget_messages(c, all); }), 2);
    EXPECT_EQ(must([](db::Connection& c) { return db::select_number(c, "select count(*) from outbox"); }), 1);
}

TEST_P(StorageTest, MessagesAreListedByDestinationAndSentAgain) {
    const auto write = [&](const auto& change) { ASSERT_TRUE(database_->write(change)); };
    const auto take = [&] { return must([&](db::Connection& c) { return take_messages(c, {}, kNow); }); };
    for (const int i : {1, 2, 3}) {
        write([&](db::Connection& c) {
            return enqueue_message(c, {std::to_string(i), "k", "d", fmt::format("body {}", i)}, kNow);
        });
    }
    const Destination here{"k", "d"};
    const auto list = [&](const OutboxQuery& wanted) {
        std::vector<std::string> rows;
        for (const auto& entry : must([&](db::Connection& c) { return list_messages(c, here, wanted); })) {
            rows.push_back(fmt::format("{} {}", entry.id, enum_name(entry.state)));
        }
        return rows;
    };
    const auto taken = take();
    write([&](db::Connection& c) { return message_sent(c, taken[0], kNow); });
    write([&](db::Connection& c) { return give_up_message(c, taken[1], "no", kNow); });
    EXPECT_THAT(list({}), ElementsAre("3 waiting", "2 given_up", "1 sent"));
    EXPECT_THAT(list({.state = MessageState::given_up}), ElementsAre("2 given_up"));
    EXPECT_THAT(list({.after = OutboxQuery::Place{kNow, "3"}, .limit = 1}), ElementsAre("2 given_up"));
    EXPECT_EQ(must([&](db::Connection& c) { return message_payload(c, here, "2"); }), "body 2");
    EXPECT_EQ(
        error_of([](db::Connection& c) { return send_again(c, {"k", "elsewhere"}, "2", kNow); }).code,
        ErrorCode::not_found
    );

    // All that were given up, then one that is being sent: its sender loses it.
    EXPECT_EQ(must([&](db::Connection& c) { return send_given_up_again(c, here, kNow); }), 1);
    const auto again = take();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].id, "2");
    EXPECT_EQ(again[0].attempts, 1);
    write([&](db::Connection& c) { return send_again(c, here, "2", kNow); });
    EXPECT_EQ(error_of([&](db::Connection& c) { return message_sent(c, again[0], kNow); }).code, ErrorCode::conflict);
    const OutboxEntry entry = must([&](db::Connection& c) { return find_message(c, here, "2"); });
    EXPECT_EQ(entry.state, MessageState::waiting);
    EXPECT_EQ(entry.attempts, 0);
    EXPECT_EQ(entry.last_error, "");
    EXPECT_EQ(entry.finished_at, std::nullopt);
}

}  // namespace
}  // namespace boon::storage
