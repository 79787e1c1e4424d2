// Every guard, as bytes sent to the real server and what must come back.
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "platform/http/raw_socket_test.h"
#include "platform/http/server.h"

namespace boon::http {
namespace {

using testing::HasSubstr;

enum class Then { kept, closed };

struct Guard {
    std::string what;
    std::string bytes;
    int status = 400;
    Then then = Then::closed;
    std::string detail = {};
};

std::string with_line(const std::string& line) { return "GET / HTTP/1.1\r\nHost: h\r\n" + line + "\r\n\r\n"; }
std::string with_target(const std::string& target) { return "GET " + target + " HTTP/1.1\r\nHost: h\r\n\r\n"; }
std::string with_chunks(const std::string& body) {
    return "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

void ok(Request, Respond respond) { respond({.body = "ok"}); }

void check(const std::vector<Guard>& guards, const Options& options = {}) {
    const auto server = start(options, ok);
    for (const Guard& guard : guards) {
        SCOPED_TRACE(guard.what);
        RawSocket client(server->port());
        client.send(guard.bytes);
        const RawResponse answer = client.receive();
        EXPECT_EQ(answer.status, guard.status);
        if (guard.status >= 400) {
            EXPECT_THAT(answer.head, HasSubstr("Content-Type: application/problem+json\r\n"));
            EXPECT_THAT(answer.body, HasSubstr("\"status\":" + std::to_string(guard.status)));
        }
        EXPECT_THAT(answer.body, HasSubstr(guard.detail));
        if (guard.then == Then::closed) {
            EXPECT_THAT(answer.head, HasSubstr("Connection: close\r\n"));
            EXPECT_TRUE(client.closes());
        } else {
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n");
            EXPECT_EQ(client.receive().body, "ok");
        }
    }
}

TEST(Guards, RequestLine) {
    check({
        {"a known method", "OPTIONS * HTTP/1.1\r\nHost: h\r\n\r\n", 200, Then::kept},
        {"an empty line before it", "\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n", 200, Then::kept},
        {"two empty lines before it", "\r\n\r\nGET / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"an unknown method", "BREW / HTTP/1.1\r\nHost: h\r\n\r\n", 400, Then::closed, "the method is not known"},
        {"TRACE", "TRACE / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"CONNECT", "CONNECT h:80 HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"a method in small letters", "get / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"no method", " / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"no version", "GET /\r\nHost: h\r\n\r\n"},
        {"HTTP/0.9", "GET / HTTP/0.9\r\nHost: h\r\n\r\n"},
        {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: h\r\n\r\n"},
        {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {"a version in small letters", "GET / http/1.1\r\nHost: h\r\n\r\n"},
        {"two spaces", "GET  / HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"a space in the target", "GET /a b HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"a space at the end", "GET / HTTP/1.1 \r\nHost: h\r\n\r\n"},
        {"* for GET", "GET * HTTP/1.1\r\nHost: h\r\n\r\n"},
        {"TLS on this port", "\x16\x03\x01\x02\n\x01\x00\x01"},
    });
}

TEST(Guards, LineEndings) {
    check({
        {"bare LF after the request line", "GET / HTTP/1.1\nHost: h\r\n\r\n"},
        {"bare LF after a header", "GET / HTTP/1.1\r\nHost: h\n\r\n"},
        {"bare LF at the end", "GET / HTTP/1.1\r\nHost: h\r\n\n"},
        {"bare CR in a value", with_line("X: a\rb")},
        {"two CR", with_line("X: a\r")},
        {"NUL in a value", with_line(std::string("X: a\0b", 6))},
        {"another control character in a value", with_line("X: a\x01")},
        {"DEL in a value", with_line("X: a\x7f")},
        {"a tab within a value", with_line("X: a\tb"), 200, Then::kept},
        {"a byte above ASCII in a value", with_line("X: \xc3\xa9"), 200, Then::kept},
        {"obs-fold by a space", with_line("X: a\r\n b")},
        {"obs-fold by a tab", with_line("X: a\r\n\tb")},
        {"a space before the first header", "GET / HTTP/1.1\r\n Host: h\r\n\r\n"},
        {"a space before the colon", with_line("X : a")},
        {"no colon", with_line("X")},
        {"no name", with_line(": a")},
        {"NUL in a name", with_line(std::string("X\0: a", 5))},
        {"no value", with_line("X:"), 200, Then::kept},
    });
}

TEST(Guards, Host) {
    check({
        {"none on 1.1", "GET / HTTP/1.1\r\n\r\n", 400, Then::closed, "Host header must occur exactly once"},
        {"two", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"},
        {"two in different case", "GET / HTTP/1.1\r\nHost: a\r\nhOST: b\r\n\r\n"},
        {"none on 1.0", "GET / HTTP/1.0\r\n\r\n", 200, Then::closed},
        {"two on 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n"},
        {"empty", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200, Then::kept},
        {"absolute form of the same", "GET http://A:1/x HTTP/1.1\r\nHost: a:1\r\n\r\n", 200, Then::kept},
        {"absolute form of another", "GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n"},
        {"absolute form of another scheme", "GET file:///etc HTTP/1.1\r\nHost: a\r\n\r\n"},
    });
}

TEST(Guards, Framing) {
    const std::string both =
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
    const std::string twisted =
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n";
    check({
        {"Transfer-Encoding and Content-Length", both},
        {"the other way round", twisted},
        {"chunked", with_chunks("0\r\n\r\n"), 200, Then::kept},
        {"chunked in capitals", with_line("Transfer-Encoding: Chunked") + "0\r\n\r\n", 200, Then::kept},
        {"chunked on 1.0", "POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"chunked twice", with_line("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked") + "0\r\n\r\n"},
        {"chunked in a list", with_line("Transfer-Encoding: chunked, chunked") + "0\r\n\r\n"},
        {"gzip, chunked", with_line("Transfer-Encoding: gzip, chunked") + "0\r\n\r\n"},
        {"identity", with_line("Transfer-Encoding: identity")},
        {"xchunked", with_line("Transfer-Encoding: xchunked") + "0\r\n\r\n"},
        {"chunked with a parameter", with_line("Transfer-Encoding: chunked;q=1") + "0\r\n\r\n"},
        {"an empty one", with_line("Transfer-Encoding:")},
        {"a length in a list", with_line("Content-Length: 2, 2") + "ab"},
        {"a length twice", with_line("Content-Length: 2\r\nContent-Length: 2") + "ab"},
        {"two lengths", with_line("Content-Length: 2\r\nContent-Length: 3") + "ab"},
        {"a length with a sign", with_line("Content-Length: +2") + "ab"},
        {"a negative length", with_line("Content-Length: -2") + "ab"},
        {"a length in hexadecimal", with_line("Content-Length: 0x2") + "ab"},
        {"an empty length", with_line("Content-Length:")},
        {"a length of words", with_line("Content-Length: two")},
        {"a length beyond 64 bits", with_line("Content-Length: 18446744073709551617")},
        {"a length with leading zeros", with_line("Content-Length: 002") + "ab", 200, Then::kept},
        {"an unknown expectation", with_line("Expect: a-miracle"), 417},
    });
}

TEST(Guards, Chunks) {
    check({
        {"a chunk", with_chunks("1\r\na\r\n0\r\n\r\n"), 200, Then::kept},
        {"an extension", with_chunks("1;a=\"b\"\r\na\r\n0;c\r\n\r\n"), 200, Then::kept},
        {"a trailer", with_chunks("0\r\nContent-Length: 9\r\n\r\n"), 200, Then::kept},
        {"no size", with_chunks("\r\na\r\n0\r\n\r\n")},
        {"a size with 0x", with_chunks("0x1\r\na\r\n0\r\n\r\n")},
        {"a negative size", with_chunks("-1\r\na\r\n0\r\n\r\n")},
        {"a size that is none", with_chunks("g\r\na\r\n0\r\n\r\n")},
        {"a size with a space before", with_chunks(" 1\r\na\r\n0\r\n\r\n")},
        {"a size with words behind", with_chunks("1 a\r\na\r\n0\r\n\r\n")},
        {"bare LF after the size", with_chunks("1\na\r\n0\r\n\r\n")},
        {"bare CR in an extension", with_chunks("1;a\rb\r\na\r\n0\r\n\r\n")},
        {"more data than the size", with_chunks("1\r\nab\r\n0\r\n\r\n")},
        {"bare LF after the data", with_chunks("1\r\na\n0\r\n\r\n")},
        {"a long extension", with_chunks("1;" + std::string(300, 'a') + "\r\na\r\n0\r\n\r\n")},
        {"long trailers", with_chunks("0\r\n" + std::string(5000, 'a') + "\r\n\r\n")},
        {"many trailers", with_chunks(
                              "0\r\n" +
                              [] {
                                  std::string lines;
                                  for (int i = 0; i < 1000; ++i) lines += "a: b\r\n";
                                  return lines;
                              }() +
                              "\r\n"
                          )},
        {"a trailer that is none", with_chunks("0\r\nGET / HTTP/1.1\r\n\r\n")},
        {"a size beyond 64 bits", with_chunks("10000000000000001\r\na\r\n0\r\n\r\n"), 413},
    });
}

TEST(Guards, Targets) {
    check({
        {"a query", with_target("/a?b=%20&c"), 200, Then::kept},
        {"dots within a name", with_target("/..a/b../..."), 200, Then::kept},
        {"an encoded space", with_target("/a%20b"), 200, Then::kept},
        {"UTF-8", with_target("/%C3%A9"), 200, Then::kept},
        {"..", with_target("/a/../b")},
        {".. at the end", with_target("/a/..")},
        {"..", with_target("/..")},
        {".", with_target("/a/./b")},
        {"encoded ..", with_target("/a/%2e%2E/b")},
        {"half encoded ..", with_target("/a/.%2e/b")},
        {"encoded slash", with_target("/a%2Fb")},
        {"encoded slash in small letters", with_target("/a%2fb")},
        {"encoded slash before ..", with_target("/a%2f..%2fb")},
        {"backslash", with_target("/a\\..\\b")},
        {"encoded backslash", with_target("/a%5Cb")},
        {"NUL", with_target("/a%00b")},
        {"an encoded line break", with_target("/a%0d%0ab")},
        {"encoded DEL", with_target("/a%7fb")},
        {"one hexadecimal digit", with_target("/a%2")},
        {"no hexadecimal digits", with_target("/a%zz")},
        {"a lone %", with_target("/a%")},
        {"ill-formed UTF-8", with_target("/%ff")},
        {"an overlong slash", with_target("/%c0%af")},
        {"a byte above ASCII", with_target("/\xc3\xa9")},
        {"a fragment", with_target("/a#b")},
        {"a lone % in the query", with_target("/a?b=%")},
        {"NUL in the query", with_target("/a?b=%00")},
        {"no slash", with_target("a/b")},
        {"as long as allowed", with_target("/" + std::string(8191, 'a')), 200, Then::kept},
        {"too long", with_target("/" + std::string(8192, 'a')), 414},
    });
}

TEST(Guards, Sizes) {
    const std::string head = "GET / HTTP/1.1\r\nHost: h\r\nX: ";
    const std::string fits = head + std::string(16 * 1024 - head.size() - 4, 'x') + "\r\n\r\n";
    const std::string large = head + std::string(16 * 1024 - head.size() - 3, 'x') + "\r\n\r\n";
    std::string many;
    for (int i = 0; i < 100; ++i) many += "a:b\r\n";
    ASSERT_EQ(fits.size(), 16U * 1024);
    check(
        {
            {"a head as large as allowed", fits, 200, Then::kept},
            {"a head too large by one", large, 431},
            {"a head without end", head + std::string(100'000, 'x'), 431},
            {"too many headers", with_line(many + "c:d"), 431},
            {"a body as large as allowed",
             "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + std::string(1000, 'x'), 200, Then::kept},
            {"a body too large by one",
             "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x'), 413},
            {"the same in chunks", with_chunks("3e8\r\n" + std::string(1000, 'x') + "\r\n1\r\nx\r\n0\r\n\r\n"), 413},
            {"refused before it is sent",
             "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n", 413},
        },
        {.limits = {.body_bytes = 1000}}
    );
}

TEST(Guards, ARouteHasItsOwnBodyLimit) {
    const auto limit = [](const Request& request) { return request.path == "/small" ? 10U : 20U; };
    check(
        {
            {"small fits", "POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 10\r\n\r\n0123456789", 200, Then::kept},
            {"small", "POST /small HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890", 413},
            {"other", "POST /other HTTP/1.1\r\nHost: h\r\nContent-Length: 11\r\n\r\n01234567890", 200, Then::kept},
        },
        {.body_limit = limit}
    );
}

TEST(Guards, TheRefusalReachesAClientThatIsStillSending) {
    const auto server = start({.limits = {.body_bytes = 1000}}, ok);
    RawSocket client(server->port());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 4000000\r\n\r\n");
    const std::string body(4'000'000, 'x');
    // All of it is taken: a server that closes at once resets the connection, and the answer may be lost with it.
    EXPECT_TRUE(client.send(body));
    EXPECT_EQ(client.receive().status, 413);
}

TEST(Guards, WhatFollowsARefusalIsNotServed) {
    std::atomic<int> served = 0;
    const auto server = start({.threads = 1}, [&](Request, Respond respond) {
        ++served;
        respond({});
    });
    RawSocket client(server->port());
    client.send("GET / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\nGET /smuggled HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive().status, 400);
    EXPECT_TRUE(client.closes());
    EXPECT_EQ(served, 0);
}

TEST(Guards, Connections) {
    const auto server = start({.threads = 2, .limits = {.connections = 2}}, ok);
    RawSocket first(server->port());
    RawSocket second(server->port());
    first.send(with_target("/"));
    second.send(with_target("/"));
    EXPECT_EQ(first.receive().status, 200);
    EXPECT_EQ(second.receive().status, 200);
    RawSocket third(server->port());
    const RawResponse answer = third.receive();
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.head, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_TRUE(third.closes());
    EXPECT_EQ(server->counters().rejected[static_cast<std::size_t>(Rejected::connections)], 1U);
}

TEST(Guards, InFlight) {
    std::vector<Respond> kept;
    const auto server = start({.threads = 1, .limits = {.in_flight = 1}}, [&](Request request, Respond respond) {
        if (request.path == "/later") return kept.push_back(std::move(respond));
        if (!kept.empty()) kept.front()({.body = "at last"});
        respond({.body = "now"});
    });
    RawSocket first(server->port());
    RawSocket second(server->port());
    first.send(with_target("/later"));
    while (server->counters().requests == 0) std::this_thread::yield();
    second.send(with_target("/now"));
    const RawResponse refused = second.receive();
    EXPECT_EQ(refused.status, 503);
    EXPECT_THAT(refused.head, HasSubstr("Retry-After: 1\r\n"));
    EXPECT_THAT(refused.head, testing::Not(HasSubstr("Connection: close")));
    kept.front()({.body = "at last"});
    EXPECT_EQ(first.receive().body, "at last");
    second.send(with_target("/now"));
    EXPECT_EQ(second.receive().body, "now");
}

}  // namespace
}  // namespace boon::http
