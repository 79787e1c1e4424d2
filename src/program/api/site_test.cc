#include "program/api/site.h"

#include <array>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::api {
namespace {

constexpr std::array kFiles = {
    SiteFile{"/assets/app-1f.js", "text/javascript; charset=utf-8", "aa11", "let a", "GZ", "BR"},
    SiteFile{"/assets/inter-2e.woff2", "font/woff2", "bb22", "font", "", ""},
    SiteFile{"/icon.svg", "image/svg+xml", "cc33", "<svg/>", "", ""},
    SiteFile{"/index.html", "text/html; charset=utf-8", "dd44", "<html>", "ZIPPED", ""},
};

http::Request get(std::string_view path, std::initializer_list<http::Header> headers = {}) {
    http::Request request;
    request.method = "GET";
    request.path = path;
    for (const http::Header& header : headers) request.headers.add(header.name, header.value);
    return request;
}
std::optional<http::Response> ask(std::string_view path, std::initializer_list<http::Header> headers = {}) {
    return site_answer(get(path, headers), kFiles);
}
std::string body_of(std::string_view path) {
    const auto answer = ask(path);
    return answer ? answer->body : "-";
}

TEST(Site, FilesAreFoundAndPagesAreTheIndex) {
    EXPECT_EQ(body_of("/assets/app-1f.js"), "let a");
    EXPECT_EQ(body_of("/icon.svg"), "<svg/>");
    for (const char* page :
         {"/", "/login", "/setup/login", "/offers/7", "/customers/a.b/value", "/apian", "/assetsof"}) {
        EXPECT_EQ(body_of(page), "<html>") << page;
    }
    for (const char* other :
         {"/api", "/api/v1/nothing", "/assets", "/assets/app-old.js", "/assets/x", "/tmf-api/x", "/docs/x",
          "/favicon.ico", "/robots.txt"}) {
        EXPECT_EQ(body_of(other), "-") << other;
    }
    http::Request post = get("/");
    post.method = "POST";
    EXPECT_FALSE(site_answer(post, kFiles));
    EXPECT_FALSE(site_answer(get("/"), {}));  // built without
    EXPECT_FALSE(ask("/offers", {{"Accept", "application/json"}}));
    EXPECT_TRUE(ask("/offers", {{"Accept", "text/html,application/xhtml+xml"}}));
    EXPECT_TRUE(ask("/offers", {{"Accept", "*/*"}}));
}

TEST(Site, TheBrowserGetsTheFormThatItTakes) {
    const auto coding = [](std::string_view accepts, std::string_view path = "/assets/app-1f.js") {
        const auto answer = ask(path, {{"Accept-Encoding", std::string(accepts)}});
        EXPECT_EQ(answer->header("Vary"), "Accept-Encoding");
        return std::string(answer->header("Content-Encoding").value_or("none")) + " " + answer->body;
    };
    EXPECT_EQ(coding("gzip, deflate, br, zstd"), "br BR");
    EXPECT_EQ(coding("gzip, deflate"), "gzip GZ");
    EXPECT_EQ(coding("br;q=0, gzip;q=0.5"), "gzip GZ");
    EXPECT_EQ(coding("br; q=0.0, gzip; q=0"), "none let a");
    EXPECT_EQ(coding("BR"), "br BR");
    EXPECT_EQ(coding("brotli"), "none let a");
    EXPECT_EQ(coding(""), "none let a");
    EXPECT_EQ(coding("br, gzip", "/"), "gzip ZIPPED");
    EXPECT_EQ(coding("br, gzip", "/assets/inter-2e.woff2"), "none font");
}

TEST(Site, WhatIsKnownIsNotSentAgain) {
    const auto status = [](std::string_view tag) { return ask("/", {{"If-None-Match", std::string(tag)}})->status; };
    EXPECT_EQ(ask("/")->header("ETag"), "\"dd44\"");
    EXPECT_EQ(ask("/", {{"Accept-Encoding", "gzip"}})->header("ETag"), "\"dd44-gzip\"");
    EXPECT_EQ(status("\"dd44\""), 304);
    EXPECT_EQ(status("\"dd44-gzip\""), 304);
    EXPECT_EQ(status("W/\"dd44\""), 304);
    EXPECT_EQ(status("\"aa11\", \"dd44\""), 304);
    EXPECT_EQ(status("*"), 304);
    EXPECT_EQ(status("\"ee55\""), 200);
    EXPECT_EQ(ask("/", {{"If-None-Match", "\"dd44\""}})->body, "");
}

TEST(Site, CachesAndPolicies) {
    EXPECT_EQ(ask("/assets/app-1f.js")->header("Cache-Control"), "public, max-age=31536000, immutable");
    EXPECT_EQ(ask("/offers")->header("Cache-Control"), "no-cache");
    EXPECT_EQ(ask("/icon.svg")->header("Cache-Control"), "no-cache");
    for (const char* path : {"/", "/assets/app-1f.js"}) {
        EXPECT_EQ(ask(path)->header("X-Content-Type-Options"), "nosniff");
    }
    const std::string policy(*ask("/")->header("Content-Security-Policy"));
    EXPECT_THAT(policy, ::testing::HasSubstr("default-src 'none'; script-src 'self';"));
    EXPECT_THAT(policy, ::testing::HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, ::testing::Not(::testing::HasSubstr("unsafe-eval")));
}

}  // namespace
}  // namespace boon::api
