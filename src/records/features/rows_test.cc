// Rows of more customers than are held at a time, of several instants, and of sums that cannot be.
#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "records/features/compute.h"

namespace boon::features {
namespace {

constexpr std::string_view kDefinitions = R"({"features": [
 {"name": "n", "words": "w", "unit": "count", "from": "transactions", "aggregate": "count"},
 {"name": "spend", "words": "w", "unit": "money", "from": "transactions", "aggregate": "sum", "column": "amount"},
 {"name": "spend_7", "words": "w", "unit": "money", "from": "transactions", "aggregate": "sum", "column": "amount",
  "days": 7},
 {"name": "region", "words": "w", "unit": "category", "from": "customers", "aggregate": "value", "column": "region"}
]})";

struct World {
    std::unique_ptr<warehouse::Warehouse> warehouse;
    Schema schema;
};

World open(const warehouse::Options& options) {
    auto opened = warehouse::Warehouse::open(options);
    EXPECT_TRUE(opened) << to_text(opened.error());
    const auto definitions = Definitions::from_json(kDefinitions);
    EXPECT_TRUE(definitions) << to_text(definitions.error());
    auto schema = fit_schema(**opened, *definitions, {"UTC", 2});
    EXPECT_TRUE(schema) << to_text(schema.error());
    return {*std::move(opened), *std::move(schema)};
}

// Customer "cN" lives in the north if N is even, and bought for N on 1 January and for 1 on 10 January 2025.
World world_of(int customers, std::string_view amount = "i") {
    warehouse::Options options;
    options.tables["customers"].select = fmt::format(
        "SELECT 'c' || i AS customer_id, CASE WHEN i % 2 = 0 THEN 'north' ELSE 'south' END AS region FROM range({}) "
        "t(i)",
        customers
    );
    options.tables["transactions"].select = fmt::format(
        "SELECT 'a' || i AS transaction_id, 'c' || i AS customer_id, TIMESTAMP '2025-01-01' AS occurred_at, "
        "'purchase' AS type, {} AS amount FROM range({}) t(i) UNION ALL "
        "SELECT 'b' || i, 'c' || i, TIMESTAMP '2025-01-10', 'purchase', 1 FROM range({}) t(i)",
        amount, customers, customers
    );
    return open(options);
}

TEST(Rows, ManyCustomersAreReadInParts) {
    constexpr int kCustomers = 70'000;
    const World world = world_of(kCustomers);
    // Each customer at two instants, the second of them twice; ids in another order than the customers'.
    const auto matrix = compute_rows(
        *world.warehouse, world.schema,
        fmt::format(
            "SELECT i * 3 + k AS row_id, 'c' || ({0} - 1 - i) AS customer_id, "
            "CASE k WHEN 0 THEN TIMESTAMP '2025-01-05' ELSE TIMESTAMP '2025-01-15' END AS as_of "
            "FROM range({0}) t(i), range(3) u(k)",
            kCustomers
        )
    );
    ASSERT_TRUE(matrix) << to_text(matrix.error());
    ASSERT_EQ(matrix->row_ids.size(), 3U * kCustomers);
    for (int i = 0; i < kCustomers; ++i) {
        const auto n = static_cast<float>(kCustomers - 1 - i);
        const float region = (kCustomers - 1 - i) % 2 == 0 ? 0.0F : 1.0F;
        const auto row = [&](int k) {
            return matrix->row(static_cast<std::size_t>(i) * 3 + static_cast<std::size_t>(k));
        };
        ASSERT_EQ(matrix->row_ids[static_cast<std::size_t>(i) * 3], i * 3);
        ASSERT_THAT(row(0), testing::ElementsAre(1, n, n, region));
        ASSERT_THAT(row(1), testing::ElementsAre(2, n + 1, 1, region));
        ASSERT_THAT(row(2), testing::ElementsAre(2, n + 1, 1, region));
    }
}

// More than DuckDB's buffer of a streamed result holds, from a table with repeated rows.
TEST(Rows, RepeatedRowsOfALargeBaseCountOnce) {
    constexpr int kCustomers = 150'000;
    warehouse::Options options;
    options.tables["customers"].select = fmt::format(
        "SELECT 'c' || (i % {0}) AS customer_id, 'north' AS region FROM range({0} * 3 // 2) t(i)", kCustomers
    );
    options.tables["transactions"].select = fmt::format(
        "SELECT 'a' || (i % {0}) AS transaction_id, 'c' || (i % {0}) AS customer_id, TIMESTAMP '2025-01-10' AS "
        "occurred_at, 'purchase' AS type, 2 AS amount FROM range({0} * 3 // 2) t(i)",
        kCustomers
    );
    const World world = open(options);
    const std::vector<float> expected{1, 2, 2, 0};
    std::size_t customers = 0;
    const Timestamp as_of{1'736'899'200'000'000};  // 2025-01-15
    const Status done = compute(*world.warehouse, world.schema, as_of, {}, [&](const CustomerRows& rows) -> Status {
        customers += rows.customer_ids.size();
        EXPECT_TRUE(std::ranges::equal(rows.values.first(4), expected));
        return {};
    });
    ASSERT_TRUE(done) << to_text(done.error());
    EXPECT_EQ(customers, kCustomers);
    const auto matrix = compute_rows(
        *world.warehouse, world.schema,
        fmt::format(
            "SELECT i AS row_id, 'c' || i AS customer_id, TIMESTAMP '2025-01-15' AS as_of FROM range({}) t(i)",
            kCustomers
        )
    );
    ASSERT_TRUE(matrix) << to_text(matrix.error());
    ASSERT_EQ(matrix->row_ids.size(), kCustomers);
    for (std::size_t i = 0; i < kCustomers; ++i) ASSERT_TRUE(std::ranges::equal(matrix->row(i), expected)) << i;
}

TEST(Rows, ASumBeyond64BitsIsToldOfTheBaseAndOfRows) {
    const World world = world_of(2, "92233720368547000");
    const auto matrix = compute_rows(
        *world.warehouse, world.schema, "SELECT 1 AS row_id, 'c0' AS customer_id, TIMESTAMP '2025-01-15' AS as_of"
    );
    ASSERT_TRUE(matrix) << to_text(matrix.error());  // just below

    const World beyond = world_of(2, "92233720368547758");
    const auto refused = compute_rows(
        *beyond.warehouse, beyond.schema, "SELECT 1 AS row_id, 'c0' AS customer_id, TIMESTAMP '2025-01-15' AS as_of"
    );
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "a sum of a customer's rows is beyond 64 bits");
    const Timestamp as_of{1'736'899'200'000'000};  // 2025-01-15
    EXPECT_FALSE(compute(*beyond.warehouse, beyond.schema, as_of, {}, [](const CustomerRows&) { return Status(); }));
}

}  // namespace
}  // namespace boon::features
