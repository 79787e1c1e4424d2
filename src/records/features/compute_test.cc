// What the SQL computes, held against hand-made cases: cut-offs, late rows, duplicates, time zones, empty histories.
#include "records/features/compute.h"

#include <cmath>
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::features {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using warehouse::Warehouse;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

// SELECT of literal rows: `columns` as in `a, b`, `rows` as in `(1, 2), (3, 4)`.
std::string values(std::string_view columns, std::string_view rows) {
    return fmt::format("SELECT * FROM (VALUES {}) t({})", rows, columns);
}

using Tables = std::map<std::string, std::string>;

std::unique_ptr<Warehouse> open(const Tables& tables) {
    warehouse::Options options;
    for (const auto& [name, select] : tables) options.tables[name].select = select;
    auto opened = Warehouse::open(options);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : to_text(opened.error()));
    return *std::move(opened);
}

Schema schema_of(Warehouse& warehouse, std::string_view features, const Programme& programme = {}) {
    auto definitions = Definitions::from_json(features);
    EXPECT_TRUE(definitions.has_value()) << (definitions ? "" : to_text(definitions.error()));
    auto schema = fit_schema(warehouse, *definitions, programme);
    EXPECT_TRUE(schema.has_value()) << (schema ? "" : to_text(schema.error()));
    return *std::move(schema);
}

using Vectors = std::map<std::string, std::vector<float>>;

Vectors whole_base(Warehouse& warehouse, const Schema& schema, Timestamp as_of) {
    Vectors vectors;
    const Status status = compute(warehouse, schema, as_of, {}, [&](const CustomerRows& rows) -> Status {
        for (std::size_t i = 0; i < rows.customer_ids.size(); ++i) {
            const auto row = rows.values.subspan(i * rows.columns, rows.columns);
            const bool is_new = vectors.emplace(rows.customer_ids[i], std::vector(row.begin(), row.end())).second;
            EXPECT_TRUE(is_new) << rows.customer_ids[i];
        }
        return {};
    });
    EXPECT_TRUE(status.has_value()) << (status ? "" : to_text(status.error()));
    return vectors;
}

std::string row(int id, std::string_view customer, std::string_view as_of) {
    return fmt::format("({}, '{}', TIMESTAMP '{}')", id, customer, as_of);
}

std::string rows(std::string_view rows) { return values("row_id, customer_id, as_of", rows); }

Matrix point_in_time(Warehouse& warehouse, const Schema& schema, const std::string& select) {
    auto matrix = compute_rows(warehouse, schema, select);
    EXPECT_TRUE(matrix.has_value()) << (matrix ? "" : to_text(matrix.error()));
    return matrix ? *std::move(matrix) : Matrix{};
}

constexpr std::string_view kThree = "('ann'), ('bob'), ('eve')";
constexpr std::string_view kTransactionColumns = "transaction_id, customer_id, occurred_at, known_at, type, amount";

constexpr std::string_view kSpend = R"({"features": [
    {"name": "n", "words": "n", "unit": "count", "from": "transactions", "aggregate": "count", "days": 7},
    {"name": "spend", "words": "s", "unit": "money",
         "from": "transactions", "aggregate": "sum", "column": "amount", "days": 7},
    {"name": "mean", "words": "m", "unit": "money", "from": "transactions", "aggregate": "mean", "column": "amount"},
    {"name": "last", "words": "l", "unit": "days", "from": "transactions", "aggregate": "days_since_last"}]})";

TEST(Features, AnEventAtTheCutOffIsNotCountedAndTheWindowBeginsAtMidnight) {
    const auto warehouse = open({
        {"customers", values("customer_id", kThree)},
        {"transactions", values(
                             kTransactionColumns,
                             "('1', 'ann', TIMESTAMP '2025-03-10 15:00:00', NULL::TIMESTAMP, 'purchase', 1.00), "
                             "('2', 'ann', TIMESTAMP '2025-03-10 14:59:59.999999', NULL::TIMESTAMP, 'purchase', 2.50), "
                             "('3', 'ann', TIMESTAMP '2025-03-03 00:00:00', NULL::TIMESTAMP, 'purchase', 4.00), "
                             "('4', 'ann', TIMESTAMP '2025-03-02 23:59:59.999999', NULL::TIMESTAMP, 'purchase', 8.00)"
                         )},
    });
    const Schema schema = schema_of(*warehouse, kSpend);
    const Vectors found = whole_base(*warehouse, schema, at("2025-03-10T15:00:00Z"));
    ASSERT_EQ(found.size(), 3U);
    // 2 and 3 are within seven days; the mean is of 2, 3 and 4: 14.50 / 3.
    EXPECT_FLOAT_EQ(found.at("ann")[0], 2);
    EXPECT_FLOAT_EQ(found.at("ann")[1], 6.5);
    EXPECT_FLOAT_EQ(found.at("ann")[2], 14.5F / 3);
    EXPECT_NEAR(found.at("ann")[3], 0, 1e-9);
    // No events: counts and sums are 0, the rest is missing.
    EXPECT_EQ(found.at("eve")[0], 0);
    EXPECT_EQ(found.at("eve")[1], 0);
    EXPECT_TRUE(std::isnan(found.at("eve")[2]));
    EXPECT_TRUE(std::isnan(found.at("eve")[3]));
    // A microsecond later, the event of 15:00 counts.
    EXPECT_EQ(whole_base(*warehouse, schema, at("2025-03-10T15:00:00.000001Z")).at("ann")[0], 3);
}

TEST(Features, ALateRowCountsOnlyOnceItIsKnown) {
    const auto warehouse = open({
        {"customers", values("customer_id", kThree)},
        {"transactions", values(
                             kTransactionColumns,
                             "('1', 'ann', TIMESTAMP '2025-03-05 12:00:00', "
                             "TIMESTAMP '2025-03-08 06:00:00', 'purchase', 3.00)"
                         )},
    });
    const Schema schema = schema_of(*warehouse, kSpend);
    EXPECT_EQ(whole_base(*warehouse, schema, at("2025-03-08T05:59:59.999999Z")).at("ann")[0], 0);
    EXPECT_EQ(whole_base(*warehouse, schema, at("2025-03-08T06:00:00Z")).at("ann")[0], 1);
    const Matrix matrix = point_in_time(
        *warehouse, schema,
        rows(row(7, "ann", "2025-03-08 05:59:59.999999") + ", " + row(9, "ann", "2025-03-08 06:00:00"))
    );
    EXPECT_THAT(matrix.row_ids, ElementsAre(7, 9));
    EXPECT_EQ(matrix.row(0)[0], 0);
    EXPECT_EQ(matrix.row(1)[0], 1);
}

TEST(Features, RowsOfOneBusinessIdCountOnceAsFirstCountable) {
    const auto warehouse = open({
        {"customers", values("customer_id", "('ann'), ('ann'), ('bob')")},
        {"transactions",
         // Corrected to 5.00 on the 9th: the first known stays. Rows without an id are rows of their own.
         values(
             kTransactionColumns,
             "('1', 'ann', TIMESTAMP '2025-03-05 12:00:00', TIMESTAMP '2025-03-09', 'purchase', 5.00), "
             "('1', 'ann', TIMESTAMP '2025-03-05 12:00:00', TIMESTAMP '2025-03-06', 'purchase', 3.00), "
             "('1', 'ann', TIMESTAMP '2025-03-05 12:00:00', TIMESTAMP '2025-03-06', 'purchase', 3.00), "
             "(NULL, 'ann', TIMESTAMP '2025-03-06 12:00:00', NULL::TIMESTAMP, 'purchase', 1.00), "
             "(NULL, 'ann', TIMESTAMP '2025-03-06 12:00:00', NULL::TIMESTAMP, 'purchase', 1.00)"
         )},
    });
    const Schema schema = schema_of(*warehouse, kSpend);
    const Vectors found = whole_base(*warehouse, schema, at("2025-03-10T00:00:00Z"));
    EXPECT_EQ(found.size(), 2U);
    EXPECT_EQ(found.at("ann")[0], 3);
    EXPECT_EQ(found.at("ann")[1], 5);
    const Matrix matrix = point_in_time(*warehouse, schema, rows(row(1, "ann", "2025-03-10 00:00:00")));
    EXPECT_EQ(std::vector(matrix.row(0).begin(), matrix.row(0).end()), found.at("ann"));
}

TEST(Features, ADuplicateThatIsYetToComeDoesNotHideTheRow) {
    const auto warehouse = open({
        {"customers", values("customer_id", kThree)},
        {"transactions", values(
                             kTransactionColumns,
                             "('1', 'ann', TIMESTAMP '2025-03-05', TIMESTAMP '2025-03-05', 'purchase', 3.00), "
                             "('1', 'ann', TIMESTAMP '2025-04-05', TIMESTAMP '2025-03-01', 'purchase', 9.00)"
                         )},
    });
    const Schema schema = schema_of(*warehouse, kSpend);
    EXPECT_EQ(whole_base(*warehouse, schema, at("2025-03-10T00:00:00Z")).at("ann")[1], 3);
}

// Berlin left winter time on 2025-03-30 at 01:00 UTC: midnight was 23:00 UTC before, 22:00 UTC after.
TEST(Features, WindowsBeginAtLocalMidnightAcrossDaylightSaving) {
    const auto warehouse = open({
        {"customers", values("customer_id", kThree)},
        {"transactions", values(
                             kTransactionColumns,
                             "('1', 'ann', TIMESTAMP '2025-03-26 22:59:59.999999', NULL::TIMESTAMP, 'purchase', 1.00), "
                             "('2', 'ann', TIMESTAMP '2025-03-26 23:00:00', NULL::TIMESTAMP, 'purchase', 2.00), "
                             "('3', 'ann', TIMESTAMP '2025-04-01 21:59:59', NULL::TIMESTAMP, 'purchase', 4.00), "
                             "('4', 'ann', TIMESTAMP '2025-04-01 22:00:00', NULL::TIMESTAMP, 'purchase', 8.00)"
                         )},
    });
    const std::string features = R"({"features": [
        {"name": "spend", "words": "s", "unit": "money",
         "from": "transactions", "aggregate": "sum", "column": "amount", "days": 7},
        {"name": "one", "words": "s", "unit": "money",
         "from": "transactions", "aggregate": "sum", "column": "amount", "days": 1},
        {"name": "days", "words": "d", "unit": "count",
         "from": "transactions", "aggregate": "distinct", "column": "day", "days": 7}]})";
    const Schema berlin = schema_of(*warehouse, features, {"Europe/Berlin", 2});
    // 22:30 UTC on 2 April is 00:30 on 3 April in Berlin: the window of 7 days begins on 27 March, 00:00 = 23:00 UTC.
    const Vectors found = whole_base(*warehouse, berlin, at("2025-04-02T22:30:00Z"));
    EXPECT_EQ(found.at("ann")[0], 14);
    // One day: from 2 April 00:00 = 22:00 UTC of the 1st.
    EXPECT_EQ(found.at("ann")[1], 8);
    // 27 March, 1 April, 2 April.
    EXPECT_EQ(found.at("ann")[2], 3);
    const Matrix matrix = point_in_time(*warehouse, berlin, rows(row(1, "ann", "2025-04-02 22:30:00")));
    EXPECT_EQ(std::vector(matrix.row(0).begin(), matrix.row(0).end()), found.at("ann"));
    // In UTC it is still 2 April.
    const Schema utc = schema_of(*warehouse, features);
    EXPECT_EQ(whole_base(*warehouse, utc, at("2025-04-02T22:30:00Z")).at("ann")[0], 15);
}

TEST(Features, WhatIsPaidOrEndsLaterIsNotKnownYet) {
    const auto warehouse = open({
        {"customers", values(
                          "customer_id, joined_at, birth_year",
                          "('ann', TIMESTAMP '2025-01-01', 1980), ('bob', TIMESTAMP '2026-01-01', NULL)"
                      )},
        {"payments", values(
                         "payment_id, customer_id, due_at, paid_at, amount",
                         "('1', 'ann', TIMESTAMP '2025-02-01', TIMESTAMP '2025-02-01 23:00:00', 10), "
                         "('2', 'ann', TIMESTAMP '2025-02-02', TIMESTAMP '2025-02-05', 10), "
                         "('3', 'ann', TIMESTAMP '2025-03-01', TIMESTAMP '2025-03-20', 10)"
                     )},
        {"holdings", values(
                         "customer_id, product_id, tier, started_at, ended_at",
                         "('ann', 'p', 3, TIMESTAMP '2025-01-01', TIMESTAMP '2025-03-15'), "
                         "('ann', 'q', 1, TIMESTAMP '2025-01-01', NULL), ('ann', 'r', 9, TIMESTAMP '2025-04-01', NULL)"
                     )},
    });
    const auto definitions = Definitions::defaults();
    const auto fitted = fit_schema(*warehouse, definitions);
    ASSERT_TRUE(fitted) << to_text(fitted.error());
    const auto value = [&](const Vectors& found, std::string_view customer, std::string_view name) {
        return found.at(std::string(customer))[*fitted->index_of(name)];
    };
    const Vectors early = whole_base(*warehouse, *fitted, at("2025-03-10T00:00:00Z"));
    EXPECT_EQ(value(early, "ann", "late_payments_365d"), 1);
    EXPECT_EQ(value(early, "ann", "unpaid_bills"), 1);
    // 0, 3 and (still unpaid after) 9 days.
    EXPECT_EQ(value(early, "ann", "mean_days_late_365d"), 4);
    EXPECT_EQ(value(early, "ann", "bills_365d"), 3);
    EXPECT_EQ(value(early, "ann", "bills_all"), 3);
    EXPECT_EQ(value(early, "ann", "late_bills_all"), 2);
    EXPECT_FLOAT_EQ(value(early, "ann", "late_bills_share_all"), 2.0F / 3);
    EXPECT_EQ(value(early, "bob", "bills_all"), 0);
    EXPECT_TRUE(std::isnan(value(early, "bob", "late_bills_share_all")));
    EXPECT_EQ(value(early, "ann", "holdings"), 2);
    EXPECT_EQ(value(early, "ann", "top_tier"), 3);
    EXPECT_EQ(value(early, "ann", "tenure_days"), 68);
    EXPECT_EQ(value(early, "ann", "age"), 45);
    EXPECT_TRUE(std::isnan(value(early, "bob", "tenure_days")));
    EXPECT_TRUE(std::isnan(value(early, "bob", "age")));
    const Vectors later = whole_base(*warehouse, *fitted, at("2025-03-21T00:00:00Z"));
    EXPECT_EQ(value(later, "ann", "late_payments_365d"), 2);
    EXPECT_EQ(value(later, "ann", "unpaid_bills"), 0);
    EXPECT_EQ(value(later, "ann", "holdings"), 1);
    EXPECT_EQ(value(later, "ann", "top_tier"), 1);
}

TEST(Features, CategoriesHaveStableCodes) {
    const auto warehouse =
        open({{"customers", values("customer_id, region", "('ann', 'south'), ('bob', 'north'), ('eve', NULL)")}});
    const std::string features = R"({"features": [{"name": "region", "words": "region", "unit": "category",
        "from": "customers", "aggregate": "value", "column": "region"}]})";
    const Schema schema = schema_of(*warehouse, features);
    EXPECT_THAT(schema.dictionaries().at("region"), ElementsAre("north", "south"));
    const Vectors found = whole_base(*warehouse, schema, at("2025-01-01T00:00:00Z"));
    EXPECT_EQ(found.at("ann")[0], 1);
    EXPECT_EQ(found.at("bob")[0], 0);
    EXPECT_TRUE(std::isnan(found.at("eve")[0]));

    const auto grown = open({{"customers", values("customer_id, region", "('ann', 'south'), ('zoe', 'east')")}});
    const auto refitted = fit_schema(*grown, schema.definitions(), {}, schema.dictionaries());
    ASSERT_TRUE(refitted);
    EXPECT_THAT(refitted->dictionaries().at("region"), ElementsAre("north", "south", "east"));
    // What the first fit did not see is missing under it.
    EXPECT_TRUE(std::isnan(whole_base(*grown, schema, at("2025-01-01T00:00:00Z")).at("zoe")[0]));
}

TEST(Features, ColumnsOfTheCompanysOwn) {
    const auto warehouse = open({
        {"customers", values("customer_id, income", "('ann', 50000.5), ('bob', CAST('inf' AS DOUBLE)), ('eve', NULL)")},
        {"transactions",
         "SELECT 'ann' AS customer_id, TIMESTAMP '2025-01-02' AS occurred_at, 1.5 AS amount, "
         "CASE i WHEN 4 THEN CAST('nan' AS DOUBLE) WHEN 5 THEN CAST('inf' AS DOUBLE) ELSE 0.1 * i END "
         "AS Points, CAST(i AS DECIMAL(9, 2)) / 4 AS fee FROM range(1, 6) r(i)"},
    });
    const std::string features = R"({"columns": {"customers": {"income": "number"},
        "transactions": {"points": "number", "fee": "money"}}, "features": [
        {"name": "income", "words": "i", "unit": "number",
         "from": "customers", "aggregate": "value", "column": "income"},
        {"name": "points", "words": "p", "unit": "number",
         "from": "transactions", "aggregate": "sum", "column": "points"},
        {"name": "fees", "words": "f", "unit": "money",
         "from": "transactions", "aggregate": "sum", "column": "fee"}]})";
    const Schema schema = schema_of(*warehouse, features);
    const Vectors found = whole_base(*warehouse, schema, at("2025-02-01T00:00:00Z"));
    EXPECT_EQ(found.at("ann")[0], 50000.5F);
    EXPECT_TRUE(std::isnan(found.at("bob")[0]));
    EXPECT_EQ(found.at("ann")[1], 0.6F);
    // 0.25, 0.50, 0.75, 1.00 and 1.25.
    EXPECT_EQ(found.at("ann")[2], 3.75F);

    const auto definitions = Definitions::from_json(
        R"({"columns": {"customers": {"shoe_size": "number"}}, "features": [{"name": "shoe", "words": "s",
            "unit": "number", "from": "customers", "aggregate": "value", "column": "shoe_size"}]})"
    );
    ASSERT_TRUE(definitions);
    const auto refused = fit_schema(*warehouse, *definitions);
    ASSERT_FALSE(refused);
    EXPECT_THAT(
        refused.error().fields,
        ElementsAre(FieldError{"/columns/customers/shoe_size", "warehouse table \"customers\" has no such column"})
    );
}

TEST(Features, TrainingRefusesWhatHasNoDate) {
    const auto warehouse = open({{"customers", values("customer_id, churn_score", "('ann', 0.9)")}});
    const Schema schema = schema_of(
        *warehouse,
        R"({"columns": {"customers": {"churn_score": "number"}}, "features": [{"name": "score", "words": "s",
            "unit": "number", "from": "customers", "aggregate": "value", "column": "churn_score"}]})"
    );
    EXPECT_EQ(whole_base(*warehouse, schema, at("2025-01-01T00:00:00Z")).at("ann")[0], 0.9F);
    const auto matrix = compute_rows(*warehouse, schema, rows(row(1, "ann", "2025-01-01")));
    ASSERT_FALSE(matrix);
    EXPECT_EQ(matrix.error().message, "refused for training: churn_score: no date says when this was known");
}

TEST(Features, RowsMustBeWhole) {
    const auto warehouse = open({{"customers", values("customer_id", kThree)}});
    const Schema schema = schema_of(*warehouse, kSpend);
    const auto wrong = compute_rows(
        *warehouse, schema,
        rows(row(1, "ann", "2025-01-01") + ", " + row(1, "bob", "2025-01-01") + ", (3, NULL, TIMESTAMP '2025-01-01')")
    );
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error().message, "of the rows to compute features for, 1 lack a value and 1 repeat a row_id");
}

TEST(Features, AnEmptyBaseAndEmptyRows) {
    const auto warehouse = open({});
    const auto schema = fit_schema(*warehouse, Definitions::defaults());
    ASSERT_TRUE(schema) << to_text(schema.error());
    EXPECT_TRUE(whole_base(*warehouse, *schema, at("2025-01-01T00:00:00Z")).empty());
    EXPECT_EQ(*count_customers(*warehouse), 0);
    EXPECT_TRUE(point_in_time(*warehouse, *schema, rows(row(1, "ann", "2025-01-01")) + " WHERE false").row_ids.empty());
    // A customer that today's table does not have is still a row.
    const Matrix matrix = point_in_time(*warehouse, *schema, rows(row(1, "ann", "2025-01-01")));
    ASSERT_THAT(matrix.row_ids, ElementsAre(1));
    EXPECT_EQ(matrix.row(0)[*schema->index_of("purchases_30d")], 0);
    EXPECT_TRUE(std::isnan(matrix.row(0)[*schema->index_of("tenure_days")]));
}

TEST(Features, TheSinksErrorEndsIt) {
    const auto warehouse = open({{"customers", values("customer_id", kThree)}});
    const Schema schema = schema_of(*warehouse, kSpend);
    const Status status =
        compute(*warehouse, schema, at("2025-01-01T00:00:00Z"), {}, [](const CustomerRows&) -> Status {
            return fail(ErrorCode::unavailable, "full");
        });
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().message, HasSubstr("full"));
}

TEST(Features, AnUnknownTimeZoneIsTold) {
    const auto warehouse = open({{"customers", values("customer_id", kThree)}});
    const auto definitions = Definitions::from_json(kSpend);
    ASSERT_TRUE(definitions);
    const auto schema = fit_schema(*warehouse, *definitions, {"Europe/Atlantis", 2});
    ASSERT_FALSE(schema);
    EXPECT_EQ(schema.error().message, "there is no time zone \"Europe/Atlantis\"");
}

}  // namespace
}  // namespace boon::features
