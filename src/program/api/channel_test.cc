#include "program/api/channel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::api {
namespace {

using ::testing::HasSubstr;

http::Request from(std::string_view peer, std::initializer_list<http::Header> headers) {
    http::Request request;
    request.method = "POST";
    request.peer = peer;
    for (const http::Header& header : headers) request.headers.add(header.name, header.value);
    return request;
}

config::Http behind(std::vector<std::string> proxies, std::string public_url = {}) {
    config::Http settings;
    settings.trusted_proxies = std::move(proxies);
    settings.public_url = std::move(public_url);
    return settings;
}

TEST(Channels, LoopbackIsThisMachineByItsOwnNames) {
    for (const char* host : {"127.0.0.1:8480", "localhost", "localhost:1", "[::1]:8480", "127.9.9.9"}) {
        const Channel channel = channel_of(from("127.0.0.1", {{"Host", host}}), {});
        EXPECT_EQ(channel.transport, Transport::loopback) << host;
        EXPECT_EQ(channel.origin, "http://" + std::string(host));
    }
    for (const char* host : {"boon.example", "localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"}) {
        const Channel channel = channel_of(from("127.0.0.1", {{"Host", host}}), {});
        EXPECT_EQ(channel.transport, Transport::plain) << host;
    }
    const Channel far = channel_of(from("192.0.2.1", {{"Host", "127.0.0.1"}}), {});
    EXPECT_EQ(
        require_private(far).error().message,
        "passwords are not taken here: the connection is plain HTTP from another machine"
    );
}

TEST(Channels, OnlyANamedProxyIsBelieved) {
    const auto request = [](std::string_view peer) {
        return from(
            peer, {{"Host", "boon.example"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", "198.51.100.7"}}
        );
    };
    const Channel stranger = channel_of(request("10.1.2.3"), behind({"10.1.2.4", "10.2.0.0/16"}));
    EXPECT_EQ(stranger.transport, Transport::plain);
    EXPECT_EQ(stranger.client, "10.1.2.3");
    EXPECT_THAT(stranger.why, HasSubstr("10.1.2.3, which http.trusted_proxies does not name"));
    for (const char* proxies : {"10.1.2.3", "10.0.0.0/8", "10.1.2.2/31", "0.0.0.0/0"}) {
        const Channel proxied = channel_of(request("10.1.2.3"), behind({proxies}));
        EXPECT_EQ(proxied.transport, Transport::tls) << proxies;
        EXPECT_EQ(proxied.client, "198.51.100.7");
        EXPECT_EQ(proxied.origin, "https://boon.example");
    }
    EXPECT_EQ(channel_of(request("10.1.2.3"), behind({"10.1.2.4/31"})).transport, Transport::plain);
    EXPECT_EQ(channel_of(request("fd12::1"), behind({"fd00::/8"})).transport, Transport::tls);
    EXPECT_EQ(
        channel_of(request("10.1.2.3"), behind({"10.0.0.0/8"}, "https://shop.example/boon")).origin,
        "https://shop.example"
    );
}

TEST(Channels, TheClientIsTheNearestThatIsNoProxy) {
    const auto client = [](std::string_view forwarded) {
        return channel_of(
                   from(
                       "10.0.0.1",
                       {{"Host", "h"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-For", std::string(forwarded)}}
                   ),
                   behind({"10.0.0.0/8"})
        )
            .client;
    };
    EXPECT_EQ(client("203.0.113.9"), "203.0.113.9");
    EXPECT_EQ(client("1.1.1.1, 203.0.113.9, 10.0.0.2"), "203.0.113.9");  // what stands before it anybody can write
    EXPECT_EQ(client("nonsense"), "10.0.0.1");
    EXPECT_EQ(client("10.0.0.3, 10.0.0.2"), "10.0.0.3");
}

TEST(Channels, TheCookieHasANameForEachWay) {
    const Channel tls{.transport = Transport::tls, .client = "", .origin = "", .why = ""};
    const Channel loopback{.transport = Transport::loopback, .client = "", .origin = "", .why = ""};
    const Channel plain{};
    EXPECT_EQ(set_session_cookie(tls, "T"), "__Host-boon=T; Path=/; HttpOnly; SameSite=Strict; Secure");
    EXPECT_EQ(set_session_cookie(loopback, "T"), "boon-loopback=T; Path=/; HttpOnly; SameSite=Strict");
    EXPECT_EQ(set_session_cookie(tls, ""), "__Host-boon=; Path=/; HttpOnly; SameSite=Strict; Secure; Max-Age=0");
    const auto both = from("127.0.0.1", {{"Cookie", "a=1; boon-loopback=L;__Host-boon=H; xboon-loopback=2"}});
    EXPECT_EQ(session_cookie(both, tls), "H");
    EXPECT_EQ(session_cookie(both, loopback), "L");
    EXPECT_EQ(session_cookie(both, plain), std::nullopt);
    EXPECT_EQ(session_cookie(from("127.0.0.1", {{"Cookie", "boon-loopbackx=1"}}), loopback), std::nullopt);
}

}  // namespace
}  // namespace boon::api
