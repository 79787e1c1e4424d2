// PostgreSQL and DuckDB compute the same features, bit for bit: from random rows in the usual tables of a company's
// PostgreSQL, through the copy and at the source.
#include <bit>
#include <cmath>
#include <iostream>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/db/testing/scratch.h"
#include "records/features/compute.h"
#include "records/warehouse/scratch_test.h"
#include "records/warehouse/usual_tables.h"

namespace boon::features {
namespace {

constexpr std::int64_t kDay = kMicrosPerDay;

using Vectors = std::map<std::string, std::vector<float>>;

// A source with random rows, and the warehouse that copies it.
class TwoEngines {
public:
    TwoEngines() {
        mirror_.url = scratch_.url();
        for (const warehouse::UsualTable& table : warehouse::usual_tables()) {
            mirror_.tables.push_back({.name = std::string(table.name), .source = std::string(table.name)});
        }
    }

    void run(const std::string& sql) {
        const Status done = database_->write([&](db::Connection& connection) { return connection.run_script(sql); });
        if (!done) RC_FAIL(to_text(done.error()) + "\n" + sql);
    }

    std::unique_ptr<warehouse::Warehouse> copy(Timestamp now) {
        warehouse::Options options{.threads = 1};
        options.mirror = mirror_;
        auto opened = warehouse::Warehouse::open(options);
        RC_ASSERT(opened.has_value());
        const auto refreshed = (*opened)->refresh({.now = now});
        if (!refreshed) RC_FAIL(to_text(refreshed.error()));
        return *std::move(opened);
    }

    std::unique_ptr<warehouse::Source> source() {
        auto opened = warehouse::Source::open(mirror_, 2);
        if (!opened) RC_FAIL(to_text(opened.error()));
        return *std::move(opened);
    }

private:
    db::testing::Scratch scratch_{db::Engine::postgres};
    std::unique_ptr<db::Database> database_ = scratch_.open(1);
    warehouse::Mirror mirror_;
};

constexpr std::string_view kTables =
    "create table customer_features_view (customer_id bigint, total_revenue numeric, churn_score real, "
    "account_age_days int, last_updated timestamptz, region text, birth_year smallint);"
    "create table customer_offer_history (customer_id bigint, offer_id int, offer_name text, offer_type text, "
    "sent_at timestamptz, opened_at timestamptz, clicked_at timestamptz, converted_at timestamptz, "
    "converted_offer_id int, channel text);"
    "create table customer_transaction_history (transaction_id text, customer_id bigint, transaction_date timestamp, "
    "known_at timestamp, transaction_type text, transaction_amount numeric(12,3), category text, "
    "quantity double precision, weight numeric);"
    "create table customer_payment_history (payment_id int, customer_id bigint, due_date timestamp, "
    "paid_date timestamptz, amount double precision, automatic boolean);"
    "create table customer_product_history (customer_id bigint, product_id text, tier int, start_date date, "
    "end_date timestamp);";

// Instants near the edges of windows, in time zones whose midnights differ.
std::int64_t any_time(std::int64_t as_of) {
    const std::int64_t days = *rc::gen::inRange<std::int64_t>(0, 120);
    const std::int64_t step = *rc::gen::element<std::int64_t>(0, 0, 1, -1, kDay / 2, 3 * kMicrosPerHour, 7'654'321'987);
    return as_of - days * kDay + step;
}

std::string time_or_null(std::int64_t as_of, bool may_be_null = true) {
    if (may_be_null && *rc::gen::inRange(0, 4) == 0) return "null";
    std::string text = to_string(Timestamp{any_time(as_of)});
    return "'" + text + "'";
}

template <class... Choice>
std::string any_of(Choice... choice) {
    return *rc::gen::element<std::string>(std::string(choice)...);
}

int any_customer() { return *rc::gen::inRange(1, 4); }

std::vector<std::string> any_rows(const std::function<std::string()>& row, int most = 25) {
    std::vector<std::string> rows;
    const int count = *rc::gen::inRange(1, most);
    for (int i = 0; i < count; ++i) rows.push_back("(" + row() + ")");
    return rows;
}

void fill(TwoEngines& engines, std::int64_t as_of) {
    const auto insert = [&](std::string_view table, const std::vector<std::string>& rows) {
        engines.run(fmt::format("insert into {} values {}", table, fmt::join(rows, ", ")));
    };
    engines.run(std::string(kTables));
    engines.run(
        "insert into customer_features_view values (1, 12.5, 0.25, 400, '2025-01-01 10:00+02', 'it''s north', 1980), "
        "(2, 'NaN', 'NaN', null, null, null, null), (3, 1e20, 'Infinity', 12, '2025-03-01', 'Ärger', 2001), "
        "(3, 7, null, 13, '2025-03-01', 'b', 2002), (4, null, null, 0, '2025-07-01', 'b', 1999)"
    );
    insert("customer_transaction_history", any_rows([&] {
               const std::string at = time_or_null(as_of, false);
               return fmt::format(
                   "{}, {}, {}, {}, {}, {}, {}, {}, {}", any_of("null", "null", "'a'", "'b'", "'c'"), any_customer(),
                   at, any_of("null", "null", at.c_str(), time_or_null(as_of).c_str()),
                   any_of("'purchase'", "'Refund'", "' topup'", "'usage'", "'renewal'", "null", "'odd'"),
                   any_of("0.005", "-0.005", "12.345", "19.99", "-3", "123456789.125", "0"),
                   any_of("null", "'food'", "'it''s'", "'Zoo'", "'äpfel'"),
                   any_of("null", "0.5", "2", "'NaN'", "'Infinity'", "0.0000005", "2.5000005"),
                   any_of("null", "0.0000005", "1.0000015", "'NaN'", "3")
               );
           }));
    insert("customer_offer_history", any_rows([&] {
               return fmt::format(
                   "{}, {}, 'n', 't', {}, {}, {}, {}, {}, {}", any_customer(), *rc::gen::inRange(0, 5),
                   time_or_null(as_of), time_or_null(as_of), time_or_null(as_of), time_or_null(as_of),
                   any_of("null", "1", "2"), any_of("null", "'sms'", "'app'")
               );
           }));
    insert("customer_payment_history", any_rows([&] {
               return fmt::format(
                   "{}, {}, {}, {}, {}, {}", any_of("null", "1", "2", "3"), any_customer(), time_or_null(as_of, false),
                   time_or_null(as_of), any_of("1", "2.675", "0.125"), any_of("null", "true", "false")
               );
           }));
    insert(
        "customer_product_history", any_rows(
                                        [&] {
                                            return fmt::format(
                                                "{}, {}, {}, {}, {}", any_customer(), any_of("'p'", "'q'"),
                                                any_of("null", "1", "2", "7"), time_or_null(as_of, false),
                                                time_or_null(as_of)
                                            );
                                        },
                                        8
                                    )
    );
}

constexpr std::string_view kDefinitions = R"({"include_defaults": true,
 "columns": {"customers": {"total_revenue": "number", "churn_score": "number"}, "transactions": {"weight": "number"}},
 "values": {"transactions.category": ["food", "it's", "äpfel"], "transactions.channel": []},
 "features": [
 {"name": "n_7", "words": "w", "unit": "count", "from": "transactions", "aggregate": "count", "days": 7},
 {"name": "min_60", "words": "w", "unit": "money", "from": "transactions",
  "aggregate": "min", "column": "amount", "days": 60},
 {"name": "mean_all", "words": "w", "unit": "money", "from": "transactions", "aggregate": "mean", "column": "amount"},
 {"name": "quantity", "words": "w", "unit": "number", "from": "transactions",
  "aggregate": "sum", "column": "quantity"},
 {"name": "weight", "words": "w", "unit": "number", "from": "transactions", "aggregate": "sum", "column": "weight"},
 {"name": "categories", "words": "w", "unit": "count", "from": "transactions",
  "aggregate": "distinct", "column": "category"},
 {"name": "days_all", "words": "w", "unit": "count", "from": "transactions",
  "aggregate": "distinct", "column": "day"},
 {"name": "days_100", "words": "w", "unit": "count", "from": "activity",
  "aggregate": "distinct", "column": "day", "days": 100},
 {"name": "trend_7", "words": "w", "unit": "ratio", "from": "transactions",
  "aggregate": "trend", "column": "amount", "days": 7},
 {"name": "paid", "words": "w", "unit": "money", "from": "payments", "aggregate": "sum", "column": "amount"},
 {"name": "late_mean", "words": "w", "unit": "days", "from": "payments", "aggregate": "mean", "column": "days_late"},
 {"name": "offer_three", "words": "w", "unit": "count", "from": "interactions",
  "aggregate": "count", "where": {"offer_id": [3]}},
 {"name": "clicked", "words": "w", "unit": "flag", "from": "interactions",
  "aggregate": "exists", "where": {"kind": ["clicked"]}},
 {"name": "revenue", "words": "w", "unit": "number", "from": "customers",
  "aggregate": "value", "column": "total_revenue"},
 {"name": "risk", "words": "w", "unit": "number", "from": "customers", "aggregate": "value", "column": "churn_score"}
 ]})";

Vectors gather(const std::function<Status(const std::function<Status(const CustomerRows&)>&)>& compute_into) {
    Vectors found;
    const Status done = compute_into([&](const CustomerRows& rows) -> Status {
        for (std::size_t i = 0; i < rows.customer_ids.size(); ++i) {
            const auto row = rows.values.subspan(i * rows.columns, rows.columns);
            RC_ASSERT(found.emplace(rows.customer_ids[i], std::vector(row.begin(), row.end())).second);
        }
        return {};
    });
    if (!done) RC_FAIL(to_text(done.error()));
    return found;
}

void engines_agree() {
    const std::string zone = *rc::gen::element<std::string>("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata");
    const Timestamp as_of = *parse_timestamp(*rc::gen::element<std::string>(
        "2025-04-02T22:30:00Z", "2025-03-29T23:00:00Z", "2025-07-01T10:20:30.456789Z", "2024-11-03T05:59:59.999999Z"
    ));
    TwoEngines engines;
    fill(engines, as_of.micros);
    const auto warehouse = engines.copy(plus_days(as_of, 1));
    const auto definitions = Definitions::from_json(kDefinitions);
    if (!definitions) RC_FAIL(to_text(definitions.error()));
    const auto schema = fit_schema(*warehouse, *definitions, {zone, 2});
    if (!schema) RC_FAIL(to_text(schema.error()));
    const auto source = engines.source();
    const Vectors here = gather([&](const auto& sink) { return compute(*warehouse, *schema, as_of, {}, sink); });
    const Vectors there = gather([&](const auto& sink) { return compute_at_source(*source, *schema, as_of, sink); });
    RC_ASSERT(here.size() == 4U);
    RC_ASSERT(there.size() == here.size());
    for (const auto& [customer, vector] : here) {
        const auto& other = there.at(customer);
        for (std::size_t i = 0; i < vector.size(); ++i) {
            if (std::isnan(vector[i]) && std::isnan(other[i])) continue;
            if (std::bit_cast<std::uint32_t>(vector[i]) == std::bit_cast<std::uint32_t>(other[i])) continue;
            RC_FAIL(fmt::format(
                "{} of customer {} is {} in DuckDB and {} in PostgreSQL", schema->features()[i].name, customer,
                vector[i], other[i]
            ));
        }
    }
}

bool holds(int cases, void (*property)()) {
    rc::detail::TestParams params = rc::detail::configuration().testParams;
    params.maxSuccess = cases;
    const auto result = rc::detail::checkTestable(property, rc::detail::TestMetadata(), params);
    if (result.template is<rc::detail::SuccessResult>()) return true;
    rc::detail::printResultMessage(result, std::cerr);
    return false;
}

TEST(Dialects, GiveTheSameNumbers) { EXPECT_TRUE(holds(12, engines_agree)); }
TEST(LongDialects, GiveTheSameNumbers) { EXPECT_TRUE(holds(300, engines_agree)); }

}  // namespace
}  // namespace boon::features
