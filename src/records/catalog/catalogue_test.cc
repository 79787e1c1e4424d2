#include "records/catalog/catalogue_test.h"

#include <map>
#include <set>

namespace boon::catalog {
namespace {

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
    // Nothing is left above: the free ones below are given.
    EXPECT_EQ(made(R"({"name":"e"})").offer_id, 1);
    EXPECT_EQ(made(R"({"name":"f"})").offer_id, 2);
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

TEST_P(CatalogueTest, AnOfferWhoseNamesAreGoneMayComeToRest) {
    Names names = Names::defaults();
    names.audiences = {"vip"};
    catalogue_.set_names(names);
    made(R"({"name":"a","target_segment":"vip"})");
    catalogue_.set_names(Names::defaults());
    EXPECT_EQ(
        catalogue_.patch(0, *json::parse(R"({"weight":2})"), 1, kBob).error().fields.at(0).pointer, "/target_segment"
    );
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"status":"paused"})"), 1, kBob));
    EXPECT_FALSE(catalogue_.set_status(0, OfferStatus::live, std::nullopt, kBob));
    EXPECT_TRUE(catalogue_.set_status(0, OfferStatus::retired, std::nullopt, kBob));
}

// The names that the catalogue knows may be older than a change of the audiences.
TEST_P(CatalogueTest, AnAudienceThatWentMeanwhileIsNoTarget) {
    Names names = Names::defaults();
    names.audiences = {"regulars", "vip"};
    std::vector<std::string> held;
    const auto hold = [&](db::Connection&, std::string_view name) -> Result<bool> {
        held.emplace_back(name);
        return name != "vip";
    };
    Catalogue catalogue(*database_, names, FourEyes::off, hold);
    const Offer aimed = *json::read_text<Offer>(R"({"name":"a","target_segment":"vip"})");
    const auto refused = catalogue.create(aimed, kAnn);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/target_segment");
    EXPECT_EQ(
        catalogue.import(rows(R"([{"name":"a","target_segment":"vip"}])"), {}, kAnn).error().code, ErrorCode::invalid
    );
    EXPECT_EQ(number("select count(*) from offers"), 0);

    held.clear();
    ASSERT_TRUE(catalogue.create(*json::read_text<Offer>(R"({"name":"a","target_segment":"regulars"})"), kAnn));
    ASSERT_TRUE(catalogue.create(*json::read_text<Offer>(R"({"name":"b","target_segment":"at_risk"})"), kAnn));
    EXPECT_THAT(held, testing::ElementsAre("regulars"));
    // Who aims at it already holds it by being there.
    ASSERT_TRUE(catalogue.patch(0, *json::parse(R"({"weight":2})"), 1, kAnn));
    EXPECT_EQ(held.size(), 1U);
    EXPECT_FALSE(catalogue.patch(1, *json::parse(R"({"target_segment":"vip"})"), 1, kAnn));
    EXPECT_EQ(catalogue.read(1)->target_segment, "at_risk");
}

// docs/catalogue.md, "From draft to retired".
TEST_P(CatalogueTest, EveryTransitionIsOfTheTable) {
    using enum OfferStatus;
    const std::vector<OfferStatus> all = {draft, live, paused, retired};
    const std::map<OfferStatus, std::set<OfferStatus>> allowed = {
        {draft, {draft, live, retired}},
        {live, {live, paused, retired}},
        {paused, {live, paused, retired}},
        {retired, {retired}}
    };
    for (const OfferStatus from : all) {
        for (const OfferStatus to : all) {
            Offer offer = *json::read_text<Offer>(R"({"name":"a"})");
            offer.status = from;
            const OfferId id = catalogue_.create(offer, kAnn)->offer_id;
            const auto changed = catalogue_.set_status(id, to, std::nullopt, kBob);
            SCOPED_TRACE(std::string(enum_name(from)) + " to " + std::string(enum_name(to)));
            EXPECT_EQ(changed.has_value(), allowed.at(from).contains(to));
            EXPECT_EQ(catalogue_.read(id)->status, changed ? to : from);
            if (!changed) {
                EXPECT_EQ(changed.error().code, ErrorCode::conflict);
            }
        }
    }
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

TEST_P(CatalogueTest, ASortByNumbersGoesOn) {
    for (const char* weight : {"0.5", "2", "0.25", "2"}) {
        made(std::string(R"({"name":"a","weight":)") + weight + "}");
    }
    ListQuery query{.sort = SortBy::weight, .order = Order::descending, .limit = 1};
    std::vector<OfferId> seen;
    do {
        const auto page = catalogue_.list(query);
        ASSERT_TRUE(page) << to_text(page.error());
        seen.push_back(page->items.at(0).offer_id);
        query.cursor = page->next_cursor;
    } while (!query.cursor.empty());
    EXPECT_THAT(seen, testing::ElementsAre(3, 1, 0, 2));
    // The same list's cursor, with a word where the weight should be.
    query.cursor = "5b22776569676874222c2261222c315d";
    EXPECT_EQ(catalogue_.list(query).error().message, "the cursor is not one of this list");
}

TEST_P(CatalogueTest, Filters) {
    made(R"({"name":"a","category":"discount","tags":["spring","new"],"channels":["app"],"valid_until":"2026-03-01"})");
    made(R"({"name":"b","category":"points","status":"draft","placements":["home \"top\""],"exclusion_group":"bonus"})"
    );
    made(R"({"name":"c","lifecycle_stage":"growth","is_active":false,"tags":["spring"],"channels":["sms","App"],
             "valid_from":"2026-03-01","target_segment":"high_value","external_system":"xiva"})");
    using testing::ElementsAre;
    EXPECT_THAT(found({}), ElementsAre(0, 1, 2));
    EXPECT_THAT(found({.status = {OfferStatus::draft}}), ElementsAre(1));
    EXPECT_THAT(found({.status = {OfferStatus::draft, OfferStatus::live}}), ElementsAre(0, 1, 2));
    EXPECT_THAT(found({.is_active = false}), ElementsAre(2));
    EXPECT_THAT(found({.category = {"discount", "points"}}), ElementsAre(0, 1));
    EXPECT_THAT(found({.lifecycle_stage = {"growth"}}), ElementsAre(2));
    EXPECT_THAT(found({.target_segment = {"high_value"}}), ElementsAre(2));
    EXPECT_THAT(found({.external_system = {"xiva"}}), ElementsAre(2));
    EXPECT_THAT(found({.exclusion_group = {"bonus"}}), ElementsAre(1));
    EXPECT_THAT(found({.tag = {"spring"}}), ElementsAre(0, 2));
    EXPECT_THAT(found({.tag = {"sprin", "new"}}), ElementsAre(0));
    EXPECT_THAT(found({.channel = {"app"}}), ElementsAre(0, 1));
    EXPECT_THAT(found({.placement = {"home \"top\""}}), ElementsAre(0, 1, 2));
    EXPECT_THAT(found({.placement = {"home"}}), ElementsAre(0, 2));
    EXPECT_THAT(found({.valid_at = Timestamp{kMonday.micros - kMicrosPerDay}}), ElementsAre(1, 2));
    EXPECT_THAT(found({.valid_at = Timestamp{kMonday.micros - kMicrosPerDay - 1}}), ElementsAre(0, 1));
    EXPECT_THAT(found({.ids = {2, 0, 9}, .category = {"discount"}}), ElementsAre(0));
    EXPECT_EQ(catalogue_.list({.filter = {.tag = {"spring"}}, .limit = 1})->total, 2);
}

TEST_P(CatalogueTest, SearchKnowsNeitherCaseNorAccents) {
    made(R"({"name":"Ten % off","category":"discount","external_offer_id":"XV_7"})");
    made(R"({"name":"Points","description":"ten times ÉCLAIR, Straße, ΣΊΣΥΦΟΣ, ПРИВЕТ","status":"draft"})");
    made(R"({"name":"Shipping","tags":["Crème brûlée"]})");
    using testing::ElementsAre;
    EXPECT_THAT(found({.q = "TEN"}), ElementsAre(0, 1));
    EXPECT_THAT(found({.q = "%"}), ElementsAre(0));
    EXPECT_THAT(found({.q = "_"}), ElementsAre(0));
    EXPECT_THAT(found({.q = "eclair"}), ElementsAre(1));
    EXPECT_THAT(found({.q = "STRASSE σίσυφος"}), ElementsAre(1));
    EXPECT_THAT(found({.q = "привет"}), ElementsAre(1));
    EXPECT_THAT(found({.q = "  creme  BRULEE "}), ElementsAre(2));
    EXPECT_THAT(found({.q = "ten brulee"}), testing::IsEmpty());
    EXPECT_THAT(found({.q = "xv_7"}), ElementsAre(0));
    ASSERT_TRUE(catalogue_.patch(0, *json::parse(R"({"name":"Zehn"})"), 1, kBob));
    EXPECT_THAT(found({.q = "off"}), testing::IsEmpty());
}

TEST_P(CatalogueTest, OffersOfAnEarlierReleaseAreFoundOnceItIsPrepared) {
    made(R"({"name":"Crème"})");
    ASSERT_TRUE(database_->write([](db::Connection& c) { return c.execute("update offers set search_text = null"); }));
    EXPECT_THAT(found({.q = "creme"}), testing::IsEmpty());
    ASSERT_TRUE(catalogue_.prepare());
    EXPECT_THAT(found({.q = "creme"}), testing::ElementsAre(0));
}

TEST_P(CatalogueTest, AnotherRoomWritesWithinItsOwnTransaction) {
    const auto both = database_->write([&](db::Connection& connection) -> Result<Offer> {
        BOON_TRY(Offer offer, catalogue_.create(connection, *json::read_text<Offer>(R"({"name":"a"})"), kAnn));
        BOON_TRY(offer, catalogue_.patch(connection, {offer.offer_id}, *json::parse(R"({"weight":2})"), kAnn));
        BOON_TRY(offer, catalogue_.set_status(connection, {offer.offer_id}, OfferStatus::paused, kAnn));
        return fail(ErrorCode::conflict, "the other room failed");
    });
    EXPECT_FALSE(both);
    EXPECT_EQ(number("select count(*) from offers"), 0);
    EXPECT_EQ(number("select count(*) from offer_versions"), 0);
}

}  // namespace
}  // namespace boon::catalog
