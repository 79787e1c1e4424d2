// A base of customers in a database, for the tests of value.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/value/update.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/profiles/standing_store.h"
#include "records/profiles/store.h"

namespace boon::value {

inline constexpr Timestamp kMarch{1'772'323'200'000'000};  // 2026-03-01T00:00:00Z
inline constexpr Timestamp kApril = plus_days(kMarch, 31);
inline constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

struct Customer {
    std::string id;
    float last_activity_days = 5;
    float last_purchase_days = 5;
    float purchases = 3;
    float revenue = 10;
};

inline profiles::Schema schema() {
    const auto column = [](std::string name, bool grows) {
        return profiles::Column{
            .name = std::move(name), .hash = "h", .words = "w", .unit = "", .categories = {}, .grows_daily = grows
        };
    };
    return {
        .columns =
            {column("days_since_last_activity", true), column("days_since_last_purchase", true),
             column("purchases_365d", false), column("spend_365d", false)},
        .lifetime_value_column = "spend_365d",
    };
}

class ValueTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMarch)); }

    void fill(const std::vector<Customer>& customers, Timestamp computed_at) {
        profiles::Store store(*database_);
        auto fill = store.begin(schema());
        ASSERT_TRUE(fill) << to_text(fill.error());
        std::vector<std::string_view> ids;
        std::vector<float> values;
        for (const Customer& customer : customers) {
            ids.push_back(customer.id);
            values.insert(
                values.end(),
                {customer.last_activity_days, customer.last_purchase_days, customer.purchases, customer.revenue}
            );
        }
        ASSERT_TRUE(fill->add(ids, values, computed_at));
        ASSERT_TRUE(fill->finish(computed_at));
    }
    std::shared_ptr<const profiles::Image> image() {
        auto loaded = profiles::Store(*database_).load();
        EXPECT_TRUE(loaded) << to_text(loaded.error());
        return loaded.value_or(nullptr);
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }
    Result<Checkpoint> update(
        Timestamp as_of, const std::optional<Checkpoint>& resume = {},
        const Keep& keep = [](db::Connection&, const Checkpoint&, std::int64_t) { return Status(); }
    ) {
        const auto loaded = image();
        return update_base(*database_, {*loaded, segments_, rfm_, nullptr, as_of}, resume, keep, as_of);
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    ValueSegments segments_ = *ValueSegments::make({"high_value", "medium_value", "low_value"}, {70, 40});
    RfmSegments rfm_ = *RfmSegments::make(RfmSegments::defaults());
};

// 40 customers: c00 brought 1, …, c39 brought 40; the more, the later and the oftener.
inline std::vector<Customer> forty() {
    std::vector<Customer> customers;
    for (int i = 0; i < 40; ++i) {
        const auto number = static_cast<float>(i);
        customers.push_back(
            {(i < 10 ? "c0" : "c") + std::to_string(i), 100 - number, 100 - number, number + 1, number + 1}
        );
    }
    return customers;
}

}  // namespace boon::value
