// Features of the whole base against one DuckDB query written by hand over the same columns with the same aggregates:
// 20 M transactions of 1 M customers in random order. Both read the same table in the same process, in turns, and pull
// their whole result; the figure is the median of the turns.
//
//     features_bench [FOLDER [TRANSACTIONS [CUSTOMERS]]]     the table is kept in FOLDER (/tmp) and used again
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "must.h"
#include <fmt/format.h>

#include "records/features/compute.h"

namespace {

using namespace boon;  // NOLINT: a program of one file
using boon::warehouse::Warehouse;

constexpr int kTurns = 5;

// 540 days of history up to 2025-12-23; amounts in decimals, as companies have them.
void generate(const std::string& path, long transactions, long customers) {
    const auto warehouse = must(Warehouse::open({.path = path}));
    must(warehouse->execute(fmt::format(
        "CREATE TABLE customers AS SELECT 'c' || i AS customer_id, "
        "TIMESTAMP '2023-01-01' + to_seconds(CAST(hash(i) % 50000000 AS BIGINT)) AS joined_at, "
        "CASE hash(i, 1) % 2 WHEN 0 THEN 'prepaid' ELSE 'postpaid' END AS contract_type, "
        "'r' || (hash(i, 2) % 12) AS region, 1940 + CAST(hash(i, 3) % 65 AS INTEGER) AS birth_year "
        "FROM range({}) t(i)",
        customers
    )));
    must(warehouse->execute(fmt::format(
        "CREATE TABLE transactions AS SELECT 't' || i AS transaction_id, 'c' || (hash(i, 7) % {}) AS customer_id, "
        "TIMESTAMP '2024-07-01' + to_seconds(CAST(hash(i, 8) % 46656000 AS BIGINT)) AS occurred_at, "
        "occurred_at AS known_at, CASE WHEN hash(i, 9) % 100 < 80 THEN 'purchase' WHEN hash(i, 9) % 100 < 85 "
        "THEN 'return' WHEN hash(i, 9) % 100 < 92 THEN 'recharge' ELSE 'usage' END AS type, "
        "CAST(CAST(hash(i, 10) % 20000 AS BIGINT) / 100 AS DECIMAL(12, 2)) AS amount, "
        "'cat' || (hash(i, 11) % 20) AS category, "
        "['app', 'web', 'store', 'call'][CAST(1 + hash(i, 12) % 4 AS BIGINT)] AS channel FROM range({}) t(i)",
        customers, transactions
    )));
}

std::unique_ptr<Warehouse> open(const std::string& path) {
    warehouse::Options options;
    options.attached = {{"dwh", path}};
    options.tables["customers"].select = "SELECT * FROM dwh.customers";
    options.tables["transactions"].select = "SELECT * FROM dwh.transactions";
    return must(Warehouse::open(options));
}

constexpr std::string_view kAsOf = "2025-12-20T12:00:00Z";

// What an analyst would write for the default features of transactions: windows as literals, sets for different values.
constexpr std::string_view kByHand = R"sql(
SELECT customer_id,
  max(occurred_at) FILTER (WHERE type IN ('purchase', 'recharge', 'usage')) AS last_activity,
  min(occurred_at) FILTER (WHERE type IN ('purchase', 'recharge', 'usage')) AS first_activity,
  count(*) FILTER (WHERE type IN ('purchase', 'recharge', 'usage')) AS activities,
  count(DISTINCT CAST(occurred_at AS DATE)) FILTER (WHERE type IN ('purchase', 'recharge', 'usage')
    AND occurred_at >= TIMESTAMP '2025-11-20') AS active_days_30d,
  count(DISTINCT CAST(occurred_at AS DATE)) FILTER (WHERE type IN ('purchase', 'recharge', 'usage')
    AND occurred_at >= TIMESTAMP '2025-09-21') AS active_days_90d,
  max(occurred_at) FILTER (WHERE type = 'purchase') AS last_purchase,
  min(occurred_at) FILTER (WHERE type = 'purchase') AS first_purchase,
  count(*) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2025-12-13') AS purchases_7d,
  count(*) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2025-11-20') AS purchases_30d,
  count(*) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2025-09-21') AS purchases_90d,
  count(*) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2024-12-20') AS purchases_365d,
  sum(amount) FILTER (WHERE type IN ('purchase', 'return') AND occurred_at >= TIMESTAMP '2025-12-13') AS spend_7d,
  sum(amount) FILTER (WHERE type IN ('purchase', 'return') AND occurred_at >= TIMESTAMP '2025-11-20') AS spend_30d,
  sum(amount) FILTER (WHERE type IN ('purchase', 'return') AND occurred_at >= TIMESTAMP '2025-09-21') AS spend_90d,
  sum(amount) FILTER (WHERE type IN ('purchase', 'return') AND occurred_at >= TIMESTAMP '2024-12-20') AS spend_365d,
  sum(amount) FILTER (WHERE type IN ('purchase', 'return') AND occurred_at >= TIMESTAMP '2025-10-21'
    AND occurred_at < TIMESTAMP '2025-11-20') AS spend_before_30d,
  sum(amount) FILTER (WHERE type IN ('purchase', 'return') AND occurred_at >= TIMESTAMP '2025-06-23'
    AND occurred_at < TIMESTAMP '2025-09-21') AS spend_before_90d,
  avg(amount) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2024-12-20') AS mean_ticket,
  max(amount) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2024-12-20') AS max_ticket,
  count(DISTINCT category) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2024-12-20') AS categories,
  sum(amount) FILTER (WHERE type = 'purchase' AND category = 'cat1' AND occurred_at >= TIMESTAMP '2024-12-20') AS cat1,
  sum(amount) FILTER (WHERE type = 'purchase' AND category = 'cat2' AND occurred_at >= TIMESTAMP '2024-12-20') AS cat2,
  sum(amount) FILTER (WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2024-12-20') AS of_categories,
  count(*) FILTER (WHERE type = 'purchase' AND channel = 'app' AND occurred_at >= TIMESTAMP '2024-12-20') AS app,
  count(*) FILTER (WHERE type = 'purchase' AND channel = 'web' AND occurred_at >= TIMESTAMP '2024-12-20') AS web,
  count(*) FILTER (WHERE type = 'return' AND occurred_at >= TIMESTAMP '2024-12-20') AS returns_365d,
  count(*) FILTER (WHERE type = 'recharge' AND occurred_at >= TIMESTAMP '2025-11-20') AS recharges_30d,
  count(*) FILTER (WHERE type = 'recharge' AND occurred_at >= TIMESTAMP '2025-09-21') AS recharges_90d,
  sum(amount) FILTER (WHERE type = 'recharge' AND occurred_at >= TIMESTAMP '2025-09-21') AS recharge_spend,
  count(*) FILTER (WHERE type = 'usage' AND occurred_at >= TIMESTAMP '2025-11-20') AS usage_30d,
  count(*) FILTER (WHERE type = 'usage' AND occurred_at >= TIMESTAMP '2025-09-21') AS usage_90d
FROM dwh.transactions
WHERE occurred_at < TIMESTAMP '2025-12-20 12:00:00' AND known_at <= TIMESTAMP '2025-12-20 12:00:00'
GROUP BY customer_id)sql";

struct Work {
    std::string name;
    std::function<long()> call;
    std::vector<double> seconds = {};
};

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

long pull(Warehouse& warehouse, std::string_view sql) {
    long rows = 0;
    must(warehouse.for_each_chunk(sql, [&](const warehouse::Chunk& chunk) -> Status {
        rows += static_cast<long>(chunk.rows());
        return {};
    }));
    return rows;
}

long features_of_all(Warehouse& warehouse, const features::Schema& schema, const features::ComputeOptions& options) {
    long rows = 0;
    must(features::compute(
        warehouse, schema, must(parse_timestamp(kAsOf)), options,
        [&](const features::CustomerRows& chunk) -> Status {
            rows += static_cast<long>(chunk.customer_ids.size());
            return {};
        }
    ));
    return rows;
}

void compare(std::vector<Work> works, double transactions) {
    for (int turn = 0; turn < kTurns; ++turn) {
        for (Work& work : works) {
            const auto start = std::chrono::steady_clock::now();
            const long rows = work.call();
            work.seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
            if (turn == 0) fmt::print("  {}: {} rows\n", work.name, rows);
        }
    }
    const double peer = median(works.front().seconds);
    for (const Work& work : works) {
        const double seconds = median(work.seconds);
        fmt::print(
            "  {:<44} {:6.2f} s  {:6.2f} M rows/s  {:5.2f} × by hand\n", work.name, seconds,
            transactions / seconds / 1e6, seconds / peer
        );
    }
}

}  // namespace

int main(int argc, char** argv) {
    const std::string folder = argc > 1 ? argv[1] : "/tmp";
    const long transactions = argc > 2 ? std::atol(argv[2]) : 20'000'000;
    const long customers = argc > 3 ? std::atol(argv[3]) : 1'000'000;
    const std::string path = fmt::format("{}/boon_bench_{}_{}.duckdb", folder, transactions, customers);
    if (!std::filesystem::exists(path)) generate(path, transactions, customers);

    const auto warehouse = open(path);
    const auto definitions = features::Definitions::defaults(
        {{"transactions.category", {"cat1", "cat2"}}, {"transactions.channel", {"app", "web"}}}
    );
    const auto schema = must(features::fit_schema(*warehouse, definitions));
    fmt::print(
        "{} transactions of {} customers, {} features, medians of {} turns\n", transactions, customers, schema.size(),
        kTurns
    );
    const features::ComputeOptions checked{.unique_ids = {features::Table::customers, features::Table::transactions}};
    compare(
        {
            {"by hand", [&] { return pull(*warehouse, kByHand); }},
            {"features, ids known to be unique", [&] { return features_of_all(*warehouse, schema, checked); }},
            {"features, repeated ids searched for", [&] { return features_of_all(*warehouse, schema, {}); }},
        },
        static_cast<double>(transactions)
    );
}
