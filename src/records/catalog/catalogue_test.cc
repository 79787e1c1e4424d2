#include "records/catalog/catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::catalog {
namespace {

constexpr Timestamp kMonday{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z
const Author kAnn{"ann", kMonday};
const Author kBob{"bob", plus_days(kMonday, 1)};

class CatalogueTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kMonday)); }

    Offer made(std::string_view text) {
        auto offer = json::read_text<Offer>(text);
        EXPECT_TRUE(offer) << to_text(offer.error());
        auto created = catalogue_.create(*offer, kAnn);
        EXPECT_TRUE(created) << to_text(created.error());
        return created.value_or(Offer{});
    }
    std::int64_t number(std::string_view sql) {
        return database_->read([&](db::Connection& c) { return db::select_number(c, sql); }).value_or(-1);
    }
    static std::vector<OfferId> ids(const Page& page) {
        std::vector<OfferId> out;
        for (const Offer& offer : page.items) out.push_back(offer.offer_id);
        return out;
    }

    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Catalogue catalogue_{*database_, Names::defaults()};
};
INSTANTIATE_TEST_SUITE_P(Engines, CatalogueTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(CatalogueTest, WhatIsCreatedReadsBackWhole) {
    const Offer offer = made(
        R"({"name":"Double points","description":"d","category":"points","lifecycle_stage":"growth",
            "target_segment":"high_value","min_customer_value":10.50,"max_customer_value":999.99,
            "external_offer_id":"x1",
            "external_system":"file","valid_from":"2026-01-01","valid_until":"2027-01-01","channels":["app","sms"],
            "placements":["home"],"value":12.34,"redemption_cost":2,"contact_cost":0.05,"weight":1.5,"horizon_days":14,
            "tags":["spring"],"content":{"de":{"title":"Doppelt","channels":{"sms":{"text":"x2"}}}},"is_fallback":true,
            "attributes":{"difficulty":10.25},"price":19.90,"budget":5000,"exclusion_group":"bonus","one_time":true,
            "is_service_message":true,"eligibility_rule":{"and":[{">=":[{"var":"age"},18]},{"in":["a",["a","b"]]}]},
            "caps":[{"name":"weekly","scope":"customer","counts":"sent","limit":3,"period_days":7},
                    {"scope":"total","counts":"converted","limit":1000}]})"
    );
    EXPECT_EQ(offer.offer_id, 0);
    EXPECT_EQ(offer.version, 1);
    EXPECT_EQ(offer.created_at, kMonday);
    const auto back = catalogue_.read(0);
    ASSERT_TRUE(back) << to_text(back.error());
    EXPECT_EQ(*back, offer);
    EXPECT_EQ(back->value->minor, 1234);
    EXPECT_EQ(back->attributes.at("difficulty"), 10.25);
    EXPECT_EQ(back->price->minor, 1990);
    EXPECT_EQ(back->budget->minor, 500'000);
    EXPECT_EQ(back->caps[0].period_days, 7);
    EXPECT_EQ(back->caps[1].counts, CapCounts::converted);
    EXPECT_EQ(content_for(*back, "de", "sms")->text, "x2");
    EXPECT_EQ(json::to_text(back->eligibility_rule->at("and").at(1)), R"({"in":["a",["a","b"]]})");
}

TEST_P(CatalogueTest, IdsAreNeverGivenTwice) {
    EXPECT_EQ(made(R"({"name":"a"})").offer_id, 0);
    EXPECT_EQ(made(R"({"name":"b","offer_id":7})").offer_id, 7);
    ASSERT_TRUE(catalogue_.set_status(7, OfferStatus::retired, std::nullopt, kBob));
    EXPECT_EQ(made(R"({"name":"c"})").offer_id, 8);
    const auto again = catalogue_.create(*json::read_text<Offer>(R"({"name":"d","offer_id":7})"), kAnn);
    EXPECT_EQ(
        to_text(again.error()),
        "offer 7 exists already\nhint: change that one, or leave offer_id out to get the next free one"
    );
    EXPECT_EQ(again.error().code, ErrorCode::conflict);
    made(R"({"name":"last","offer_id":2147483647})");
    EXPECT_EQ(
        catalogue_.create(*json::read_text<Offer>(R"({"name":"e"})"), kAnn).error().message,
        "no offer id is left: the highest is in use"
    );
}

TEST_P(CatalogueTest, EveryChangeIsAVersionWithWhoAndWhen) {
    made(R"({"name":"a","weight":2})");
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"weight":3,"category":"points"})"), 1, kBob));
    ASSERT_TRUE(catalogue_.set_status(0, OfferStatus::paused, 2, kAnn));
    const auto history = catalogue_.history(0);
    ASSERT_TRUE(history) << to_text(history.error());
    ASSERT_EQ(history->size(), 3U);
    EXPECT_EQ(history->at(0).change, "paused");
    EXPECT_EQ(history->at(1).change, "patched");
    EXPECT_EQ(history->at(1).changed_by, "bob");
    EXPECT_EQ(history->at(1).changed_at, kBob.at);
    EXPECT_EQ(history->at(1).offer.at("weight").to_number<double>(), 3);
    EXPECT_EQ(history->at(2).change, "created");
    EXPECT_EQ(catalogue_.contents()->version, 3);
    EXPECT_EQ(number("select count(*) from change_feed where kind = 'offer' and key = '0'"), 3);
    EXPECT_EQ(catalogue_.history(5).error().message, "there is no offer 5");
}

TEST_P(CatalogueTest, AStaleVersionIsRefused) {
    made(R"({"name":"a"})");
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"name":"b"})"), 1, kAnn));
    const auto stale = catalogue_.patch(0, *json::parse(R"({"name":"c"})"), 1, kBob);
    EXPECT_EQ(stale.error().code, ErrorCode::failed_precondition);
    EXPECT_EQ(stale.error().message, "offer 0 is at version 2, not 1");
    EXPECT_EQ(catalogue_.read(0)->name, "b");
    EXPECT_EQ(catalogue_.read(1).error().code, ErrorCode::not_found);
}

TEST_P(CatalogueTest, AChangeOfNothingMakesNoVersion) {
    const Offer offer = made(R"({"name":"a"})");
    Offer same = offer;
    same.version = 0;
    EXPECT_EQ(catalogue_.replace(0, same, 1, kBob)->version, 1);
    EXPECT_EQ(catalogue_.patch(0, *json::parse(R"({"name":"a"})"), 1, kBob)->updated_at, kMonday);
    EXPECT_EQ(number("select count(*) from offer_versions"), 1);
}

TEST_P(CatalogueTest, PatchClearsWithNull) {
    made(
        R"({"name":"a","lifecycle_stage":"growth","value":5,"weight":3,"content":{"de":{"title":"x"},"en":{"title":"y"}}})"
    );
    const auto patched = catalogue_.patch(
        0, *json::parse(R"({"lifecycle_stage":null,"value":null,"weight":null,"content":{"de":null}})"), 1, kBob
    );
    ASSERT_TRUE(patched) << to_text(patched.error());
    EXPECT_EQ(patched->lifecycle_stage, std::nullopt);
    EXPECT_EQ(patched->value, std::nullopt);
    EXPECT_EQ(patched->weight, 1);
    EXPECT_EQ(patched->content.size(), 1U);
    EXPECT_EQ(patched->created_at, kMonday);
    EXPECT_EQ(catalogue_.patch(0, *json::parse(R"({"colour":1,"weight":-1})"), 2, kBob).error().fields.size(), 2U);
    EXPECT_FALSE(catalogue_.patch(0, *json::parse("[]"), 2, kBob));
}

TEST_P(CatalogueTest, RetiredIsTheEnd) {
    made(R"({"name":"a"})");
    ASSERT_TRUE(catalogue_.set_status(0, OfferStatus::retired, std::nullopt, kAnn));
    EXPECT_EQ(
        to_text(catalogue_.set_status(0, OfferStatus::live, std::nullopt, kAnn).error()),
        "offer 0 is retired and does not change\nhint: create a new offer"
    );
    made(R"({"name":"b"})");
    EXPECT_EQ(
        catalogue_.set_status(1, OfferStatus::draft, std::nullopt, kAnn).error().message,
        "a live offer cannot become draft"
    );
    EXPECT_EQ(
        catalogue_.replace(1, *json::read_text<Offer>(R"({"name":"b","offer_id":2})"), 1, kAnn).error().message,
        "offer 1 cannot become offer 2"
    );
}

TEST_P(CatalogueTest, PagesGiveEachOfferOnce) {
    for (const char* name : {"delta", "alpha", "charlie", "bravo", "alpha"}) {
        made(std::string(R"({"name":")") + name + R"("})");
    }
    ListQuery query{.sort = SortBy::name, .limit = 2};
    std::vector<OfferId> seen;
    do {
        const auto page = catalogue_.list(query);
        ASSERT_TRUE(page) << to_text(page.error());
        EXPECT_EQ(page->total, 5);
        for (const OfferId id : ids(*page)) seen.push_back(id);
        query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    EXPECT_THAT(seen, testing::ElementsAre(1, 4, 3, 2, 0));
    query.order = Order::descending;
    EXPECT_THAT(ids(*catalogue_.list(query)), testing::ElementsAre(0, 2));
    query.cursor = "zz";
    EXPECT_EQ(catalogue_.list(query).error().message, "the cursor is not one of this list");
    query.limit = 501;
    EXPECT_EQ(catalogue_.list(query).error().message, "the limit 501 is not within 1 and 500");
}

TEST_P(CatalogueTest, FiltersAndSearch) {
    made(R"({"name":"Ten % off","category":"discount"})");
    made(R"({"name":"Points","description":"ten times","status":"draft"})");
    made(R"({"name":"Shipping","lifecycle_stage":"growth","is_active":false})");
    const auto found = [&](const ListQuery& query) { return ids(*catalogue_.list(query)); };
    EXPECT_THAT(found({.search = "TEN"}), testing::ElementsAre(0, 1));
    EXPECT_THAT(found({.search = "%"}), testing::ElementsAre(0));
    EXPECT_THAT(found({.status = OfferStatus::draft}), testing::ElementsAre(1));
    EXPECT_THAT(found({.is_active = false}), testing::ElementsAre(2));
    EXPECT_THAT(found({.category = "discount"}), testing::ElementsAre(0));
    EXPECT_THAT(found({.lifecycle_stage = "growth"}), testing::ElementsAre(2));
}

TEST_P(CatalogueTest, ImportReportsEachRow) {
    made(R"({"name":"a"})");
    made(R"({"name":"old"})");
    ASSERT_TRUE(catalogue_.set_status(1, OfferStatus::retired, std::nullopt, kAnn));
    const auto rows = json::parse(
        R"([{"offer_id":0,"name":"a"},{"offer_id":5,"name":"five"},{"name":"","weight":-1},{"name":"next"},
            {"offer_id":5,"name":"twice"},{"offer_id":1,"name":"revived"},{"offer_id":0,"name":"x","colour":1}])"
    );
    const auto refused = catalogue_.import(rows->get_array(), ImportMode::all_or_nothing, kBob);
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->written);
    EXPECT_EQ(refused->rejected, 3);
    EXPECT_EQ(number("select count(*) from offers"), 2);

    const auto report = catalogue_.import(rows->get_array(), ImportMode::skip_bad, kBob);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_TRUE(report->written);
    EXPECT_EQ(report->unchanged, 1);
    EXPECT_EQ(report->created, 2);
    EXPECT_EQ(report->rejected, 4);
    EXPECT_EQ(report->rows[2].problem, "/name must not be empty; /weight must be at least 0");
    EXPECT_EQ(report->rows[3].offer_id, 6);
    EXPECT_EQ(report->rows[4].problem, "offer 5 is there twice");
    EXPECT_EQ(report->rows[5].problem, "offer 1 is retired and does not change");
    EXPECT_EQ(report->rows[6].problem, "/colour is not a known field");
}

TEST_P(CatalogueTest, AnImportThatMeetsARetiredOfferWritesNothing) {
    made(R"({"name":"old"})");
    ASSERT_TRUE(catalogue_.set_status(0, OfferStatus::retired, std::nullopt, kAnn));
    const auto rows = json::parse(R"([{"name":"new"},{"offer_id":0,"name":"revived"}])");
    const auto report = catalogue_.import(rows->get_array(), ImportMode::all_or_nothing, kBob);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_FALSE(report->written);
    EXPECT_EQ(report->created, 0);
    EXPECT_EQ(report->rejected, 1);
    EXPECT_EQ(number("select count(*) from offers"), 1);
}

TEST_P(CatalogueTest, WhatIsExportedImportsUnchanged) {
    made(R"({"name":"a","value":1.10,"attributes":{"x":0.1},"valid_from":"2026-01-01T00:00:00.5Z"})");
    json::Array rows;
    const auto page = catalogue_.list({});
    for (const Offer& offer : page->items) {
        rows.push_back(*json::parse(json::write(offer, catalogue_.context())));
    }
    const auto report = catalogue_.import(rows, ImportMode::all_or_nothing, kBob);
    ASSERT_TRUE(report);
    EXPECT_EQ(report->unchanged, 1);
}

}  // namespace
}  // namespace boon::catalog
