// The pure parts: bodies brought into form, filters, fields, pages, data: URLs, and offerings as offers.
#include <gmock/gmock.h>

#include "action/tmf/data_url.h"
#include "action/tmf/events.h"
#include "action/tmf/listing.h"
#include "action/tmf/offering.h"
#include "action/tmf/resource.h"
#include "action/tmf/schema.h"

namespace boon::tmf {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

json::Object object(std::string_view text) { return json::parse(text).value().get_object(); }

std::string conformed(std::string_view definition, std::string_view text) {
    json::Object body = object(text);
    const Status status = conform(body, definition_of(definition));
    return status ? json::to_text(body) : to_text(status.error());
}

TEST(ConformTest, WhatIsAlreadyInFormStaysAsItIs) {
    for (const std::string_view text :
         {R"({"name":"A","isRoot":true,"lastUpdate":"2026-03-01T12:30:00.5+01:00","subCategory":[{"id":"1"}]})",
          R"({"name":"A","extension":{"deep":[1,null,{"a":"b"}]}})", "{}"}) {
        EXPECT_EQ(conformed("Category", text), text);
    }
}

TEST(ConformTest, WhatIsEvidentIsBroughtIntoForm) {
    const auto expect = [](std::string_view definition, std::string_view given, std::string_view expected) {
        EXPECT_EQ(conformed(definition, given), expected) << given;
    };
    expect("Catalog", R"({"name":7,"version":1.5,"description":null})", R"({"name":"7","version":"1.5"})");
    expect("Category", R"({"isRoot":"false"})", R"({"isRoot":false})");
    expect("Category", R"({"subCategory":{"id":3}})", R"({"subCategory":[{"id":"3"}]})");
    expect("Duration", R"({"amount":"12","units":"month"})", R"({"amount":12,"units":"month"})");
    expect("Duration", R"({"amount":12.0})", R"({"amount":12})");
    expect("Money", R"({"value":"9.5"})", R"({"value":9.5})");
    expect("TimePeriod", R"({"startDateTime":"2026-03-01"})", R"({"startDateTime":"2026-03-01T00:00:00Z"})");
    expect(
        "TimePeriod", R"({"startDateTime":"2026-03-01T00:00:00.123456789Z"})",
        R"({"startDateTime":"2026-03-01T00:00:00.123456Z"})"
    );
    expect("CategoryRef", R"({"href":"https://x/category/12/"})", R"({"href":"https://x/category/12/","id":"12"})");
    expect("CategoryRef", R"({"name":"Cloud"})", R"({"name":"Cloud","id":"Cloud"})");
    expect("RelatedParty", R"({"id":"1"})", R"({"id":"1","@referredType":"Party"})");
}

TEST(ConformTest, EveryMistakeIsNamedWithItsPlace) {
    EXPECT_EQ(
        conformed(
            "ProductOffering",
            R"({"name":[],"isBundle":"maybe","validFor":"now","category":[{"id":"1"},{"version":"2"}],)"
            R"("productOfferingTerm":[{"duration":{"amount":1.5}}],"lastUpdate":"yesterday"})"
        ),
        "6 attributes are wrong\n"
        "  /isBundle: must be true or false\n"
        "  /lastUpdate: must be a time such as 2026-03-01T12:30:00Z\n"
        "  /name: must be text\n"
        "  /category/1/id: is missing\n"
        "  /productOfferingTerm/0/duration/amount: must be a whole number\n"
        "  /validFor: must be an object"
    );
    EXPECT_EQ(
        conformed("CategoryRef", R"({"id":"a\u0000b","version":"\u0000"})"),
        "2 attributes are wrong\n  /id: has a NUL in it\n  /version: has a NUL in it"
    );
    EXPECT_EQ(conformed("Money", R"({"value":"1e999"})"), "one attribute is wrong\n  /value: must be a number");
    EXPECT_EQ(
        conformed(
            "Category", R"({"name":"a","validFor":{"startDateTime":"2026-03-02","endDateTime":"2026-03-01T23:00:00Z"}})"
        ),
        "one attribute is wrong\n  /validFor/endDateTime: is before startDateTime"
    );
}

TEST(CompleteTest, EveryResourceHasWhatItsProfileWants) {
    const auto completed = [](Kind kind, std::string_view text) {
        json::Object body = object(text);
        complete(kind, body);
        return body;
    };
    EXPECT_EQ(completed(Kind::catalog, R"({"lifecycleStatus":"Active"})").at("lifecycleStatus"), "Active");
    EXPECT_EQ(completed(Kind::catalog, "{}").at("lifecycleStatus"), "In study");
    EXPECT_EQ(completed(Kind::category, "{}").at("isRoot"), true);
    EXPECT_EQ(completed(Kind::category, R"({"parentId":"1"})").at("isRoot"), false);
    EXPECT_EQ(completed(Kind::product_offering_price, "{}").at("priceType"), "oneTime");
    EXPECT_EQ(
        completed(Kind::product_offering_price, R"({"recurringChargePeriodType":"month"})").at("priceType"), "recurring"
    );
    EXPECT_EQ(completed(Kind::product_offering, "{}").at("productSpecification").at("id"), "boon-offer");
    const auto bundle = completed(Kind::product_offering, R"({"isBundle":true})");
    EXPECT_FALSE(bundle.contains("productSpecification"));
    EXPECT_EQ(bundle.at("bundledProductOffering"), json::Array());
    EXPECT_EQ(completed(Kind::import_job, "{}"), object(R"({"@type":"ImportJob","contentType":"application/json"})"));
}

TEST(ListingTest, FiltersAreEqualities) {
    const json::Value resource(object(
        R"({"name":"a, b","isRoot":true,"n":5,"category":[{"id":"1"},{"id":"2","tags":["x","y"]}],"dot.ted":"d"})"
    ));
    for (const auto& [path, value] : std::vector<std::pair<std::string, std::string>>{
             {"name", "a, b"},
             {"isRoot", "true"},
             {"n", "5"},
             {"category.id", "2"},
             {"category.id", "7,2"},
             {"category.tags", "y"},
             {"dot.ted", "d"}
         }) {
        EXPECT_TRUE(matches(resource, path, value)) << path << "=" << value;
    }
    for (const auto& [path, value] : std::vector<std::pair<std::string, std::string>>{
             {"name", "a"},
             {"name", "a, b,c"},
             {"name", "A, b"},
             {"isRoot", "1"},
             {"nothing", ""},
             {"category", "1"},
             {"category.id", "3"},
             {"name.id", "a"},
             {"n", "5.0"}
         }) {
        EXPECT_FALSE(matches(resource, path, value)) << path << "=" << value;
    }
}

TEST(ListingTest, AFilterAsksForItselfAndForItsParts) {
    EXPECT_THAT(alternatives("id", "a"), ElementsAre("a"));
    EXPECT_THAT(alternatives("id", ""), ElementsAre(""));
    EXPECT_THAT(alternatives("category.id", "a, b,,c"), ElementsAre("a, b,,c", "a", " b", "c"));
    EXPECT_THAT(alternatives("lifecycleStatus", "Active,Retired"), ElementsAre("Active,Retired", "Active", "Retired"));
    EXPECT_THAT(alternatives("id", ","), ElementsAre(","));
    // A name may hold commas of its own.
    EXPECT_THAT(alternatives("name", "a,b"), ElementsAre("a,b"));
}

TEST(ListingTest, AQueryIsReadAndAPageTaken) {
    const auto query = http::Query::parse("fields=name,x&offset=1&limit=2&name=a&b.c=1");
    const auto wanted = list_query(*query);
    ASSERT_TRUE(wanted);
    EXPECT_THAT(wanted->fields, ElementsAre("name", "x"));
    EXPECT_THAT(wanted->filters, ElementsAre(testing::Pair("name", "a"), testing::Pair("b.c", "1")));
    EXPECT_FALSE(list_query(*http::Query::parse("limit=-1")));
    EXPECT_FALSE(list_query(*http::Query::parse("sort=name")));
    const ListQuery two{.offset = 1, .limit = 2, .fields = {"n"}, .filters = {{"odd", "true"}}};
    std::vector<json::Object> items;
    const OnItem keep = [&](json::Object&& item) { items.push_back(std::move(item)); };
    Lister lister(two, keep);
    for (int i = 0; i < 10; ++i) lister.add({{"id", std::to_string(i)}, {"n", i}, {"odd", i % 2 == 1}});
    EXPECT_EQ(lister.listed().total, 5U);
    EXPECT_EQ(lister.listed().items, 2U);
    ASSERT_THAT(items, SizeIs(2));
    EXPECT_EQ(items[0], object(R"({"id":"3","n":3})"));
    EXPECT_EQ(items[1], object(R"({"id":"5","n":5})"));
}

TEST(DataUrlTest, HoldsAFile) {
    EXPECT_EQ(read_data_url("data:application/json;base64,eyJhIjoiw6QifQ=="), R"({"a":"ä"})");
    EXPECT_EQ(read_data_url("data:,%5B1%5D"), "[1]");
    EXPECT_EQ(read_data_url("data:application/json,[]"), "[]");
    EXPECT_EQ(json_data_url(R"({"a":"ä"})"), "data:application/json;base64,eyJhIjoiw6QifQ==");
    for (const std::string_view bad : {"data:", "data:x", "data:;base64,!!", "data:;base64,/w==", "data:,%F"}) {
        EXPECT_FALSE(read_data_url(bad)) << bad;
    }
}

TEST(OfferingTest, LifecycleWordsAreStates) {
    using catalog::OfferStatus;
    for (const std::string_view word : {"Active", "launched", "LAUNCHED", "live"}) {
        EXPECT_EQ(status_of(word), OfferStatus::live) << word;
    }
    for (const std::string_view word : {"In study", "In Design", "in_test", "Rejected", "whatever", ""}) {
        EXPECT_EQ(status_of(word), OfferStatus::draft) << word;
    }
    EXPECT_EQ(status_of("Suspended"), OfferStatus::paused);
    EXPECT_EQ(status_of("Obsolete"), OfferStatus::retired);
    for (const auto status : {OfferStatus::draft, OfferStatus::live, OfferStatus::paused, OfferStatus::retired}) {
        EXPECT_EQ(status_of(lifecycle_of(status)), status);  // what is served means what it meant
    }
}

TEST(OfferingTest, WhatTheOfferSaysGoesAndTheRestStays) {
    const json::Object sent =
        object(R"({"name":"A","lifecycleStatus":"Launched","place":[{"id":"EU"}],"category":[{"id":"1","name":"c"}],)"
               R"("validFor":{"startDateTime":"2026-01-01T01:00:00+01:00"},"channel":[{"id":"x"}]})");
    catalog::Offer offer;
    offer.offer_id = 7;
    offer.name = "A";
    offer.category = "c";
    offer.channels = {"x"};
    offer.valid_from = *parse_timestamp("2026-01-01T00:00:00Z");
    const json::Context context;
    json::Object same = sent;
    same["id"] = "7";
    EXPECT_EQ(offering_of({offer, sent, std::nullopt, context}), same);
    offer.name = "B";
    offer.status = catalog::OfferStatus::paused;
    offer.valid_until = *parse_timestamp("2027-01-01T00:00:00Z");
    offer.channels.clear();
    EXPECT_EQ(
        offering_of({offer, sent, std::nullopt, context}),
        object(R"({"id":"7","name":"B","lifecycleStatus":"Suspended","place":[{"id":"EU"}],)"
               R"("category":[{"id":"1","name":"c"}],"validFor":)"
               R"({"startDateTime":"2026-01-01T01:00:00+01:00","endDateTime":"2027-01-01T00:00:00Z"}})")
    );
}

TEST(OfferingTest, PlacesOfMistakesAreTheOfferings) {
    Error error{ErrorCode::invalid, "x"};
    error.fields = {{"/valid_until", "a"}, {"/channels/1", "b"}, {"/name", "c"}, {"/weight", "d"}};
    const Error said = in_offering(error);
    EXPECT_THAT(
        said.fields, ElementsAre(
                         FieldError{"/validFor/endDateTime", "a"}, FieldError{"/channel", "b"},
                         FieldError{"/name", "c"}, FieldError{"/weight", "d"}
                     )
    );
}

TEST(EventsTest, SayWhatDiffers) {
    const json::Object before = object(R"({"name":"a","lifecycleStatus":"In study","lastUpdate":"1"})");
    json::Object after = before;
    after["lastUpdate"] = "2";
    EXPECT_THAT(changes_between(before, after), IsEmpty());
    after["lifecycleStatus"] = "Active";
    EXPECT_THAT(changes_between(before, after), ElementsAre(Change::state));
    after.erase("name");
    EXPECT_THAT(changes_between(before, after), ElementsAre(Change::attribute_value, Change::state));
    EXPECT_EQ(
        event_type(Kind::product_offering_price, Change::attribute_value),
        "ProductOfferingPriceAttributeValueChangeEvent"
    );
}

TEST(EventsTest, AQueryChooses) {
    const json::Object event =
        notification(Kind::catalog, Change::created, object(R"({"id":"1","name":"x"})"), Timestamp{});
    const auto asks = [&](std::string_view query) { return asks_for(query, event).value(); };
    EXPECT_TRUE(asks(""));
    EXPECT_TRUE(asks("eventType=CatalogCreateEvent"));
    EXPECT_TRUE(asks("eventType=Other,CatalogCreateEvent&event.catalog.name=x"));
    EXPECT_FALSE(asks("eventType=Other"));
    EXPECT_FALSE(asks("event.catalog.name=y"));
    EXPECT_TRUE(check_query("eventType=A&event.catalog.id=2"));
    EXPECT_FALSE(check_query("fields=name"));
}

}  // namespace
}  // namespace boon::tmf
