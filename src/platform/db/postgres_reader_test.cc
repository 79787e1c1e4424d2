#include "platform/db/postgres_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/postgres.h"
#include "platform/db/testing/scratch.h"

namespace boon::db {
namespace {

using ::testing::HasSubstr;

class Reader : public ::testing::Test {
protected:
    void SetUp() override {
        auto opened = PostgresReader::open({.url = scratch_.url()});
        ASSERT_TRUE(opened.has_value()) << to_text(opened.error());
        reader_ = *std::move(opened);
    }

    // The only row of a SELECT.
    void one(const std::string& select, const std::function<void(const WireRow&)>& look) {
        const auto columns = reader_->describe(select);
        ASSERT_TRUE(columns.has_value()) << to_text(columns.error());
        const auto rows = reader_->copy(select, *columns, [&](const WireRow& row) -> Status {
            look(row);
            return {};
        });
        ASSERT_TRUE(rows.has_value()) << to_text(rows.error());
        EXPECT_EQ(*rows, 1);
    }

    testing::Scratch scratch_{Engine::postgres};
    std::unique_ptr<PostgresReader> reader_;
};

TEST_F(Reader, ReadsEveryTypeAsItIs) {
    one("select true as b, (-3)::smallint as s, 2147483647 as i, (-9223372036854775807)::bigint as l, 1.5::real as r, "
        "0.1::double precision as d, 'zwölf'::text as t, 'ab'::char(4) as c, date '1969-12-31' as day, "
        "timestamp '1970-01-01 00:00:01.000002' as at, timestamptz '2026-03-01 12:00+02' as zoned, null::text as n, "
        "'7f6f5a3e-3b0a-4c3e-9d55-111111111111'::uuid as id, '{\"a\":1}'::jsonb as j, ''::text as empty",
        [](const WireRow& row) {
            EXPECT_TRUE(row.boolean(0));
            EXPECT_EQ(row.integer(1), -3);
            EXPECT_EQ(row.integer(2), 2147483647);
            EXPECT_EQ(row.integer(3), -9223372036854775807);
            EXPECT_EQ(row.real(4), 1.5);
            EXPECT_EQ(row.real(5), 0.1);
            EXPECT_EQ(row.text(6), "zwölf");
            EXPECT_EQ(row.text(7), "ab");
            EXPECT_EQ(row.date(8), -1);
            EXPECT_EQ(row.time(9), 1'000'002);
            EXPECT_EQ(row.time(10), 1'772'359'200'000'000);
            EXPECT_TRUE(row.is_null(11));
            EXPECT_EQ(row.text(12), "7f6f5a3e-3b0a-4c3e-9d55-111111111111");
            EXPECT_EQ(row.text(13), "{\"a\": 1}");
            EXPECT_FALSE(row.is_null(14));
            EXPECT_EQ(row.text(14), "");
        });
}

TEST_F(Reader, DecimalsAreExactAndRoundHalfAwayFromZero) {
    struct Case {
        const char* sql;
        int scale;
        std::int64_t unscaled;
    };
    const Case cases[] = {
        {"0", 2, 0},
        {"12.34", 2, 1234},
        {"-0.05", 2, -5},
        {"100000000", 2, 10'000'000'000},
        {"0.00004", 5, 4},
        {"12345678.9", 0, 12345679},
        {"1.005", 2, 101},
        {"-1.005", 2, -101},
        {"1.00499999", 2, 100},
        {"9999.9999", 3, 10'000'000},
        {"0.00000001", 2, 0},
        {"0.0045", 2, 0},
        {"0.5", 0, 1},
        {"49999.5", 0, 50'000},
        {"10000", 4, 100'000'000},
        {"0.49999999", 0, 0},
    };
    for (const Case& c : cases) {
        one(std::string("select ") + c.sql + "::numeric as n", [&](const WireRow& row) {
            Int128 value = -1;
            EXPECT_EQ(row.decimal(0, c.scale, value), WireRow::DecimalFault::none) << c.sql;
            EXPECT_EQ(static_cast<std::int64_t>(value), c.unscaled) << c.sql << " at scale " << c.scale;
        });
    }
    one("select 'NaN'::numeric as n, 'infinity'::numeric as i, 1e37::numeric as big, 99e37::numeric as bigger, "
        "1e40::numeric as biggest",
        [](const WireRow& row) {
            Int128 value = 0;
            EXPECT_EQ(row.decimal(0, 2, value), WireRow::DecimalFault::not_a_number);
            EXPECT_EQ(row.decimal(1, 2, value), WireRow::DecimalFault::beyond);
            EXPECT_EQ(row.decimal(2, 0, value), WireRow::DecimalFault::none);
            EXPECT_EQ(row.decimal(2, 2, value), WireRow::DecimalFault::beyond);
            EXPECT_EQ(row.decimal(3, 0, value), WireRow::DecimalFault::beyond);
            EXPECT_EQ(row.decimal(4, 0, value), WireRow::DecimalFault::beyond);
        });
}

TEST_F(Reader, TellsTheTypesOfColumns) {
    const auto columns = reader_->describe(
        "select 1::numeric(12,3) as n, 1::numeric as free, 1::numeric(50,2) as wide, 'x'::varchar(7) as v, "
        "timestamptz 'infinity' as t"
    );
    ASSERT_TRUE(columns.has_value());
    EXPECT_EQ((*columns)[0].type, "numeric(12,3)");
    EXPECT_EQ((*columns)[0].width, 12);
    EXPECT_EQ((*columns)[0].scale, 3);
    EXPECT_EQ((*columns)[1].width, 38);
    EXPECT_EQ((*columns)[2].width, 38);
    EXPECT_EQ((*columns)[3].type, "character varying(7)");
    EXPECT_EQ((*columns)[3].kind, WireKind::text);
    one("select timestamptz '-infinity' as t, date 'infinity' as d", [](const WireRow& row) {
        EXPECT_FALSE(row.time(0));
        EXPECT_FALSE(row.date(1));
    });
}

TEST_F(Reader, WritesNothing) {
    for (const char* sql : {"create table t (a int)", "create temp table t (a int)", "select nextval('s')"}) {
        const auto refused = PostgresReader::open({.url = scratch_.url()}).value()->first_row(sql);
        EXPECT_FALSE(refused.has_value()) << sql;
    }
}

TEST_F(Reader, FindsTablesByTheNamesPeopleWrite) {
    const auto connection = PostgresConnection::open({.url = scratch_.url()}).value();
    ASSERT_TRUE(connection->run_script("create table \"Mixed Case\" (a int); create table plain (a int)").has_value());
    // The snapshot of reader_ may be older.
    const auto reader = PostgresReader::open({.url = scratch_.url()}).value();
    EXPECT_THAT(reader->find_table("PLAIN").value().value_or(""), HasSubstr(".plain"));
    EXPECT_THAT(reader->find_table("\"Mixed Case\"").value().value_or(""), HasSubstr(".\"Mixed Case\""));
    EXPECT_EQ(reader->find_table("absent").value(), std::nullopt);
    EXPECT_EQ(reader->find_table("no_schema.absent").value(), std::nullopt);
}

TEST_F(Reader, ManyRowsAndNone) {
    const std::string select = "select i as n, repeat('x', i % 5) as t from generate_series(1, 100000) i";
    const auto columns = reader_->describe(select);
    ASSERT_TRUE(columns.has_value());
    std::int64_t sum = 0;
    std::size_t length = 0;
    const auto rows = reader_->copy(select, *columns, [&](const WireRow& row) -> Status {
        sum += row.integer(0);
        length += row.text(1).size();
        return {};
    });
    EXPECT_EQ(rows.value_or(-1), 100'000);
    EXPECT_EQ(sum, 5'000'050'000);
    EXPECT_EQ(length, 200'000U);
    const auto none = reader_->copy("select 1 as n, ''::text as t where false", *columns, [](const WireRow&) -> Status {
        return fail(ErrorCode::internal, "a row");
    });
    EXPECT_EQ(none.value_or(-1), 0);
}

TEST_F(Reader, AFailureOnTheWayIsAnError) {
    const std::string select = "select 100000 / (90000 - i) as n from generate_series(1, 100000) i";
    const auto columns = reader_->describe(select);
    const auto rows = reader_->copy(select, *columns, [](const WireRow&) -> Status { return {}; });
    ASSERT_FALSE(rows.has_value());
    EXPECT_THAT(rows.error().message, HasSubstr("division by zero"));
}

TEST_F(Reader, AStatementThatTakesTooLongEnds) {
    const auto reader = PostgresReader::open({.url = scratch_.url(), .statement_timeout = std::chrono::seconds(1)});
    const auto slept = (*reader)->first_row("select pg_sleep(20)");
    ASSERT_FALSE(slept.has_value());
    EXPECT_EQ(slept.error().code, ErrorCode::unavailable);
    EXPECT_THAT(slept.error().hint, HasSubstr("took longer than the 1 s"));
}

}  // namespace
}  // namespace boon::db
