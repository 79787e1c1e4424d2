// Salesforce, HubSpot and Dataverse against the fake upstream.
#include <fmt/format.h>

#include "records/sync/dataverse.h"
#include "records/sync/fetch.h"
#include "records/sync/hubspot.h"
#include "records/sync/salesforce.h"
#include "records/sync/source_test.h"

namespace boon::sync {
namespace {

using ::testing::ElementsAre;
using testing::fresh_upstream;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class CrmTest : public ::testing::Test {
protected:
    Crawled crawled(const std::string& token = {}) { return crawl(config_, world_.make(), token); }
    std::string fault(const std::string& fault, const std::string& token = {}) {
        upstream_.control(R"({"clear": true, "fault": )" + fault + "}");
        return crawled(token).error();
    }
    void set_option(std::string_view name, const json::Value& value) { config_.options.as_object()[name] = value; }

    testing::FakeUpstream& upstream_ = fresh_upstream();
    TestWorld world_;
    SourceConfig config_{.name = "crm"};
};

std::vector<std::string> padded(std::string_view prefix, int width, const std::vector<int>& numbers) {
    std::vector<std::string> ids;
    for (const int number : numbers) ids.push_back(fmt::format("{}{:0{}}", prefix, number, width));
    return ids;
}

std::vector<std::string> deleted(const Crawled& crawled) {
    std::vector<std::string> ids;
    for (const UpstreamRecord& record : crawled.records) {
        if (record.deleted) ids.push_back(record.external_id);
    }
    return ids;
}

class SalesforceTest : public CrmTest {
protected:
    SalesforceTest() {
        upstream_.control(R"({"generate": {"count": 25}, "set": {"batch": 10}})");
        config_ = {
            .name = "crm",
            .kind = SourceKind::salesforce,
            .base_url = upstream_.url(),
            .options = {{"client_id", "3MVG9-key"}, {"overlap_s", 0}},
            .secrets = {{"client_secret", "8A4B-secret"}},
        };
    }
    static std::vector<std::string> ids(const std::vector<int>& numbers) { return padded("01t", 15, numbers); }
};

TEST_F(SalesforceTest, FullThenOnlyWhatChanged) {
    const auto full = crawled();
    ASSERT_TRUE(full.end) << full.error();
    EXPECT_EQ(full.end->kind, CrawlKind::full);
    EXPECT_EQ(full.end->records, 25);
    EXPECT_THAT(full.pages, ElementsAre(10, 10, 5));
    EXPECT_EQ(full.end->token, "2026-03-01T00:00:25Z");
    upstream_.control(R"({"change": {"id": "po-3", "name": "Changed"}, "delete": ["po-4"]})");
    const auto changed = crawled(full.end->token);
    ASSERT_TRUE(changed.end) << changed.error();
    EXPECT_EQ(changed.end->kind, CrawlKind::incremental);
    // The one at the edge comes again.
    EXPECT_EQ(changed.ids(), ids({25, 3, 4}));
    EXPECT_EQ(deleted(changed), ids({4}));
    EXPECT_EQ(text_at(changed.records[1].body, "/Name"), "Changed");
    EXPECT_EQ(changed.end->token, "2026-03-01T00:00:27Z");
    const auto again = crawled(changed.end->token);
    EXPECT_EQ(again.ids(), ids({4}));
    EXPECT_EQ(again.end->token, changed.end->token);
    // A full crawl does not speak of what is deleted.
    EXPECT_EQ(crawled().records.size(), 24U);
}

TEST_F(SalesforceTest, EqualStampsAtTheEdgeAreNotMissed) {
    const auto full = crawled();
    // Five that are modified within the second of the newest one, after it was read.
    upstream_.control(R"({"generate": {"count": 5, "same_time": true}})");
    EXPECT_EQ(crawled(full.end->token).ids(), ids({25, 26, 27, 28, 29, 30}));
    set_option("overlap_s", 3);
    EXPECT_EQ(crawled(full.end->token).ids(), ids({22, 23, 24, 25, 26, 27, 28, 29, 30}));
}

TEST_F(SalesforceTest, APriceThatChangesAlone) {
    const auto full = crawled();
    EXPECT_EQ(find(full.records[1].body, "/PricebookEntries/records/0/UnitPrice")->as_double(), 2.5);
    upstream_.control(R"({"change_price": {"id": "po-2", "price": 99}})");
    const auto changed = crawled(full.end->token);
    EXPECT_EQ(changed.ids(), ids({25, 2}));
    EXPECT_EQ(find(changed.records[1].body, "/PricebookEntries/records/0/UnitPrice")->as_int64(), 99);
    set_option("prices", false);
    EXPECT_EQ(crawled(full.end->token).ids(), ids({25}));
}

TEST_F(SalesforceTest, Misbehaviour) {
    EXPECT_THAT(
        fault(R"({"kind": "foreign_next"})"), StartsWith("127.0.0.1 sends us on to elsewhere.example, which is")
    );
    EXPECT_THAT(fault(R"({"kind": "changing_total", "page": 2})"), HasSubstr(": it said 25 records and says 24 now\n"));
    EXPECT_THAT(fault(R"({"kind": "done_early", "page": 2})"), HasSubstr(": it said 25 records and gave 20\n"));
    EXPECT_THAT(fault(R"({"kind": "same_page"})"), HasSubstr(": it goes in circles after 30 of 25 records\n"));
    EXPECT_THAT(
        fault(R"({"kind": "expired_cursor", "page": 2})"),
        HasSubstr(": invalid query locator\nhint: the query's cursor expired while it was read; run again")
    );
    EXPECT_EQ(fault(R"({"kind": "short_page", "page": 2})"), "no error");
    EXPECT_EQ(fault(R"({"kind": "expire_access", "page": 2})"), "no error");
    upstream_.control(R"({"clear": true, "set": {"instance_url": "https://eu1.elsewhere.example"}})");
    EXPECT_THAT(crawled().error(), StartsWith("could not log in: 127.0.0.1 sends us on to eu1.elsewhere.example"));
}

TEST_F(SalesforceTest, WrongCredentialsAndOptions) {
    config_.secrets["client_secret"] = "no";
    EXPECT_EQ(
        crawled().error(),
        "could not log in: could not read " + upstream_.url() +
            "/services/oauth2/token: it answered 400 (it does not understand the request): invalid client "
            "credentials\nhint: check the client id and secret, and that the client may use the client credentials flow"
    );
    EXPECT_THAT(
        to_text(check_options(
                    SourceKind::salesforce, {{"client_id", "x"}, {"object", "A; DROP"}, {"fields", {"a", "b c"}}}
        ).error()),
        HasSubstr("/object: is not the name of an object\n  /fields/1: is not a field's name")
    );
}

TEST_F(SalesforceTest, TheDefaultMapping) {
    EXPECT_TRUE(check_mapping(salesforce_mapping()));
    const auto mapped = map_record(salesforce_mapping(), crawled().records[0].body, {});
    ASSERT_TRUE(mapped) << to_text(mapped.error());
    EXPECT_EQ(
        json::to_text(mapped->fields), R"({"category":"discount","description":)"
                                       R"("What offer 1 gives","is_active":true,"name":"Offer 1","price":1.5})"
    );
}

class HubspotTest : public CrmTest {
protected:
    HubspotTest() {
        upstream_.control(R"({"generate": {"count": 250}})");
        config_ = {
            .name = "crm",
            .kind = SourceKind::hubspot,
            .base_url = upstream_.url(),
            .options = {{"overlap_s", 0}},
            .secrets = {{"token", "pat-eu1-token"}},
        };
    }
    static std::vector<std::string> ids(const std::vector<int>& numbers) { return padded("9000000", 3, numbers); }
};

TEST_F(HubspotTest, FullThenOnlyWhatChanged) {
    for (const char* path : {"crm/v3/objects", "crm/objects/2026-03"}) {
        upstream_.control(R"({"reset": true, "generate": {"count": 250}})");
        set_option("path", path);
        const auto full = crawled();
        ASSERT_TRUE(full.end) << full.error();
        EXPECT_EQ(full.end->kind, CrawlKind::full);
        EXPECT_THAT(full.pages, ElementsAre(100, 100, 50));
        EXPECT_EQ(full.end->token, "2026-03-01T00:04:10Z");
        upstream_.control(R"({"change": {"id": "po-7", "name": "Changed"}, "delete": ["po-9"]})");
        const auto changed = crawled(full.end->token);
        ASSERT_TRUE(changed.end) << changed.error();
        EXPECT_EQ(changed.end->kind, CrawlKind::incremental);
        EXPECT_EQ(changed.ids(), ids({7, 250, 9}));
        EXPECT_EQ(deleted(changed), ids({9}));
        EXPECT_EQ(text_at(changed.by_id().at("9000000007")->body, "/properties/name"), "Changed");
        EXPECT_EQ(changed.end->token, "2026-03-01T00:04:12Z");
        EXPECT_EQ(upstream_.count("after="), 2);
    }
}

TEST_F(HubspotTest, AnArchivedOneIsNotInAFullCrawl) {
    upstream_.control(R"({"delete": ["po-1", "po-250"]})");
    const auto full = crawled();
    EXPECT_EQ(full.records.size(), 248U);
    EXPECT_THAT(deleted(full), IsEmpty());
}

TEST_F(HubspotTest, ASearchBeyondItsWindowIsAskedInWindows) {
    const auto full = crawled();
    // 400 of one instant: no window of times could tell them apart.
    upstream_.control(R"({"generate": {"count": 400, "same_time": true}, "set": {"search_window": 150}})");
    set_option("search_window", 150);
    const auto changed = crawled(full.end->token);
    ASSERT_TRUE(changed.end) << changed.error();
    std::vector<int> expected;
    for (int i = 250; i <= 650; ++i) expected.push_back(i);
    EXPECT_EQ(changed.ids(), ids(expected));
    // More than a search gives is an error, not an end.
    set_option("search_window", 400);
    EXPECT_THAT(crawled(full.end->token).error(), HasSubstr(": The maximum number of results is 150"));
}

TEST_F(HubspotTest, Misbehaviour) {
    EXPECT_THAT(fault(R"({"kind": "same_page"})"), HasSubstr(": its cursor does not move on"));
    EXPECT_THAT(fault(R"({"kind": "stuck_cursor"})"), HasSubstr(": its cursor does not move on"));
    EXPECT_EQ(fault(R"({"kind": "short_page", "page": 2})"), "no error");
    EXPECT_EQ(fault(R"({"kind": "change", "page": 2, "id": "po-1", "fields": {"name": "x"}})"), "no error");
    EXPECT_THAT(
        fault(R"({"kind": "expire_access", "page": 2, "times": 9})"),
        HasSubstr(": it answered 401 (it does not accept who we are): Authentication credentials not found\n")
    );
    EXPECT_EQ(fault(R"({"kind": "status", "status": 429, "seconds": 1, "page": 2})"), "no error");
    const auto broken = fault(R"({"kind": "html", "page": 1})", "2026-03-01T00:00:00Z");
    EXPECT_THAT(broken, HasSubstr("/search: it answered 200 with a web page (Sign in)"));
}

TEST_F(HubspotTest, TheDefaultMapping) {
    EXPECT_TRUE(check_mapping(hubspot_mapping()));
    const auto mapped = map_record(hubspot_mapping(), crawled().records[0].body, {});
    ASSERT_TRUE(mapped) << to_text(mapped.error());
    EXPECT_EQ(
        json::to_text(mapped->fields), R"({"category":"discount","description":)"
                                       R"("What offer 1 gives","is_active":true,"name":"Offer 1","price":1.5})"
    );
    EXPECT_THAT(
        to_text(check_options(SourceKind::hubspot, {{"path", "../x"}, {"object", "a b"}}).error()),
        HasSubstr("/path: is not a path, such as crm/v3/objects\n  /object: is not the name of an object")
    );
}

class DataverseTest : public CrmTest {
protected:
    DataverseTest() {
        upstream_.control(R"({"generate": {"count": 25}})");
        config_ = {
            .name = "crm",
            .kind = SourceKind::dataverse,
            .base_url = upstream_.url(),
            .options =
                {{"client_id", "11111111-aaaa"},
                 {"tenant_id", "tenant-1"},
                 {"authority", upstream_.url()},
                 {"page_size", 10}},
            .secrets = {{"client_secret", "secret~dataverse"}},
        };
    }
    static std::vector<std::string> ids(const std::vector<int>& numbers) {
        std::vector<std::string> ids;
        for (const int number : numbers) ids.push_back(fmt::format("60c4e274-0d87-e711-80e5-{:012x}", number));
        return ids;
    }
};

TEST_F(DataverseTest, FullThenTheDelta) {
    const auto full = crawled();
    ASSERT_TRUE(full.end) << full.error();
    EXPECT_EQ(full.end->kind, CrawlKind::full);
    EXPECT_THAT(full.pages, ElementsAre(10, 10, 5));
    upstream_.control(R"({"change": {"id": "po-3", "name": "Changed"}, "delete": ["po-4"]})");
    const auto changed = crawled(full.end->token);
    ASSERT_TRUE(changed.end) << changed.error();
    EXPECT_EQ(changed.end->kind, CrawlKind::incremental);
    EXPECT_EQ(changed.ids(), ids({3, 4}));
    EXPECT_EQ(deleted(changed), ids({4}));
    EXPECT_EQ(text_at(changed.records[0].body, "/name"), "Changed");
    const auto again = crawled(changed.end->token);
    ASSERT_TRUE(again.end);
    EXPECT_EQ(again.end->kind, CrawlKind::incremental);
    EXPECT_THAT(again.records, IsEmpty());
}

TEST_F(DataverseTest, ADeltaInPages) {
    const auto full = crawled();
    upstream_.control(R"({"generate": {"count": 30}})");
    const auto changed = crawled(full.end->token);
    EXPECT_EQ(changed.records.size(), 30U) << changed.error();
    EXPECT_THAT(changed.pages, ElementsAre(10, 10, 10));
}

TEST_F(DataverseTest, AnExpiredDeltaLinkLeadsToAFullCrawl) {
    const auto full = crawled();
    for (const char* kind : {"expired_delta", "gone_delta"}) {
        upstream_.control(fmt::format(R"({{"clear": true, "fault": {{"kind": "{}"}}}})", kind));
        const auto again = crawled(full.end->token);
        ASSERT_TRUE(again.end) << again.error();
        EXPECT_EQ(again.end->kind, CrawlKind::full);
        EXPECT_EQ(again.records.size(), 25U);
    }
    // Another refusal is an error.
    upstream_.control(R"({"clear": true, "fault": {"kind": "status", "status": 400}})");
    EXPECT_THAT(crawled(full.end->token).error(), HasSubstr(": it answered 400 (it does not understand the request)"));
}

TEST_F(DataverseTest, Misbehaviour) {
    EXPECT_THAT(
        fault(R"({"kind": "foreign_next"})"), StartsWith("127.0.0.1 sends us on to elsewhere.example, which is")
    );
    EXPECT_THAT(fault(R"({"kind": "same_page", "page": 3})"), HasSubstr(": the row "));
    EXPECT_THAT(
        fault(R"({"kind": "no_delta_link"})"),
        HasSubstr(": its last page has no delta link\nhint: turn on Track changes for the table products")
    );
    EXPECT_EQ(fault(R"({"kind": "short_page", "page": 2})"), "no error");
    EXPECT_EQ(fault(R"({"kind": "expire_access", "page": 2})"), "no error");
    EXPECT_THAT(
        crawled("https://evil.example/api/data/v9.2/products?$deltatoken=1").error(), StartsWith("127.0.0.1 sends")
    );
    config_.secrets["client_secret"] = "no";
    EXPECT_THAT(
        crawled().error(),
        HasSubstr(
            "/tenant-1/oauth2/v2.0/token: it answered 401 (it does not accept who we are): AADSTS7000215: Invalid "
        )
    );
}

TEST_F(DataverseTest, TheDefaultMapping) {
    upstream_.control(R"({"change": {"id": "po-2", "active": false}})");
    EXPECT_TRUE(check_mapping(dataverse_mapping()));
    const auto all = crawled();
    const auto mapped = map_record(dataverse_mapping(), all.records[0].body, {});
    ASSERT_TRUE(mapped) << to_text(mapped.error());
    EXPECT_EQ(
        json::to_text(mapped->fields),
        R"({"description":"What offer 1 gives","is_active":true,"name":"Offer 1","price":1.5,)"
        R"("valid_from":"2026-01-01T00:00:00Z","valid_until":null})"
    );
    EXPECT_EQ(map_record(dataverse_mapping(), all.records[1].body, {})->fields.at("is_active"), false);
}

}  // namespace
}  // namespace boon::sync
