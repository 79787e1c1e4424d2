#include "records/warehouse/warehouse.h"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <thread>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/warehouse/scratch_test.h"

namespace boon::warehouse {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::unique_ptr<Warehouse> open_or_die(const Options& options) {
    auto warehouse = Warehouse::open(options);
    if (!warehouse) ADD_FAILURE() << to_text(warehouse.error());
    return warehouse ? *std::move(warehouse) : nullptr;
}

Options with_table(const Scratch& scratch, std::string table, std::string select) {
    Options options{.allowed_directories = {scratch.path()}, .threads = 2};
    options.tables[std::move(table)] = {std::move(select)};
    return options;
}

Error open_error(const Options& options) {
    auto warehouse = Warehouse::open(options);
    EXPECT_FALSE(warehouse);
    return warehouse ? Error{} : warehouse.error();
}

TEST(Query, GivesEveryTypeBack) {
    const auto warehouse = open_or_die({});
    const auto frame = warehouse->query(
        "SELECT true AS b, 7::UTINYINT AS u, -3::BIGINT AS i, 12::HUGEINT AS h, 1.5::FLOAT AS f, -0.25 AS d, "
        "12345678901234.56::DECIMAL(30,2) AS dd, DATE '1970-01-02' AS day, TIMESTAMP '1970-01-01 00:00:01.5' AS at, "
        "TIMESTAMPTZ '1970-01-01 02:00:00+02' AS zoned, 'short' AS s, 'longer than twelve bytes' AS l, "
        "'no'::ENUM('yes', 'no') AS e, NULL::VARCHAR AS n, NULL AS bare"
    );
    ASSERT_TRUE(frame) << to_text(frame.error());
    EXPECT_EQ(frame->rows(), 1U);
    EXPECT_EQ(frame->column("b").integer(0), 1);
    EXPECT_EQ(frame->column("u").integer(0), 7);
    EXPECT_EQ(frame->column("i").integer(0), -3);
    EXPECT_EQ(frame->column("h").integer(0), 12);
    EXPECT_EQ(frame->column("f").real(0), 1.5);
    EXPECT_EQ(frame->column("d").real(0), -0.25);
    EXPECT_EQ(frame->column("dd").real(0), 12345678901234.56);
    EXPECT_EQ(frame->column("day").time(0).micros, 86'400'000'000);
    EXPECT_EQ(frame->column("at").time(0).micros, 1'500'000);
    EXPECT_EQ(frame->column("zoned").time(0).micros, 0);
    EXPECT_EQ(frame->column("s").text(0), "short");
    EXPECT_EQ(frame->column("l").text(0), "longer than twelve bytes");
    EXPECT_EQ(frame->column("e").text(0), "no");
    EXPECT_TRUE(frame->column("n").is_null(0));
    EXPECT_TRUE(std::isnan(frame->column("bare").real(0)));
}

TEST(Query, SaysWhichColumnCannotBeRead) {
    const auto warehouse = open_or_die({});
    const auto frame = warehouse->query("SELECT [1, 2] AS list");
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().message, "column \"list\" has a type that boon does not read");
    const auto wide = warehouse->query("SELECT 170141183460469231731687303715884105727::HUGEINT AS n");
    ASSERT_FALSE(wide);
    EXPECT_EQ(wide.error().message, "column \"n\" holds a number beyond 64 bits");
}

// A stream that fails after its first chunks must not look like a short result.
TEST(Query, AFailureOnTheWayIsAnError) {
    const auto warehouse = open_or_die({.threads = 2});
    std::size_t rows = 0;
    const auto status = warehouse->for_each_chunk(
        "SELECT CAST(CASE WHEN i = 900000 THEN 'x' ELSE '1' END AS INTEGER) AS n FROM range(1000000) t(i)",
        [&](const Chunk& chunk) -> Status {
            rows += chunk.rows();
            return {};
        }
    );
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, ErrorCode::invalid);
    EXPECT_THAT(status.error().message, StartsWith("Could not convert string 'x' to INT32"));
    EXPECT_LT(rows, 1'000'000U);
}

TEST(Query, ChunksAreTheRowsInOrderWithoutACopy) {
    const auto warehouse = open_or_die({.threads = 2});
    std::int64_t expected = 0;
    std::size_t nulls = 0;
    const auto status = warehouse->for_each_chunk(
        "SELECT i AS n, CASE WHEN i % 10 = 0 THEN NULL ELSE 'customer number ' || i END AS s FROM range(500000) t(i)",
        [&](const Chunk& chunk) -> Status {
            const auto values = chunk.column(0).values<std::int64_t>();
            for (std::size_t row = 0; row < chunk.rows(); ++row, ++expected) {
                if (values[row] != expected) return fail(ErrorCode::internal, "out of order");
                if (chunk.column(1).is_null(row)) {
                    ++nulls;
                } else if (chunk.column(1).text(row) != "customer number " + std::to_string(expected)) {
                    return fail(ErrorCode::internal, "another text");
                }
            }
            return {};
        }
    );
    ASSERT_TRUE(status) << to_text(status.error());
    EXPECT_EQ(expected, 500'000);
    EXPECT_EQ(nulls, 50'000U);
}

TEST(Query, TheCallbacksErrorEndsIt) {
    const auto warehouse = open_or_die({});
    const auto status = warehouse->for_each_chunk("SELECT * FROM range(1000000)", [](const Chunk&) -> Status {
        return fail(ErrorCode::limited, "enough");
    });
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "enough");
}

TEST(Sessions, RunAtOnceAndKeepTheirTemporaryTables) {
    const auto warehouse = open_or_die({.threads = 2});
    std::atomic<int> right = 0;
    std::vector<std::jthread> threads;
    for (int id = 0; id < 4; ++id) {
        threads.emplace_back([&, id] {
            auto session = *warehouse->session();
            if (!session.execute("CREATE TEMP TABLE mine AS SELECT " + std::to_string(id) + " AS id")) return;
            const auto frame = session.query("SELECT id, (SELECT sum(x) FROM range(1000000) t(x)) AS total FROM mine");
            if (frame && frame->column("id").integer(0) == id && frame->column("total").integer(0) == 499'999'500'000) {
                ++right;
            }
        });
    }
    threads.clear();
    EXPECT_EQ(right, 4);
}

TEST(Sessions, CanBeCancelled) {
    const auto warehouse = open_or_die({.threads = 2});
    auto session = *warehouse->session();
    std::atomic<bool> done = false;
    // Cancelling before the query has begun does nothing, so it is repeated until the query has ended.
    std::jthread canceller([&] {
        while (!done) {
            session.cancel();
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        }
    });
    const auto frame = session.query("SELECT sum(a.x * b.x) FROM range(10000000) a(x), range(10000000) b(x)");
    done = true;
    ASSERT_FALSE(frame);
    EXPECT_EQ(frame.error().code, ErrorCode::unavailable);
    EXPECT_EQ(frame.error().hint, "it was cancelled; run it again");
}

TEST(Sessions, AppendRows) {
    const auto warehouse = open_or_die({});
    auto session = *warehouse->session();
    ASSERT_TRUE(session.execute("CREATE TEMP TABLE appended(id BIGINT, customer_id VARCHAR, seen TIMESTAMP, x DOUBLE)")
    );
    auto appender = *session.append_to("appended");
    for (std::int64_t i = 0; i < 5000; ++i) {
        appender.add(i).add("customer").add(Timestamp{i}).add(i % 2 == 0 ? std::optional(0.5) : std::nullopt);
        ASSERT_TRUE(appender.end_row());
    }
    ASSERT_TRUE(appender.finish());
    const auto frame = session.query("SELECT count(*) AS n, sum(x) AS x, max(seen) AS seen FROM appended");
    EXPECT_EQ(frame->column("n").integer(0), 5000);
    EXPECT_EQ(frame->column("x").real(0), 1250);
    EXPECT_EQ(frame->column("seen").time(0).micros, 4999);

    auto wrong = *session.append_to("appended");
    wrong.add("no number");
    EXPECT_FALSE(wrong.finish() && wrong.end_row());
    EXPECT_FALSE(session.append_to("no_such_table"));
}

TEST(Views, HaveEveryStandardColumnWithItsType) {
    Scratch scratch;
    scratch.write(
        "tx.csv", "customer_id,occurred_at,amount,shop\n17,2026-01-02 10:00:00,12.345,a\n17,2026-01-03,-0.5,b\n"
    );
    const auto warehouse = open_or_die(with_table(
        scratch, "transactions",
        "SELECT * FROM read_csv('" + scratch.file("tx.csv") + "', types = {'amount': 'DECIMAL(9,3)'})"
    ));
    const auto frame = warehouse->query("SELECT * FROM boon.transactions ORDER BY occurred_at");
    ASSERT_TRUE(frame) << to_text(frame.error());
    EXPECT_EQ(frame->column("customer_id").text(0), "17");
    EXPECT_EQ(to_string(frame->column("occurred_at").time(0)), "2026-01-02T10:00:00Z");
    EXPECT_EQ(to_string(frame->column("known_at").time(0)), "2026-01-02T10:00:00Z");
    EXPECT_EQ(frame->column("type").text(0), "purchase");
    EXPECT_EQ(frame->column("amount").real(0), 12.345);
    EXPECT_EQ(frame->column("amount_minor").integer(0), 1235);  // half away from zero
    EXPECT_EQ(frame->column("amount_minor").integer(1), -50);
    EXPECT_EQ(frame->column("category").kind(), Kind::text);
    EXPECT_TRUE(frame->column("category").is_null(0));
    EXPECT_EQ(frame->column("shop").text(1), "b");
    EXPECT_TRUE(warehouse->has("transactions"));
    EXPECT_FALSE(warehouse->has("payments"));
    EXPECT_EQ(warehouse->query("SELECT count(*) AS n FROM boon.payments")->column("n").integer(0), 0);
    EXPECT_EQ(warehouse->source_columns("transactions").size(), 4U);
    EXPECT_TRUE(warehouse->source_columns("transactions")[0].standard);
    EXPECT_FALSE(warehouse->source_columns("transactions")[3].standard);
}

struct MinorCase {
    const char* sql;
    int exponent;
    std::int64_t minor;
};

TEST(Views, MoneyIsRoundedHalfAwayFromZero) {
    for (const MinorCase& each :
         {MinorCase{"12.345::DECIMAL(9,3)", 2, 1235}, MinorCase{"-12.345::DECIMAL(9,3)", 2, -1235},
          MinorCase{"0.5::DOUBLE", 0, 1}, MinorCase{"-0.5::DOUBLE", 0, -1}, MinorCase{"7::INTEGER", 2, 700},
          MinorCase{"'19.99'", 2, 1999}, MinorCase{"1.2345::FLOAT", 3, 1235}, MinorCase{"0.1::DOUBLE", 2, 10}}) {
        Options options{.currency_exponent = each.exponent};
        options.tables["transactions"] = {
            std::string("SELECT 'c' AS customer_id, DATE '2026-01-01' AS occurred_at, ") + each.sql + " AS amount"
        };
        const auto frame = open_or_die(options)->query("SELECT amount_minor AS m FROM boon.transactions");
        ASSERT_TRUE(frame) << each.sql << to_text(frame.error());
        EXPECT_EQ(frame->column("m").integer(0), each.minor) << each.sql;
    }
}

TEST(Views, TimesAreUtcWhateverTheSourceSays) {
    for (const auto* sql :
         {"'2026-01-01T12:00:00+02:00'", "'2026-01-01 10:00:00'", "'2026-01-01T10:00:00Z'",
          "TIMESTAMPTZ '2026-01-01 11:00:00+01'", "TIMESTAMP_S '2026-01-01 10:00:00'"}) {
        Options options;
        options.tables["customers"] = {std::string("SELECT 1 AS customer_id, ") + sql + " AS joined_at"};
        const auto frame = open_or_die(options)->query("SELECT joined_at FROM boon.customers");
        ASSERT_TRUE(frame) << sql << to_text(frame.error());
        EXPECT_EQ(to_string(frame->columns[0].time(0)), "2026-01-01T10:00:00Z") << sql;
    }
}

TEST(Views, NotANumberIsMissing) {
    Options options;
    options.tables["customers"] = {"SELECT 'c' AS customer_id, 'nan'::DOUBLE AS birth_year, 'nan'::DOUBLE AS score"};
    const auto frame = open_or_die(options)->query("SELECT birth_year FROM boon.customers");
    ASSERT_TRUE(frame) << to_text(frame.error());
    EXPECT_TRUE(frame->columns[0].is_null(0));
}

TEST(Views, AFractionIsNoOffer) {
    Options options;
    options.tables["offers"] = {"SELECT 1.7 AS offer_id, '3' AS attr_size"};
    const auto warehouse = open_or_die(options);
    EXPECT_EQ(warehouse->query("SELECT attr_size FROM boon.offers")->columns[0].real(0), 3);
    const auto frame = warehouse->query("SELECT offer_id FROM boon.offers");
    ASSERT_FALSE(frame);
    EXPECT_THAT(frame.error().message, HasSubstr("offer_id is not a whole number"));
}

TEST(Files, AnAttachedDatabaseIsRead) {
    Scratch scratch;
    {
        const auto made = open_or_die({.path = scratch.file("crm.duckdb")});
        ASSERT_TRUE(made->execute("CREATE TABLE main.people AS SELECT 'c1' AS id"));
    }
    Options options{.attached = {{"crm", scratch.file("crm.duckdb")}}};
    options.tables["customers"] = {"SELECT id AS customer_id FROM crm.people"};
    const auto warehouse = open_or_die(options);
    EXPECT_EQ(warehouse->query("SELECT customer_id FROM boon.customers")->columns[0].text(0), "c1");
    const auto written = warehouse->execute("DELETE FROM crm.people");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code, ErrorCode::forbidden);
}

TEST(Files, NothingElseCanBeReached) {
    Scratch scratch;
    Scratch other;
    other.write("secret.csv", "a\n1\n");
    const auto warehouse = open_or_die({.allowed_directories = {scratch.path()}});
    const auto read = warehouse->query("SELECT * FROM read_csv('" + other.file("secret.csv") + "')");
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, ErrorCode::forbidden);
    EXPECT_THAT(read.error().hint, HasSubstr("`folders` in warehouse.toml"));
    EXPECT_FALSE(warehouse->execute("SET enable_external_access = true"));
    EXPECT_FALSE(warehouse->execute("SET threads = 1"));
}

TEST(Files, AWorkFolderCanBeWrittenAndIsGoneAfterwards) {
    Scratch scratch;
    std::filesystem::create_directories(scratch.file("work/7"));  // of a process that was killed
    const auto warehouse = open_or_die({.temp_directory = scratch.path()});
    EXPECT_FALSE(std::filesystem::exists(scratch.file("work/7")));
    std::string path;
    {
        const auto folder = warehouse->work_folder();
        ASSERT_TRUE(folder) << to_text(folder.error());
        path = folder->path();
        const auto file = path + "/two.parquet";
        ASSERT_TRUE(warehouse->execute(fmt::format("COPY (SELECT 2 AS a) TO '{}'", file)));
        EXPECT_EQ(warehouse->query(fmt::format("SELECT a FROM read_parquet('{}')", file))->columns[0].integer(0), 2);
        EXPECT_NE(warehouse->work_folder()->path(), path);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    const Scratch other;
    EXPECT_FALSE(warehouse->execute(fmt::format("COPY (SELECT 2 AS a) TO '{}'", other.file("two.parquet"))));
    EXPECT_FALSE(open_or_die({})->can_write_files());
}

TEST(Open, SaysWhatIsWrongWithATable) {
    Scratch scratch;
    scratch.write("bad.parquet", "this is no parquet file at all");
    scratch.write("tx.csv", "customer,when\n1,2026-01-01\n");
    struct Case {
        std::string select;
        ErrorCode code;
        std::string message;
        std::string hint;
    };
    const std::string csv = "read_csv('" + scratch.file("tx.csv") + "')";
    for (const Case& each : {
             Case{
                 "SELECT * FROM read_parquet('" + scratch.file("none.parquet") + "')", ErrorCode::not_found,
                 "warehouse table \"transactions\": No files found that match the pattern", "check the path"
             },
             Case{
                 "SELECT * FROM read_parquet('" + scratch.file("bad.parquet") + "')", ErrorCode::invalid,
                 "warehouse table \"transactions\": No magic bytes found at end of file", "the file is cut off"
             },
             Case{
                 "SELECT * FROM read_parquet('/etc/passwd')", ErrorCode::forbidden,
                 "warehouse table \"transactions\": Cannot access file \"/etc/passwd\"", "`folders` in warehouse.toml"
             },
             Case{
                 "SELECT client AS customer_id FROM " + csv, ErrorCode::invalid,
                 "warehouse table \"transactions\": Referenced column \"client\" not found in FROM clause",
                 "name a column the source has"
             },
             Case{
                 "SELECT customer AS customer_id FROM " + csv, ErrorCode::invalid,
                 "warehouse table \"transactions\": it has no column \"occurred_at\", \"amount\"",
                 "name it in the SELECT, such as SELECT card_no AS occurred_at"
             },
             Case{
                 "SELECT customer AS customer_id, 5 AS occurred_at, 1 AS amount FROM " + csv, ErrorCode::invalid,
                 "warehouse table \"transactions\": column \"occurred_at\" is INTEGER, and boon needs TIMESTAMP",
                 "to_timestamp(\"occurred_at\") for seconds"
             },
             Case{
                 "SELECT 1.5 AS customer_id, now() AS occurred_at, 1 AS amount", ErrorCode::invalid,
                 "warehouse table \"transactions\": column \"customer_id\" is DECIMAL(2,1), and boon needs VARCHAR",
                 "make it a whole number or text"
             },
             Case{"DROP TABLE x", ErrorCode::invalid, "warehouse table \"transactions\": ", ""},
             Case{
                 "SELECT 1; SELECT 2", ErrorCode::invalid, "warehouse table \"transactions\": it must be one SELECT", ""
             },
             Case{"SELEC 1", ErrorCode::invalid, "warehouse table \"transactions\": syntax error", "correct the SQL"},
         }) {
        const Error error = open_error(with_table(scratch, "transactions", each.select));
        EXPECT_EQ(error.code, each.code) << each.select << '\n' << to_text(error);
        EXPECT_THAT(error.message, StartsWith(each.message)) << each.select;
        EXPECT_THAT(error.hint, HasSubstr(each.hint)) << each.select;
    }
}

TEST(Open, ListsAllTablesThatAreWrong) {
    Options options;
    options.tables["customers"] = {"SELECT 1 AS id"};
    options.tables["offers"] = {"SELECT 1 AS id"};
    const Error error = open_error(options);
    EXPECT_EQ(error.message, "2 warehouse tables cannot be read");
    ASSERT_EQ(error.fields.size(), 2U);
    EXPECT_EQ(error.fields[1].detail, "warehouse table \"offers\": it has no column \"offer_id\"");
}

TEST(Open, KnowsItsTables) {
    Options options;
    options.tables["orders"] = {"SELECT 1"};
    const Error error = open_error(options);
    EXPECT_EQ(error.message, "warehouse table \"orders\": boon has no such table");
    EXPECT_THAT(error.hint, StartsWith("use one of customers, transactions"));
}

TEST(Open, SaysWhyAFileCannotBeOpened) {
    Scratch scratch;
    scratch.write("w.duckdb", std::string(5000, 'x'));
    EXPECT_THAT(open_error({.path = scratch.file("w.duckdb")}).message, HasSubstr("not a valid DuckDB database file"));
    const Error missing = open_error({.attached = {{"crm", scratch.file("none.duckdb")}}});
    EXPECT_EQ(missing.code, ErrorCode::not_found);
    EXPECT_THAT(missing.message, HasSubstr("none.duckdb\": there is no such file"));
}

}  // namespace
}  // namespace boon::warehouse
