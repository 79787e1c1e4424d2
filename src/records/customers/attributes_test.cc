// What the warehouse and the records say of customers, from the table to the resident rows.
#include <gmock/gmock.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/change_feed.h"
#include "platform/storage/migrations.h"
#include "records/customers/attribute_bytes.h"
#include "records/customers/attribute_store.h"
#include "records/customers/customers.h"
#include "records/customers/warehouse_attributes.h"

namespace boon::customers {
namespace {

using profiles::AttributeColumn;
using profiles::AttributeKind;
using profiles::AttributeValue;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr Timestamp kMonday{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z

std::unique_ptr<warehouse::Warehouse> warehouse_of(const std::string& select) {
    warehouse::Options options;
    options.tables["customers"] = {.select = select};
    auto opened = warehouse::Warehouse::open(options);
    BOON_ASSERT(opened.has_value());
    return *std::move(opened);
}

std::shared_ptr<const profiles::Image> image_of(const std::vector<std::string>& ids) {
    auto schema = std::make_shared<profiles::Schema>();
    schema->columns.push_back({.name = "spend"});
    profiles::ImageBuilder builder(schema, ids.size());
    for (const std::string& id : ids) builder.add(id, std::array{1.0F}, kMonday);
    return std::move(builder).finish();
}

// The value as text, so that it is readable in a failure.
std::string at(const profiles::Attributes& attributes, std::size_t row, std::string_view name) {
    const auto& columns = *attributes.columns();
    const auto column = std::ranges::find(columns, name, &AttributeColumn::name);
    if (column == columns.end()) return "no such attribute";
    const AttributeValue value = attributes.at(row, static_cast<std::size_t>(column - columns.begin()));
    if (const auto* text = std::get_if<std::string_view>(&value)) return std::string(*text);
    if (const auto* number = std::get_if<double>(&value)) return json::to_text(*number);
    if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "yes" : "no";
    if (const auto* time = std::get_if<Timestamp>(&value)) return to_string(*time);
    return "missing";
}

constexpr const char* kTwo =
    "SELECT * FROM (VALUES ('a', 'prepaid', 9.99, true, DATE '2026-03-01', 'gold', 20000001, [1]), "
    "('b', NULL, NULL, NULL, NULL, NULL, NULL, NULL)) "
    "t(customer_id, contract_type, price, consent, renewed, plan, card, list)";

TEST(WarehouseAttributes, HaveTheTypesOfTheTable) {
    const auto warehouse = warehouse_of(kTwo);
    const auto found = find_attributes(*warehouse, {});
    ASSERT_TRUE(found) << to_text(found.error());
    EXPECT_THAT(
        found->columns,
        ElementsAre(
            AttributeColumn{"contract_type", AttributeKind::text}, AttributeColumn{"price", AttributeKind::number},
            AttributeColumn{"consent", AttributeKind::boolean}, AttributeColumn{"renewed", AttributeKind::time},
            AttributeColumn{"plan", AttributeKind::text}, AttributeColumn{"card", AttributeKind::number}
        )
    );
    EXPECT_THAT(found->left_out, ElementsAre(HasSubstr("list")));
}

// Nearly everybody has another: a name is no attribute, unless somebody says so.
TEST(WarehouseAttributes, TextOfManyWordsIsNoneUnlessDeclared) {
    const auto warehouse = warehouse_of(
        "SELECT 'c' || i AS customer_id, 'name ' || i AS full_name, 'p' || (i % 60) AS plan FROM range(1000) r(i)"
    );
    const auto found = find_attributes(*warehouse, {});
    ASSERT_TRUE(found) << to_text(found.error());
    EXPECT_THAT(found->columns, ElementsAre(AttributeColumn{"plan", AttributeKind::text}));
    EXPECT_THAT(found->left_out, ElementsAre(HasSubstr("full_name: 1000 different texts among 1000 customers")));
    const auto declared = find_attributes(*warehouse, {{"Full_Name", features::ColumnKind::text}});
    EXPECT_THAT(declared->columns, Contains(AttributeColumn{"full_name", AttributeKind::text}));
}

TEST(AttributeBytes, AreReadAsTheyWereWritten) {
    const profiles::AttributeColumns columns = {
        {"t", AttributeKind::text},
        {"n", AttributeKind::number},
        {"b", AttributeKind::boolean},
        {"d", AttributeKind::time}
    };
    const std::vector<std::vector<AttributeValue>> rows = {
        {std::string_view("gold"), 0.1 + 0.2, true, kMonday},
        {std::string_view(""), -0.0, false, Timestamp{-1}},
        {{}, {}, {}, {}}
    };
    for (const auto& values : rows) {
        const std::string bytes = attribute_bytes(columns, values);
        AttributeReader reader(columns, std::as_bytes(std::span(bytes)));
        for (const AttributeValue& value : values) EXPECT_EQ(reader.next().value(), value);
    }
    const std::string bytes = attribute_bytes(columns, rows[0]);
    AttributeReader cut(columns, std::as_bytes(std::span(bytes)).first(6));
    EXPECT_EQ(cut.next().error().code, ErrorCode::conflict);
}

class AttributeStoreTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMonday)); }

    Status fill(const std::string& select) {
        const auto warehouse = warehouse_of(select);
        BOON_TRY(const auto found, find_attributes(*warehouse, {}));
        BOON_TRY(auto begun, AttributeStore(*database_).begin(found.columns, kMonday));
        BOON_CHECK(read_attributes(*warehouse, found.columns, [&](auto ids, auto values) {
            return begun.add(ids, values);
        }));
        return begun.finish(kMonday);
    }
    Status take_record(std::string_view text) {
        auto import = Customers(*database_).begin("xiva", kMonday);
        BOON_CHECK(import.add({json::parse(text).value()}));
        BOON_TRY(const auto report, import.finish());
        return report.created == 1 ? Status() : fail(ErrorCode::internal, "not created");
    }
    std::shared_ptr<const profiles::Attributes> resident(const profiles::Image& image) {
        auto read = AttributeStore(*database_).resident(image);
        BOON_ASSERT(read.has_value());
        return *std::move(read);
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
};
INSTANTIATE_TEST_SUITE_P(Engines, AttributeStoreTest, ::testing::Values(db::Engine::sqlite, db::Engine::postgres));

TEST_P(AttributeStoreTest, WhatTheWarehouseSaysIsResident) {
    ASSERT_TRUE(fill(kTwo));
    const auto attributes = resident(*image_of({"b", "a", "nobody"}));
    EXPECT_EQ(at(*attributes, 1, "contract_type"), "prepaid");
    EXPECT_EQ(at(*attributes, 1, "price"), "9.99");
    EXPECT_EQ(at(*attributes, 1, "consent"), "yes");
    EXPECT_EQ(at(*attributes, 1, "renewed"), "2026-03-01T00:00:00Z");
    EXPECT_EQ(at(*attributes, 1, "card"), "20000001");  // more than a float holds
    for (const char* name : {"contract_type", "price", "consent", "renewed", "plan"}) {
        EXPECT_EQ(at(*attributes, 0, name), "missing");
        EXPECT_EQ(at(*attributes, 2, name), "missing");
    }
}

TEST_P(AttributeStoreTest, ANewFillReplacesTheOldAndAnUnfinishedOneIsReadAsFarAsItFits) {
    ASSERT_TRUE(fill(kTwo));
    const auto image = image_of({"a", "b"});
    const profiles::AttributeColumns columns = {{"tier", AttributeKind::text}, {"price", AttributeKind::number}};
    auto begun = AttributeStore(*database_).begin(columns, kMonday);
    ASSERT_TRUE(begun);
    const std::vector<std::string_view> ids = {"a"};
    const std::vector<AttributeValue> values = {std::string_view("high"), 12.5};
    ASSERT_TRUE(begun->add(ids, values));
    const auto during = resident(*image);
    EXPECT_EQ(at(*during, 0, "price"), "12.5");
    EXPECT_EQ(at(*during, 0, "tier"), "no such attribute");
    ASSERT_TRUE(begun->finish(kMonday));
    const auto after = resident(*image);
    EXPECT_EQ(at(*after, 0, "tier"), "high");
    EXPECT_EQ(at(*after, 0, "consent"), "no such attribute");
    EXPECT_EQ(at(*after, 1, "price"), "missing");
}

TEST_P(AttributeStoreTest, ARecordGoesBeforeTheWarehouse) {
    ASSERT_TRUE(fill(kTwo));
    ASSERT_TRUE(take_record(R"({"id": "b", "name": "Bea", "status": "Active", "characteristic": [
        {"name": "Plan", "value": "silver"}, {"name": "renewed", "value": "2026-02-01"},
        {"name": "price", "value": "dear"}, {"name": "marketingConsent", "value": false},
        {"name": "lines", "value": [1, 2]}]})"));
    const auto attributes = resident(*image_of({"a", "b"}));
    EXPECT_EQ(at(*attributes, 0, "plan"), "gold");
    EXPECT_EQ(at(*attributes, 1, "plan"), "silver");
    EXPECT_EQ(at(*attributes, 1, "renewed"), "2026-02-01T00:00:00Z");
    EXPECT_EQ(at(*attributes, 1, "price"), "missing");  // text is no number
    EXPECT_EQ(at(*attributes, 1, "marketingconsent"), "no");
    EXPECT_EQ(at(*attributes, 0, "marketingconsent"), "missing");
    EXPECT_EQ(at(*attributes, 1, "status"), "Active");
    EXPECT_EQ(at(*attributes, 1, "is_active"), "yes");
    EXPECT_EQ(at(*attributes, 1, "lines"), "no such attribute");
}

TEST_P(AttributeStoreTest, TheFeedTellsAndUnchangedColumnsAreTheSameObject) {
    const auto since = database_->read([](auto& connection) { return storage::feed_position(connection); });
    ASSERT_TRUE(fill(kTwo));
    ASSERT_TRUE(take_record(R"({"id": "b", "name": "Bea", "characteristic": [{"name": "vip", "value": true}]})"));
    const auto changes = database_->read([&](auto& connection) { return storage::poll_changes(connection, *since); });
    ASSERT_TRUE(changes);
    std::vector<std::string> kinds;
    for (const storage::Change& change : *changes) kinds.push_back(change.kind);
    EXPECT_THAT(kinds, ElementsAre(kAttributeChange, kAttributeChange));
    const auto image = image_of({"a", "b"});
    const auto first = image->with(resident(*image));
    EXPECT_EQ(resident(*first)->columns(), first->attributes().columns());
}

}  // namespace
}  // namespace boon::customers
