#include <cmath>
#include <limits>
#include <map>

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

// Customers who came since have none, and may take the place of one who goes.
TEST(Image, AttributesGoWithTheirCustomers) {
    ImageBuilder builder(std::make_shared<const Schema>(two_columns()));
    for (const char* id : {"a", "b", "c", "d"}) builder.add(id, std::array{1.0F, 2.0F}, kNow);
    const auto columns = std::make_shared<const AttributeColumns>(
        AttributeColumns{{"plan", AttributeKind::text}, {"price", AttributeKind::number}}
    );
    AttributesBuilder attributes(columns, 3);
    const std::vector<std::string> plans = {"gold", "tin", "gold"};
    for (std::size_t row = 0; row < plans.size(); ++row) {
        attributes.set(row, 0, std::string_view(plans[row]));
        attributes.set(row, 1, static_cast<double>(row));
    }
    const auto image = std::move(builder).finish()->with(std::move(attributes).finish());
    const auto plan_of = [](const Image& of, std::string_view id) {
        const auto profile = of.find(id);
        const AttributeValue value = profile->attributes.set->at(profile->attributes.row, 0);
        const auto* text = std::get_if<std::string_view>(&value);
        return text == nullptr ? std::string("none") : std::string(*text);
    };
    EXPECT_EQ(plan_of(*image, "b"), "tin");
    EXPECT_EQ(plan_of(*image, "d"), "none");
    const std::vector<std::size_t> first = {0};
    const auto without_a = image->without(first);
    EXPECT_EQ(plan_of(*without_a, "d"), "none");
    EXPECT_EQ(plan_of(*without_a, "b"), "tin");
    EXPECT_EQ(plan_of(*without_a, "c"), "gold");
    const std::vector<std::size_t> two = {0, 3};
    EXPECT_EQ(plan_of(*image->without(two), "c"), "gold");
}

TEST(Image, WithoutSomeRowsKeepsAllOthers) {
    EXPECT_TRUE(rc::check("with, then without", [] {
        const auto count = *rc::gen::inRange<std::size_t>(1, 600);
        ImageBuilder builder(std::make_shared<const Schema>(two_columns()));
        StandingsBuilder standings(count);
        const auto id_of = [](std::size_t i) { return "c" + std::to_string(i); };
        for (std::size_t i = 0; i < count; ++i) {
            const auto number = static_cast<float>(i);
            builder.add(id_of(i), std::array{number, -number}, plus_micros(kNow, static_cast<std::int64_t>(i)));
            standings.at(i).value_score = number;
        }
        auto image = std::move(builder).finish()->with(std::move(standings).finish());
        std::set<std::string> gone;
        for (int round = 0; round < 2; ++round) {
            std::vector<std::size_t> rows;
            const auto share = *rc::gen::inRange(1, 101);
            for (std::size_t row = 0; row < image->size(); ++row) {
                if (*rc::gen::inRange(0, 100) < share) rows.push_back(row);
            }
            for (const std::size_t row : rows) gone.emplace(image->at(row).customer_id);
            image = image->without(rows);
        }
        RC_ASSERT(image->size() == count - gone.size());
        for (std::size_t i = 0; i < count; ++i) {
            const auto profile = image->find(id_of(i));
            RC_ASSERT(profile.has_value() == !gone.contains(id_of(i)));
            if (!profile) continue;
            RC_ASSERT(profile->customer_id == id_of(i));
            RC_ASSERT(profile->features[0] == static_cast<float>(i));
            RC_ASSERT(profile->features[1] == -static_cast<float>(i));
            RC_ASSERT(profile->computed_at == plus_micros(kNow, static_cast<std::int64_t>(i)));
            RC_ASSERT(profile->standing->value_score == static_cast<float>(i));
        }
        // Who comes afterwards begins anew, wherever somebody stood before.
        const auto grown = image->with(std::vector{ProfileRow{"new", {1, 2}, kNow}});
        RC_ASSERT(std::isnan(grown->find("new")->standing->value_score));
        RC_ASSERT(grown->find("new")->features[0] == 1);
    }));
}

TEST(Image, OfNobodyIsEmpty) {
    EXPECT_EQ(Table().image()->find("anna"), std::nullopt);
    EXPECT_EQ(Table().image()->schema(), nullptr);
    EXPECT_EQ(ImageBuilder(std::make_shared<const Schema>(two_columns())).finish()->find("anna"), std::nullopt);
}

TEST(Image, HasTheScoresOfWhoWasThereWhenTheBaseWasScored) {
    ImageBuilder builder(std::make_shared<const Schema>(two_columns()));
    builder.add("anna", std::array{5.0F, 1.0F}, kNow);
    const auto image = std::move(builder).finish();
    EXPECT_TRUE(image->find("anna")->scores.empty());
    EXPECT_EQ(image->scores().as_of, std::nullopt);
    auto scores = std::make_shared<Scores>(1);
    scores->row(0)[*score_of("churn")] = 0.75F;
    const auto scored = image->with(std::shared_ptr<const Scores>(scores));
    EXPECT_EQ(scored->find("anna")->scores[*score_of("churn")], 0.75F);
    EXPECT_TRUE(std::isnan(scored->find("anna")->scores[*score_of("ltv")]));
    EXPECT_TRUE(image->find("anna")->scores.empty()) << "what a reader holds does not change";
    const auto grown = scored->with(std::vector<ProfileRow>{{"bert", {1, 1}, kNow}, {"anna", {2, 2}, kNow}});
    EXPECT_TRUE(grown->find("bert")->scores.empty());
    EXPECT_EQ(grown->find("anna")->scores[*score_of("churn")], 0.75F);
    // Anna goes: bert takes her row, and has no score of hers.
    const auto left = grown->without(std::vector<std::size_t>{0});
    ASSERT_EQ(left->size(), 1U);
    EXPECT_EQ(left->at(0).customer_id, "bert");
    EXPECT_TRUE(std::isnan(left->at(0).scores[*score_of("churn")]));
    EXPECT_EQ(score_of("rfm"), std::nullopt);
    EXPECT_EQ(score_variable(*score_of("cross_sell")), "score.cross_sell");
}

TEST(Image, AMissingLifetimeValueIsNotKnown) {
    ImageBuilder builder(std::make_shared<const Schema>(two_columns()));
    builder.add("anna", std::array{kMissing, 1.0F}, kNow);
    EXPECT_EQ(std::move(builder).finish()->find("anna")->lifetime_value, std::nullopt);
}

// Against a map: any changes of any customers, new ones among them, in any number of steps; the image before stays.
TEST(Image, WithSomeRowsChangedIsTheSameOtherwise) {
    EXPECT_TRUE(rc::check("changes → rows", [] {
        const auto any_row = rc::gen::pair(rc::gen::inRange(0, 3000), rc::gen::inRange(0, 1000));
        const int start = *rc::gen::inRange(0, 200);
        std::map<std::string, int> expected;
        ImageBuilder builder(std::make_shared<const Schema>(two_columns()));
        for (int i = 0; i < start; ++i) {
            builder.add("c" + std::to_string(i), std::array{1.0F, -1.0F}, kNow);
            expected["c" + std::to_string(i)] = 1;
        }
        auto image = std::move(builder).finish();
        for (int step = 0; step < 4; ++step) {
            const auto before = image;
            const auto known = expected;
            auto changes = *rc::gen::container<std::vector<std::pair<int, int>>>(any_row);
            const int many = *rc::gen::element(0, 0, 1500);  // more than are kept apart
            for (int i = 0; i < many; ++i) changes.emplace_back(4000 + 1500 * step + i, i);
            std::vector<ProfileRow> rows;
            for (const auto& [customer, value] : changes) {
                const auto number = static_cast<float>(value);
                rows.push_back({"c" + std::to_string(customer), {number, -number}, plus_micros(kNow, value)});
                expected[rows.back().customer_id] = value;
            }
            image = image->with(rows);
            RC_ASSERT(image->size() == expected.size());
            RC_ASSERT(image->standings().size() == expected.size());
            for (const auto& [id, value] : expected) {
                const auto profile = image->find(id);
                RC_ASSERT(profile.has_value());
                RC_ASSERT(profile->customer_id == id);
                RC_ASSERT(profile->features[0] == static_cast<float>(value));
                RC_ASSERT(profile->features[1] == -static_cast<float>(value));
                RC_ASSERT(profile->standing->stage == Standing::kNone);
                const auto old = known.find(id);
                RC_ASSERT(before->find(id).has_value() == (old != known.end()));
                if (old != known.end()) RC_ASSERT(before->find(id)->features[0] == static_cast<float>(old->second));
            }
        }
    }));
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

TEST_P(StoreTest, SomeCustomersAreChangedBetweenFills) {
    const std::vector<std::string_view> both = {"anna", "bert"};
    auto fill = store_.begin(two_columns());
    ASSERT_TRUE(fill->add(both, std::array{1.0F, 2.0F, 3.0F, 4.0F}, kNow));
    ASSERT_TRUE(fill->finish(kNow));
    const auto before = loaded();
    const auto change = [&](std::vector<ProfileRow> rows) {
        return database_->write([&](db::Connection& c) {
            return change_profiles(c, fill->schema_id(), rows, plus_days(kNow, 1));
        });
    };
    ASSERT_TRUE(change({{"bert", {7.0F, 8.0F}, plus_days(kNow, 1)}, {"zoe", {9.0F, 9.0F}, plus_days(kNow, 1)}}));
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'profile'"), 2);
    const std::vector<std::string> customers = {"bert", "nobody", "zoe"};
    const auto after = store_.reload(*before, customers);
    ASSERT_TRUE(after) << to_text(after.error());
    for (const auto& image : {*after, loaded()}) {
        EXPECT_EQ(image->size(), 3U);
        EXPECT_EQ(image->find("anna")->features[0], 1.0F);
        EXPECT_EQ(image->find("bert")->features[1], 8.0F);
        EXPECT_EQ(image->find("bert")->computed_at, plus_days(kNow, 1));
        EXPECT_EQ(image->find("zoe")->features[0], 9.0F);
    }
    EXPECT_EQ(before->find("bert")->features[0], 3.0F);

    const auto forget = [&](Timestamp told_before, std::int64_t limit) {
        return database_->write([&](db::Connection& c) { return forget_changes(c, told_before, limit); });
    };
    EXPECT_EQ(forget(plus_days(kNow, 1), 10), 0);
    EXPECT_EQ(forget(plus_days(kNow, 2), 1), 1);
    EXPECT_EQ(forget(plus_days(kNow, 2), 10), 1);
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'profiles'"), 1);

    // What changes while a fill is under way is not dropped by it.
    auto next = store_.begin(two_columns());
    ASSERT_TRUE(next->add(both, std::array{1.0F, 2.0F, 3.0F, 4.0F}, kNow));
    ASSERT_TRUE(change({{"zoe", {5.0F, 5.0F}, plus_days(kNow, 2)}}));
    ASSERT_TRUE(next->finish(kNow, [](db::Connection& c) -> Status {
        BOON_CHECK(c.execute("insert into settings (name, value, updated_at) values ('also', '1', 0)"));
        return {};
    }));
    EXPECT_EQ(loaded()->find("zoe")->features[0], 5.0F);
    EXPECT_EQ(number("select count(*) from settings where name = 'also'"), 1);
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
