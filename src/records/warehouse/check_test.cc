#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/warehouse/scratch_test.h"
#include "records/warehouse/warehouse.h"

namespace boon::warehouse {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const Timestamp kNow = *parse_timestamp("2026-03-01");

Report checked(const Options& options) {
    auto warehouse = Warehouse::open(options);
    if (!warehouse) {
        ADD_FAILURE() << to_text(warehouse.error());
        return {};
    }
    auto report = (*warehouse)->check(kNow);
    if (!report) {
        ADD_FAILURE() << to_text(report.error());
        return {};
    }
    return *std::move(report);
}

Report check_select(std::string table, std::string select) {
    Options options;
    options.tables[std::move(table)] = {std::move(select)};
    return checked(options);
}

std::vector<std::string> words(const Report& report, Severity severity) {
    std::vector<std::string> found;
    for (const Finding& finding : report.findings) {
        if (finding.severity == severity) found.push_back(finding.words);
    }
    return found;
}

std::string transactions(std::string_view values) {
    return "SELECT * FROM (VALUES " + std::string(values) +
           ") t(transaction_id, customer_id, occurred_at, known_at, type, amount)";
}

TEST(Check, CleanDataHasNoFindings) {
    const Report report = check_select(
        "transactions", transactions("(1, 7, TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-04', 'purchase', 1.50),"
                                     "(2, 7, TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-02', 'return', -1.50)")
    );
    EXPECT_THAT(report.findings, IsEmpty());
    ASSERT_EQ(report.tables.size(), 1U);
    const TableReport& table = report.tables[0];
    EXPECT_EQ(table.rows, 2);
    EXPECT_EQ(to_string(*table.first), "2026-01-01T00:00:00Z");
    EXPECT_EQ(to_string(*table.last), "2026-01-02T00:00:00Z");
    EXPECT_EQ(to_string(*table.watermark), "2026-01-04T00:00:00Z");
}

TEST(Check, ColumnsFoundMissingAndExtra) {
    const Report report =
        check_select("customers", "SELECT * FROM (VALUES (1, 'North', 3), (2, NULL, 4)) t(customer_id, Region, score)");
    std::vector<std::string> lines;
    for (const ColumnReport& column : report.tables[0].columns) {
        lines.push_back(column.name + "/" + column.source_type + "/" + std::to_string(column.null_share).substr(0, 3));
    }
    EXPECT_THAT(
        lines, ElementsAre(
                   "customer_id/INTEGER/0.0", "joined_at//1.0", "closed_at//1.0", "contract_type//1.0",
                   "region/VARCHAR/0.5", "birth_year//1.0", "gender//1.0", "score/INTEGER/0.0"
               )
    );
    EXPECT_EQ(report.tables[0].columns[4].presence, Presence::found);
    EXPECT_EQ(report.tables[0].columns[6].presence, Presence::missing);
    EXPECT_EQ(report.tables[0].columns[7].presence, Presence::extra);
}

TEST(Check, AFileWithBadDatesAmountsAndIds) {
    Scratch scratch;
    scratch.write(
        "tx.csv",
        "transaction_id,customer_id,occurred_at,amount\n"
        "1,a,2026-01-01,5\n"
        "2,a,2026-02-30,5\n"
        "3,,2026-01-01,\"5,50\"\n"
        "4,b,31.12.2025,5\n"
    );
    Options options{.allowed_directories = {scratch.path()}};
    options.tables["transactions"] = {"SELECT * FROM read_csv('" + scratch.file("tx.csv") + "', all_varchar = true)"};
    const Report report = checked(options);
    EXPECT_THAT(
        words(report, Severity::error), ElementsAre(
                                            "customer_id: 1 row has none; the first is row 3",
                                            "occurred_at: 2 rows are not a time; the first is row 2: 2026-02-30",
                                            "amount: 1 row is not an amount; the first is row 3: 5,50"
                                        )
    );
    EXPECT_TRUE(report.has_errors());
    EXPECT_FALSE(report.findings[0].stops_queries);
    EXPECT_TRUE(report.findings[1].stops_queries);
}

TEST(Check, CanBeStopped) {
    Options options;
    options.tables["customers"] = {"SELECT 1 AS customer_id"};
    auto warehouse = Warehouse::open(options);
    ASSERT_TRUE(warehouse);
    std::stop_source stop;
    stop.request_stop();
    const auto report = (*warehouse)->check(kNow, {.on_table = {}, .stop = stop.get_token()});
    ASSERT_FALSE(report);
    EXPECT_EQ(report.error().code, ErrorCode::unavailable);
}

TEST(Check, ACsvThatBreaksOnTheWay) {
    Scratch scratch;
    std::string csv = "customer_id,joined_at\n";
    for (int i = 0; i < 30'000; ++i) csv += std::to_string(i) + ",2026-01-01\n";
    csv += "30000,someday\n";
    scratch.write("c.csv", csv);
    scratch.write("o.csv", "offer_id\n1\n");
    Options options{.allowed_directories = {scratch.path()}};
    options.tables["customers"] = {"SELECT * FROM read_csv('" + scratch.file("c.csv") + "')"};
    options.tables["offers"] = {"SELECT * FROM read_csv('" + scratch.file("o.csv") + "')"};
    const Report report = checked(options);
    ASSERT_EQ(report.tables.size(), 2U);
    EXPECT_EQ(report.tables[1].rows, 1);
    const auto errors = words(report, Severity::error);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0], HasSubstr("cannot be read: CSV Error on Line: 30002; Original Line: 30000,someday"));
}

// The footer is whole, so that the view opens; the pages are not.
TEST(Check, ADamagedParquetFile) {
    Scratch scratch;
    {
        auto made = *Warehouse::open({.allowed_directories = {scratch.path()}});
        ASSERT_TRUE(made->execute(
            "COPY (SELECT i AS customer_id, md5(i::VARCHAR) AS region FROM range(100000) t(i)) TO '" +
            scratch.file("c.parquet") + "' (COMPRESSION zstd)"
        ));
    }
    {
        std::fstream file(scratch.file("c.parquet"), std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(500'000);
        file << std::string(4000, '\x5a');
    }
    Options options{.allowed_directories = {scratch.path()}};
    options.tables["customers"] = {"SELECT * FROM read_parquet('" + scratch.file("c.parquet") + "')"};
    const auto errors = words(checked(options), Severity::error);
    ASSERT_EQ(errors.size(), 1U);
    EXPECT_THAT(errors[0], HasSubstr("cannot be read: "));
}

// Wherever the damage is, it is told or does not matter. Values that lie outside of what the file's statistics say are
// counted, and gone when the first such row is asked for: whole row groups are passed over then.
TEST(Check, AParquetFileDamagedAnywhere) {
    Scratch scratch;
    {
        auto made = *Warehouse::open({.allowed_directories = {scratch.path()}});
        ASSERT_TRUE(made->execute(
            "COPY (SELECT i AS transaction_id, i % 500 AS customer_id, TIMESTAMP '2025-01-01' + to_seconds(i * 600) AS "
            "occurred_at, occurred_at AS known_at, ['purchase', 'usage'][1 + i % 2] AS type, CAST(hash(i) % 9000 AS "
            "DECIMAL(9, 2)) / 100 AS amount, md5(i::VARCHAR) AS category FROM range(40000) t(i)) TO '" +
            scratch.file("whole.parquet") + "' (COMPRESSION uncompressed, ROW_GROUP_SIZE 5000)"
        ));
    }
    std::ifstream source(scratch.file("whole.parquet"), std::ios::binary);
    const std::string whole(std::istreambuf_iterator<char>(source), {});
    int told = 0;
    for (int place = 1; place <= 60; ++place) {
        std::string damaged = whole;
        damaged.replace(whole.size() / 61 * static_cast<std::size_t>(place), 75, std::string(75, 'X'));
        std::ofstream(scratch.file("t.parquet"), std::ios::binary | std::ios::trunc) << damaged;
        Options options{.allowed_directories = {scratch.path()}};
        options.tables["transactions"] = {"SELECT * FROM read_parquet('" + scratch.file("t.parquet") + "')"};
        const auto opened = Warehouse::open(options);
        const auto report = opened ? (*opened)->check(kNow) : std::unexpected(opened.error());
        told += !report || report->has_errors();
    }
    EXPECT_GE(told, 10);
}

TEST(Check, Duplicates) {
    const std::string select = transactions(
        "(1, 7, TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-01', 'purchase', 1.50),"
        "(1, 7, TIMESTAMP '2026-01-01', TIMESTAMP '2026-01-02', 'purchase', 1.50),"  // delivered again
        "(2, 7, TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-02', 'purchase', 2.50),"
        "(2, 8, TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-02', 'purchase', 2.50),"
        "(NULL, 8, TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-02', 'purchase', 2.50),"
        "(NULL, 8, TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-02', 'purchase', 2.50)"
    );
    const Report kept = check_select("transactions", select);
    EXPECT_THAT(
        words(kept, Severity::error),
        ElementsAre("transaction_id: 1 row has the transaction_id of another one but other content; the first is 2")
    );
    EXPECT_THAT(words(kept, Severity::warning), ElementsAre("transaction_id: 1 row repeats another one exactly"));
    EXPECT_THAT(
        kept.findings[0].hint,
        HasSubstr("QUALIFY row_number() OVER (PARTITION BY transaction_id ORDER BY known_at) = 1")
    );
    // The hint does what it says.
    EXPECT_THAT(
        words(
            check_select(
                "transactions", select + " QUALIFY transaction_id IS NULL OR "
                                         "row_number() OVER (PARTITION BY transaction_id ORDER BY known_at) = 1"
            ),
            Severity::error
        ),
        IsEmpty()
    );
}

TEST(Check, TimesThatCannotBe) {
    const Report report = check_select(
        "transactions", transactions("(1, 7, TIMESTAMP '2026-03-02', TIMESTAMP '2026-03-02', 'purchase', 1),"
                                     "(2, 7, TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-01', 'purchase', 1)")
    );
    EXPECT_THAT(
        words(report, Severity::warning),
        ElementsAre(
            "occurred_at: 1 row is in the future; the first is row 1: 2026-03-02 00:00:00",
            "known_at: 1 row is in the future; the first is row 1: 2026-03-02 00:00:00",
            "known_at: 1 row is known before they happened; the first is row 2: 2026-01-01 00:00:00"
        )
    );
}

TEST(Check, AmountsThatCannotBe) {
    const Report sales = check_select(
        "transactions", transactions("(1, 7, TIMESTAMP '2026-01-02', TIMESTAMP '2026-01-02', 'purchase', -3),"
                                     "(2, 7, TIMESTAMP '2026-01-02', NULL, 'return', 4),"
                                     "(3, 7, TIMESTAMP '2026-01-02', NULL, 'gift', 4)")
    );
    EXPECT_THAT(
        words(sales, Severity::warning), ElementsAre(
                                             "type: 1 row is a word boon does not know; the first is row 3: gift",
                                             "amount: 1 row is returns above zero; the first is row 2: 4.0",
                                             "amount: 1 row is below zero and no return; the first is row 1: -3.0"
                                         )
    );
    const Report payments =
        check_select("payments", "SELECT 1 AS customer_id, DATE '2026-01-01' AS due_at, -5.25 AS amount");
    EXPECT_THAT(words(payments, Severity::error), ElementsAre("amount: 1 row is negative; the first is row 1: -5.25"));
}

TEST(Check, ReferencesToNobody) {
    Options options;
    options.tables["customers"] = {"SELECT 1 AS customer_id"};
    options.tables["offers"] = {"SELECT 0 AS offer_id"};
    options.tables["interactions"] = {
        "SELECT * FROM (VALUES (1, 0, 'sent'), (2, 0, 'sent'), (2, 5, 'seen')) t(customer_id, offer_id, kind), "
        "(SELECT DATE '2026-01-01' AS occurred_at)"
    };
    const Report report = checked(options);
    EXPECT_THAT(
        words(report, Severity::warning),
        ElementsAre(
            "customer_id: 2 rows belong to 1 id absent from customers; the first is 2",
            "offer_id: 1 row belongs to 1 id absent from offers; the first is 5"
        )
    );
    EXPECT_THAT(
        words(report, Severity::error),
        ElementsAre("kind: 1 row is a word boon does not know; the first is row 3: seen")
    );
}

TEST(Check, ReadsAsText) {
    const Report report = check_select(
        "payments",
        "SELECT * FROM (VALUES (1, DATE '2026-01-01', 5.0, 1), (1, DATE '2026-01-02', NULL, 2)) "
        "t(customer_id, due_at, amount, note)"
    );
    EXPECT_EQ(
        to_text(report),
        "payments: 2 rows\n"
        "  has customer_id INTEGER, due_at DATE, amount DECIMAL(2,1) (50.0 % empty)\n"
        "  lacks payment_id, paid_at, automatic, known_at\n"
        "  also has note INTEGER\n"
        "  error: amount: 1 row has none; the first is row 2\n"
        "    hint: leave such rows out in the SELECT, or correct the source\n"
        "1 error, 0 warnings\n"
    );
}

}  // namespace
}  // namespace boon::warehouse
