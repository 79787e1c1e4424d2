#include "platform/http/body_stream.h"

#include <atomic>
#include <thread>

#include <gmock/gmock.h>

#include "platform/http/raw_socket_test.h"
#include "platform/http/server.h"

namespace boon::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

// Answers with a stream, and keeps what a writer has of it.
struct Streamer {
    std::atomic<std::shared_ptr<BodyStream>> made;
    std::weak_ptr<BodyStream> last;

    Handler handler() {
        return [this](const Request&, const Respond& respond) {
            auto stream = std::make_shared<BodyStream>();
            last = stream;
            made.store(stream);
            Response response{.content_type = "text/event-stream"};
            response.stream = std::move(stream);
            respond(std::move(response));
        };
    }
    std::shared_ptr<BodyStream> take() {
        while (true) {
            if (auto stream = made.exchange(nullptr)) return stream;
            std::this_thread::sleep_for(milliseconds(1));
        }
    }
};

bool becomes_true(const std::function<bool()>& condition) {
    for (int i = 0; i < 5000; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(milliseconds(1));
    }
    return false;
}

TEST(BodyStreams, AreSentAsTheyGrow) {
    Streamer streamer;
    const auto server = start({.threads = 1}, streamer.handler());
    RawSocket client(server->port());
    client.send(kGet);
    const auto stream = streamer.take();
    const std::string head = client.receive_through("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("\r\nTransfer-Encoding: chunked\r\n"));
    EXPECT_THAT(head, Not(HasSubstr("Content-Length")));
    // Each arrives before the next is written.
    EXPECT_TRUE(stream->write("one"));
    EXPECT_EQ(client.receive_through("one\r\n"), "3\r\none\r\n");
    EXPECT_TRUE(stream->write(std::string(16, 'x')));
    EXPECT_EQ(client.receive_through("x\r\n"), "10\r\n" + std::string(16, 'x') + "\r\n");
    stream->finish();
    EXPECT_EQ(client.receive_through("0\r\n\r\n"), "0\r\n\r\n");
    EXPECT_FALSE(stream->write("more"));
    // The connection goes on.
    client.send(kGet);
    streamer.take()->finish();
    EXPECT_THAT(client.receive_through("0\r\n\r\n"), HasSubstr("HTTP/1.1 200 OK"));
}

TEST(BodyStreams, WhatIsWrittenBeforeTheHeadIsSentComesBehindIt) {
    const auto server = start({.threads = 1}, [](const Request&, const Respond& respond) {
        auto stream = std::make_shared<BodyStream>();
        stream->write("a");
        stream->write("b");
        stream->finish();
        Response response{.content_type = "text/plain"};
        response.stream = std::move(stream);
        respond(std::move(response));
    });
    RawSocket client(server->port());
    client.send(kGet);
    EXPECT_THAT(client.receive_through("0\r\n\r\n"), testing::EndsWith("\r\n\r\n2\r\nab\r\n0\r\n\r\n"));
}

TEST(BodyStreams, EndWithTheConnectionForHttp10) {
    Streamer streamer;
    const auto server = start({.threads = 1}, streamer.handler());
    RawSocket client(server->port());
    client.send("GET / HTTP/1.0\r\n\r\n");
    const auto stream = streamer.take();
    stream->write("plain");
    stream->finish();
    EXPECT_THAT(client.receive_through("plain"), testing::EndsWith("\r\nConnection: close\r\n\r\nplain"));
    EXPECT_TRUE(client.closes());
}

TEST(BodyStreams, TheWriterLearnsThatTheClientHasGone) {
    Streamer streamer;
    const auto server = start({.threads = 1}, streamer.handler());
    auto client = std::make_unique<RawSocket>(server->port());
    client->send(kGet);
    client->receive_through("\r\n\r\n");
    const std::weak_ptr<BodyStream> stream = streamer.take();
    client.reset();
    // Only what is sent shows it: the connection gives the stream up then.
    EXPECT_TRUE(becomes_true([&] {
        const auto held = stream.lock();
        return held == nullptr || !held->write(":\n\n");
    }));
    EXPECT_TRUE(becomes_true([&] { return server->counters().connections_open == 0; }));
    EXPECT_TRUE(stream.expired());
}

TEST(BodyStreams, AClientThatDoesNotReadIsGivenUp) {
    Streamer streamer;
    const auto server = start({.threads = 1}, streamer.handler());
    RawSocket client(server->port());
    client.send(kGet);
    const auto stream = streamer.take();
    const std::string block(64 * 1024, 'x');
    EXPECT_TRUE(becomes_true([&] { return !stream->write(block); }));
}

TEST(BodyStreams, HeadHasNone) {
    Streamer streamer;
    const auto server = start({.threads = 1}, streamer.handler());
    RawSocket client(server->port());
    client.send("HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    EXPECT_EQ(client.receive(true).status, 200);
    streamer.take().reset();
    EXPECT_TRUE(streamer.last.expired());
}

TEST(BodyStreams, DrainingEndsThem) {
    Streamer streamer;
    const auto server = start({.threads = 1}, streamer.handler());
    RawSocket client(server->port());
    client.send(kGet);
    const auto stream = streamer.take();
    stream->write("begun");
    EXPECT_THAT(client.receive_through("begun\r\n"), HasSubstr("5\r\nbegun\r\n"));
    const auto began = std::chrono::steady_clock::now();
    server->drain(std::chrono::seconds(8));
    EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(4));
    EXPECT_EQ(client.receive_through("0\r\n\r\n"), "0\r\n\r\n");
    EXPECT_TRUE(client.closes());
    EXPECT_FALSE(stream->is_open());
}

}  // namespace
}  // namespace boon::http
