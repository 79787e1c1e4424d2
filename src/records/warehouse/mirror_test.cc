// A company's PostgreSQL with exactly the four usual tables, and what boon makes of it.
#include "records/warehouse/mirror.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/connection.h"
#include "platform/db/postgres.h"
#include "platform/db/testing/scratch.h"
#include "records/warehouse/scratch_test.h"
#include "records/warehouse/usual_tables.h"
#include "records/warehouse/warehouse.h"

namespace boon::warehouse {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

constexpr std::string_view kTables =
    "create table customer_features_view (customer_id bigint, total_revenue numeric(12,2), transaction_count int, "
    "days_since_last_transaction int, avg_transaction_value numeric, lifetime_value numeric(12,2), churn_score real, "
    "customer_status text, active_products_count smallint, data_usage_mb double precision, credit_utilization numeric, "
    "account_age_days int, last_updated timestamptz);"
    "create table customer_offer_history (customer_id bigint, offer_id int, offer_name varchar(80), offer_type text, "
    "sent_at timestamptz, opened_at timestamptz, clicked_at timestamptz, converted_at timestamptz, "
    "converted_offer_id int, points_earned int);"
    "create table customer_churn_history (customer_id bigint, snapshot_date date, total_revenue numeric, "
    "churned boolean, churned_date date);"
    "create table customer_transaction_history (customer_id bigint, transaction_date timestamp, transaction_type text, "
    "transaction_amount numeric(10,2), points_earned int, points_redeemed int);";

constexpr std::string_view kRows =
    "insert into customer_features_view values "
    "(1, 120.50, 2, 3, 60.25, 120.50, 0.25, 'active', 1, 12.5, 0.3, 400, '2026-03-01 10:00+00'), "
    "(2, null, null, null, null, null, null, 'closed', null, null, 'NaN', null, null);"
    "insert into customer_offer_history values "
    "(1, 7, 'Double points', 'points', '2026-02-01 12:00+02', '2026-02-01 13:00+02', null, '2026-02-02 12:00+02', 7, "
    "5),"
    "(2, 7, 'Double points', 'points', '2026-02-03 12:00+00', null, null, null, null, null),"
    "(2, 8, 'Free parcel', 'shipping', '2026-02-04 12:00+00', null, null, '2026-02-05 12:00+00', 9, null);"
    "insert into customer_churn_history values (2, '2026-01-31', 12.3456789, true, '2026-02-20');"
    "insert into customer_transaction_history values "
    "(1, '2026-01-10 08:30:00', 'Purchase', 20.10, 2, 0), (1, '2026-02-27 09:00:00.000001', 'refund', 5.05, 0, 0), "
    "(2, '2025-11-01', 'TOPUP', 10, null, null), (2, '2025-12-24', 'raffle', 1, null, null);";

class Mirrored : public ::testing::Test {
protected:
    Mirrored() {
        // A schema of the test's own: the connection string carries the search path.
        auto opened = db::PostgresConnection::open({.url = scratch_.url()});
        EXPECT_TRUE(opened.has_value());
        source_ = *std::move(opened);
        run(kTables);
        run(kRows);
    }

    void run(std::string_view sql) const {
        const auto done = source_->run_script(sql);
        ASSERT_TRUE(done.has_value()) << to_text(done.error());
    }

    [[nodiscard]] Options options() const {
        Options options{.path = folder_.file("warehouse.duckdb"), .threads = 2};
        options.mirror = Mirror{.url = scratch_.url()};
        for (const UsualTable& table : usual_tables()) {
            MirroredTable& one = options.mirror->tables.emplace_back();
            one.name = one.source = table.name;
            for (const std::string_view column : table.time_columns) one.time_columns.emplace_back(column);
        }
        return options;
    }

    static std::unique_ptr<Warehouse> open(const Options& options) {
        auto opened = Warehouse::open(options);
        EXPECT_TRUE(opened.has_value()) << (opened ? "" : to_text(opened.error()));
        return opened ? *std::move(opened) : nullptr;
    }

    static void refresh(Warehouse& warehouse, std::string_view now, bool whole = false) {
        const auto done = warehouse.refresh({.now = at(now), .whole = whole});
        ASSERT_TRUE(done.has_value()) << to_text(done.error());
    }

    // Rows as `a|b`, in their order.
    static std::vector<std::string> rows(Warehouse& warehouse, const std::string& sql) {
        const auto frame = warehouse.query("SELECT concat_ws('|', COLUMNS(*)::VARCHAR) FROM (" + sql + ")");
        EXPECT_TRUE(frame.has_value()) << (frame ? "" : to_text(frame.error()));
        if (!frame) return {};
        const auto texts = frame->columns.front().texts();
        return {texts.begin(), texts.end()};
    }

    static MirrorState state(Warehouse& warehouse, std::string_view table) {
        const auto states = warehouse.mirror_state();
        EXPECT_TRUE(states.has_value());
        for (const MirrorState& one : *states) {
            if (one.name == table) return one;
        }
        ADD_FAILURE() << "no state of " << table;
        return {};
    }

    db::testing::Scratch scratch_{db::Engine::postgres};
    Scratch folder_;
    std::unique_ptr<db::Connection> source_;
};

// One line a row, NULL as `-`.
std::string line(std::string_view table, const std::vector<std::string>& columns, std::string_view order) {
    std::string items;
    for (const std::string& column : columns) {
        items += (items.empty() ? "" : " || ' ' || ") + ("coalesce(CAST(" + column + " AS VARCHAR), '-')");
    }
    return "SELECT " + items + " FROM boon." + std::string(table) + " ORDER BY " + std::string(order);
}

TEST_F(Mirrored, TheFourUsualTablesAreTheLogicalOnesWithNothingElseConfigured) {
    const auto warehouse = open(options());
    EXPECT_FALSE(warehouse->has("transactions"));
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    EXPECT_THAT(
        rows(
            *warehouse, line("customers", {"customer_id", "joined_at", "churn_score", "customer_status"}, "customer_id")
        ),
        ElementsAre("1 2025-01-25 00:00:00 0.25 active", "2 - - closed")
    );
    EXPECT_THAT(
        rows(
            *warehouse,
            line("transactions", {"customer_id", "occurred_at", "type", "amount_minor", "points_earned"}, "occurred_at")
        ),
        ElementsAre(
            "2 2025-11-01 00:00:00 recharge 1000 -", "2 2025-12-24 00:00:00 raffle 100 -",
            "1 2026-01-10 08:30:00 purchase 2010 2", "1 2026-02-27 09:00:00.000001 return -505 0"
        )
    );
    EXPECT_THAT(
        rows(
            *warehouse,
            line(
                "interactions", {"customer_id", "offer_id", "kind", "occurred_at", "converted_offer_id"}, "occurred_at"
            )
        ),
        ElementsAre(
            "1 7 sent 2026-02-01 10:00:00 -", "1 7 viewed 2026-02-01 11:00:00 -", "1 7 converted 2026-02-02 10:00:00 7",
            "2 7 sent 2026-02-03 12:00:00 -", "2 8 sent 2026-02-04 12:00:00 -", "2 8 converted 2026-02-05 12:00:00 9"
        )
    );
    EXPECT_THAT(
        rows(*warehouse, line("offers", {"offer_id", "name", "category", "valid_from"}, "offer_id")),
        ElementsAre("7 Double points points 2026-02-01 10:00:00", "8 Free parcel shipping 2026-02-04 12:00:00")
    );
    EXPECT_FALSE(warehouse->has("payments"));
    EXPECT_TRUE(warehouse->is_current_state("customers"));
    EXPECT_FALSE(warehouse->is_current_state("transactions"));
    EXPECT_THAT(
        rows(
            *warehouse, "SELECT total_revenue::VARCHAR || ' ' || churned_date::VARCHAR FROM dwh.customer_churn_history"
        ),
        ElementsAre("12.3456789000 2026-02-20")
    );
    EXPECT_EQ(state(*warehouse, "customer_transaction_history").watermark, at("2026-02-27T09:00:00.000001Z"));
}

TEST_F(Mirrored, TheCheckFindsFaultsInItAsInFiles) {
    run("insert into customer_transaction_history values (3, '2030-01-01', 'purchase', 1, 0, 0), "
        "(null, '2026-01-01', 'purchase', 1, 0, 0)");
    const auto warehouse = open(options());
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    const auto report = warehouse->check(at("2026-03-01T12:00:00Z"));
    ASSERT_TRUE(report.has_value());
    const std::string text = to_text(*report);
    EXPECT_THAT(text, HasSubstr("transactions: 6 rows"));
    EXPECT_THAT(text, HasSubstr("customer_id"));
    EXPECT_THAT(text, HasSubstr("1 row is in the future"));
    EXPECT_THAT(text, HasSubstr("is a word boon does not know; the first is row 4: raffle"));
    EXPECT_TRUE(report->has_errors());
}

TEST_F(Mirrored, ASecondRefreshReadsOnlyWhatMayHaveChanged) {
    const auto warehouse = open(options());
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    // Within the overlap of 45 days: a new row, one that changed, one that is gone.
    run("insert into customer_transaction_history values (2, '2026-03-01 13:00:00', 'purchase', 3.00, 0, 0);"
        "update customer_offer_history set opened_at = '2026-03-01 13:30+00' where customer_id = 2 and offer_id = 7;"
        "delete from customer_offer_history where offer_id = 8");
    refresh(*warehouse, "2026-03-01T14:00:00Z");
    EXPECT_THAT(
        rows(*warehouse, "SELECT count(*) || ' ' || sum(amount_minor) FROM boon.transactions"), ElementsAre("5 2905")
    );
    EXPECT_THAT(
        rows(*warehouse, "SELECT kind FROM boon.interactions WHERE customer_id = '2' ORDER BY occurred_at"),
        ElementsAre("sent", "viewed")
    );
    const MirrorState sales = state(*warehouse, "customer_transaction_history");
    EXPECT_EQ(sales.reading, Reading::tail);
    EXPECT_EQ(sales.rows, 5);
    EXPECT_EQ(sales.rows_read, 2);  // of 2026-02-27 and of 2026-03-01; 45 days before the first is 2026-01-13
    EXPECT_EQ(sales.whole_at, at("2026-03-01T12:00:00Z"));
    EXPECT_EQ(sales.watermark, at("2026-03-01T13:00:00Z"));
    EXPECT_EQ(state(*warehouse, "customer_features_view").reading, Reading::whole);
}

TEST_F(Mirrored, ALateRowBeforeTheOverlapIsNotMissed) {
    const auto warehouse = open(options());
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    run("insert into customer_transaction_history values (2, '2025-06-01', 'purchase', 3.00, 0, 0)");
    refresh(*warehouse, "2026-03-01T14:00:00Z");
    EXPECT_EQ(state(*warehouse, "customer_transaction_history").reading, Reading::whole);
    EXPECT_EQ(state(*warehouse, "customer_transaction_history").rows, 5);
}

TEST_F(Mirrored, ATableIsReadWholeOnceItIsDue) {
    const auto warehouse = open(options());
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    // Older than the overlap, and as many rows as before: only a whole reading sees it.
    run("update customer_transaction_history set transaction_amount = 11 where transaction_date = '2025-11-01'");
    const std::string amount = "SELECT amount_minor FROM boon.transactions WHERE occurred_at = TIMESTAMP '2025-11-01'";
    refresh(*warehouse, "2026-03-08T12:00:00Z");
    EXPECT_THAT(rows(*warehouse, amount), ElementsAre("1000"));
    refresh(*warehouse, "2026-03-08T12:00:00.000001Z");
    EXPECT_THAT(rows(*warehouse, amount), ElementsAre("1100"));
    run("update customer_transaction_history set transaction_amount = 12 where transaction_date = '2025-11-01'");
    refresh(*warehouse, "2026-03-08T13:00:00Z", true);
    EXPECT_THAT(rows(*warehouse, amount), ElementsAre("1200"));
}

TEST_F(Mirrored, AFailedRefreshLeavesAllAsItWas) {
    const auto warehouse = open(options());
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    // The customers come first, and could be read; what the SELECT needs of the transactions is gone.
    run("update customer_features_view set customer_status = 'gone'; "
        "alter table customer_transaction_history drop column transaction_amount");
    const auto failed = warehouse->refresh({.now = at("2026-03-02T12:00:00Z")});
    ASSERT_FALSE(failed.has_value());
    EXPECT_THAT(to_text(failed.error()), HasSubstr("it has no column \"amount\""));
    EXPECT_THAT(
        rows(*warehouse, "SELECT count(*) || ' ' || min(customer_status) FROM boon.customers"), ElementsAre("2 active")
    );
    EXPECT_THAT(rows(*warehouse, "SELECT sum(amount_minor) FROM boon.transactions"), ElementsAre("2605"));
    EXPECT_EQ(state(*warehouse, "customer_features_view").refreshed_at, at("2026-03-01T12:00:00Z"));
}

TEST_F(Mirrored, TheCopyIsThereAgainAfterARestart) {
    {
        const auto warehouse = open(options());
        refresh(*warehouse, "2026-03-01T12:00:00Z");
        ASSERT_TRUE(warehouse->execute("CREATE TABLE left_behind AS SELECT 1").has_value());
    }
    const auto warehouse = open(options());
    EXPECT_THAT(rows(*warehouse, "SELECT count(*) FROM boon.transactions"), ElementsAre("4"));
    EXPECT_FALSE(warehouse->query("SELECT * FROM left_behind").has_value());
    run("alter table customer_features_view add column region text default 'north'");
    refresh(*warehouse, "2026-03-02T12:00:00Z");
    EXPECT_THAT(rows(*warehouse, "SELECT DISTINCT region FROM boon.customers"), ElementsAre("north"));
}

TEST_F(Mirrored, NamesAndSelectsOfTheCompanysOwnGoBeforeTheUsualOnes) {
    run("create table points (cust text, day date, pts int); insert into points values ('1', '2026-02-01', 12);"
        "alter table customer_transaction_history rename to sales_2026");
    Options own = options();
    for (MirroredTable& table : own.mirror->tables) {
        if (table.name == "customer_transaction_history") table.source = "SALES_2026";
    }
    own.mirror->tables.push_back({.name = "points", .source = "points", .required = true});
    own.tables["payments"].select = "SELECT cust AS customer_id, day AS due_at, pts AS amount FROM dwh.points";
    const auto warehouse = open(own);
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    EXPECT_THAT(rows(*warehouse, "SELECT count(*) FROM boon.transactions"), ElementsAre("4"));
    EXPECT_THAT(rows(*warehouse, "SELECT amount_minor FROM boon.payments"), ElementsAre("1200"));

    own.mirror->tables.back().source = "no_such_table";
    const auto missing = open(own)->refresh({.now = at("2026-03-01T12:00:00Z")});
    ASSERT_FALSE(missing.has_value());
    EXPECT_EQ(missing.error().code, ErrorCode::not_found);
    EXPECT_THAT(missing.error().message, HasSubstr("warehouse table \"no_such_table\""));
}

TEST_F(Mirrored, ADatabaseWithoutAnyOfThemSaysWhatWasLookedFor) {
    run("drop table customer_features_view, customer_offer_history, customer_churn_history, "
        "customer_transaction_history");
    const auto warehouse = open(options());
    const auto failed = warehouse->refresh({.now = at("2026-03-01T12:00:00Z")});
    ASSERT_FALSE(failed.has_value());
    EXPECT_THAT(failed.error().message, HasSubstr("customer_transaction_history"));
    EXPECT_THAT(failed.error().hint, HasSubstr("DWH_"));
}

// A customer who is flagged in many snapshots left once; without a date, when a snapshot first said so.
TEST_F(Mirrored, TheChurnHistorySaysWhoLeftAndWhen) {
    run("insert into customer_churn_history values (1, '2026-01-31', 1, false, null), "
        "(1, '2026-02-28', 1, false, null), (3, '2025-12-31', 1, false, null), (3, '2026-01-31', 1, true, null), "
        "(3, '2026-02-28', 1, true, null), (2, '2026-02-28', 1, true, '2026-02-20')");
    const auto warehouse = open(options());
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    const std::string all = line("churn", {"customer_id", "churned_at", "known_at"}, "customer_id, churned_at");
    EXPECT_THAT(
        rows(*warehouse, all), ElementsAre(
                                   "1 - 2026-02-28 00:00:00", "2 2026-02-20 00:00:00 2026-01-31 00:00:00",
                                   "3 2026-01-31 00:00:00 2026-01-31 00:00:00", "3 - 2025-12-31 00:00:00"
                               )
    );
}

TEST_F(Mirrored, WithoutAHistoryTheCustomersTableMayDateWhoLeft) {
    run("drop table customer_churn_history");
    run("alter table customer_features_view add column churned boolean, add column churn_date date");
    run("update customer_features_view set churned = (customer_id = 2)");
    const auto undated = open(options());
    refresh(*undated, "2026-03-01T12:00:00Z");
    const std::string all = line("churn", {"customer_id", "churned_at"}, "customer_id");
    EXPECT_THAT(rows(*undated, all), ElementsAre("1 -"));  // when the other left nobody knows
    run("update customer_features_view set churn_date = '2026-02-20' where customer_id = 2");
    refresh(*undated, "2026-03-02T12:00:00Z");
    EXPECT_THAT(rows(*undated, all), ElementsAre("1 -", "2 2026-02-20 00:00:00"));
}

TEST_F(Mirrored, CustomersAreWhoHasEventsWhenNoTableListsThem) {
    run("drop table customer_features_view");
    const auto warehouse = open(options());
    refresh(*warehouse, "2026-03-01T12:00:00Z");
    EXPECT_THAT(rows(*warehouse, "SELECT customer_id FROM boon.customers ORDER BY 1"), ElementsAre("1", "2"));
}

TEST_F(Mirrored, AServerThatIsNotThereIsSaidSo) {
    Options nowhere = options();
    nowhere.mirror->url = "postgresql://boon@127.0.0.1:1/dwh";
    const auto warehouse = open(nowhere);
    const auto failed = warehouse->refresh({.now = at("2026-03-01T12:00:00Z")});
    ASSERT_FALSE(failed.has_value());
    EXPECT_EQ(failed.error().code, ErrorCode::unavailable);
    EXPECT_THAT(failed.error().message, HasSubstr("could not connect to PostgreSQL"));
}

}  // namespace
}  // namespace boon::warehouse
