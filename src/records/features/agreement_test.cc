// On random histories: the SQL for the whole base, the SQL for single rows, and a recomputation written out by hand
// (testing/by_hand.h) agree bit for bit; and what happens or becomes known after the instant changes nothing.
#include "records/features/testing/agreement.h"

#include <filesystem>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "records/features/testing/by_hand.h"
#include "records/warehouse/scratch_test.h"

namespace boon::features {
namespace {

using namespace testing;

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

TEST(Agreement, WholeBaseSingleRowsAndByHand) { EXPECT_TRUE(holds(15, three_ways_agree)); }
// One customer at a time, from files (parts.h). Copies under one id may be of two customers.
void parts_are_the_whole() {
    const Calendar calendar{*rc::gen::arbitrary<bool>()};
    const std::int64_t as_of = any_instant();
    History history = any_history(calendar, as_of);
    if (!history.transactions.empty()) {
        Event copy = history.transactions.front();
        copy.customer = copy.customer == "bob" ? "ann" : "bob";
        copy.known += *rc::gen::inRange<std::int64_t>(-1, 2) * kHour;
        history.transactions.push_back(copy);
    }
    const warehouse::Scratch folder;
    const auto warehouse = load(history, folder.path());
    const Schema schema = schema_for(*warehouse, calendar);
    const Vectors whole = whole_base(*warehouse, schema, as_of);
    for (const std::size_t at_once : {1U, 3U}) {
        const Vectors found = whole_base(*warehouse, schema, as_of, {.unique_ids = {}, .customers_at_once = at_once});
        RC_ASSERT(found.size() == whole.size());
        for (const auto& [customer, vector] : whole) expect_same(found.at(customer), vector, customer);
    }
    RC_ASSERT(std::filesystem::is_empty(folder.path() + "/work"));
}

TEST(Agreement, PartsAreTheWhole) { EXPECT_TRUE(holds(10, parts_are_the_whole)); }
TEST(LongAgreement, PartsAreTheWhole) { EXPECT_TRUE(holds(200, parts_are_the_whole)); }

TEST(Agreement, TheFutureChangesNothing) { EXPECT_TRUE(holds(15, the_future_changes_nothing)); }
TEST(LongAgreement, WholeBaseSingleRowsAndByHand) { EXPECT_TRUE(holds(400, three_ways_agree)); }
TEST(LongAgreement, TheFutureChangesNothing) { EXPECT_TRUE(holds(400, the_future_changes_nothing)); }

}  // namespace
}  // namespace boon::features
