// On random histories: the SQL for the whole base, the SQL for single rows, and a recomputation written out by hand
// (testing/by_hand.h) agree bit for bit; and what happens or becomes known after the instant changes nothing.
#include <bit>
#include <cmath>
#include <iostream>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "records/features/compute.h"
#include "records/features/testing/by_hand.h"
#include "records/features/testing/history.h"

namespace boon::features {
namespace {

using testing::ByHand;
using testing::Calendar;
using testing::Event;
using testing::History;
using testing::Holding;
using testing::kDay;
using testing::kHour;
using testing::micros;
using testing::Payment;

std::string time_sql(std::int64_t t) { return fmt::format("make_timestamp({})", t); }
std::string time_sql(const std::optional<std::int64_t>& t) { return t ? time_sql(*t) : "NULL::TIMESTAMP"; }

std::string select(std::string_view columns, std::vector<std::string> rows, std::string_view null_row) {
    // A first row of typed nulls, filtered out: a table may be empty.
    rows.insert(rows.begin(), std::string(null_row));
    return fmt::format("SELECT * FROM (VALUES {}) t({}) WHERE customer_id IS NOT NULL", fmt::join(rows, ", "), columns);
}

std::vector<std::string> event_rows(const std::vector<Event>& events) {
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

std::unique_ptr<warehouse::Warehouse> load(const History& history) {
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

constexpr std::string_view kDefinitions = R"({"features": [
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

Schema schema_for(warehouse::Warehouse& warehouse, const Calendar& calendar) {
    const auto definitions = Definitions::from_json(kDefinitions);
    RC_ASSERT(definitions.has_value());
    auto schema = fit_schema(warehouse, *definitions, {calendar.berlin ? "Europe/Berlin" : "UTC", 2});
    RC_ASSERT(schema.has_value());
    return *std::move(schema);
}

using Vectors = std::map<std::string, std::vector<float>>;

Vectors whole_base(warehouse::Warehouse& warehouse, const Schema& schema, std::int64_t as_of) {
    Vectors found;
    const Status status = compute(warehouse, schema, {as_of}, {}, [&](const CustomerRows& rows) -> Status {
        for (std::size_t i = 0; i < rows.customer_ids.size(); ++i) {
            const auto row = rows.values.subspan(i * rows.columns, rows.columns);
            RC_ASSERT(found.emplace(rows.customer_ids[i], std::vector(row.begin(), row.end())).second);
        }
        return {};
    });
    RC_ASSERT(status.has_value());
    return found;
}

void expect_same(const std::vector<float>& found, std::span<const float> expected, std::string_view what) {
    const auto document = json::parse(kDefinitions);
    RC_ASSERT(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (std::isnan(found[i]) && std::isnan(expected[i])) continue;
        if (std::bit_cast<std::uint32_t>(found[i]) == std::bit_cast<std::uint32_t>(expected[i])) continue;
        RC_FAIL(fmt::format(
            "{}: {} is {} and should be {}", what,
            std::string(document->at("features").as_array()[i].at("name").as_string()), found[i], expected[i]
        ));
    }
}

std::int64_t any_instant() {
    return *rc::gen::map(
        rc::gen::element<std::string>(
            "2025-04-02T22:30:00Z", "2025-03-30T12:00:00Z", "2025-03-29T23:00:00Z", "2025-01-05T00:00:00Z",
            "2024-10-27T00:59:59.999999Z", "2025-07-01T10:20:30.456789Z"
        ),
        [](const std::string& text) { return micros(text); }
    );
}

void three_ways_agree() {
    const Calendar calendar{*rc::gen::arbitrary<bool>()};
    const std::int64_t as_of = any_instant();
    const History history = any_history(calendar, as_of);
    const auto warehouse = load(history);
    const Schema schema = schema_for(*warehouse, calendar);

    std::vector<std::string> rows;
    std::vector<std::pair<std::string, std::int64_t>> asked;
    for (const std::int64_t t : {as_of, as_of - 9 * kDay}) {
        const Vectors found = whole_base(*warehouse, schema, t);
        RC_ASSERT(found.size() == 4U);
        for (const auto& [customer, vector] : found) {
            expect_same(vector, ByHand(calendar, history, customer, t).vector(), "whole base, " + customer);
            rows.push_back(fmt::format("({}, '{}', {})", rows.size(), customer, time_sql(t)));
            asked.emplace_back(customer, t);
        }
    }
    // Two rows of one customer and instant, and a customer that the base does not have.
    rows.push_back(fmt::format("({}, 'ann', {})", rows.size(), time_sql(as_of)));
    asked.emplace_back("ann", as_of);
    rows.push_back(fmt::format("({}, 'zoe', {})", rows.size(), time_sql(as_of)));
    asked.emplace_back("zoe", as_of);

    const auto matrix = compute_rows(
        *warehouse, schema,
        fmt::format("SELECT * FROM (VALUES {}) t(row_id, customer_id, as_of)", fmt::join(rows, ", "))
    );
    RC_ASSERT(matrix.has_value());
    RC_ASSERT(matrix->row_ids.size() == asked.size());
    for (std::size_t i = 0; i < asked.size(); ++i) {
        const auto row = matrix->row(i);
        const auto& [customer, t] = asked[i];
        RC_ASSERT(matrix->row_ids[i] == static_cast<std::int64_t>(i));
        expect_same(
            std::vector(row.begin(), row.end()), ByHand(calendar, history, customer, t).vector(), "row, " + customer
        );
    }
}

// No rows of the future, late rows, later copies or later payments are seen through any feature.
void the_future_changes_nothing() {
    const Calendar calendar{*rc::gen::arbitrary<bool>()};
    const std::int64_t as_of = any_instant();
    History history = any_history(calendar, as_of);
    auto warehouse = load(history);
    const Schema schema = schema_for(*warehouse, calendar);
    const Vectors before = whole_base(*warehouse, schema, as_of);

    for (std::vector<Event>* events : {&history.transactions, &history.interactions}) {
        const std::vector<Event> past = *events;
        for (const Event& e : past) {
            Event next = e;
            // Copies under the same id among them: known later, or happening later though known before.
            next.at = *rc::gen::arbitrary<bool>() ? as_of + *rc::gen::inRange<std::int64_t>(0, 3) : e.at;
            next.known = next.at >= as_of && *rc::gen::arbitrary<bool>() ? e.at - kDay : as_of + 1;
            next.minor += 7;
            events->push_back(next);
        }
        if (!past.empty()) continue;
        events->push_back({1, "ann", as_of, as_of - kDay, past.empty() ? "purchase" : "sent", 100, "food"});
    }
    for (Payment& p : history.payments) {
        if (!p.paid || *p.paid >= as_of) p.paid = as_of + *rc::gen::inRange<std::int64_t>(0, 100) * kHour;
    }
    for (Holding& h : history.holdings) {
        if (!h.until || *h.until >= as_of) h.until = as_of + *rc::gen::inRange<std::int64_t>(0, 100) * kHour;
    }
    history.payments.push_back({"ann", as_of, as_of, false});
    history.holdings.push_back({"ann", 99, 9, as_of, {}});

    warehouse = load(history);
    const Vectors after = whole_base(*warehouse, schema, as_of);
    RC_ASSERT(after.size() == before.size());
    for (const auto& [customer, vector] : before) expect_same(after.at(customer), vector, customer);
}

bool holds(int cases, void (*property)()) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = cases;
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
    if (result.template is<rc::detail::SuccessResult>()) return true;
    rc::detail::printResultMessage(result, std::cerr);
    return false;
}

TEST(Agreement, WholeBaseSingleRowsAndByHand) { EXPECT_TRUE(holds(15, three_ways_agree)); }
TEST(Agreement, TheFutureChangesNothing) { EXPECT_TRUE(holds(15, the_future_changes_nothing)); }
TEST(LongAgreement, WholeBaseSingleRowsAndByHand) { EXPECT_TRUE(holds(400, three_ways_agree)); }
TEST(LongAgreement, TheFutureChangesNothing) { EXPECT_TRUE(holds(400, the_future_changes_nothing)); }

}  // namespace
}  // namespace boon::features
