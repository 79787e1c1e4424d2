#include "records/history/customer_runs.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "records/history/testing/fixture.h"

namespace boon::history {
namespace {

using testing::kNoon;
using testing::LedgerTest;
using testing::make_decision;

const Day kDay = day_of(kNoon);

class CustomerRunsTest : public LedgerTest {
protected:
    // Waits for what the ledger has queued behind its decisions.
    void settle() {
        ASSERT_TRUE(database_->write(db::Lane::ledger, [](db::Connection&) { return Status(); }));
        ASSERT_TRUE(database_->write(db::Lane::batch, [](db::Connection&) { return Status(); }));
    }
    Status sort() {
        return database_->write(db::Lane::batch, [](db::Connection& c) { return sort_into_runs(c, kDay); });
    }
    // `rows` more, of customers drawn from `customers` by a generator of SQL's own.
    void add_rows(std::int64_t rows, std::int64_t customers) {
        const auto insert = [&](db::Connection& c) {
            return c.execute(
                "with recursive n(i) as (select 1 union all select i + 1 from n where i < ?), "
                "base(b) as (select coalesce(max(row), 0) from decisions_20260301) "
                "insert into decisions_20260301 (decision_id, customer_id, decided_at, placement, channel, offers, "
                "schema_id, catalogue_version, policy_version, model_version, features, body) "
                "select 'd' || (b + i), 'c' || ((b + i) * 7919 % ?), ?, '', '', '[1]', 0, 0, 0, '', x'', '{}' "
                "from n, base",
                {rows, customers, kNoon}
            );
        };
        ASSERT_EQ(database_->write(insert), rows);
    }
    std::vector<std::int64_t> rows_of(const std::string& customer) {
        auto rows = database_->read([&](db::Connection& c) { return rows_of_customer(c, kDay, customer); });
        EXPECT_TRUE(rows && *rows);
        std::ranges::sort(**rows);
        return **rows;
    }
    std::vector<std::int64_t> rows_by_scan(const std::string& customer) {
        std::vector<std::int64_t> rows;
        const Status read = database_->read([&](db::Connection& c) {
            return c.query(
                "select row from decisions_20260301 where customer_id = ? order by row", {customer},
                [&](const db::Row& row) -> Status {
                    rows.push_back(row.integer(0));
                    return {};
                }
            );
        });
        EXPECT_TRUE(read);
        return rows;
    }
};

// On PostgreSQL there is an index by customer.
INSTANTIATE_TEST_SUITE_P(Sqlite, CustomerRunsTest, ::testing::Values(db::Engine::sqlite), db::testing::EngineName());

TEST_P(CustomerRunsTest, TheLedgerSortsAsItGrows) {
    constexpr std::uint64_t kDecisions = 2 * kRunRows + 300;
    std::map<std::string, std::vector<std::string>> newest_first;
    for (std::uint64_t i = 0; i < kDecisions; ++i) {
        DecisionRecord decision = make_decision(i, plus_micros(kNoon, static_cast<std::int64_t>(i)));
        auto& ids = newest_first[decision.customer_id];
        ids.insert(ids.begin(), decision.decision_id);
        ledger_->record(std::move(decision), [](const Status& status) { EXPECT_TRUE(status); });
    }
    settle();
    EXPECT_GE(number("select count(*) from customer_runs_20260301"), 1);
    EXPECT_GE(number("select rows_in_runs from ledger_days"), kRunRows);
    EXPECT_EQ(
        number("select max(last_row) from customer_runs_20260301"), number("select rows_in_runs from ledger_days")
    );
    for (const auto& [customer, ids] : newest_first) {
        const auto page = ledger_->decisions_of(customer, 100, "");
        ASSERT_TRUE(page) << to_text(page.error());
        std::vector<std::string> found;
        for (const DecisionRecord& decision : page->items) found.push_back(decision.decision_id);
        EXPECT_EQ(found, ids) << customer;
    }
}

TEST_P(CustomerRunsTest, WhatIsLeftUnsortedByOneProcessIsSortedByTheNext) {
    recorded(make_decision(0));
    settle();
    add_rows(2 * kRunRows, 10);
    EXPECT_EQ(number("select rows_in_runs from ledger_days"), 0);
    ledger_ = open({});
    recorded(make_decision(1));
    settle();
    EXPECT_EQ(number("select rows_in_runs from ledger_days"), 2 * kRunRows + 2);
}

TEST_P(CustomerRunsTest, SmallRunsBecomeALargeOneInParts) {
    recorded(make_decision(0));
    for (std::size_t run = 0; run < kRunsMerged; ++run) {
        EXPECT_EQ(number("select count(*) from customer_runs_20260301"), static_cast<std::int64_t>(run));
        add_rows(kRunRows, 1000);
        ASSERT_TRUE(sort());
    }
    EXPECT_EQ(number("select count(*) from customer_runs_20260301 where part = -1"), 0);
    // 1000 customers fall into all of 64 parts.
    EXPECT_EQ(number("select count(*) from customer_runs_20260301"), 64);
    // 8 bytes a decision.
    const auto rows = static_cast<std::int64_t>(kRunsMerged) * kRunRows;
    EXPECT_EQ(number("select sum(length(entries)) from customer_runs_20260301"), 8 * (rows + 1));
    add_rows(kRunRows, 1000);  // a small run beside the large one, and then unsorted rows
    ASSERT_TRUE(sort());
    add_rows(500, 1000);
    for (int customer = 0; customer < 1000; customer += 37) {
        const std::string id = fmt::format("c{}", customer);
        EXPECT_EQ(rows_of(id), rows_by_scan(id));
        EXPECT_GE(rows_of(id).size(), 8U);
    }
    EXPECT_TRUE(rows_of("nobody").empty());
}

TEST_P(CustomerRunsTest, FewRowsStayUnsorted) {
    recorded(make_decision(0));
    add_rows(kRunRows - 2, 10);
    ASSERT_TRUE(sort());
    EXPECT_EQ(number("select count(*) from customer_runs_20260301"), 0);
    add_rows(1, 10);
    ASSERT_TRUE(sort());
    EXPECT_EQ(number("select count(*) from customer_runs_20260301"), 1);
}

TEST_P(CustomerRunsTest, ARowInThePlaceOfADeletedOneIsFound) {
    recorded(make_decision(0));
    add_rows(kRunRows, 10);
    ASSERT_TRUE(sort());
    ASSERT_TRUE(database_->write([](db::Connection& c) -> Status {
        BOON_CHECK(c.execute("delete from decisions_20260301 where row > 200"));
        return note_deleted_rows(c, kDay);
    }));
    recorded(make_decision(3));
    EXPECT_EQ(rows_by_scan("customer-3"), std::vector<std::int64_t>{201});
    EXPECT_EQ(rows_of("customer-3"), std::vector<std::int64_t>{201});
    EXPECT_EQ(ledger_->decisions_of("customer-3", 10, "")->items.size(), 1U);
}

TEST_P(CustomerRunsTest, ADayOfThePreviousReleaseHasItsIndex) {
    recorded(make_decision(3));
    ASSERT_TRUE(database_->write([](db::Connection& c) {
        return c.run_script("drop table customer_runs_20260301; update ledger_days set rows_in_runs = null");
    }));
    ledger_ = open({});
    recorded(make_decision(1003));  // the same customer's
    settle();
    EXPECT_EQ(ledger_->decisions_of("customer-3", 10, "")->items.size(), 2U);
    EXPECT_EQ(ledger_->drop_before(plus_days(kNoon, 2)), 1);
    EXPECT_EQ(number("select count(*) from decisions_20260301"), -1);
}

TEST_P(CustomerRunsTest, TheyGoWithTheirDay) {
    recorded(make_decision(0));
    for (std::size_t run = 0; run <= kRunsMerged; ++run) {
        add_rows(kRunRows, 1000);
        ASSERT_TRUE(sort());
    }
    EXPECT_EQ(ledger_->drop_before(plus_days(kNoon, 2)), 1);
    EXPECT_EQ(number("select count(*) from customer_runs_20260301"), -1);
    EXPECT_EQ(number("select count(*) from ledger_days"), 0);
    recorded(make_decision(3));
    EXPECT_EQ(ledger_->decisions_of("customer-3", 10, "")->items.size(), 1U);
}

}  // namespace
}  // namespace boon::history
