// Resources, offers, listeners and files in one transaction each, on both engines.
#include "action/tmf/product_catalog.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::tmf {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Timestamp kNow{1'770'000'000 * kMicrosPerSecond};

delivery::Sealing open_sealing() {
    const auto same = [](std::string_view text) { return Result<std::string>(std::string(text)); };
    return {.seal = same, .open = same, .is_current = [](std::string_view) { return true; }};
}

catalog::Offer named(std::string name) {
    catalog::Offer offer;
    offer.name = std::move(name);
    return offer;
}

class ProductCatalogTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, kNow)); }

    catalog::Author author() {
        at_ = plus_micros(at_, kMicrosPerSecond);
        return {.name = "kit", .at = at_};
    }
    json::Object create(Kind kind, std::string_view text) {
        auto made = catalog_.create(kind, json::parse(text).value(), author());
        EXPECT_TRUE(made) << to_text(made.error());
        return made.value_or(json::Object());
    }
    json::Object patch(Kind kind, const json::Object& resource, std::string_view text) {
        auto changed = catalog_.patch(kind, text_of(resource, "id"), json::parse(text).value(), author());
        EXPECT_TRUE(changed) << to_text(changed.error());
        return changed.value_or(json::Object());
    }
    json::Object read(Kind kind, const json::Object& resource) {
        return catalog_.read(kind, text_of(resource, "id")).value_or(json::Object());
    }
    catalog::Offer offer_of(const json::Object& offering) {
        return offers_.read(static_cast<OfferId>(std::stoi(std::string(text_of(offering, "id"))))).value();
    }
    void listen(std::string query = {}) {
        const json::Object wanted{{"callback", "http://127.0.0.1:9/"}, {"query", query}};
        ASSERT_TRUE(catalog_.subscribe(json::Value(wanted), author()));
    }
    struct Page {
        std::vector<json::Object> items;
        std::size_t total = 0;
    };
    Page page(Kind kind, const ListQuery& query) {
        Page page;
        const auto listed =
            catalog_.list(kind, query, [&](json::Object&& item) { page.items.push_back(std::move(item)); });
        EXPECT_TRUE(listed);
        EXPECT_EQ(listed->items, page.items.size());
        page.total = listed->total;
        return page;
    }
    // The types of what waits to be sent, in order.
    std::vector<std::string> waiting() {
        std::vector<std::string> types;
        EXPECT_TRUE(database_->read([&](db::Connection& c) {
            return c.query("select payload from outbox order by id", {}, [&](const db::Row& row) -> Status {
                types.emplace_back(text_of(json::parse(row.text(0)).value().get_object(), "eventType"));
                return {};
            });
        }));
        return types;
    }
    JobWorld world() {
        return {.progress = [](std::int64_t, std::int64_t) { return Status(); }, .now = [this] { return at_; }};
    }

    Timestamp at_ = kNow;
    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    catalog::Catalogue offers_{*database_, catalog::Names::defaults()};
    delivery::Webhooks webhooks_{*database_, open_sealing(), {.ports = {}, .allow_private = true}};
    ProductCatalog catalog_{*database_, offers_, webhooks_, {.public_url = "https://boon.example"}};
};
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

TEST_P(ProductCatalogTest, AReferenceToACategoryGetsItsName) {
    const std::string id(text_of(create(Kind::category, R"({"name":"Roaming"})"), "id"));
    const auto made = create(Kind::product_offering, R"({"name":"a","category":[{"id":")" + id + R"("},{"id":"x"}]})");
    const OfferId offer = std::stoi(std::string(text_of(made, "id")));
    EXPECT_EQ(offers_.read(offer)->category, "Roaming");
    EXPECT_EQ(made.at("category").at(0).at("id"), json::Value(id));
    EXPECT_EQ(made.at("category").at(0).at("name"), "Roaming");
    EXPECT_FALSE(made.at("category").at(1).get_object().contains("name"));
    patch(Kind::product_offering, made, R"({"category":[{"id":"x"}]})");
    EXPECT_EQ(offers_.read(offer)->category, "x");
    patch(Kind::product_offering, made, R"({"category":[{"id":")" + id + R"("}]})");
    EXPECT_EQ(offers_.read(offer)->category, "Roaming");
}

TEST_P(ProductCatalogTest, OffersFollowThePriceTheyReferTo) {
    const json::Object price = create(Kind::product_offering_price, R"({"name":"p","price":{"unit":"USD","value":5}})");
    const std::string body =
        R"({"name":"a","productOfferingPrice":[{"id":")" + std::string(text_of(price, "id")) + R"("}]})";
    const auto id_of = [](const json::Object& offering) { return std::stoi(std::string(text_of(offering, "id"))); };
    const json::Object follows = create(Kind::product_offering, body);
    const json::Object changed = create(Kind::product_offering, body);
    const json::Object retired = create(Kind::product_offering, body);
    EXPECT_EQ(offers_.read(id_of(follows))->price, Money{500});
    ASSERT_TRUE(offers_.patch(id_of(changed), *json::parse(R"({"price":7})"), std::nullopt, author()));
    ASSERT_TRUE(offers_.set_status(id_of(retired), catalog::OfferStatus::retired, std::nullopt, author()));

    patch(Kind::product_offering_price, price, R"({"price":{"unit":"USD","value":6}})");
    EXPECT_EQ(offers_.read(id_of(follows))->price, Money{600});
    EXPECT_EQ(offers_.read(id_of(changed))->price, Money{700});
    EXPECT_EQ(offers_.read(id_of(retired))->price, Money{500});
    // The offering still refers to it.
    EXPECT_EQ(read(Kind::product_offering, follows).at("productOfferingPrice").at(0).at("id"), price.at("id"));

    const auto refused = catalog_.remove(Kind::product_offering_price, text_of(price, "id"), author());
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    ASSERT_TRUE(catalog_.remove(Kind::product_offering, text_of(follows, "id"), author()));
    ASSERT_TRUE(catalog_.remove(Kind::product_offering, text_of(changed, "id"), author()));
    EXPECT_TRUE(catalog_.remove(Kind::product_offering_price, text_of(price, "id"), author()));
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
    const json::Object out = create(Kind::export_job, R"({"url":"data:"})");
    ASSERT_TRUE(catalog_.run_export(text_of(out, "id"), world()));
    const std::string file(text_of(read(Kind::export_job, out), "url"));
    EXPECT_EQ(text_of(read(Kind::export_job, out), "status"), "Succeeded");
    ASSERT_TRUE(catalog_.remove(Kind::product_offering_price, text_of(price, "id"), author()));
    const auto version = offer_of(offering).version;
    const json::Object in = create(Kind::import_job, R"({"url":")" + file + R"("})");
    ASSERT_TRUE(catalog_.run_import(text_of(in, "id"), world()));
    EXPECT_EQ(text_of(read(Kind::import_job, in), "status"), "Succeeded") << json::to_text(read(Kind::import_job, in));
    EXPECT_EQ(read(Kind::product_offering_price, price).at("price"), price.at("price"));
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
