#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"
#include "records/profiles/store.h"
#include "records/profiles/table.h"

namespace boon::profiles {
namespace {

constexpr Timestamp kNow{1'772'409'600'000'000};
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Column column(std::string name) { return {std::move(name), "h1", "words", "", {}}; }

Schema two_columns() { return {.columns = {column("spend"), column("recency")}, .lifetime_value_column = "spend"}; }

TEST(Image, FindsWhatWasAdded) {
    EXPECT_TRUE(rc::check("ids → rows", [] {
        const auto ids = *rc::gen::container<std::set<std::string>>(rc::gen::nonEmpty<std::string>());
        ImageBuilder builder(std::make_shared<const Schema>(two_columns()));
        float number = 0;
        for (const std::string& id : ids) {
            builder.add(id, std::array{number, -number}, plus_micros(kNow, static_cast<std::int64_t>(number)));
            number += 1;
        }
        const auto image = std::move(builder).finish();
        RC_ASSERT(image->size() == ids.size());
        number = 0;
        for (const std::string& id : ids) {
            const auto profile = image->find(id);
            RC_ASSERT(profile.has_value());
            RC_ASSERT(profile->customer_id == id);
            RC_ASSERT(profile->features[0] == number);
            RC_ASSERT(profile->features[1] == -number);
            RC_ASSERT(profile->lifetime_value == static_cast<double>(number));
            RC_ASSERT(!image->find(id + "x") || ids.contains(id + "x"));
            number += 1;
        }
    }));
}

TEST(Image, OfNobodyIsEmpty) {
    EXPECT_EQ(Table().image()->find("anna"), std::nullopt);
    EXPECT_EQ(Table().image()->schema(), nullptr);
    EXPECT_EQ(ImageBuilder(std::make_shared<const Schema>(two_columns())).finish()->find("anna"), std::nullopt);
}

TEST(Image, AMissingLifetimeValueIsNotKnown) {
    ImageBuilder builder(std::make_shared<const Schema>(two_columns()));
    builder.add("anna", std::array{kMissing, 1.0F}, kNow);
    EXPECT_EQ(std::move(builder).finish()->find("anna")->lifetime_value, std::nullopt);
}

class StoreTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kNow)); }

    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }
    std::shared_ptr<const Image> loaded() {
        auto image = store_.load();
        EXPECT_TRUE(image) << to_text(image.error());
        return image.value_or(nullptr);
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Store store_{*database_};
};
INSTANTIATE_TEST_SUITE_P(Engines, StoreTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(StoreTest, WhatIsFilledIsLoaded) {
    EXPECT_EQ(loaded()->size(), 0U);
    auto fill = store_.begin(two_columns());
    ASSERT_TRUE(fill) << to_text(fill.error());
    std::vector<std::string> names;
    std::vector<float> values;
    for (int i = 0; i < 4501; ++i) {
        names.push_back("c" + std::to_string(i));
        values.push_back(static_cast<float>(i));
        values.push_back(i == 7 ? kMissing : 0.5F);
    }
    const std::vector<std::string_view> ids(names.begin(), names.end());
    const auto added = fill->add(ids, values, kNow);
    ASSERT_TRUE(added) << to_text(added.error());
    EXPECT_EQ(loaded()->size(), 0U);  // not before it is finished
    ASSERT_TRUE(fill->finish(kNow));

    std::int64_t told = 0;
    const auto image = store_.load([&](std::int64_t done, std::int64_t total) {
        told = done;
        EXPECT_EQ(total, 4501);
    });
    ASSERT_TRUE(image) << to_text(image.error());
    EXPECT_EQ(told, 4501);
    EXPECT_EQ((*image)->size(), 4501U);
    EXPECT_EQ((*image)->find("c4500")->features[0], 4500.0F);
    EXPECT_TRUE(std::isnan((*image)->find("c7")->features[1]));
    EXPECT_EQ((*image)->find("c7")->computed_at, kNow);
    EXPECT_EQ((*image)->schema()->columns, two_columns().columns);
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'profiles'"), 1);
}

TEST_P(StoreTest, ASecondFillReplacesAndDropsWhoIsGone) {
    const std::vector<std::string_view> both = {"anna", "bert"};
    const std::vector<std::string_view> one = {"bert"};
    auto first = store_.begin(two_columns());
    ASSERT_TRUE(first->add(both, std::array{1.0F, 2.0F, 3.0F, 4.0F}, kNow));
    ASSERT_TRUE(first->finish(kNow));
    auto second = store_.begin(two_columns());
    EXPECT_EQ(second->schema_id(), first->schema_id());
    ASSERT_TRUE(second->add(one, std::array{5.0F, 6.0F}, plus_days(kNow, 1)));
    ASSERT_TRUE(second->finish(plus_days(kNow, 1)));
    const auto image = loaded();
    EXPECT_EQ(image->size(), 1U);
    EXPECT_EQ(image->find("bert")->features[0], 5.0F);
    EXPECT_EQ(image->find("anna"), std::nullopt);
}

TEST_P(StoreTest, ANewSchemaServesOnlyWhenItIsFilled) {
    const std::vector<std::string_view> one = {"anna"};
    auto first = store_.begin(two_columns());
    ASSERT_TRUE(first->add(one, std::array{1.0F, 2.0F}, kNow));
    ASSERT_TRUE(first->finish(kNow));

    Schema other = two_columns();
    other.columns[1].hash = "h2";
    auto abandoned = store_.begin(other);
    ASSERT_TRUE(abandoned->add(one, std::array{7.0F, 7.0F}, kNow));
    EXPECT_EQ(loaded()->find("anna")->features[0], 1.0F);

    auto second = store_.begin(other);
    EXPECT_NE(second->schema_id(), first->schema_id());
    ASSERT_TRUE(second->add(one, std::array{8.0F, 9.0F}, kNow));
    const auto finished = second->finish(kNow);
    ASSERT_TRUE(finished) << to_text(finished.error());
    EXPECT_EQ(loaded()->find("anna")->features[0], 8.0F);
    EXPECT_EQ(number("select count(*) from profiles"), 1);
    EXPECT_EQ(number("select count(*) from profile_schemas"), 1);
    EXPECT_GT(store_.begin(two_columns())->schema_id(), second->schema_id());
}

TEST_P(StoreTest, ADamagedRowIsReported) {
    const std::vector<std::string_view> one = {"anna"};
    auto fill = store_.begin(two_columns());
    ASSERT_TRUE(fill->add(one, std::array{1.0F, 2.0F}, kNow));
    ASSERT_TRUE(fill->finish(kNow));
    ASSERT_TRUE(database_->write([](db::Connection& c) {
        return c.execute("update profiles set bytes = ?", {std::as_bytes(std::span("abc", 3))});
    }));
    EXPECT_EQ(
        to_text(store_.load().error()),
        "the profile of customer anna has 3 bytes, not 8\nhint: fill the profiles again (boon features)"
    );
}

TEST_P(StoreTest, ACustomerIdThatIsNoneIsRefused) {
    auto fill = store_.begin(two_columns());
    const std::vector<std::string_view> empty = {""};
    EXPECT_EQ(fill->add(empty, std::array{1.0F, 2.0F}, kNow).error().code, ErrorCode::invalid);
}

}  // namespace
}  // namespace boon::profiles
