#include "insight/training/product_purchases.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "insight/recommend/item_weights.h"
#include "insight/training/label_sql.h"
#include "platform/sql/literal.h"

namespace boon::training {
namespace {

using recommend::Bought;
using recommend::Interactions;
using warehouse::Frame;
using warehouse::Warehouse;

using Numbers = std::map<std::string, std::uint32_t, std::less<>>;

// Days on which a row's customer bought a product, before the row's cut-off or within the horizon after it.
std::string cut_sql(const LabelledSet& set, Part part, Timestamp now) {
    return fmt::format(
        "SELECT r.row_id, t.product_id, (t.occurred_at >= r.as_of)::INTEGER AS later, "
        "count(DISTINCT t.occurred_at::DATE) AS times FROM {rows} r JOIN ({bought}) t ON t.customer_id = r.customer_id "
        "WHERE r.is_test = {test} AND ((t.occurred_at < r.as_of AND t.known_at <= r.as_of) OR "
        "(t.occurred_at >= r.as_of AND t.occurred_at < r.as_of + to_days({days}))) GROUP BY ALL ORDER BY ALL",
        fmt::arg("rows", set.table()), fmt::arg("bought", product_purchases_sql(now)),
        fmt::arg("test", part == Part::test), fmt::arg("days", set.horizon_days)
    );
}

// Products by the number of their customers, at most `most`; equal ones by name.
std::vector<std::string> most_bought(const std::map<std::string, std::int64_t>& customers, std::int64_t most) {
    std::vector<std::pair<std::int64_t, std::string>> order;
    for (const auto& [product, count] : customers) order.emplace_back(-count, product);
    std::ranges::sort(order);
    std::vector<std::string> products;
    for (auto& [count, product] : order) {
        if (static_cast<std::int64_t>(products.size()) == most) break;
        products.push_back(std::move(product));
    }
    return products;
}

Numbers numbers_of(const std::vector<std::string>& products) {
    Numbers numbers;
    for (const auto& product : products) numbers.emplace(product, static_cast<std::uint32_t>(numbers.size()));
    return numbers;
}

std::int64_t most_products(const Options& options) {
    return std::clamp<std::int64_t>(
        options.product_recommendation.most_products, 1, static_cast<std::int64_t>(recommend::kMostItems)
    );
}

Result<std::string> segments_sql(Warehouse& warehouse, const Options& options) {
    const std::string& column = options.product_recommendation.segment_by;
    if (column.empty() || !warehouse.has("customers")) {
        return "SELECT NULL::VARCHAR AS customer_id, NULL::VARCHAR AS segment WHERE false";
    }
    BOON_TRY(const std::string name, sql::quote_given_name(column));
    return fmt::format(
        "SELECT customer_id, {}::VARCHAR AS segment FROM boon.customers WHERE customer_id IS NOT NULL", name
    );
}

// How many bought each product before the cut-off; `later`: not 0 where the row is of the time after it.
std::map<std::string, std::int64_t> buyers_before(const auto& products, const auto& later) {
    std::map<std::string, std::int64_t> buyers;
    for (std::size_t i = 0; i < products.size(); ++i) {
        if (later[i] == 0) ++buyers[products[i]];
    }
    return buyers;
}

}  // namespace

Result<CutPurchases> read_cut(
    Warehouse& warehouse, const LabelledSet& set, Part part, const Options& options, Timestamp now
) {
    BOON_TRY(const Frame frame, warehouse.query(cut_sql(set, part, now)));
    std::vector<std::uint32_t> place(set.parts.size());
    std::vector<std::uint32_t> customers;
    for (std::size_t row = 0; row < set.parts.size(); ++row) {
        if (set.parts[row] != part) continue;
        place[row] = static_cast<std::uint32_t>(customers.size());
        customers.push_back(set.customers[row]);
    }
    const auto rows = frame.column("row_id").integers();
    const auto products = frame.column("product_id").texts();
    const auto later = frame.column("later").integers();
    const auto times = frame.column("times").integers();
    const auto buyers = buyers_before(products, later);
    std::vector<std::string> kept = most_bought(buyers, most_products(options));
    const Numbers numbers = numbers_of(kept);
    std::vector<Bought> before;
    std::vector<Bought> after;
    double next = 0;
    double unknown = 0;
    for (std::size_t i = 0; i < frame.rows(); ++i) {
        next += later[i] != 0 ? 1 : 0;
        unknown += later[i] != 0 && !buyers.contains(products[i]) ? 1 : 0;
        const auto number = numbers.find(products[i]);
        if (number == numbers.end()) continue;
        (later[i] != 0 ? after : before)
            .push_back({place[static_cast<std::size_t>(rows[i])], number->second, static_cast<float>(times[i])});
    }
    BOON_TRY(auto before_table, Interactions::of(before, customers.size(), kept.size()));
    BOON_TRY(auto after_table, Interactions::of(after, customers.size(), kept.size()));
    const auto left_out = static_cast<std::int64_t>(buyers.size() - kept.size());
    return CutPurchases{std::move(kept),         left_out,
                        std::move(before_table), std::move(after_table),
                        std::move(customers),    next > 0 ? unknown / next : 0};
}

Result<AllPurchases> read_all(Warehouse& warehouse, const Options& options, Timestamp until, Timestamp now) {
    BOON_TRY(const std::string segment_rows, segments_sql(warehouse, options));
    const std::string sql = fmt::format(
        "WITH bought AS (SELECT * FROM ({bought}) WHERE occurred_at <= {until}), "
        "chosen AS (SELECT customer_id, row_number() OVER (ORDER BY hash(customer_id), customer_id) - 1 AS customer "
        "FROM (SELECT DISTINCT customer_id FROM bought) QUALIFY customer < {most}), "
        "segments AS (SELECT customer_id, min(segment) AS segment FROM ({segments}) GROUP BY customer_id) "
        "SELECT c.customer, b.product_id, coalesce(min(s.segment), '') AS segment, "
        "count(DISTINCT b.occurred_at::DATE) AS times FROM chosen c JOIN bought b ON b.customer_id = c.customer_id "
        "LEFT JOIN segments s ON s.customer_id = c.customer_id GROUP BY c.customer, b.product_id ORDER BY ALL",
        fmt::arg("bought", product_purchases_sql(now)), fmt::arg("until", sql_time(until)),
        fmt::arg("most", options.product_recommendation.most_customers), fmt::arg("segments", segment_rows)
    );
    BOON_TRY(const Frame frame, warehouse.query(sql));
    const auto customers = frame.column("customer").integers();
    const auto products = frame.column("product_id").texts();
    const auto segments = frame.column("segment").texts();
    const auto times = frame.column("times").integers();
    std::map<std::string, std::int64_t> buyers;
    for (const auto& product : products) ++buyers[product];
    std::vector<std::string> kept = most_bought(buyers, most_products(options));
    const Numbers numbers = numbers_of(kept);
    std::vector<std::string> segment_names = {""};
    Numbers segment_numbers = {{"", 0}};
    std::vector<std::uint32_t> segment_of(frame.rows() == 0 ? 0 : static_cast<std::size_t>(customers.back()) + 1);
    std::vector<Bought> bought;
    for (std::size_t i = 0; i < frame.rows(); ++i) {
        const auto customer = static_cast<std::uint32_t>(customers[i]);
        const auto [segment, added] =
            segment_numbers.emplace(segments[i], static_cast<std::uint32_t>(segment_names.size()));
        if (added) segment_names.push_back(segments[i]);
        segment_of[customer] = segment->second;
        const auto number = numbers.find(products[i]);
        if (number != numbers.end()) bought.push_back({customer, number->second, static_cast<float>(times[i])});
    }
    BOON_TRY(auto table, Interactions::of(bought, segment_of.size(), kept.size()));
    return AllPurchases{std::move(kept), std::move(table), std::move(segment_names), std::move(segment_of)};
}

namespace {

// Rows of customers, each customer's after one another, as histories that are handed over `at_once` at a time.
class Gathering {
public:
    using OnHistories = std::function<Status(std::vector<CustomerHistory>)>;
    Gathering(std::size_t at_once, const OnHistories& on_histories) : at_once_(at_once), on_histories_(on_histories) {}

    Status add(std::string_view customer, recommend::ItemTimes bought) {
        if (histories_.empty() || histories_.back().customer_id != customer) {
            if (histories_.size() == at_once_) BOON_CHECK(hand_over());
            histories_.push_back({std::string(customer), {}});
        }
        histories_.back().bought.push_back(bought);
        return {};
    }

    Status end() { return histories_.empty() ? Status() : hand_over(); }

private:
    Status hand_over() {
        for (CustomerHistory& history : histories_) std::ranges::sort(history.bought, {}, &recommend::ItemTimes::item);
        return on_histories_(std::exchange(histories_, {}));
    }

    std::size_t at_once_;
    const OnHistories& on_histories_;
    std::vector<CustomerHistory> histories_;
};

}  // namespace

Status for_each_history(
    Warehouse& warehouse, const std::vector<std::string>& products, Timestamp until, std::size_t at_once,
    const std::function<Status(std::vector<CustomerHistory>)>& on_histories
) {
    const std::string sql = fmt::format(
        "SELECT customer_id, product_id, count(DISTINCT occurred_at::DATE)::BIGINT AS times FROM ({bought}) "
        "WHERE occurred_at <= {until} AND customer_id IS NOT NULL GROUP BY customer_id, product_id "
        "ORDER BY customer_id",
        fmt::arg("bought", product_purchases_sql(until)), fmt::arg("until", sql_time(until))
    );
    const Numbers numbers = numbers_of(products);
    Gathering gathering(at_once, on_histories);
    const Status read = warehouse.for_each_chunk(sql, [&](const warehouse::Chunk& chunk) -> Status {
        const auto& customers = chunk.column(0);
        const auto& bought = chunk.column(1);
        const auto& times = chunk.column(2);
        for (std::size_t i = 0; i < chunk.rows(); ++i) {
            const auto number = numbers.find(bought.text(i));
            if (number == numbers.end()) continue;
            BOON_CHECK(gathering.add(customers.text(i), {number->second, static_cast<float>(times.integer(i))}));
        }
        return {};
    });
    BOON_CHECK(read);
    return gathering.end();
}

}  // namespace boon::training
