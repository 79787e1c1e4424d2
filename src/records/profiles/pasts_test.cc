#include "records/profiles/pasts.h"

#include <algorithm>
#include <array>
#include <future>
#include <random>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/profiles/past_line.h"

namespace boon::profiles {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr Timestamp kNow{1'772'409'600'000'000};
constexpr PastTable kStages{.rows = "stays", .begins = "entered_at", .ends = "exited_at", .state = "stage"};
const std::vector<std::string> kNames = {"growth", "retention", "churn"};

// A past as text: `0 growth, 3 none`.
std::string told(Past past, const std::vector<std::string>& names) {
    std::string text;
    for (const Change& change : past) {
        text += text.empty() ? "" : ", ";
        text += std::to_string(change.at) + ' ' + (change.state == Change::kNone ? "none" : names[change.state]);
    }
    return text;
}

class PastsTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kNow)); }

    static Status enter(db::Connection& connection, const std::string& id, std::int64_t at, std::string_view stage) {
        const std::string_view customer = id;
        BOON_CHECK(mark_loose(connection, kStages, {&customer, 1}));
        BOON_CHECK(
            connection.execute("update stays set exited_at = ? where customer_id = ? and exited_at is null", {at, id})
        );
        if (stage == "none") return {};
        BOON_CHECK(connection.execute(
            "insert into stays (customer_id, entered_at, stage, rule, reason, rules_version) values (?, ?, ?, '', '', "
            "0)",
            {id, at, stage}
        ));
        return {};
    }
    void enters(const std::string& id, std::int64_t at, std::string_view stage) {
        const Status written = database_->write([&](db::Connection& c) { return enter(c, id, at, stage); });
        ASSERT_TRUE(written) << to_text(written.error());
    }
    void packs() {
        const Status packed = pack(*database_, kStages);
        ASSERT_TRUE(packed) << to_text(packed.error());
    }
    std::vector<std::string> all() {
        std::vector<std::string> names;
        std::vector<std::string> pasts;
        const Status read = database_->read([&](db::Connection& connection) {
            return each_past(connection, kStages, names, [&](Past past) { pasts.push_back(told(past, names)); });
        });
        EXPECT_TRUE(read) << to_text(read.error());
        std::ranges::sort(pasts);
        return pasts;
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, PastsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(PastsTest, APastIsWhatTheRowsSayPackedOrNot) {
    enters("anna", 1, "growth");
    enters("anna", 5, "churn");
    enters("bert", 2, "growth");
    enters("bert", 4, "none");
    enters("bert", 9, "growth");
    const auto expected = ElementsAre("1 growth, 5 churn", "2 growth, 4 none, 9 growth");
    EXPECT_THAT(all(), expected);
    packs();
    EXPECT_EQ(number("select count(*) from stays_loose"), 0);
    EXPECT_EQ(number("select count(*) from stays_packed"), 1);
    EXPECT_THAT(all(), expected);
    enters("anna", 7, "retention");
    EXPECT_THAT(all(), ElementsAre("1 growth, 5 churn, 7 retention", "2 growth, 4 none, 9 growth"));
}

TEST_P(PastsTest, WhoIsNamedTwiceIsMarkedOnce) {
    ASSERT_TRUE(database_->write([](db::Connection& connection) {
        return mark_loose(connection, kStages, std::array<std::string_view, 3>{"bert", "anna", "bert"});
    }));
    EXPECT_EQ(number("select count(*) from stays_loose"), 2);
}

TEST_P(PastsTest, OfADroppedPastNoByteIsLeft) {
    for (const std::string id : {"anna", "bert", "carla"}) enters(id, 1, "growth");
    packs();
    enters("dora", 3, "churn");  // in no line yet
    const auto drop = [&](const std::string& id) {
        const Status dropped = database_->write([&](db::Connection& connection) -> Status {
            BOON_CHECK(connection.execute("delete from stays where customer_id = ?", {id}));
            return drop_past(connection, kStages, id);
        });
        ASSERT_TRUE(dropped) << to_text(dropped.error());
    };
    const auto naming = [&](std::string_view id) {
        std::int64_t lines = 0;
        const Status read = database_->read([&](db::Connection& connection) {
            return connection.query("select bytes, first_id, last_id from stays_packed", {}, [&](const db::Row& row) {
                const auto bytes = row.blob(0);
                const std::string_view line(reinterpret_cast<const char*>(bytes.data()), bytes.size());
                lines += line.contains(id) || row.text(1) == id || row.text(2) == id ? 1 : 0;
                return Status();
            });
        });
        EXPECT_TRUE(read);
        return lines + number("select count(*) from stays_loose where customer_id = '" + std::string(id) + "'");
    };
    EXPECT_EQ(naming("carla"), 1);
    drop("carla");
    EXPECT_EQ(naming("carla"), 0);
    EXPECT_THAT(all(), ElementsAre("1 growth", "1 growth", "3 churn"));
    drop("dora");
    EXPECT_EQ(naming("dora"), 0);
    for (const std::string id : {"bert", "anna"}) drop(id);
    EXPECT_THAT(all(), ElementsAre());
    EXPECT_EQ(number("select count(*) from stays_packed"), 0);
    EXPECT_EQ(number("select count(*) from stays_loose"), 0);
}

TEST_P(PastsTest, ACustomerWhoseRowsAreGoneHasNoPast) {
    enters("anna", 1, "growth");
    enters("bert", 1, "growth");
    packs();
    ASSERT_TRUE(database_->write([](db::Connection& connection) -> Status {
        const std::string_view anna = "anna";
        BOON_CHECK(mark_loose(connection, kStages, {&anna, 1}));
        BOON_CHECK(connection.execute("delete from stays where customer_id = 'anna'"));
        return {};
    }));
    EXPECT_THAT(all(), ElementsAre("1 growth"));
    packs();
    EXPECT_THAT(all(), ElementsAre("1 growth"));
}

// What anybody did in any order, packed in part at any time, against a note of it kept here.
TEST_P(PastsTest, RandomPastsArePackedAndReadAsTheyHappened) {
    std::mt19937_64 rng(11);
    std::map<std::string, std::string> noted;
    for (std::int64_t at = 1; at <= 400; ++at) {
        const std::string id = "c" + std::to_string(rng() % 40);
        std::string& past = noted[id];
        const std::string stage = past.empty() || past.ends_with("none") || rng() % 5 > 0 ? kNames[rng() % 3] : "none";
        enters(id, at, stage);
        past += (past.empty() ? "" : ", ") + std::to_string(at) + ' ' + stage;
        if (rng() % 10 == 0) packs();
        if (rng() % 10 == 0) {
            const std::string after = "c" + std::to_string(rng() % 40);
            ASSERT_TRUE(database_->write([&](db::Connection& c) { return pack_next(c, kStages, after); }));
        }
        if (at % 20 != 0) continue;
        std::vector<std::string> expected;
        for (const auto& [customer, told] : noted) expected.push_back(told);
        std::ranges::sort(expected);
        ASSERT_EQ(all(), expected) << "at " << at;
    }
}

TEST_P(PastsTest, LinesStayAboutAsLong) {
    const auto come = [&](int first, int end, int step) {
        ASSERT_TRUE(database_->write([&](db::Connection& connection) -> Status {
            for (int i = first; i < end; i += step) {
                BOON_CHECK(enter(connection, "c" + std::to_string(100'000 + i), i, "growth"));
            }
            return {};
        }));
        packs();
    };
    come(2000, 6000, 1);
    EXPECT_EQ(number("select count(*) from stays_packed"), 4);
    for (int i = 0; i < 10; ++i) come(6000 + 10 * i, 6010 + 10 * i, 1);  // some behind the last, ten times
    EXPECT_EQ(number("select count(*) from stays_packed"), 5);
    come(0, 2000, 3);  // in front
    EXPECT_LE(number("select count(*) from stays_packed"), 6);
    EXPECT_EQ(all().size(), 4000U + 100 + 667);
    EXPECT_EQ(
        number("select count(*) from stays_packed a join stays_packed b on a.first_id <= b.last_id and "
               "b.first_id <= a.last_id and a.last_id <> b.last_id"),
        0
    );
}

// A change under way while its customer is packed is in the line, or its customer is loose.
TEST_P(PastsTest, NoChangeIsLostToAPackAtTheSameTime) {
    enters("anna", 1, "growth");
    const auto other = scratch_.open();
    std::promise<void> changed;
    auto writing = std::async(std::launch::async, [&] {
        return other->write([&](db::Connection& connection) -> Status {
            BOON_CHECK(enter(connection, "anna", 5, "churn"));
            changed.set_value();
            std::this_thread::sleep_for(std::chrono::milliseconds(300));  // so that the pack finds it under way
            return {};
        });
    });
    changed.get_future().wait();
    packs();
    ASSERT_TRUE(writing.get());
    EXPECT_THAT(all(), ElementsAre("1 growth, 5 churn"));
}

TEST_P(PastsTest, ADamagedLineIsNotRead) {
    enters("anna", 1, "growth");
    packs();
    const std::vector<std::byte> damage = {std::byte{1}, std::byte{2}, std::byte{9}};
    ASSERT_TRUE(database_->write([&](db::Connection& connection) {
        return connection.execute("update stays_packed set bytes = ?", {damage});
    }));
    std::vector<std::string> names;
    const Status read = database_->read([&](db::Connection& c) { return each_past(c, kStages, names, [](Past) {}); });
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("damaged"));
}

Pasts three() {
    Pasts pasts;
    pasts.add("anna", 10, 20, 0);
    pasts.add("anna", 20, {}, 1);
    pasts.add("annabel", 10, {}, 2);
    pasts.add("bert", 30, 40, 1);
    return pasts;
}

std::vector<std::string> read_back(db::Bytes bytes, std::vector<std::string_view> skipped = {}) {
    std::vector<std::string> names = {"churn"};  // places of a line are its own
    std::vector<std::string> pasts;
    const Status read = read_line(bytes, names, skipped, [&](Past past) { pasts.push_back(told(past, names)); });
    EXPECT_TRUE(read) << to_text(read.error());
    return pasts;
}

TEST(PastLine, IsReadAsItWasMade) {
    const auto line = line_of(three(), 0, 3, kNames);
    EXPECT_THAT(read_back(line), ElementsAre("10 growth, 20 retention", "10 churn", "30 retention, 40 none"));
    EXPECT_THAT(read_back(line, {"annabel"}), ElementsAre("10 growth, 20 retention", "30 retention, 40 none"));
    EXPECT_THAT(read_back(line, {"ann", "anna", "bert"}), ElementsAre("10 churn"));
    EXPECT_THAT(read_back(line_of(three(), 1, 2, kNames)), ElementsAre("10 churn"));
}

TEST(PastLine, HoldsMoreInstantsThanTwoBytesCount) {
    Pasts pasts;
    for (std::int64_t i = 0; i < 70'000; ++i) pasts.add("anna", i * 3, {}, static_cast<std::uint8_t>(i % 3));
    std::vector<std::string> names;
    std::size_t seen = 0;
    ASSERT_TRUE(read_line(line_of(pasts, 0, 1, kNames), names, {}, [&](Past past) {
        for (std::size_t i = 0; i < past.size(); ++i, ++seen) {
            ASSERT_EQ(past[i].at, static_cast<std::int64_t>(i) * 3);
            ASSERT_EQ(names[past[i].state], kNames[i % 3]);
        }
    }));
    EXPECT_EQ(seen, 70'000U);
}

TEST(PastLine, OneThatEndsTooEarlyIsDamaged) {
    const auto line = line_of(three(), 0, 3, kNames);
    const std::vector<std::string_view> skipped = {"zora"};  // so that the ids are read, too
    for (std::size_t size = 0; size < line.size(); ++size) {
        std::vector<std::string> names;
        EXPECT_FALSE(read_line(std::span(line).first(size), names, skipped, [](Past) {})) << size;
    }
}

TEST(StatePairs, AreNamedNoneFirst) {
    StatePairs pairs;
    pairs.add(1, 0);
    pairs.add(1, 0);
    pairs.add(Change::kNone, 1);
    pairs.add(0, Change::kNone);
    pairs.add(Change::kNone, Change::kNone);
    using Name = std::optional<std::string>;
    const StatePairs::Named expected = {
        {{Name(), Name("retention")}, 1}, {{Name("growth"), Name()}, 1}, {{Name("retention"), Name("growth")}, 2}
    };
    EXPECT_EQ(pairs.named(kNames), expected);
}

TEST(StateAt, BeginsAtItsInstant) {
    const std::vector<Change> past = {{10, 0}, {20, 1}, {30, Change::kNone}};
    EXPECT_EQ(state_at(past, Timestamp{9}), Change::kNone);
    EXPECT_EQ(state_at(past, Timestamp{10}), 0);
    EXPECT_EQ(state_at(past, Timestamp{29}), 1);
    EXPECT_EQ(state_at(past, Timestamp{30}), Change::kNone);
}

}  // namespace
}  // namespace boon::profiles
