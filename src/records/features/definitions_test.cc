#include "records/features/definitions.h"

#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/base/json.h"
#include "records/features/explain.h"
#include "records/features/schema.h"

namespace boon::features {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

std::vector<FieldError> mistakes_of(std::string_view features) {
    const auto definitions = Definitions::from_json("{\"features\": [" + std::string(features) + "]}");
    return definitions ? std::vector<FieldError>{} : definitions.error().fields;
}

Definitions parsed(std::string_view text) {
    auto definitions = Definitions::from_json(text);
    EXPECT_TRUE(definitions.has_value()) << (definitions ? "" : to_text(definitions.error()));
    return definitions ? *std::move(definitions) : Definitions::defaults();
}

constexpr std::string_view kCount =
    R"({"features": [{"name": "n", "words": "purchases", "unit": "count", "from": "transactions", "aggregate": "count",
        "where": {"type": ["return", "purchase"]}, "days": 30}]})";

TEST(Definitions, EveryMistakeHasItsPointer) {
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "count", "from": "orders", "aggregate": "count"})"),
        ElementsAre(FieldError{
            "/features/0/from",
            "must be one of customers, transactions, interactions, payments, holdings, contacts or activity"
        })
    );
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "money", "from": "transactions", "aggregate": "sum",
                        "column": "price", "where": {"colour": ["red"], "type": [1]}})"),
        ElementsAre(
            FieldError{
                "/features/0/column",
                "transactions has no column \"price\"; one of the company's own is declared under /columns"
            },
            FieldError{
                "/features/0/where/colour",
                "transactions has no column \"colour\"; one of the company's own is declared under /columns"
            },
            FieldError{"/features/0/where/type/0", "must be text"}
        )
    );
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "count", "from": "transactions", "aggregate": "median"})"),
        ElementsAre(FieldError{
            "/features/0/aggregate",
            "must be one of count, exists, sum, mean, min, max, distinct, days_since_first, days_since_last, trend, "
            "share, value, days_since or years_since"
        })
    );
}

TEST(Definitions, PartsThatDoNotGoTogetherAreRefused) {
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "ratio", "from": "transactions", "aggregate": "trend"})"),
        ElementsAre(FieldError{"/features/0/days", "is needed by trend"})
    );
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "share", "from": "transactions", "aggregate": "share"})"),
        ElementsAre(FieldError{"/features/0/part", "is needed by share"})
    );
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "count", "from": "customers", "aggregate": "count"})"),
        ElementsAre(FieldError{"/features/0/aggregate", "count is not taken of customers"})
    );
    EXPECT_THAT(
        mistakes_of(
            R"({"name": "n", "words": "w", "unit": "money", "from": "transactions", "aggregate": "sum", "column": "type"})"
        ),
        ElementsAre(
            FieldError{"/features/0/column", "is text; sum needs a number or money"},
            FieldError{"/features/0/unit", "money is for amounts of a money column"}
        )
    );
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "count", "from": "activity", "aggregate": "distinct",
                        "column": "day", "days": 365})"),
        ElementsAre(FieldError{"/features/0/days", "different days of activity are counted over at most 120 days"})
    );
    EXPECT_THAT(
        mistakes_of(
            R"({"name": "n", "words": "w", "unit": "count", "from": "contacts", "aggregate": "count", "days": 0},
                       {"name": "n", "words": "w", "unit": "count", "from": "contacts", "aggregate": "count"})"
        ),
        ElementsAre(FieldError{"/features/0/days", "must be at least 1"})
    );
    EXPECT_THAT(
        mistakes_of(R"({"name": "n", "words": "w", "unit": "count", "from": "contacts", "aggregate": "count"},
                       {"name": "n", "words": "w", "unit": "count", "from": "contacts", "aggregate": "exists"})"),
        ElementsAre(FieldError{"/features/1/name", "\"n\" is taken"})
    );
}

TEST(Definitions, OwnColumnsAreDeclared) {
    const Definitions definitions = parsed(
        R"({"columns": {"customers": {"income": "number"}}, "features": [
            {"name": "income", "words": "income", "unit": "number",
             "from": "customers", "aggregate": "value", "column": "income"}]})"
    );
    EXPECT_EQ(definitions.all().size(), 1U);
    const auto wrong = Definitions::from_json(
        R"({"columns": {"shops": {"x": "text"}, "customers": {"region": "text"}}, "include_defaults": true})"
    );
    ASSERT_FALSE(wrong);
    EXPECT_THAT(
        wrong.error().fields,
        ElementsAre(
            FieldError{"/columns/customers/region", "is a standard column; it needs no declaration"},
            FieldError{"/columns/shops", "is not a table"}
        )
    );
}

TEST(Definitions, AHashChangesWithTheNumbersAndOnlyWithThem) {
    const std::string hash = parsed(kCount).all()[0].hash;
    EXPECT_EQ(hash.size(), 16U);
    const auto with = [](std::string_view from, std::string_view to) {
        std::string text(kCount);
        text.replace(text.find(from), from.size(), to);
        return parsed(text).all()[0].hash;
    };
    EXPECT_EQ(with("purchases", "things bought"), hash);
    EXPECT_EQ(with(R"(["return", "purchase"])", R"(["purchase", "return"])"), hash);
    EXPECT_NE(with("30", "31"), hash);
    EXPECT_NE(with(R"(["return", "purchase"])", R"(["purchase"])"), hash);
    EXPECT_NE(with(R"("aggregate": "count")", R"("aggregate": "exists")"), hash);
}

TEST(Definitions, WhatHasNoDateIsRefusedForTrainingByName) {
    const Definitions definitions = parsed(
        R"({"columns": {"customers": {"total_revenue": "money", "churned": "boolean"}}, "features": [
            {"name": "revenue", "words": "revenue", "unit": "money",
             "from": "customers", "aggregate": "value", "column": "total_revenue"},
            {"name": "left", "words": "left", "unit": "flag",
             "from": "customers", "aggregate": "value", "column": "churned"}]})"
    );
    const Status status = definitions.check_trainable();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "refused for training: churned, total_revenue: no date says when this was known");
    EXPECT_TRUE(Definitions::defaults().check_trainable());
}

TEST(Definitions, TheCompanysOwnColumnsOfCustomersAreTrainedOnWhenTheyNeverChange) {
    constexpr std::string_view kFeature =
        R"({{"columns": {{"customers": {{"leaves_soon": "boolean"}}}}, "fixed": {}, "features": [
            {{"name": "plan", "words": "plan", "unit": "flag",
              "from": "customers", "aggregate": "value", "column": "leaves_soon"}}]}})";
    const Status refused = parsed(fmt::format(kFeature, "[]")).check_trainable();
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message, "refused for training: leaves_soon: no date says when this was known");
    const Definitions fixed = parsed(fmt::format(kFeature, R"(["leaves_soon"])"));
    EXPECT_TRUE(fixed.check_trainable());
    EXPECT_TRUE(fixed.check_trainable({"leaves_soon"}));
    EXPECT_TRUE(parsed(fixed.to_json()).check_trainable());
    const auto wrong = Definitions::from_json(fmt::format(kFeature, R"(["lives_here"])"));
    ASSERT_FALSE(wrong);
    EXPECT_THAT(
        wrong.error().fields, ElementsAre(FieldError{"/fixed/0", "is no column of customers that `columns` declares"})
    );
}

TEST(Definitions, DefaultsExpandOverTheValuesGiven) {
    const std::size_t plain = Definitions::defaults().all().size();
    EXPECT_GE(plain, 40U);
    const Definitions more = Definitions::defaults({{"transactions.category", {"Fast food", "fuel"}}});
    EXPECT_EQ(more.all().size(), plain + 2);
    const Feature* feature = more.find("category_share_365d_fast_food");
    ASSERT_NE(feature, nullptr);
    EXPECT_EQ(feature->words, "share of spend on Fast food in the last 365 days");
    EXPECT_EQ(json::to_text(feature->declaration.part.at("category")[0]), "\"Fast food\"");
}

// Whatever the data's categories are called, each gets a feature of its own that reads back.
TEST(Definitions, AnyValueMakesAName) {
    const std::string long_value = std::string(70, 'x') + "ä" + std::string(300, 'y');
    const Definitions definitions = Definitions::defaults(
        {{"transactions.category", {"a b", "a-b", "!", "日本", "{}", "it's \"quoted\"", long_value}}}
    );
    std::set<std::string> names;
    for (const Feature& feature : definitions.all()) names.insert(feature.name);
    EXPECT_EQ(names.size(), Definitions::defaults().all().size() + 7);
    EXPECT_TRUE(names.contains("category_share_365d_a_b"));
    EXPECT_TRUE(names.contains("category_share_365d_it_s_quoted"));
    EXPECT_EQ(parsed(definitions.to_json()).all().size(), definitions.all().size());
}

TEST(Definitions, JsonReadsBackTheSame) {
    const Definitions before = Definitions::defaults({{"transactions.channel", {"app"}}});
    const Definitions after = parsed(before.to_json());
    ASSERT_EQ(after.all().size(), before.all().size());
    for (std::size_t i = 0; i < after.all().size(); ++i) {
        EXPECT_EQ(after.all()[i].name, before.all()[i].name);
        EXPECT_EQ(after.all()[i].hash, before.all()[i].hash);
    }
    // One a line, for people to edit.
    EXPECT_THAT(
        before.to_json(),
        HasSubstr(R"({"name":"unpaid_bills","words":"unpaid bills that are due","unit":"count","from":"payments",)"
                  R"("aggregate":"count","where":{"state":["unpaid"]}},)"
                  "\n")
    );
}

// docs/features.md has one table row per default feature: `name` | words | unit |
TEST(Definitions, TheDocumentListsTheDefaults) {
    std::ifstream file(std::string(BOON_SOURCE_DIR) + "/docs/features.md");
    std::stringstream text;
    text << file.rdbuf();
    const auto document = json::parse(default_definitions_json());
    ASSERT_TRUE(document);
    std::size_t listed = 0;
    for (const json::Value& feature : document->at("features").as_array()) {
        const std::string row = "| `" + std::string(feature.at("name").as_string()) + "` | " +
                                std::string(feature.at("words").as_string()) + " | " +
                                std::string(feature.at("unit").as_string()) + " |";
        EXPECT_THAT(text.str(), HasSubstr(row));
        ++listed;
    }
    std::size_t rows = 0;
    for (std::string line; std::getline(text, line);) rows += line.starts_with("| `") ? 1U : 0U;
    EXPECT_EQ(rows, listed);
}

Schema sample_schema() {
    auto schema = Schema::make(Definitions::defaults(), {"Europe/Berlin", 2}, {{"region", {"north", "south"}}});
    EXPECT_TRUE(schema.has_value());
    return *std::move(schema);
}

TEST(Schema, JsonReadsBackTheSame) {
    const Schema before = sample_schema();
    const auto after = Schema::from_json(before.to_json());
    ASSERT_TRUE(after) << to_text(after.error());
    EXPECT_EQ(after->id(), before.id());
    EXPECT_EQ(after->columns(), before.columns());
    EXPECT_EQ(after->dictionaries(), before.dictionaries());
    EXPECT_EQ(after->programme(), before.programme());
    EXPECT_NE(Schema::make(Definitions::defaults(), {"UTC", 2}, before.dictionaries())->id(), before.id());
}

TEST(Schema, AModelIsRefusedAFeatureThatIsAbsentOrRedefined) {
    const Schema schema = sample_schema();
    const std::string column = schema.columns()[3];
    EXPECT_EQ(*schema.index_of(column), 3U);
    EXPECT_EQ(*schema.index_of("age"), 1U);
    EXPECT_EQ(schema.index_of("shoe_size@0123456789abcdef").error().message, "there is no feature \"shoe_size\"");
    const auto redefined = schema.index_of("age@0123456789abcdef");
    ASSERT_FALSE(redefined);
    EXPECT_EQ(redefined.error().code, ErrorCode::failed_precondition);
    EXPECT_THAT(redefined.error().message, HasSubstr("feature \"age\" was redefined"));
    std::string stored = schema.to_json();
    stored.replace(stored.find("age@"), 8, "age@0000");
    EXPECT_THAT(Schema::from_json(stored).error().message, HasSubstr("its meaning changed"));
}

TEST(Schema, RefusesWhatIsNoTimeZone) {
    EXPECT_EQ(
        Schema::make(Definitions::defaults(), {"UTC'; DROP", 2}).error().message, "\"UTC'; DROP\" is not a time zone"
    );
}

TEST(Schema, CodesAndCategories) {
    const Schema schema = sample_schema();
    const Feature& region = *schema.definitions().find("region");
    EXPECT_EQ(schema.code_of(region, "south"), 1.0F);
    EXPECT_TRUE(std::isnan(schema.code_of(region, "west")));
    EXPECT_EQ(schema.category_of(region, 0), "north");
    EXPECT_EQ(schema.category_of(region, 2), std::nullopt);
    EXPECT_EQ(schema.category_of(region, kMissing), std::nullopt);
}

TEST(Explain, ValuesInWords) {
    const Schema schema = sample_schema();
    const Currency euro = *Currency::from_code("EUR");
    const auto words = [&](std::string_view name, float value) {
        return describe(schema, *schema.definitions().find(name), value, euro);
    };
    EXPECT_EQ(words("days_since_last_purchase", 12.97F), "days since the last purchase: 12");
    EXPECT_EQ(words("days_since_last_purchase", kMissing), "days since the last purchase: unknown");
    EXPECT_EQ(words("spend_30d", 1234.5F), "spend net of returns in the last 30 days: 1234.50 EUR");
    EXPECT_EQ(words("spend_30d", -0.1F), "spend net of returns in the last 30 days: -0.10 EUR");
    EXPECT_EQ(words("purchases_30d", 3), "purchases in the last 30 days: 3");
    EXPECT_EQ(words("view_rate_90d", 0.625F), "views per offer sent in the last 90 days: 0.62");
    EXPECT_EQ(words("region", 1), "region: south");
    EXPECT_EQ(words("region", 7), "region: unknown");
    EXPECT_EQ(words("age", 41), "age: 41");
    const auto share = Schema::make(Definitions::defaults({{"transactions.category", {"food"}}}));
    ASSERT_TRUE(share);
    EXPECT_EQ(
        describe(*share, *share->definitions().find("category_share_365d_food"), 0.253F, euro),
        "share of spend on food in the last 365 days: 25.3 %"
    );
}

}  // namespace
}  // namespace boon::features
