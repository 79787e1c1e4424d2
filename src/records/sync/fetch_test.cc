// What goes wrong between boon and an upstream: each fault over real HTTP and TLS, and the words it ends with.
#include "records/sync/fetch.h"

#include "platform/base/id.h"
#include "records/sync/breaker.h"
#include "records/sync/source_test.h"
#include "records/sync/url.h"

namespace boon::sync {
namespace {

using std::chrono::milliseconds;
using ::testing::AllOf;
using ::testing::ElementsAre;
using testing::fresh_upstream;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

class FetchTest : public ::testing::Test {
protected:
    FetchTest() {
        world_.ca_file = upstream_.ca_file();
        upstream_.control(R"({"generate": {"count": 120}})");
    }

    [[nodiscard]] SourceConfig config(std::string_view server = "http") const {
        return {
            .name = "xiva",
            .kind = SourceKind::xiva,
            .base_url = upstream_.url(server) + "/api",
            .options = {{"username", "boon"}, {"timeout_s", 2}},
            .secrets = {{"password", "wonderland"}},
        };
    }
    Crawled with_fault(const std::string& fault) {
        upstream_.control(R"({"fault": )" + fault + "}");
        return crawl(config(), world_.make());
    }

    testing::FakeUpstream& upstream_ = fresh_upstream();
    TestWorld world_;
};

TEST_F(FetchTest, AnswersThatAreNotWhatTheySay) {
    const auto error = [&](const std::string& kind) {
        upstream_.control(R"({"clear": true})");
        return with_fault(R"({"kind": ")" + kind + R"(", "page": 2, "times": 9})").error();
    };
    const std::string list = upstream_.url() + "/api/productCatalogManagement/v5/productOffering/";
    const auto says = [&](const std::string& why) { return StartsWith("could not read " + list + ": " + why); };
    EXPECT_THAT(error("truncated"), says("its answer is not JSON: it ends too early at line 1"));
    EXPECT_THAT(error("too_short"), says("its answer is not JSON: it ends too early at line 1"));
    EXPECT_THAT(error("empty_body"), says("its answer is not JSON: it ends too early at line 1, column 1"));
    EXPECT_THAT(error("duplicate_key"), says("its answer is not JSON: the member `name` appears twice"));
    EXPECT_THAT(error("html"), says("it answered 200 with a web page (Sign in) instead of JSON"));
    EXPECT_THAT(
        error("redirect"), says("it answered 302 and sent us to https://elsewhere.example/login; redirects are not")
    );
    EXPECT_TRUE(world_.slept.empty());  // asking again would not help
}

// Long words in any script, or none that is UTF-8: what is kept of them is whole characters.
TEST_F(FetchTest, ReasonsAreCutBetweenCharacters) {
    std::string letters;
    for (int i = 0; i < 101; ++i) letters += "\u0633\U0001f600";
    const auto refused =
        with_fault(R"({"kind": "status", "status": 403, "detail": ")" + letters + R"(", "page": 2})").error();
    const std::string kept(first_characters(letters, 200));
    EXPECT_THAT(refused, AllOf(HasSubstr(": " + kept), Not(HasSubstr(kept + "\u0633"))));
    upstream_.control(R"({"clear": true})");
    const auto latin =
        with_fault(R"({"kind": "html", "title": "Geb\u00fchr", "charset": "latin-1", "page": 2})").error();
    EXPECT_THAT(latin, HasSubstr("a web page (Geb?hr) instead of JSON"));
}

TEST_F(FetchTest, PeersThatBreakOff) {
    const auto error = [&](const std::string& kind) {
        upstream_.control(R"({"clear": true})");
        return with_fault(R"({"kind": ")" + kind + R"(", "page": 2, "times": 9})").error();
    };
    EXPECT_THAT(error("too_long"), HasSubstr(": its answer ended too early"));
    EXPECT_EQ(world_.slept.size(), 3U);  // four attempts
    EXPECT_THAT(error("close"), HasSubstr(": it closed the connection without an answer"));
    EXPECT_THAT(error("slow"), HasSubstr(": no whole answer within 2 s"));
    EXPECT_THAT(error("hang"), HasSubstr(": no whole answer within 2 s"));
}

TEST_F(FetchTest, OneBrokenExchangeIsMendedByAskingAgain) {
    const auto crawled = with_fault(R"({"kind": "too_long", "page": 2, "times": 1})");
    ASSERT_TRUE(crawled.end) << crawled.error();
    EXPECT_EQ(crawled.ids(), numbered("po-", 120));
    EXPECT_EQ(world_.slept, std::vector{milliseconds(100)});
}

TEST_F(FetchTest, AGzipBombIsRefusedAndNotAskedForAgain) {
    const auto crawled = with_fault(R"({"kind": "gzip_bomb", "page": 1, "times": 9})");
    EXPECT_THAT(crawled.error(), HasSubstr(": its answer is larger than 16777216 bytes"));
    EXPECT_TRUE(world_.slept.empty());
}

TEST_F(FetchTest, WaitsAsLongAsItIsAsked) {
    const auto seconds = with_fault(R"({"kind": "status", "status": 429, "seconds": 2, "page": 2})");
    ASSERT_TRUE(seconds.end) << seconds.error();
    EXPECT_EQ(seconds.records.size(), 120U);
    EXPECT_EQ(world_.slept, std::vector{milliseconds(2100)});
    world_.slept.clear();
    const auto date = with_fault(R"({"kind": "status", "status": 503, "date_in": 20, "page": 2})");
    ASSERT_TRUE(date.end) << date.error();
    ASSERT_EQ(world_.slept.size(), 1U);
    EXPECT_GT(world_.slept[0], milliseconds(17'000));
    EXPECT_LE(world_.slept[0], milliseconds(20'100));
}

TEST_F(FetchTest, DoesNotWaitForever) {
    const auto hour = with_fault(R"({"kind": "status", "status": 429, "seconds": 3600, "page": 2})");
    EXPECT_THAT(
        hour.error(),
        HasSubstr(": it answered 429 (too many requests): Not now.; it asks to wait: 3600\nhint: it is busy")
    );
    EXPECT_TRUE(world_.slept.empty());
    // Waiting beyond the deadline of the crawl would be for nothing.
    SourceConfig soon = config();
    soon.options.as_object()["deadline_s"] = 150;
    upstream_.control(R"({"clear": true, "fault": {"kind": "status", "status": 503, "seconds": 100, "times": 9}})");
    const auto crawled = crawl(soon, world_.make());
    EXPECT_THAT(crawled.error(), HasSubstr(": it answered 503 (it is not available): Not now."));
    EXPECT_EQ(world_.slept, std::vector{milliseconds(100'100)});
}

TEST_F(FetchTest, StopsWhenBoonEnds) {
    World world = world_.make();
    world.sleep = [](milliseconds) { return false; };
    upstream_.control(R"({"fault": {"kind": "status", "status": 503, "page": 2}})");
    EXPECT_THAT(crawl(config(), world).error(), StartsWith("stopped while waiting to ask again"));
}

TEST_F(FetchTest, AStatusThatIsNoSuccess) {
    EXPECT_THAT(
        with_fault(R"({"kind": "status", "status": 500, "page": 2})").error(),
        HasSubstr(": it answered 500 (it failed): Not now.")
    );
    EXPECT_TRUE(world_.slept.empty());
    EXPECT_THAT(
        with_fault(R"({"kind": "status", "status": 403, "page": 2})").error(),
        HasSubstr(": it answered 403 (this user may not read that): Not now.\nhint: give this user the right")
    );
}

TEST_F(FetchTest, OnlyATrustedPeer) {
    const auto error = [&](std::string_view server) { return crawl(config(server), world_.make()).error(); };
    EXPECT_EQ(crawl(config("good"), world_.make()).ids(), numbered("po-", 120));
    EXPECT_THAT(error("expired"), AllOf(HasSubstr("its certificate is not trusted"), HasSubstr("expired")));
    EXPECT_THAT(error("wrong_host"), AllOf(HasSubstr("its certificate is not trusted"), HasSubstr("127.0.0.1")));
    world_.ca_file.clear();
    EXPECT_THAT(error("good"), HasSubstr("its certificate is not trusted"));
    EXPECT_THAT(error("dead"), HasSubstr("connection refused\nhint: check that it runs"));
    World careful = world_.make();
    careful.http.allow_private = false;
    EXPECT_THAT(crawl(config(), careful).error(), HasSubstr("127.0.0.1 is not a public address"));
}

TEST_F(FetchTest, SecretsAreNotRepeated) {
    SourceConfig echoing = config();
    // A peer that answers with what it was sent.
    World world = world_.make();
    echoing.secrets["password"] = "Not now";
    Fetch fetch(echoing, {}, world);
    const Reply reply{
        .status = 400, .body = {{"detail", "the password Not now is wrong: Not now"}}, .shown = "http://x/"
    };
    EXPECT_EQ(
        fetch.refused(reply).error().message,
        "could not read http://x/: it answered 400 (it does not understand the request): the password *** is wrong: ***"
    );
}

TEST_F(FetchTest, APeerThatKeepsFailingIsLeftAlone) {
    Breakers breakers;
    World world = world_.make();
    world.breakers = &breakers;
    upstream_.control(R"({"fault": {"kind": "status", "status": 503, "times": 99}})");
    EXPECT_THAT(crawl(config(), world).error(), HasSubstr("503"));
    EXPECT_THAT(crawl(config(), world).error(), StartsWith("xiva failed 5 times in a row and is left alone until "));
    const int asked = upstream_.count("productOffering/");
    EXPECT_EQ(asked, 5);
    upstream_.control(R"({"clear": true})");
    EXPECT_THAT(crawl(config(), world).error(), StartsWith("xiva failed 5 times in a row"));
    EXPECT_EQ(upstream_.count("productOffering/"), asked);
    world_.slept.emplace_back(60'000);
    EXPECT_EQ(crawl(config(), world).ids(), numbered("po-", 120));
}

TEST(Breakers, RestsLongerEachTime) {
    Breakers breakers;
    const Timestamp start = *parse_timestamp("2026-03-01T12:00:00Z");
    const auto after = [&](int seconds) { return plus_micros(start, seconds * kMicrosPerSecond); };
    for (int i = 0; i < 4; ++i) breakers.failed("a", "/list", start);
    EXPECT_TRUE(breakers.admit("a", "/list", start));
    breakers.failed("a", "/list", start);
    const auto closed = breakers.admit("a", "/list", after(59));
    ASSERT_FALSE(closed);
    EXPECT_EQ(closed.error().message, "a failed 5 times in a row and is left alone until 2026-03-01T12:01:00Z");
    EXPECT_TRUE(breakers.admit("b", "/list", start));
    EXPECT_TRUE(breakers.admit("a", "/login", start));
    // One may try; the others wait for what it finds.
    EXPECT_TRUE(breakers.admit("a", "/list", after(60)));
    EXPECT_FALSE(breakers.admit("a", "/list", after(60)));
    breakers.failed("a", "/list", after(61));
    EXPECT_FALSE(breakers.admit("a", "/list", after(180)));
    EXPECT_TRUE(breakers.admit("a", "/list", after(181)));
    breakers.succeeded("a", "/list");
    EXPECT_TRUE(breakers.admit("a", "/list", after(181)));
    for (int i = 0; i < 12; ++i) breakers.failed("c", "/list", start);
    EXPECT_FALSE(breakers.admit("c", "/list", after(899)));
    EXPECT_TRUE(breakers.admit("c", "/list", after(900)));
}

TEST(Url, LinksStayOnTheConfiguredHost) {
    const auto link = [](std::string_view to) {
        const auto url = follow_link("https://xiva.example:8443/api", to);
        return url ? *url : url.error().message;
    };
    EXPECT_EQ(link("/next?offset=50"), "https://xiva.example:8443/next?offset=50");
    // Behind a proxy a server does not know its own scheme and port.
    EXPECT_EQ(link("http://XIVA.example/api/list/?a=1"), "https://xiva.example:8443/api/list/?a=1");
    const std::string elsewhere = " is not the configured host";
    EXPECT_EQ(link("https://evil.example/x"), "xiva.example sends us on to evil.example, which" + elsewhere);
    EXPECT_EQ(
        link("https://xiva.example.evil.example/x"),
        "xiva.example sends us on to xiva.example.evil.example, which" + elsewhere
    );
    const std::string no_url = "xiva.example sends us on to a link that is no URL, which" + elsewhere;
    for (const char* bad :
         {"//evil.example/x", "/\\evil.example/", "https://xiva.example@evil.example/", "ftp://a/b", "?a=1",
          "https://evil.example\\@xiva.example/", "https:///x", ""}) {
        EXPECT_THAT(link(bad), AllOf(HasSubstr(elsewhere), Not(StartsWith("https://")))) << bad;
    }
    EXPECT_EQ(link("//evil.example/x"), no_url);
}

}  // namespace
}  // namespace boon::sync
