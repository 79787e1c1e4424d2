// A random history as a warehouse, and whole vectors compared bit for bit. For the tests of this room.
#pragma once

#include <bit>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <rapidcheck.h>

#include "records/features/compute.h"
#include "records/features/testing/history.h"

namespace boon::features::testing {

inline std::string time_sql(std::int64_t t) { return fmt::format("make_timestamp({})", t); }
inline std::string time_sql(const std::optional<std::int64_t>& t) { return t ? time_sql(*t) : "NULL::TIMESTAMP"; }

inline std::string select(std::string_view columns, std::vector<std::string> rows, std::string_view null_row) {
    // A first row of typed nulls, filtered out: a table may be empty.
    rows.insert(rows.begin(), std::string(null_row));
    return fmt::format("SELECT * FROM (VALUES {}) t({}) WHERE customer_id IS NOT NULL", fmt::join(rows, ", "), columns);
}

inline std::vector<std::string> event_rows(const std::vector<Event>& events) {
    std::vector<std::string> rows;
    for (const Event& e : events) {
        const std::string category = !e.category ? "NULL" : *e.category == "it's" ? "'it''s'" : "'" + *e.category + "'";
        rows.push_back(fmt::format(
            "({}, '{}', {}, {}, '{}', {}.{:02}, {}, {})", e.id ? fmt::format("'{}'", *e.id) : "NULL", e.customer,
            time_sql(e.at), time_sql(e.known), e.type,
            (e.minor < 0 ? "-" : "") + std::to_string(std::abs(e.minor) / 100), std::abs(e.minor) % 100, category,
            std::abs(e.minor) % 7
        ));
    }
    return rows;
}

// `temp_directory`: as in warehouse::Options.
inline std::unique_ptr<warehouse::Warehouse> load(const History& history, const std::string& temp_directory = {}) {
    std::vector<std::string> payments;
    for (std::size_t i = 0; i < history.payments.size(); ++i) {
        const Payment& p = history.payments[i];
        payments.push_back(fmt::format(
            "('{}', '{}', {}, {}, 1, {})", i, p.customer, time_sql(p.due), time_sql(p.paid),
            p.automatic ? (*p.automatic ? "true" : "false") : "NULL"
        ));
    }
    std::vector<std::string> holdings;
    for (const Holding& h : history.holdings) {
        holdings.push_back(
            fmt::format("('{}', 'p{}', {}, {}, {})", h.customer, h.product, h.tier, time_sql(h.from), time_sql(h.until))
        );
    }
    constexpr std::string_view kNoEvent =
        "(NULL::VARCHAR, NULL::VARCHAR, NULL::TIMESTAMP, NULL::TIMESTAMP, NULL::VARCHAR, 1.00, NULL::VARCHAR, 1)";
    warehouse::Options options;
    options.threads = 1;
    options.temp_directory = temp_directory;
    options.tables["customers"].select =
        "SELECT * FROM (VALUES ('ann', TIMESTAMP '2024-12-01', 1980, 'north'), ('bob', TIMESTAMP '2025-06-01', NULL, "
        "'south'), "
        "('cleo', NULL, 2001, NULL), ('idle', NULL, NULL, 'north')) t(customer_id, joined_at, birth_year, region)";
    options.tables["transactions"].select = select(
        "transaction_id, customer_id, occurred_at, known_at, type, amount, category, quantity",
        event_rows(history.transactions), kNoEvent
    );
    options.tables["interactions"].select = select(
        "interaction_id, customer_id, occurred_at, known_at, kind, amount, channel, offer_id",
        event_rows(history.interactions), kNoEvent
    );
    options.tables["payments"].select = select(
        "payment_id, customer_id, due_at, paid_at, amount, automatic", payments,
        "(NULL::VARCHAR, NULL::VARCHAR, NULL::TIMESTAMP, NULL::TIMESTAMP, 1, NULL::BOOLEAN)"
    );
    options.tables["holdings"].select = select(
        "customer_id, product_id, tier, started_at, ended_at", holdings,
        "(NULL::VARCHAR, NULL::VARCHAR, 1, NULL::TIMESTAMP, NULL::TIMESTAMP)"
    );
    auto opened = warehouse::Warehouse::open(options);
    RC_ASSERT(opened.has_value());
    return *std::move(opened);
}

inline constexpr std::string_view kDefinitions = R"({"features": [
 {"name": "n_7", "words": "w", "unit": "count", "from": "transactions", "aggregate": "count", "days": 7},
 {"name": "spend_14", "words": "w", "unit": "money", "from": "transactions", "aggregate": "sum", "column": "amount",
  "where": {"type": ["purchase", "return"]}, "days": 14},
 {"name": "mean_28", "words": "w", "unit": "money", "from": "transactions", "aggregate": "mean", "column": "amount",
  "where": {"type": ["purchase"]}, "days": 28},
 {"name": "max_all", "words": "w", "unit": "money", "from": "transactions", "aggregate": "max", "column": "amount"},
 {"name": "min_90", "words": "w", "unit": "money",
  "from": "transactions", "aggregate": "min", "column": "amount", "days": 90},
 {"name": "quantity", "words": "w", "unit": "number", "from": "transactions", "aggregate": "sum", "column": "quantity"},
 {"name": "categories_28", "words": "w", "unit": "count", "from": "transactions", "aggregate": "distinct",
  "column": "category", "where": {"type": ["purchase"]}, "days": 28},
 {"name": "days_7", "words": "w", "unit": "count",
  "from": "transactions", "aggregate": "distinct", "column": "day", "days": 7},
 {"name": "days_all", "words": "w", "unit": "count", "from": "transactions", "aggregate": "distinct", "column": "day"},
 {"name": "active_days_90", "words": "w", "unit": "count",
  "from": "activity", "aggregate": "distinct", "column": "day", "days": 90},
 {"name": "active_30", "words": "w", "unit": "count", "from": "activity", "aggregate": "count", "days": 30},
 {"name": "active_first", "words": "w", "unit": "days", "from": "activity", "aggregate": "days_since_first"},
 {"name": "active_last", "words": "w", "unit": "days", "from": "activity", "aggregate": "days_since_last"},
 {"name": "trend_7", "words": "w", "unit": "ratio", "from": "transactions", "aggregate": "trend", "column": "amount",
  "where": {"type": ["purchase", "return"]}, "days": 7},
 {"name": "food_90", "words": "w", "unit": "share", "from": "transactions", "aggregate": "share", "column": "amount",
  "where": {"type": ["purchase"]}, "part": {"type": ["purchase"], "category": ["it's", "food"]}, "days": 90},
 {"name": "view_rate", "words": "w", "unit": "ratio", "from": "interactions", "aggregate": "share",
  "where": {"kind": ["sent"]}, "part": {"kind": ["viewed"]}, "days": 30},
 {"name": "clicked", "words": "w", "unit": "flag",
  "from": "interactions", "aggregate": "exists", "where": {"kind": ["clicked"]}},
 {"name": "offer_three", "words": "w", "unit": "count",
  "from": "interactions", "aggregate": "count", "where": {"offer_id": [3]}},
 {"name": "last_sent_30", "words": "w", "unit": "days", "from": "interactions", "aggregate": "days_since_last",
  "where": {"kind": ["sent"]}, "days": 30},
 {"name": "late", "words": "w", "unit": "count",
  "from": "payments", "aggregate": "count", "where": {"state": ["late"]}, "days": 90},
 {"name": "unpaid", "words": "w", "unit": "count",
  "from": "payments", "aggregate": "count", "where": {"state": ["unpaid"]}},
 {"name": "days_late", "words": "w", "unit": "days", "from": "payments", "aggregate": "mean", "column": "days_late"},
 {"name": "held", "words": "w", "unit": "count", "from": "holdings", "aggregate": "count", "where": {"active": [true]}},
 {"name": "tier", "words": "w", "unit": "number", "from": "holdings", "aggregate": "max", "column": "tier",
  "where": {"active": [true]}}
]})";

inline Schema schema_for(
    warehouse::Warehouse& warehouse, const Calendar& calendar, std::string_view text = kDefinitions
) {
    const auto definitions = Definitions::from_json(text);
    RC_ASSERT(definitions.has_value());
    auto schema = fit_schema(warehouse, *definitions, {calendar.berlin ? "Europe/Berlin" : "UTC", 2});
    RC_ASSERT(schema.has_value());
    return *std::move(schema);
}

using Vectors = std::map<std::string, std::vector<float>>;

inline Vectors whole_base(
    warehouse::Warehouse& warehouse, const Schema& schema, std::int64_t as_of, const ComputeOptions& options = {}
) {
    Vectors found;
    const Status status = compute(warehouse, schema, {as_of}, options, [&](const CustomerRows& rows) -> Status {
        for (std::size_t i = 0; i < rows.customer_ids.size(); ++i) {
            const auto row = rows.values.subspan(i * rows.columns, rows.columns);
            RC_ASSERT(found.emplace(rows.customer_ids[i], std::vector(row.begin(), row.end())).second);
        }
        return {};
    });
    if (!status) RC_FAIL(to_text(status.error()));
    return found;
}

inline void expect_same(const std::vector<float>& found, std::span<const float> expected, std::string_view what) {
    const auto document = json::parse(kDefinitions);
    const auto& features = document->at("features").as_array();
    RC_ASSERT(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (std::isnan(found[i]) && std::isnan(expected[i])) continue;
        if (std::bit_cast<std::uint32_t>(found[i]) == std::bit_cast<std::uint32_t>(expected[i])) continue;
        const std::string name =
            i < features.size() ? std::string(features[i].at("name").as_string()) : std::to_string(i);
        RC_FAIL(fmt::format("{}: {} is {} and should be {}", what, name, found[i], expected[i]));
    }
}

inline std::int64_t any_instant() {
    return *rc::gen::map(
        rc::gen::element<std::string>(
            "2025-04-02T22:30:00Z", "2025-03-30T12:00:00Z", "2025-03-29T23:00:00Z", "2025-01-05T00:00:00Z",
            "2024-10-27T00:59:59.999999Z", "2025-07-01T10:20:30.456789Z"
        ),
        [](const std::string& text) { return micros(text); }
    );
}

inline bool holds(int cases, void (*property)()) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = cases;
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
    if (result.template is<rc::detail::SuccessResult>()) return true;
    rc::detail::printResultMessage(result, std::cerr);
    return false;
}

}  // namespace boon::features::testing
