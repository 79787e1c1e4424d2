#include "platform/http/client.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <thread>

#include <gmock/gmock.h>

#include "platform/http/address.h"
#include "platform/http/raw_socket_test.h"
#include "platform/http/retry.h"
#include "platform/http/server.h"

namespace boon::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::StartsWith;

// A peer that answers each connection with fixed bytes and then closes it, or (when empty) says nothing.
class FixedPeer {
public:
    explicit FixedPeer(std::string bytes) : bytes_(std::move(bytes)), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size);
        ::listen(fd_, 8);
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        port_ = ntohs(address.sin_port);
        thread_ = std::jthread([this] { serve(); });
    }
    FixedPeer(const FixedPeer&) = delete;
    FixedPeer& operator=(const FixedPeer&) = delete;
    ~FixedPeer() {
        ::shutdown(fd_, SHUT_RDWR);
        thread_.join();
        ::close(fd_);
    }

    [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/x?secret=1"; }

private:
    void serve() {
        for (;;) {
            const int client = ::accept(fd_, nullptr, nullptr);
            if (client < 0) return;
            char request[4096];
            if (::recv(client, request, sizeof request, 0) > 0 && !bytes_.empty()) {
                ::send(client, bytes_.data(), bytes_.size(), MSG_NOSIGNAL);
            } else {
                // Until the client gives up.
                while (::recv(client, request, sizeof request, 0) > 0) {
                }
            }
            ::close(client);
        }
    }

    std::string bytes_;
    int fd_;
    std::uint16_t port_ = 0;
    std::jthread thread_;
};

ClientOptions local() { return {.ports = {}, .allow_private = true}; }

std::string url(const Server& server, const std::string& path) {
    return "http://127.0.0.1:" + std::to_string(server.port()) + path;
}

void describe(Request request, Respond respond) {
    const std::string type(request.headers.find("Content-Type").value_or("-"));
    respond(
        {.status = 201,
         .content_type = "text/plain",
         .headers = {{"X-Seen", std::string(request.headers.find("X-Sent").value_or("-"))}},
         .body = request.method + " " + request.path + " " + type + " " + request.body}
    );
}

TEST(Client, SendsAndReceives) {
    const auto server = start({}, describe);
    Client client(local());
    const auto got = client.send({.url = url(*server, "/a"), .headers = {{"X-Sent", "1"}}});
    ASSERT_TRUE(got) << to_text(got.error());
    EXPECT_EQ(got->status, 201);
    EXPECT_EQ(got->content_type, "text/plain");
    EXPECT_EQ(got->header("x-seen"), "1");
    EXPECT_EQ(got->body, "GET /a - ");
    const auto body = [&](const std::string& method, const std::string& text) {
        return client.send({.method = method, .url = url(*server, "/b"), .body = text})->body;
    };
    EXPECT_EQ(body("POST", "hi"), "POST /b application/json hi");
    EXPECT_EQ(body("POST", ""), "POST /b application/json ");
    EXPECT_EQ(body("PUT", "hi"), "PUT /b application/json hi");
    EXPECT_EQ(body("PATCH", std::string(100'000, 'x')), "PATCH /b application/json " + std::string(100'000, 'x'));
    EXPECT_EQ(body("DELETE", ""), "DELETE /b - ");
    EXPECT_EQ(body("HEAD", ""), "");
    EXPECT_EQ(server->counters().connections_accepted, 1U);
}

TEST(Client, SpeaksOverAUnixSocket) {
    const std::string path = testing::TempDir() + "boon-client-test-" + std::to_string(::getpid()) + ".sock";
    const auto server = start({.address = "", .unix_path = path}, describe);
    Client client({.unix_path = path});
    const auto got = client.send({.url = "http://boon/a"});
    ASSERT_TRUE(got) << to_text(got.error());
    EXPECT_EQ(got->body, "GET /a - ");
    Client absent({.unix_path = path + ".absent"});
    const auto none = absent.send({.url = "http://boon/a"});
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().code, ErrorCode::unavailable);
}

TEST(Client, ReachesAUnixSocketWhosePathTheKernelWouldNotTake) {
    const std::filesystem::path folder =
        std::filesystem::path(testing::TempDir()) / ("boon-" + std::to_string(::getpid())) / std::string(200, 'x');
    std::filesystem::create_directories(folder);
    const std::string path = folder / "boon.sock";
    {
        const auto server = start({.address = "", .unix_path = path}, describe);
        Client client({.unix_path = path});
        const auto got = client.send({.url = "http://boon/a"});
        ASSERT_TRUE(got) << to_text(got.error());
        EXPECT_EQ(got->body, "GET /a - ");
        EXPECT_EQ(Server::start({.address = "", .unix_path = path}, describe).error().code, ErrorCode::conflict);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    const auto too_long = Server::start({.address = "", .unix_path = folder / std::string(100, 'y')}, describe);
    EXPECT_EQ(too_long.error().message, "the name of the Unix socket is too long: " + std::string(100, 'y'));
    std::filesystem::remove_all(folder.parent_path());
}

TEST(Client, UsedByManyThreads) {
    const auto server = start({}, describe);
    Client client(local());
    std::atomic<int> good = 0;
    {
        std::vector<std::jthread> threads;
        for (int i = 0; i < 8; ++i) {
            threads.emplace_back([&, i] {
                for (int j = 0; j < 20; ++j) {
                    const std::string path = "/" + std::to_string(i * 100 + j);
                    const auto got = client.send({.url = url(*server, path)});
                    if (got && got->body == "GET " + path + " - ") ++good;
                }
            });
        }
    }
    EXPECT_EQ(good, 160);
}

TEST(Client, DoesNotFollowARedirect) {
    const auto server = start({}, [](Request request, Respond respond) {
        if (request.path == "/there") return respond({.body = "followed"});
        respond({.status = 302, .headers = {{"Location", "/there"}}});
    });
    Client client(local());
    const auto got = client.send({.url = url(*server, "/here")});
    ASSERT_TRUE(got);
    EXPECT_EQ(got->status, 302);
    EXPECT_EQ(got->header("Location"), "/there");
}

TEST(Client, RefusesAPrivateAddress) {
    const auto server = start({}, describe);
    Client client({.ports = {}});
    for (const std::string host : {"127.0.0.1", "localhost", "[::1]", "0.0.0.0", "2130706433", "0x7f.1"}) {
        const auto got = client.send({.url = "http://" + host + ":" + std::to_string(server->port()) + "/"});
        ASSERT_FALSE(got) << host;
        EXPECT_EQ(got.error().code, ErrorCode::forbidden) << host << ": " << to_text(got.error());
        EXPECT_THAT(got.error().message, HasSubstr(" is not a public address")) << host;
    }
    EXPECT_EQ(server->counters().connections_accepted, 0U);
}

TEST(Client, KnowsAUrlThatItCouldNeverSendTo) {
    const auto code = [](const ClientOptions& options, const std::string& url) {
        const Status checked = check_url(options, url);
        return checked ? "" : std::string(error_class(checked.error().code).type);
    };
    EXPECT_EQ(code({}, "https://example.org/x"), "");
    EXPECT_EQ(code({}, "http://8.8.8.8/"), "");
    EXPECT_EQ(code({}, "https://example.org:8443/x"), error_class(ErrorCode::forbidden).type);
    EXPECT_EQ(code({}, "ftp://example.org/x"), error_class(ErrorCode::forbidden).type);
    EXPECT_EQ(code({}, "https://me:secret@example.org/"), error_class(ErrorCode::invalid).type);
    for (const std::string host : {"127.0.0.1", "[::1]", "2130706433", "10.1.2.3", "[fe80::1]"}) {
        EXPECT_EQ(code({}, "http://" + host + "/"), error_class(ErrorCode::forbidden).type) << host;
        EXPECT_EQ(code(local(), "http://" + host + "/"), "") << host;
    }
}

TEST(Client, RefusesSchemesPortsAndWhatCannotBeSent) {
    Client client({});
    const auto error = [&](const ClientRequest& request) {
        const auto got = client.send(request);
        return got ? "sent" : to_text(got.error());
    };
    EXPECT_EQ(
        error({.url = "https://example.com:22/"}),
        "could not reach https://example.com:22/: port 22 is not allowed\nhint: the settings say what may be reached"
    );
    EXPECT_THAT(error({.url = "ftp://example.com/"}), HasSubstr("the scheme ftp is not allowed"));
    EXPECT_THAT(error({.url = "file:///etc/passwd"}), HasSubstr("the scheme file is not allowed"));
    EXPECT_THAT(error({.url = "http://u:p@example.com/"}), StartsWith("a URL must not have a user or password in it"));
    EXPECT_THAT(error({.url = "no url"}), StartsWith("this is not a URL: no url"));
    EXPECT_THAT(error({.method = "GET /\r\n", .url = "http://example.com/"}), StartsWith("this is not a method"));
    EXPECT_THAT(
        error({.url = "http://example.com/", .headers = {{"X", "a\r\nHost: b"}}}),
        StartsWith("a header has a name or value that cannot be sent")
    );
}

TEST(Client, SaysWhyAPeerCouldNotBeReached) {
    std::uint16_t free_port = 0;
    {
        free_port = start({}, describe)->port();
    }
    ClientOptions options = local();
    options.total_timeout = milliseconds(300);
    options.response_bytes = 1000;
    Client client(options);
    const auto why = [&](const std::string& target) {
        const auto got = client.send({.url = target});
        if (got) return "status " + std::to_string(got->status);
        const bool too_large = got.error().message.find("large") != std::string::npos;
        EXPECT_EQ(got.error().code, too_large ? ErrorCode::limited : ErrorCode::unavailable);
        const std::string& message = got.error().message;
        EXPECT_THAT(message, StartsWith("could not reach http://127.0.0.1:"));
        EXPECT_THAT(message, testing::Not(HasSubstr("secret")));
        return message.substr(message.find("/x: ") + 4);
    };
    EXPECT_EQ(why("http://127.0.0.1:" + std::to_string(free_port) + "/x?secret=1"), "connection refused");
    EXPECT_EQ(why(FixedPeer("").url()), "no whole answer within 300 ms");
    const std::string ok = "HTTP/1.1 200 OK\r\n";
    EXPECT_EQ(why(FixedPeer(ok + "Content-Length: 10\r\n\r\nshort").url()), "its answer ended too early");
    EXPECT_EQ(why(FixedPeer(ok + "\r\n" + std::string(1000, 'x')).url()), "status 200");
    EXPECT_EQ(why(FixedPeer(ok + "\r\n" + std::string(1001, 'x')).url()), "its answer is larger than 1000 bytes");
    EXPECT_EQ(
        why(FixedPeer(ok + "Transfer-Encoding: chunked\r\n\r\n3e9\r\n" + std::string(1001, 'x')).url()),
        "its answer is larger than 1000 bytes"
    );
    std::string headers;
    for (int i = 0; i < 60'000; ++i) headers += "X: y\r\n";
    EXPECT_EQ(why(FixedPeer(ok + headers + "\r\n").url()), "its answer's headers are too large");
    EXPECT_THAT(why(FixedPeer("SSH-2.0-OpenSSH_9.2\r\n").url()), HasSubstr("HTTP/0.9"));
}

TEST(Client, StopsAtAGzipBomb) {
    // How `head -c 100000 /dev/zero | gzip -9n` begins; some 900 zeros for each byte.
    const auto zipped = [] {
        std::string bytes;
        // clang-format off
        const std::array<unsigned char, 30> head = {
            0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03,
            0xed, 0xc1, 0x31, 0x01, 0x00, 0x00, 0x00, 0xc2, 0xa0, 0xf5,
            0x4f, 0x6d, 0x0d, 0x0f, 0xa0, 0x00, 0x00, 0x00, 0x00, 0x00};
        // clang-format on
        for (const unsigned char c : head) bytes += static_cast<char>(c);
        bytes.append(84, '\0');
        return bytes;
    }();
    ClientOptions options = local();
    options.response_bytes = 1000;
    Client client(options);
    const FixedPeer peer(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + std::to_string(zipped.size()) + "\r\n\r\n" +
        zipped
    );
    const auto got = client.send({.url = peer.url()});
    ASSERT_FALSE(got);
    EXPECT_THAT(got.error().message, testing::EndsWith("its answer is larger than 1000 bytes"));
}

TEST(Address, PublicAndNot) {
    // From the IANA IPv4 and IPv6 special-purpose address registries.
    for (const std::string text :
         {"8.8.8.8", "1.1.1.1", "172.32.0.1", "172.15.255.255", "100.128.0.0", "192.0.1.1", "223.255.255.255",
          "2606:4700::1111", "2a00::1", "::ffff:8.8.8.8"}) {
        ASSERT_TRUE(parse_ip(text)) << text;
        EXPECT_TRUE(is_public(*parse_ip(text))) << text;
    }
    for (const std::string text :
         {"127.0.0.1",       "127.255.0.1",     "10.1.2.3",        "172.16.0.1",  "172.31.255.255",
          "192.168.1.1",     "169.254.169.254", "100.64.0.1",      "100.127.0.1", "0.0.0.0",
          "224.0.0.1",       "255.255.255.255", "240.0.0.1",       "192.0.2.1",   "198.18.0.1",
          "198.19.255.255",  "198.51.100.7",    "203.0.113.7",     "::1",         "::",
          "fe80::1",         "fc00::1",         "fd12::1",         "ff02::1",     "2001:db8::1",
          "2002:7f00:1::",   "2001::1",         "64:ff9b::7f00:1", "::127.0.0.1", "::ffff:10.0.0.1",
          "::ffff:127.0.0.1"}) {
        ASSERT_TRUE(parse_ip(text)) << text;
        EXPECT_FALSE(is_public(*parse_ip(text))) << text;
    }
    EXPECT_FALSE(parse_ip("localhost"));
    EXPECT_EQ(to_string(*parse_ip("10.0.0.1")), "10.0.0.1");
    EXPECT_EQ(to_string(*parse_ip("2A00::1")), "2a00::1");
}

TEST(Retry, ReadsBothFormsOfRetryAfter) {
    const Timestamp now = *parse_timestamp("1994-11-06T08:49:30Z");
    const auto wait = [&](const std::string& value) {
        return retry_after(Response{.status = 503, .headers = {{"retry-after", value}}}, now);
    };
    EXPECT_EQ(wait("120"), milliseconds(120'000));
    EXPECT_EQ(wait("Sun, 06 Nov 1994 08:49:37 GMT"), milliseconds(7'000));
    EXPECT_EQ(wait("Sun, 06 Nov 1994 08:49:00 GMT"), milliseconds(0));
    EXPECT_EQ(wait("soon"), std::nullopt);
    EXPECT_EQ(wait("-1"), std::nullopt);
    EXPECT_EQ(retry_after(Response{.status = 503}, now), std::nullopt);
}

TEST(Retry, WaitsLongerEachTimeAndOnlyWhereItDoesNoHarm) {
    const RetryPolicy policy{.attempts = 5};
    const ClientRequest get{.url = "http://x/"};
    const ClientRequest post{.method = "POST", .url = "http://x/"};
    const ClientRequest keyed{.method = "POST", .url = "http://x/", .headers = {{"idempotency-key", "1"}}};
    const auto after = [&](int attempt, const ClientRequest& request, const Result<Response>& result) {
        return retry_delay(policy, request, result, {attempt, std::nullopt, 0.5});
    };
    const Result<Response> busy = Response{.status = 503};
    EXPECT_EQ(after(1, get, busy), milliseconds(100));
    EXPECT_EQ(after(2, get, busy), milliseconds(200));
    EXPECT_EQ(after(4, get, busy), milliseconds(800));
    EXPECT_EQ(after(5, get, busy), std::nullopt);
    EXPECT_EQ(after(1, post, busy), milliseconds(100));
    EXPECT_EQ(after(1, get, Response{.status = 500}), std::nullopt);
    EXPECT_EQ(after(1, get, Response{.status = 200}), std::nullopt);
    const Result<Response> broken = fail(ErrorCode::unavailable, "gone");
    EXPECT_EQ(after(1, get, broken), milliseconds(100));
    EXPECT_EQ(after(1, post, broken), std::nullopt);
    EXPECT_EQ(after(1, keyed, broken), milliseconds(100));
    EXPECT_EQ(after(1, get, fail(ErrorCode::forbidden, "no")), std::nullopt);
    EXPECT_EQ(retry_delay(policy, get, busy, {1, milliseconds(7000), 0.5}), milliseconds(7100));
    EXPECT_EQ(retry_delay(policy, get, busy, {1, milliseconds(121'000), 0.5}), std::nullopt);
    EXPECT_EQ(retry_delay({.attempts = 50}, get, busy, {40, std::nullopt, 0.5}), milliseconds(5000));
}

TEST(Retry, AsksAgainUntilItGetsAnAnswer) {
    std::atomic<int> asked = 0;
    const auto server = start({.threads = 1}, [&](Request, Respond respond) {
        if (++asked < 3) return respond({.status = 429, .headers = {{"Retry-After", "2"}}});
        respond({.body = "at last"});
    });
    Client client(local());
    std::vector<milliseconds> slept;
    const RetryWorld world{
        .now = [] { return Timestamp{}; },
        .uniform = [] { return 0.0; },
        .sleep =
            [&](milliseconds time) {
                slept.push_back(time);
                return true;
            }
    };
    const auto got = send_with_retries(client, {.url = url(*server, "/")}, {}, world);
    ASSERT_TRUE(got);
    EXPECT_EQ(got->body, "at last");
    EXPECT_THAT(slept, testing::ElementsAre(milliseconds(2000), milliseconds(2000)));
}

}  // namespace
}  // namespace boon::http
