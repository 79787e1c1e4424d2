#include "records/sync/xiva.h"

#include <fmt/format.h>

#include "records/sync/fetch.h"
#include "records/sync/source_test.h"

namespace boon::sync {
namespace {

using ::testing::ElementsAre;
using testing::fresh_upstream;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view kOffers = "productOffering/";

class XivaTest : public ::testing::Test {
protected:
    XivaTest() { upstream_.control(R"({"generate": {"count": 120}})"); }

    [[nodiscard]] SourceConfig config(const json::Object& more = {}) const {
        json::Object options = {{"username", "boon"}};
        for (const auto& member : more) options[member.key()] = member.value();
        return {
            .name = "xiva",
            .kind = SourceKind::xiva,
            .base_url = upstream_.url() + "/api/",
            .options = options,
            .secrets = {{"password", "wonderland"}},
        };
    }
    Crawled crawled(const json::Object& more = {}) { return crawl(config(more), world_.make()); }
    // After a reset, with these settings of the fake.
    Crawled with(const std::string& settings, const json::Object& more = {}) {
        upstream_.control(R"({"set": )" + settings + "}");
        return crawled(more);
    }
    std::string error_with(const std::string& fault, const std::string& settings = "{}") {
        upstream_.control(R"({"clear": true, "set": )" + settings + R"(, "fault": )" + fault + "}");
        return crawled().error();
    }
    [[nodiscard]] std::string list() const {
        return upstream_.url() + "/api/productCatalogManagement/v5/productOffering/";
    }

    testing::FakeUpstream& upstream_ = fresh_upstream();
    TestWorld world_;
};

TEST_F(XivaTest, ReadsTheWholeList) {
    const auto all = crawled();
    ASSERT_TRUE(all.end) << all.error();
    EXPECT_EQ(all.end->kind, CrawlKind::full);
    EXPECT_EQ(all.end->records, 120);
    EXPECT_EQ(all.end->pages, 3);
    EXPECT_FALSE(all.end->unchanged);
    EXPECT_EQ(all.total, 120);
    EXPECT_EQ(all.ids(), numbered("po-", 120));
    // Each page begins at the last row of the one before.
    EXPECT_THAT(all.pages, ElementsAre(50, 49, 21));
    const json::Value& body = all.records[6].body;
    EXPECT_EQ(text_at(body, "/name"), "Offer 7");
    EXPECT_EQ(text_at(body, "/lifecycleStatus"), "Active");
    EXPECT_EQ(find(body, "/productOfferingPrice/0/price/value")->as_double(), 7.5);
    EXPECT_EQ(upstream_.count("jwt/create/"), 1);
    EXPECT_EQ(upstream_.count("jwt/refresh/"), 0);
}

TEST_F(XivaTest, APageThatHoldsEverythingIsAskedForWhenItHasChanged) {
    upstream_.control(R"({"reset": true, "set": {"etags": true}, "generate": {"count": 40}})");
    const SourceConfig single = config({{"paging", "single"}});
    const auto first = crawl(single, world_.make());
    ASSERT_TRUE(first.end) << first.error();
    EXPECT_EQ(first.end->token, "\"x40\"");
    EXPECT_EQ(first.ids().size(), 40U);
    const auto same = crawl(single, world_.make(), first.end->token);
    ASSERT_TRUE(same.end) << same.error();
    EXPECT_TRUE(same.end->unchanged);
    EXPECT_EQ(same.end->token, first.end->token);
    EXPECT_THAT(same.records, IsEmpty());
    upstream_.control(R"({"change": {"id": "po-7", "name": "Renamed"}})");
    const auto changed = crawl(single, world_.make(), first.end->token);
    ASSERT_TRUE(changed.end) << changed.error();
    EXPECT_FALSE(changed.end->unchanged);
    EXPECT_EQ(text_at(changed.by_id().at("po-7")->body, "/name"), "Renamed");
    // A list in pages has no one ETag.
    const auto paged = crawl(config(), world_.make(), first.end->token);
    ASSERT_TRUE(paged.end) << paged.error();
    EXPECT_FALSE(paged.end->unchanged);
    EXPECT_EQ(paged.end->token, "");
}

TEST_F(XivaTest, PricesInAListOfTheirOwnAreAlwaysReadAnew) {
    upstream_.control(R"({"reset": true, "set": {"etags": true, "prices": "reference"}, "generate": {"count": 40}})");
    const auto first = crawl(config({{"paging", "single"}}), world_.make());
    ASSERT_TRUE(first.end) << first.error();
    EXPECT_EQ(first.end->token, "");
}

TEST_F(XivaTest, EveryEnvelopeWithAndWithoutATotal) {
    for (const char* envelope : {"array", "results", "data"}) {
        for (const char* totals : {"true", "false"}) {
            for (const int cap : {50, 7, 2, 500}) {
                const auto all =
                    with(fmt::format(R"({{"envelope": "{}", "totals": {}, "page_cap": {}}})", envelope, totals, cap));
                ASSERT_TRUE(all.end) << envelope << totals << cap << all.error();
                EXPECT_EQ(all.ids(), numbered("po-", 120)) << envelope << totals << cap;
            }
        }
    }
}

TEST_F(XivaTest, AnEmptyListAndListsThatEndWithAPage) {
    for (const char* totals : {"true", "false"}) {
        for (const int count : {0, 1, 2, 49, 50, 51, 99, 100}) {
            upstream_.control(
                fmt::format(R"({{"reset": true, "set": {{"totals": {}}}, "generate": {{"count": {}}}}})", totals, count)
            );
            const auto all = crawled();
            ASSERT_TRUE(all.end) << totals << count << all.error();
            EXPECT_EQ(all.ids(), numbered("po-", count)) << totals;
        }
    }
}

TEST_F(XivaTest, AShortPageIsNotTheEnd) {
    for (const char* settings : {R"({"totals": true})", R"({"totals": false})", R"({"envelope": "results"})"}) {
        upstream_.control(R"({"clear": true, "fault": {"kind": "short_page", "page": 2}})");
        const auto all = with(settings);
        ASSERT_TRUE(all.end) << all.error();
        EXPECT_EQ(all.ids(), numbered("po-", 120));
        upstream_.control(R"({"set": {"envelope": "array", "totals": true}})");
    }
}

TEST_F(XivaTest, TheSamePageWhateverTheOffset) {
    for (const char* totals : {"true", "false"}) {
        const std::string error = error_with(R"({"kind": "same_page"})", fmt::format(R"({{"totals": {}}})", totals));
        EXPECT_THAT(error, StartsWith("could not read " + list() + ": it gives the same page whatever the offset\n"));
        EXPECT_THAT(error, HasSubstr("set the source's option paging to single"));
    }
    // With a `next` link it is two pages with the same offers.
    EXPECT_THAT(
        error_with(R"({"kind": "same_page"})", R"({"envelope": "results"})"),
        StartsWith("could not read " + list() + ": po-1 came on two pages")
    );
}

TEST_F(XivaTest, ListsThatMoveWhileTheyAreRead) {
    const std::string moved = "could not read " + list() + ": ";
    const std::string no_total = R"({"totals": false})";
    EXPECT_THAT(
        error_with(R"({"kind": "changing_total", "page": 2})"),
        StartsWith(
            moved + "it had 120 offers and has 119 now, while we read them\nhint: the list of offers was changed"
        )
    );
    EXPECT_THAT(
        error_with(R"({"kind": "empty_page", "page": 2})"),
        StartsWith(moved + "its pages do not fit together: after 50 rows, po-50 does not stand where it stood")
    );
    EXPECT_THAT(
        error_with(R"({"kind": "reordered", "page": 2})"),
        StartsWith(moved + "its pages do not fit together: after 50 rows, po-50 does not stand where it stood")
    );
    EXPECT_THAT(
        error_with(R"({"kind": "reordered", "page": 2})", no_total),
        StartsWith(moved + "its pages do not fit together: after 50 rows, po-50 does not stand where it stood")
    );
    // An offer further up goes: every later one moves up by one, and without the overlap one would be missed.
    EXPECT_THAT(
        error_with(R"({"kind": "delete_first", "page": 2})", no_total),
        StartsWith(moved + "its pages do not fit together: after 50 rows, po-50 does not stand where it stood")
    );
}

TEST_F(XivaTest, TotalsThatAreNotTrue) {
    EXPECT_THAT(
        error_with(R"({"kind": "empty_page", "page": 1})"),
        StartsWith("could not read " + list() + ": it says that it has 120 offers, and gave only 0\n")
    );
    upstream_.control(R"({"set": {"envelope": "results"}})");
    EXPECT_THAT(
        error_with(R"({"kind": "empty_page", "page": 2})", R"({"envelope": "results"})"),
        StartsWith("could not read " + list() + ": it says that it has 120 offers, and gave only 50\n")
    );
}

TEST_F(XivaTest, TwiceOnOnePageIsHandedOut) {
    // The engine rejects and names it; the list itself held still.
    upstream_.control(R"({"fault": {"kind": "duplicate_id", "page": 1}})");
    const auto all = crawled();
    ASSERT_TRUE(all.end) << all.error();
    EXPECT_EQ(std::ranges::count(all.ids(), "po-2"), 2);
}

TEST_F(XivaTest, ARecordThatChangesMeanwhileIsOldOrNew) {
    upstream_.control(R"({"fault": {"kind": "change", "page": 2, "id": "po-60", "fields": {"name": "New"}}})");
    const auto all = crawled();
    ASSERT_TRUE(all.end) << all.error();
    EXPECT_EQ(text_at(all.by_id().at("po-60")->body, "/name"), "New");
    EXPECT_EQ(all.records.size(), 120U);
}

TEST_F(XivaTest, NextLinksStayOnTheHost) {
    EXPECT_THAT(
        with(R"({"envelope": "results", "next_origin": "https://evil.example"})").error(),
        StartsWith("127.0.0.1 sends us on to evil.example, which is not the configured host")
    );
    // A server behind a proxy names its own scheme and port.
    const auto all = with(R"({"envelope": "results", "next_origin": "https://127.0.0.1:1"})");
    EXPECT_EQ(all.ids(), numbered("po-", 120)) << all.error();
}

TEST_F(XivaTest, OnePageThatHoldsEverything) {
    upstream_.control(R"({"set": {"page_cap": 500}, "fault": {"kind": "same_page"}})");
    upstream_.control(R"({"reset": true, "generate": {"count": 40}, "set": {"totals": false}})");
    upstream_.control(R"({"fault": {"kind": "same_page"}})");
    const auto all = crawled({{"paging", "single"}});
    EXPECT_EQ(all.ids(), numbered("po-", 40)) << all.error();
    EXPECT_EQ(upstream_.count(kOffers), 1);
    upstream_.control(R"({"generate": {"count": 40}, "set": {"totals": true}})");
    EXPECT_THAT(crawled({{"paging", "single"}}).error(), HasSubstr("it says that it has 80 offers, and gave only 50"));
}

TEST_F(XivaTest, LogsInByNameOrEmail) {
    EXPECT_TRUE(with(R"({"login_field": "email"})").end);
    EXPECT_TRUE(with(R"({"login_field": "email"})", {{"login_field", "email"}}).end);
    EXPECT_THAT(
        with(R"({"login_field": "email"})", {{"login_field", "username"}}).error(),
        StartsWith(
            "could not log in: could not read " + upstream_.url() +
            "/api/auth/jwt/create/: it answered 400 (it does not understand the request)\nhint: check the username and "
            "password, and whether it takes a username or an e-mail"
        )
    );
    upstream_.control(R"({"set": {"login_field": "username"}})");
    SourceConfig wrong = config();
    wrong.secrets["password"] = "looking-glass";
    EXPECT_THAT(
        crawl(wrong, world_.make()).error(),
        StartsWith(
            "could not log in: could not read " + upstream_.url() +
            "/api/auth/jwt/create/: it answered 401 (it does not accept who we are): No active account found with the "
            "given credentials\n"
        )
    );
}

TEST_F(XivaTest, TheHeaderIsWrittenAsSet) {
    for (const char* scheme : {"JWT", "Bearer", "Token"}) {
        EXPECT_TRUE(with(fmt::format(R"({{"scheme": "{}"}})", scheme), {{"auth", scheme}}).end) << scheme;
    }
    EXPECT_THAT(
        crawled({{"auth", "JWT"}}).error(),
        HasSubstr(
            ": it answered 401 (it does not accept who we are): Authentication credentials were not provided.\nhint: "
            "check the user and password, or the token, and how the header is to be written"
        )
    );
}

TEST_F(XivaTest, AFixedTokenIsNotRenewed) {
    SourceConfig fixed = config();
    fixed.options = json::Object();
    fixed.secrets = {{"token", "fixed-token"}};
    EXPECT_EQ(crawl(fixed, world_.make()).records.size(), 120U);
    fixed.secrets = {{"token", "old-token"}};
    EXPECT_THAT(crawl(fixed, world_.make()).error(), HasSubstr(": Given token not valid for any token type\n"));
    EXPECT_EQ(upstream_.count("jwt"), 0);
}

TEST_F(XivaTest, ALoginThatEndsInTheMiddleIsRenewed) {
    upstream_.control(R"({"fault": {"kind": "expire_access", "page": 2}})");
    EXPECT_EQ(crawled().ids(), numbered("po-", 120));
    EXPECT_EQ(upstream_.count("jwt/create/"), 1);
    EXPECT_EQ(upstream_.count("jwt/refresh/"), 1);
    upstream_.control(R"({"clear": true, "fault": {"kind": "expire_refresh", "page": 2}})");
    EXPECT_EQ(crawled().ids(), numbered("po-", 120));
    EXPECT_EQ(upstream_.count("jwt/create/"), 3);
    EXPECT_EQ(upstream_.count("jwt/refresh/"), 2);
    // And no more than that: whoever does not take a fresh login will not take the next one.
    upstream_.control(R"({"clear": true, "fault": {"kind": "expire_access", "page": 2, "times": 99}})");
    EXPECT_THAT(crawled().error(), HasSubstr(": it answered 401 (it does not accept who we are): Given token not"));
    EXPECT_EQ(upstream_.count("jwt/create/"), 5);
    EXPECT_EQ(upstream_.count("jwt/refresh/"), 3);
}

TEST_F(XivaTest, Version4AndPricesByReference) {
    for (const char* version : {"v4", "v5"}) {
        for (const char* prices : {"embedded", "reference"}) {
            const auto all =
                with(fmt::format(R"({{"version": "{}", "prices": "{}"}})", version, prices), {{"version", version}});
            ASSERT_EQ(all.records.size(), 120U) << all.error();
            for (int i = 0; i < 120; ++i) {
                const json::Value& body = all.records[static_cast<std::size_t>(i)].body;
                EXPECT_EQ(find(body, "/productOfferingPrice/0/price/value")->as_double(), (i + 1) % 100 + 0.5);
                EXPECT_EQ(text_at(body, "/productOfferingPrice/0/price/unit"), "USD");
            }
        }
    }
    EXPECT_THAT(
        with(R"({"version": "v4"})").error(),
        HasSubstr(
            "/productCatalogManagement/v5/productOffering/: it answered 404 (nothing is there): Not found.\nhint: "
            "check the base URL and the version"
        )
    );
}

TEST_F(XivaTest, TheDefaultMapping) {
    upstream_.control(R"({"change": {"id": "po-2", "active": false}})");
    const auto all = crawled();
    EXPECT_TRUE(check_mapping(xiva_mapping()));
    const auto mapped = map_record(xiva_mapping(), all.records[0].body, {});
    ASSERT_TRUE(mapped) << to_text(mapped.error());
    EXPECT_EQ(
        json::to_text(mapped->fields),
        R"({"category":"discount","description":"What offer 1 gives","is_active":true,)"
        R"("name":"Offer 1","price":1.5,"valid_from":"2026-01-01T00:00:00Z","valid_until":"2027-01-01T00:00:00Z"})"
    );
    const auto retired = map_record(xiva_mapping(), all.records[1].body, {});
    ASSERT_TRUE(retired);
    EXPECT_EQ(retired->fields.at("is_active"), false);
    upstream_.control(R"({"change": {"id": "po-3", "currency": "EUR"}})");
    EXPECT_FALSE(map_record(xiva_mapping(), crawled().records[2].body, {}));
}

TEST_F(XivaTest, Customers) {
    const World world = world_.make();
    const auto source = make_xiva_customers(config(), world);
    ASSERT_TRUE(source);
    const auto all = crawl(**source);
    EXPECT_EQ(all.ids(), numbered("cust-", 120)) << all.error();
    EXPECT_EQ(text_at(all.records[0].body, "/contactMedium/0/characteristic/emailAddress"), "c1@example.org");
}

TEST_F(XivaTest, OptionsAreChecked) {
    const auto wrong = check_options(
        SourceKind::xiva, {{"version", "v6"}, {"auth", "jwt"}, {"page_size", 51}, {"pagesize", 5}, {"timeout_s", 0}}
    );
    ASSERT_FALSE(wrong);
    EXPECT_EQ(
        to_text(wrong.error()),
        "5 fields are wrong\n  /pagesize: is not a known field\n  /version: must be one of v4 or v5\n  /auth: must be "
        "one "
        "of JWT, Bearer or Token\n  /page_size: must be at most 50\n  /timeout_s: must be at least 1"
    );
    SourceConfig none = config();
    none.secrets.clear();
    EXPECT_EQ(
        crawl(none, world_.make()).error(),
        "xiva has no way to log in\nhint: set the option username and the secret password, or the secret token"
    );
    SourceConfig no_url = config();
    no_url.base_url = "xiva.example";
    EXPECT_EQ(crawl(no_url, world_.make()).error(), "this is not a URL: xiva.example\nhint: write https://host/path");
}

TEST_F(XivaTest, AnErrorOfWhoeverTakesThePagesEndsTheCrawl) {
    const World world = world_.make();
    const auto source = make_source(config(), world);
    ASSERT_TRUE(source);
    const auto end = (*source)->crawl({}, [](std::vector<UpstreamRecord>&&, std::int64_t) -> Status {
        return fail(ErrorCode::conflict, "cancelled");
    });
    ASSERT_FALSE(end);
    EXPECT_EQ(end.error().message, "cancelled");
    EXPECT_EQ(upstream_.count(kOffers), 1);
}

class LongXivaTest : public XivaTest {};

TEST_F(LongXivaTest, AHundredThousandOffers) {
    upstream_.control(R"({"reset": true, "generate": {"count": 100000}})");
    const World world = world_.make();
    const auto source = make_source(config(), world);
    ASSERT_TRUE(source);
    std::int64_t offers = 0;
    const auto began = std::chrono::steady_clock::now();
    const auto end = (*source)->crawl({}, [&](std::vector<UpstreamRecord>&& page, std::int64_t) -> Status {
        offers += std::ssize(page);
        return {};
    });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    ASSERT_TRUE(end) << to_text(end.error());
    EXPECT_EQ(offers, 100'000);
    // 50 and then 49 new ones a page.
    EXPECT_EQ(end->pages, 2041);
    fmt::print("100000 offers in {} pages: {:.1f} s\n", end->pages, took.count());
}

}  // namespace
}  // namespace boon::sync
