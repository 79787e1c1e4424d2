// sql::Literal against the engines themselves: what was written is what they read.
#include "platform/sql/literal.h"

#include <bit>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <vector>

#include <duckdb.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/db/database.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"

namespace boon::sql {
namespace {

using Bytes = std::span<const std::byte>;

// Text with more than its share of what needs care; no NUL.
rc::Gen<std::string> any_text() {
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(rc::gen::element<std::string>(
            "'", "\"", "\\", "''", "--", ";", "$$", "?", "\n", "%", "ü", "€", "😀", "x", "E'"
        )),
        [](const std::vector<std::string>& parts) {
            std::string text;
            for (const std::string& part : parts) text += part;
            return text;
        }
    );
}

double any_double() {
    const auto number = std::bit_cast<double>(*rc::gen::arbitrary<std::uint64_t>());
    return std::isfinite(number) ? number : 0.1;
}

std::string literal(Dialect dialect, const Literal::Value& value) { return Literal::of(dialect, value).value().text(); }

class LiteralTest : public ::testing::TestWithParam<db::Engine> {
protected:
    [[nodiscard]] Dialect dialect() const {
        return GetParam() == db::Engine::sqlite ? Dialect::sqlite : Dialect::postgres;
    }
    // Calls `take` with the row that `select …` gives.
    void with_row(const std::string& expressions, const std::function<void(const db::Row&)>& take) {
        const Status read = database_->read([&](db::Connection& c) {
            return c.query("select " + expressions, {}, [&](const db::Row& row) -> Status {
                take(row);
                return {};
            });
        });
        RC_ASSERT(read.has_value());
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, LiteralTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(LiteralTest, AreReadAsTheyWereMeant) {
    EXPECT_TRUE(rc::check([&] {
        const std::string text = *any_text();
        const auto number = *rc::gen::arbitrary<std::int64_t>();
        const auto bytes = *rc::gen::arbitrary<std::string>();
        const auto blob = std::as_bytes(std::span(bytes));
        const std::string name = "n" + *any_text();
        with_row(
            literal(dialect(), text) + ", " + literal(dialect(), number) + ", " + literal(dialect(), Bytes(blob)) +
                " as " + quote_given_name(name).value(),
            [&](const db::Row& row) {
                RC_ASSERT(row.text(0) == text);
                RC_ASSERT(row.integer(1) == number);
                RC_ASSERT(std::ranges::equal(row.blob(2), blob));
            }
        );
    }));
}

TEST_P(LiteralTest, DoublesKeepEveryBit) {
    EXPECT_TRUE(rc::check([&] {
        const double number = any_double();
        with_row(literal(dialect(), number), [&](const db::Row& row) { RC_ASSERT(row.real(0) == number); });
    }));
    for (const double number :
         {0.1, -0.3, 5e-324, 2.2250738585072014e-308, 1e22, 1.7976931348623157e308,
          std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()}) {
        with_row(literal(dialect(), number), [&](const db::Row& row) { EXPECT_EQ(row.real(0), number); });
    }
}

TEST_P(LiteralTest, TheLowestNumberAndTheBooleans) {
    with_row(
        literal(dialect(), std::numeric_limits<std::int64_t>::min()) + ", " + literal(dialect(), true) + ", " +
            literal(dialect(), nullptr),
        [](const db::Row& row) {
            EXPECT_EQ(row.integer(0), std::numeric_limits<std::int64_t>::min());
            EXPECT_EQ(row.integer(1), 1);
            EXPECT_TRUE(row.is_null(2));
        }
    );
}

// One value from DuckDB, as text.
class Duck {
public:
    Duck() {
        duckdb_open(nullptr, &database_);
        duckdb_connect(database_, &connection_);
    }
    ~Duck() {
        duckdb_disconnect(&connection_);
        duckdb_close(&database_);
    }
    Duck(const Duck&) = delete;
    Duck& operator=(const Duck&) = delete;

    std::string text(const std::string& expression) {
        duckdb_result result;
        std::string text = "failed";
        if (duckdb_query(connection_, ("select " + expression).c_str(), &result) == DuckDBSuccess) {
            char* value = duckdb_value_varchar(&result, 0, 0);
            text = value == nullptr ? "null" : value;
            duckdb_free(value);
        }
        duckdb_destroy_result(&result);
        return text;
    }

private:
    duckdb_database database_ = nullptr;
    duckdb_connection connection_ = nullptr;
};

TEST(LiteralsOfDuckDb, AreReadAsTheyWereMeant) {
    Duck duck;
    EXPECT_TRUE(rc::check([&] {
        const std::string text = *any_text();
        RC_ASSERT(duck.text(literal(Dialect::duckdb, text)) == text);
        const auto number = *rc::gen::arbitrary<std::int64_t>();
        RC_ASSERT(duck.text(literal(Dialect::duckdb, number)) == std::to_string(number));
        const double real = any_double();
        const std::string shown = duck.text("cast(" + literal(Dialect::duckdb, real) + " as varchar)");
        RC_ASSERT(std::strtod(shown.c_str(), nullptr) == real);
        const auto bytes = *rc::gen::arbitrary<std::string>();
        const auto blob = std::as_bytes(std::span(bytes));
        const std::string hex = duck.text("lower(hex(" + literal(Dialect::duckdb, Bytes(blob)) + "))");
        RC_ASSERT("x'" + hex + "'" == literal(Dialect::sqlite, Bytes(blob)));
    }));
    EXPECT_EQ(duck.text(literal(Dialect::duckdb, Timestamp{1'700'000'000'000'001})), "2023-11-14 22:13:20.000001");
    EXPECT_EQ(duck.text(literal(Dialect::duckdb, false)), "false");
    EXPECT_EQ(duck.text("typeof(" + literal(Dialect::duckdb, 0.1) + ")"), "DOUBLE");
}

TEST(Literals, RefuseWhatNoEngineStores) {
    using namespace std::string_view_literals;
    const Error expected{ErrorCode::invalid, "text for SQL is not UTF-8, or has a NUL in it"};
    for (const std::string_view text : {"a\0b"sv, "\xff"sv, "\xc0\xaf"sv}) {
        EXPECT_EQ(Literal::of(Dialect::postgres, text).error(), expected);
        EXPECT_FALSE(quote_given_name(text));
    }
    EXPECT_FALSE(quote_given_name(""));
}

TEST(Literals, AreWhatAHandWouldWrite) {
    EXPECT_EQ(literal(Dialect::duckdb, "it's"), "'it''s'");
    EXPECT_EQ(literal(Dialect::postgres, "a\\b"), "E'a\\\\b'");
    EXPECT_EQ(literal(Dialect::postgres, Timestamp{0}), "timestamptz '1970-01-01T00:00:00Z'");
    EXPECT_EQ(literal(Dialect::sqlite, Timestamp{-1}), "(-1)");
    EXPECT_EQ(quote_name("a\"b"), "\"a\"\"b\"");
    EXPECT_EQ(quote_text("it's"), "'it''s'");
}

}  // namespace
}  // namespace boon::sql
