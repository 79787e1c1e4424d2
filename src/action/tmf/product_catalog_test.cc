// Resources, offers, listeners and files in one transaction each, on both engines.
#include "action/tmf/product_catalog_test.h"

#include <algorithm>

namespace boon::tmf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

INSTANTIATE_TEST_SUITE_P(
    Engines, ProductCatalogTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(ProductCatalogTest, AResourceLivesFromCreateToDelete) {
    const json::Object made = create(Kind::category, R"({"name":"Cloud","x":1,"id":"mine"})");
    EXPECT_NE(text_of(made, "id"), "mine");
    EXPECT_EQ(
        text_of(made, "href"),
        "https://boon.example/tmf-api/productCatalogManagement/v4/category/" + std::string(text_of(made, "id"))
    );
    EXPECT_EQ(text_of(made, "lastUpdate"), to_string(at_));
    EXPECT_EQ(read(Kind::category, made), made);
    EXPECT_EQ(patch(Kind::category, made, R"({"name":"Cloud"})"), made);  // nothing new, no lastUpdate
    json::Object expected = made;
    const json::Object changed =
        patch(Kind::category, made, R"({"x":null,"description":"d","lastUpdate":"1999-01-01"})");
    expected.erase("x");
    expected["description"] = "d";
    expected["lastUpdate"] = to_string(at_);
    EXPECT_EQ(changed, expected);
    EXPECT_EQ(read(Kind::category, made), changed);
    EXPECT_TRUE(catalog_.remove(Kind::category, text_of(made, "id"), author()));
    EXPECT_EQ(catalog_.read(Kind::category, text_of(made, "id")).error().code, ErrorCode::not_found);
    EXPECT_EQ(catalog_.remove(Kind::category, text_of(made, "id"), author()).error().code, ErrorCode::not_found);
}

TEST_P(ProductCatalogTest, OnlyWhatWasMeantIsChanged) {
    const auto is = [](const json::Object& resource) -> Meant {
        return [tag = etag_of(resource)](std::string_view etag) { return etag == tag; };
    };
    for (const Kind kind : {Kind::category, Kind::product_offering}) {
        const json::Object made = create(kind, R"({"name":"Cloud","version":"2"})");
        const std::string id(text_of(made, "id"));
        EXPECT_EQ(etag_of(made), etag_of(read(kind, made)));
        const json::Value renamed = json::Object{{"name", "Sky"}};
        const auto changed = catalog_.patch(kind, id, renamed, author(), is(made));
        ASSERT_TRUE(changed) << to_text(changed.error());
        EXPECT_NE(etag_of(*changed), etag_of(made));
        EXPECT_EQ(etag_of(*changed), etag_of(read(kind, made)));
        const json::Value again = json::Object{{"name", "Sea"}};
        EXPECT_EQ(catalog_.patch(kind, id, again, author(), is(made)).error().code, ErrorCode::failed_precondition);
        EXPECT_EQ(catalog_.remove(kind, id, author(), is(made)).error().code, ErrorCode::failed_precondition);
        EXPECT_EQ(text_of(read(kind, made), "name"), "Sky");
        EXPECT_TRUE(catalog_.remove(kind, id, author(), is(*changed)));
        EXPECT_EQ(catalog_.remove(kind, id, author(), is(made)).error().code, ErrorCode::not_found);
    }
}

TEST_P(ProductCatalogTest, WhoDidWhatIsKept) {
    const json::Object made = create(Kind::category, R"({"name":"Cloud"})");
    patch(Kind::category, made, R"({"name":"Cloud"})");
    patch(Kind::category, made, R"({"name":"Sky"})");
    ASSERT_TRUE(catalog_.remove(Kind::category, text_of(made, "id"), author()));
    listen();
    std::vector<std::string> deeds;
    ASSERT_TRUE(database_->read([&](db::Connection& c) {
        return c.query("select who, what, target from audit_log order by seq", {}, [&](const db::Row& row) -> Status {
            deeds.push_back(std::string(row.text(0)) + ' ' + std::string(row.text(1)));
            if (deeds.size() < 4) {
                EXPECT_EQ(row.text(2), "tmf620/category/" + std::string(text_of(made, "id")));
            }
            return {};
        });
    }));
    EXPECT_THAT(
        deeds, ElementsAre(
                   "kit tmf620.category.create", "kit tmf620.category.update", "kit tmf620.category.delete",
                   "kit tmf620.hub.create"
               )
    );
}

TEST_P(ProductCatalogTest, ListsCountWhatTheyDoNotShow) {
    for (int i = 0; i < 4; ++i) create(Kind::catalog, R"({"name":"A"})");
    create(Kind::category, R"({"name":"A"})");
    EXPECT_EQ(page(Kind::catalog, {}).total, 4U);
    const Page part = page(Kind::catalog, {.offset = 1, .limit = 2});
    EXPECT_EQ(part.total, 4U);
    EXPECT_THAT(part.items, SizeIs(2));
    EXPECT_EQ(part.items[0], page(Kind::catalog, {}).items[1]);
    EXPECT_THAT(page(Kind::catalog, {.filters = {{"name", "B"}}}).items, IsEmpty());
}

// What the database leaves out must be what the filters would: a list by a filter is the whole list, filtered.
TEST_P(ProductCatalogTest, AFilteredListIsTheWholeOneFiltered) {
    const auto sent = [&](Kind kind) {
        for (const char* body :
             {R"({"name":"A","lifecycleStatus":"Active"})", R"({"name":"A, B","lifecycleStatus":"Launched"})",
              R"({"name":"B","lifecycleStatus":"in_test"})", R"({"name":"7","lifecycleStatus":"Retired"})",
              R"({"name":"A","lifecycleStatus":"Suspended"})", R"({"name":"C"})"}) {
            create(kind, body);
        }
    };
    for (const Kind kind : {Kind::product_offering, Kind::product_specification}) sent(kind);
    // Changed elsewhere, changed here, deleted here.
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(offers_.create(named("A"), author()));
    ASSERT_TRUE(offers_.set_status(6, catalog::OfferStatus::paused, {}, author()));
    patch(Kind::product_offering, {{"id", "7"}}, R"({"statusReason":"sold out"})");
    ASSERT_TRUE(catalog_.remove(Kind::product_offering, "8", author()));
    for (const Kind kind : {Kind::product_offering, Kind::product_specification}) {
        const Page whole = page(kind, {});
        EXPECT_EQ(whole.total, kind == Kind::product_offering ? 8U : 7U);
        std::vector<std::pair<std::string, std::string>> filters = {
            {"id", "0,3,x,"},
            {"id", "008"},
            {"id", ""},
            {"name", "A"},
            {"name", "A, B"},
            {"name", "B,7"},
            {"name", ""},
            {"lifecycleStatus", "Active"},
            {"lifecycleStatus", "active"},
            {"lifecycleStatus", "In study,in_test,Suspended"},
            {"lifecycleStatus", "?"},
            {"lastUpdate", "2026-03-01"},
            {"lastUpdate", "soon"},
            {"name", std::string(300, ',') + "A"},
            {"@type", "x"}
        };
        for (const json::Object& resource : whole.items) {
            filters.emplace_back("lastUpdate", text_of(resource, "lastUpdate"));
            filters.emplace_back("id", text_of(resource, "id"));
        }
        for (const auto& first : filters) {
            for (const auto& second : filters) {
                const ListQuery query{.filters = {first, second}};
                std::vector<json::Object> expected;
                const OnItem keep = [&](json::Object&& item) { expected.push_back(std::move(item)); };
                Lister lister(query, keep);
                for (const json::Object& resource : whole.items) lister.add(resource);
                EXPECT_EQ(page(kind, query).items, expected)
                    << first.first << '=' << first.second << '&' << second.first << '=' << second.second;
            }
        }
        for (const std::size_t offset : {0U, 3U, 7U, 100U}) {
            const Page part = page(kind, {.offset = offset, .limit = 2, .fields = {"name"}});
            EXPECT_EQ(part.total, whole.total);
            ASSERT_THAT(part.items, SizeIs(std::min<std::size_t>(2, whole.total - std::min(offset, whole.total))));
            for (std::size_t i = 0; i < part.items.size(); ++i) {
                EXPECT_EQ(part.items[i], pick(whole.items[offset + i], {"name"}));
            }
        }
    }
}

TEST_P(ProductCatalogTest, AnOfferingAndItsOfferAreOneThing) {
    const json::Object made = create(
        Kind::product_offering,
        R"({"name":"Roaming","lifecycleStatus":"Active","category":[{"id":"9","name":"travel"}],"place":[{"id":"EU"}],)"
        R"("productOfferingPrice":[{"price":{"taxIncludedAmount":{"unit":"USD","value":4.99}}}]})"
    );
    catalog::Offer offer = offer_of(made);
    EXPECT_EQ(offer.name, "Roaming");
    EXPECT_EQ(offer.status, catalog::OfferStatus::live);
    EXPECT_EQ(offer.category, "travel");
    EXPECT_EQ(offer.external_system, "tmf");
    EXPECT_EQ(offer.price, Money{499});
    EXPECT_EQ(read(Kind::product_offering, made), made);
    // Changed here: the offer follows. Changed there: the offering follows, and keeps the rest.
    patch(Kind::product_offering, made, R"({"name":"Roaming+"})");
    EXPECT_EQ(offer_of(made).name, "Roaming+");
    ASSERT_TRUE(offers_.patch(offer.offer_id, json::parse(R"({"category":"holiday","price":5})").value(), {}, author())
    );
    const json::Object now = read(Kind::product_offering, made);
    EXPECT_EQ(text_of(now, "lastUpdate"), to_string(at_));
    EXPECT_EQ(now.at("category").at(0).at("name"), "holiday");
    EXPECT_EQ(now.at("productOfferingPrice").at(0).at("price").at("taxIncludedAmount").at("value"), 5.0);
    EXPECT_EQ(now.at("place"), made.at("place"));
    // Deleted here: retired there, and no offering any more.
    EXPECT_TRUE(catalog_.remove(Kind::product_offering, text_of(made, "id"), author()));
    EXPECT_EQ(offer_of(made).status, catalog::OfferStatus::retired);
    EXPECT_EQ(page(Kind::product_offering, {}).total, 0U);
}

TEST_P(ProductCatalogTest, WhatTheOfferRefusesLeavesNothing) {
    listen();
    const auto refused =
        catalog_.create(Kind::product_offering, json::Value(json::Object{{"name", std::string(256, 'x')}}), author());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().fields.at(0).pointer, "/name");
    EXPECT_THAT(waiting(), IsEmpty());
    EXPECT_EQ(page(Kind::product_offering, {}).total, 0U);
    for (const std::string_view id : {"7", "007", "-1", "x", ""}) {
        EXPECT_EQ(catalog_.read(Kind::product_offering, id).error().code, ErrorCode::not_found) << id;
    }
}

TEST_P(ProductCatalogTest, ListenersHearOfChangesAndOfNothingElse) {
    create(Kind::catalog, R"({"name":"before"})");
    ASSERT_TRUE(offers_.create(named("before"), author()));
    listen();
    const json::Object made = create(Kind::catalog, R"({"name":"A"})");
    patch(Kind::catalog, made, R"({"name":"A"})");
    patch(Kind::catalog, made, R"({"name":"B","lifecycleStatus":"Active"})");
    ASSERT_TRUE(catalog_.remove(Kind::catalog, text_of(made, "id"), author()));
    create(Kind::export_job, R"({"url":"data:,"})");
    ASSERT_TRUE(catalog_.follow(at_));
    EXPECT_THAT(
        waiting(),
        ElementsAre(
            "CatalogCreateEvent", "CatalogAttributeValueChangeEvent", "CatalogStateChangeEvent", "CatalogDeleteEvent"
        )
    );
}

TEST_P(ProductCatalogTest, OffersChangedElsewhereAreToldOnce) {
    listen();
    const json::Object here = create(Kind::product_offering, R"({"name":"here"})");
    auto elsewhere = offers_.create(named("elsewhere"), author());
    ASSERT_TRUE(elsewhere);
    EXPECT_EQ(catalog_.follow(at_), true);
    EXPECT_EQ(catalog_.follow(at_), false);
    ASSERT_TRUE(offers_.set_status(elsewhere->offer_id, catalog::OfferStatus::paused, {}, author()));
    ASSERT_TRUE(offers_.patch(offer_of(here).offer_id, json::parse(R"({"description":"d"})").value(), {}, author()));
    ASSERT_TRUE(offers_.patch(offer_of(here).offer_id, json::parse(R"({"weight":2})").value(), {}, author()));
    EXPECT_EQ(catalog_.follow(at_), true);
    // Another server of the same instance finds nothing left.
    ProductCatalog other{*database_, offers_, webhooks_, {}};
    EXPECT_EQ(other.follow(at_), false);
    EXPECT_THAT(
        waiting(), ElementsAre(
                       "ProductOfferingCreateEvent", "ProductOfferingCreateEvent",
                       "ProductOfferingAttributeValueChangeEvent", "ProductOfferingStateChangeEvent"
                   )
    );
}

TEST_P(ProductCatalogTest, FilesGoOutAndComeIn) {
    const json::Object price = create(Kind::product_offering_price, R"({"name":"P","price":{"unit":"USD","value":3}})");
    const json::Object offering = create(
        Kind::product_offering,
        R"({"name":"O","productOfferingPrice":[{"id":")" + std::string(text_of(price, "id")) + R"("}]})"
    );
    EXPECT_EQ(offer_of(offering).price, Money{300});
    const json::Object spare = create(Kind::product_offering_price, R"({"name":"Q","price":{"unit":"USD","value":4}})");
    const json::Object out = create(Kind::export_job, R"({"url":"data:"})");
    ASSERT_TRUE(catalog_.run_export(text_of(out, "id"), world()));
    const std::string file(text_of(read(Kind::export_job, out), "url"));
    EXPECT_EQ(text_of(read(Kind::export_job, out), "status"), "Succeeded");
    ASSERT_TRUE(catalog_.remove(Kind::product_offering_price, text_of(spare, "id"), author()));
    const auto version = offer_of(offering).version;
    const json::Object in = create(Kind::import_job, R"({"url":")" + file + R"("})");
    ASSERT_TRUE(catalog_.run_import(text_of(in, "id"), world()));
    EXPECT_EQ(text_of(read(Kind::import_job, in), "status"), "Succeeded") << json::to_text(read(Kind::import_job, in));
    EXPECT_EQ(read(Kind::product_offering_price, spare).at("price"), spare.at("price"));
    EXPECT_EQ(offer_of(offering).version, version);  // it said nothing new
    EXPECT_EQ(page(Kind::product_offering, {}).total, 1U);
}

TEST_P(ProductCatalogTest, AnImportedOfferingFindsItsOffer) {
    const auto import = [&](std::string_view content) {
        const json::Object job =
            create(Kind::import_job, json::to_text(json::Object{{"url", "data:," + std::string(content)}}));
        EXPECT_TRUE(catalog_.run_import(text_of(job, "id"), world()));
        return read(Kind::import_job, job);
    };
    import(R"([{"@type":"ProductOffering","id":"urn:x:1","name":"A"},{"@type":"ProductOffering","id":"40","name":"B"}])"
    );
    import(
        R"([{"@type":"ProductOffering","id":"urn:x:1","name":"A2"},{"@type":"ProductOffering","id":"40","name":"B2"}])"
    );
    const auto offers = offers_.contents().value().offers;
    ASSERT_THAT(offers, SizeIs(2));
    EXPECT_EQ(offers[0].name(), "A2");
    EXPECT_EQ(offers[0].offer().external_offer_id, "urn:x:1");
    EXPECT_EQ(offers[1].offer_id(), 40);
    EXPECT_EQ(offers[1].name(), "B2");
    // One that is retired does not come back; the others of the file do.
    ASSERT_TRUE(offers_.set_status(40, catalog::OfferStatus::retired, {}, author()));
    const json::Object job = import(
        R"([{"@type":"ProductOffering","id":"40","name":"B3"},{"@type":"Catalog","name":"C"},{"@type":"Catalog","name":"D","id":"a/b"}])"
    );
    EXPECT_EQ(text_of(job, "status"), "Failed");
    EXPECT_THAT(
        std::string(text_of(job, "errorLog")), HasSubstr("productOffering B3: the productOffering 40 is retired")
    );
    EXPECT_THAT(std::string(text_of(job, "errorLog")), HasSubstr("catalog D: its id must have"));
    EXPECT_EQ(page(Kind::catalog, {}).total, 1U);
}

TEST_P(ProductCatalogTest, AJobIsQueuedWithItsResourceAndDoesNothingOnceDeleted) {
    const json::Object job = create(Kind::import_job, R"({"url":"data:,[]","status":"Succeeded","errorLog":"x"})");
    EXPECT_EQ(text_of(job, "status"), "Not Started");
    EXPECT_FALSE(job.contains("errorLog"));
    EXPECT_EQ(
        *database_->read([](db::Connection& c) {
            return db::select_number(c, "select count(*) from jobs where kind = 'tmf_import' and state = 'queued'");
        }),
        1
    );
    ASSERT_TRUE(catalog_.remove(Kind::import_job, text_of(job, "id"), author()));
    EXPECT_EQ(catalog_.run_import(text_of(job, "id"), world()).value().at("imported"), 0);
}

}  // namespace
}  // namespace boon::tmf
