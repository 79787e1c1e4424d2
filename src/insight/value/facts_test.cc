#include "insight/value/facts.h"

#include <array>
#include <cmath>

#include <gtest/gtest.h>

#include "insight/value/worth.h"

namespace boon::value {
namespace {

constexpr Timestamp kMonday{1'772'409'600'000'000};

// Three days and a half later: what counts days has gone on, where the column says so, and amounts stay.
TEST(FactReader, DaysGoOnWhereTheColumnSaysSo) {
    profiles::Schema made;
    made.columns = {
        {.name = "spend_365d"},
        {.name = "days_since_last_purchase", .grows_daily = false},
        {.name = "purchases_365d"},
        {.name = "days_since_last_activity", .grows_daily = true},
    };
    const auto schema = std::make_shared<const profiles::Schema>(made);
    profiles::ImageBuilder builder(schema, 1);
    builder.add("anna", std::array{120.5F, 9.0F, 4.0F, 2.25F}, kMonday);
    const auto image = std::move(builder).finish();
    const auto reader = FactReader::make(*schema);
    ASSERT_TRUE(reader) << to_text(reader.error());
    const Facts facts = reader->read(image->at(0), 77, plus_micros(kMonday, kMicrosPerDay * 7 / 2));
    EXPECT_FLOAT_EQ(facts.last_activity_days, 5.75F);
    EXPECT_FLOAT_EQ(facts.last_purchase_days, 9);
    EXPECT_FLOAT_EQ(facts.purchases_365d, 4);
    EXPECT_FLOAT_EQ(facts.revenue_365d, 120.5F);
    EXPECT_FLOAT_EQ(facts.predicted_ltv, 77);
    EXPECT_DOUBLE_EQ(reader->revenue(image->at(0)), 120.5);
}

}  // namespace
}  // namespace boon::value
