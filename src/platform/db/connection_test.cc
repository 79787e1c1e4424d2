// What holds for a connection and the Database of either engine.
#include <array>
#include <limits>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

enum class Color { red, green };
BOOST_DESCRIBE_ENUM(Color, red, green)

struct Part {
    std::string name;
    std::optional<double> weight;
    bool operator==(const Part&) const = default;
};
BOOST_DESCRIBE_STRUCT(Part, (), (name, weight))

struct Thing {
    std::string id;
    bool is_new = false;
    std::int32_t order = 0;
    std::int64_t big = 0;
    double ratio = 0;
    Timestamp at;
    Money price;
    Color color = Color::red;
    std::optional<std::string> note;
    std::optional<Money> cost;
    std::vector<std::byte> image;
    std::vector<Part> parts;
    std::map<std::string, double> attributes;
    bool operator==(const Thing&) const = default;
};
BOOST_DESCRIBE_STRUCT(
    Thing, (), (id, is_new, order, big, ratio, at, price, color, note, cost, image, parts, attributes)
)

constexpr const char* kThings =
    "create table things (id text primary key, is_new bigint not null, \"order\" bigint not null, big bigint not null,"
    " ratio double precision not null, at bigint not null, price bigint not null, color text not null, note text,"
    " cost bigint, image bytea not null, parts text not null, attributes text not null)";

class ConnectionTest : public ::testing::TestWithParam<Engine> {
protected:
    template <class F>
    auto write(F f) {
        return database_->write(std::move(f));
    }
    template <class F>
    auto read(F f) {
        return database_->read(std::move(f));
    }
    void SetUp() override {
        const Status made = write([](Connection& c) { return c.run_script(kThings); });
        ASSERT_TRUE(made) << to_text(made.error());
        ASSERT_TRUE(write([](Connection& c) {
            return c.run_script(
                "create table counts (name text primary key, n bigint not null check (n >= 0));"
                "create table refs (name text not null references counts (name))"
            );
        }));
    }
    std::int64_t number(std::string_view sql, const Params& params = {}) {
        const auto found = read([&](Connection& c) { return select_number(c, sql, params); });
        EXPECT_TRUE(found) << to_text(found.error());
        return found.value_or(-1);
    }
    Status add(std::string_view name, std::int64_t n) {
        return write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute("insert into counts (name, n) values (?, ?)", {name, n}));
            return {};
        });
    }

    testing::Scratch scratch_{GetParam()};
    std::unique_ptr<Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, ConnectionTest, ::testing::ValuesIn(testing::kEngines), testing::EngineName());

Thing some_thing() {
    Thing thing;
    thing.id = "a'b\"c\\d ü ?";
    thing.is_new = true;
    thing.order = -7;
    thing.big = std::numeric_limits<std::int64_t>::min();
    thing.ratio = 0.1;
    thing.at = Timestamp{1'700'000'000'000'001};
    thing.price = Money{-5};
    thing.color = Color::green;
    thing.cost = Money{std::numeric_limits<std::int64_t>::max()};
    for (int i = 0; i < 256; ++i) thing.image.push_back(static_cast<std::byte>(i));
    thing.parts = {{"x", 0.5}, {"y", std::nullopt}};
    thing.attributes = {{"size", 1e-300}};
    return thing;
}

TEST_P(ConnectionTest, ARecordComesBackAsItWas) {
    const Thing thing = some_thing();
    ASSERT_TRUE(write([&](Connection& c) { return insert(c, "things", thing); }));
    const auto found =
        read([&](Connection& c) { return select_one<Thing>(c, "select * from things where id = ?", {thing.id}); });
    ASSERT_TRUE(found) << to_text(found.error());
    ASSERT_TRUE(*found);
    EXPECT_EQ(**found, thing);
    EXPECT_EQ(number("select big from things where at = ? and color = 'green'", {thing.at}), thing.big);
}

TEST_P(ConnectionTest, UpdateWritesTheRowOfTheKeyOnly) {
    Thing thing = some_thing();
    Thing other = thing;
    other.id = "other";
    ASSERT_TRUE(write([&](Connection& c) -> Status {
        BOON_CHECK(insert(c, "things", thing));
        return insert(c, "things", other);
    }));
    thing.note = "";
    thing.cost.reset();
    ASSERT_TRUE(write([&](Connection& c) { return update(c, "things", thing, {"id"}); }));
    const auto all = read([](Connection& c) { return select<Thing>(c, "select * from things order by id"); });
    ASSERT_TRUE(all);
    EXPECT_THAT(*all, ::testing::ElementsAre(thing, other));
    thing.id = "none";
    const Status missed = write([&](Connection& c) { return update(c, "things", thing, {"id"}); });
    EXPECT_EQ(missed.error(), (Error{ErrorCode::not_found, "there is no such row in \"things\""}));
}

TEST_P(ConnectionTest, AValueThatDoesNotFitNamesItsColumn) {
    ASSERT_TRUE(write([&](Connection& c) { return insert(c, "things", some_thing()); }));
    const auto set = [&](std::string_view sql) {
        return write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute(sql));
            return {};
        });
    };
    ASSERT_TRUE(set("update things set color = 'blue'"));
    const auto read_things = [&] {
        return read([](Connection& c) { return select<Thing>(c, "select * from things"); });
    };
    EXPECT_EQ(read_things().error().message, "column \"color\" holds `blue`; expected red or green");
    ASSERT_TRUE(set("update things set color = 'red', parts = '[{'"));
    EXPECT_EQ(read_things().error().message, "column \"parts\" holds `[{`; expected JSON of the record's form");
    const auto lacking = read([](Connection& c) { return select<Part>(c, "select id as name from things"); });
    EXPECT_EQ(lacking.error().message, "the answer has no column \"weight\"");
}

TEST_P(ConnectionTest, ValuesOfEveryKindAndNull) {
    const auto seen = read([](Connection& c) -> Result<std::string> {
        std::string text;
        BOON_CHECK(c.query(
            "select cast(? as bigint), cast(? as double precision), cast(? as text), cast(? as bigint), sum(n) "
            "from (select 3 as n union all select 4) t",
            {true, 2.5, "", nullptr},
            [&](const Row& row) -> Status {
                EXPECT_EQ(row.columns(), 5);
                EXPECT_EQ(row.integer(0), 1);
                EXPECT_EQ(row.real(1), 2.5);
                EXPECT_FALSE(row.is_null(2));
                EXPECT_EQ(row.text(2), "");
                EXPECT_TRUE(row.is_null(3));
                EXPECT_EQ(row.integer(3), 0);
                EXPECT_EQ(row.integer(4), 7);
                text = row.text(4);
                return {};
            }
        ));
        return text;
    });
    ASSERT_TRUE(seen) << to_text(seen.error());
    EXPECT_EQ(*seen, "7");
}

TEST_P(ConnectionTest, DoublesKeepEveryBit) {
    for (const double value : {5e-324, 1.7976931348623157e308, -0.1, 1.0 / 3, 123456789.123456789}) {
        ASSERT_TRUE(write([&](Connection& c) -> Status {
            BOON_CHECK(c.execute("delete from things"));
            Thing thing = some_thing();
            thing.ratio = value;
            return insert(c, "things", thing);
        }));
        const auto back = read([](Connection& c) { return select<Thing>(c, "select * from things"); });
        EXPECT_EQ(back->at(0).ratio, value);
    }
}

TEST_P(ConnectionTest, ExecuteCountsRows) {
    ASSERT_TRUE(add("a", 1) && add("b", 1) && add("c", 2));
    const auto changed = [&](std::string_view sql, const Params& params = {}) {
        return write([&](Connection& c) { return c.execute(sql, params); }).value_or(-1);
    };
    EXPECT_EQ(changed("update counts set n = n + 1 where n = ?", {1}), 2);
    EXPECT_EQ(changed("update counts set n = 0 where name = 'z'"), 0);
    EXPECT_EQ(changed("insert into counts (name, n) values ('a', 1) on conflict (name) do nothing"), 0);
    EXPECT_EQ(changed("create table more (x bigint)"), 0);
    EXPECT_EQ(changed("delete from counts"), 3);
}

TEST_P(ConnectionTest, PlaceholdersInTextAndCommentsAreNone) {
    const auto found = read([](Connection& c) -> Result<std::string> {
        std::string text;
        BOON_CHECK(c.query(
            "select 'a?''?' || cast(? as text) /* ? */ as \"what?\" -- ?\n", {"b"},
            [&](const Row& row) -> Status {
                text = std::string(row.name(0)) + "=" + std::string(row.text(0));
                return {};
            }
        ));
        return text;
    });
    ASSERT_TRUE(found) << to_text(found.error());
    EXPECT_EQ(*found, "what?=a?'?b");
}

TEST_P(ConnectionTest, RefusesAWrongNumberOfValues) {
    const auto result = read([](Connection& c) { return select_number(c, "select 1 where 1 = ?", {}); });
    EXPECT_EQ(result.error(), (Error{ErrorCode::internal, "the statement has 1 placeholders and got 0 values"}));
}

TEST_P(ConnectionTest, RefusesAStatementWhileRowsAreRead) {
    ASSERT_TRUE(add("a", 1));
    const auto nested = read([](Connection& c) {
        return c.query("select 1", {}, [&](const Row&) -> Status {
            BOON_CHECK(c.execute("select 2"));
            return {};
        });
    });
    EXPECT_EQ(nested.error().message, "a statement was started while the rows of another were being read");
    EXPECT_EQ(number("select count(*) from counts"), 1);
}

TEST_P(ConnectionTest, AnErrorOfTheCallbackEndsTheReading) {
    ASSERT_TRUE(add("a", 1) && add("b", 1));
    int rows = 0;
    for (int i = 0; i < 10; ++i) {
        const auto stopped = read([&](Connection& c) {
            return c.query("select * from counts", {}, [&](const Row&) -> Status {
                ++rows;
                return fail(ErrorCode::limited, "enough");
            });
        });
        EXPECT_EQ(stopped.error().message, "enough");
    }
    EXPECT_EQ(rows, 10);
    EXPECT_EQ(number("select count(*) from counts"), 2);
}

TEST_P(ConnectionTest, ErrorsSayWhatTheCallerCanDo) {
    ASSERT_TRUE(add("a", 1));
    EXPECT_EQ(add("a", 2).error().code, ErrorCode::conflict);
    EXPECT_EQ(add("b", -1).error().code, ErrorCode::invalid);
    const auto code = [&](std::string_view sql) {
        return write([&](Connection& c) { return c.execute(sql); }).error().code;
    };
    EXPECT_EQ(code("insert into refs (name) values ('nobody')"), ErrorCode::conflict);
    EXPECT_EQ(code("insert into refs (name) values (null)"), ErrorCode::invalid);
    EXPECT_EQ(code("selec 1"), ErrorCode::internal);
    EXPECT_EQ(code("select * from nowhere"), ErrorCode::internal);
    EXPECT_EQ(number("select count(*) from counts"), 1);
    EXPECT_TRUE(database_->health());
}

TEST_P(ConnectionTest, AReaderCannotWrite) {
    const auto refused = read([](Connection& c) { return c.execute("insert into counts (name, n) values ('a', 1)"); });
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
    EXPECT_THAT(refused.error().message, ::testing::HasSubstr("read-only"));
}

TEST_P(ConnectionTest, ManyDifferentStatementsAreForgottenInTurn) {
    for (int i = 0; i < 600; ++i) {
        const std::string sql = "select " + std::to_string(i) + " where 1 = ?";
        ASSERT_EQ(number(sql, {1}), i);
    }
    EXPECT_EQ(number("select 0 where 1 = ?", {1}), 0);
}

}  // namespace
}  // namespace boon::db
