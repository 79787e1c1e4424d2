// Slow and silent clients, against the real server.
#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "platform/http/raw_socket_test.h"
#include "platform/http/server.h"

namespace boon::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: h\r\n\r\n";

void ok(Request, Respond respond) { respond({.body = "ok"}); }

// Short deadlines: half a second to a second, since the wheel's tick is 100 ms.
struct Timeouts : testing::Test {
    Options options = {
        .threads = 1,
        .limits =
            {.head_timeout = milliseconds(400), .body_timeout = milliseconds(400), .idle_timeout = milliseconds(900)}
    };

    // How long the server takes to answer or close, fed a byte every 50 ms of `drip`.
    static milliseconds time_to_end(RawSocket& client, std::string_view drip, RawResponse& answer) {
        const auto begin = steady_clock::now();
        std::jthread dripper([&](const std::stop_token& stop) {
            for (const char c : drip) {
                if (stop.stop_requested() || !client.send({&c, 1})) return;
                std::this_thread::sleep_for(milliseconds(50));
            }
        });
        answer = client.receive();
        return std::chrono::duration_cast<milliseconds>(steady_clock::now() - begin);
    }
};

TEST_F(Timeouts, SlowHead) {
    const auto server = start(options, ok);
    RawSocket client(server->port());
    RawResponse answer;
    const auto took = time_to_end(client, "GET / HTTP/1.1\r\nHost: h\r\nX: xxxxxxxxxxxxxxxxxxxxxxxxxx", answer);
    EXPECT_EQ(answer.status, 408);
    EXPECT_GE(took, milliseconds(400));
    EXPECT_LT(took, milliseconds(900));
    EXPECT_EQ(server->counters().rejected[static_cast<std::size_t>(Rejected::timeout)], 1U);
}

TEST_F(Timeouts, SlowBody) {
    const auto server = start(options, ok);
    RawSocket client(server->port());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 100\r\n\r\n");
    RawResponse answer;
    const auto took = time_to_end(client, "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", answer);
    EXPECT_EQ(answer.status, 408);
    EXPECT_GE(took, milliseconds(400));
    EXPECT_LT(took, milliseconds(900));
}

TEST_F(Timeouts, SlowChunks) {
    const auto server = start(options, ok);
    RawSocket client(server->port());
    client.send("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
    RawResponse answer;
    time_to_end(client, "1\r\na\r\n1\r\na\r\n1\r\na\r\n", answer);
    EXPECT_EQ(answer.status, 408);
}

TEST_F(Timeouts, AConnectionThatSaysNothing) {
    const auto server = start(options, ok);
    RawSocket client(server->port());
    const auto begin = steady_clock::now();
    EXPECT_TRUE(client.closes());
    EXPECT_LT(steady_clock::now() - begin, milliseconds(900));
}

TEST_F(Timeouts, AnIdleConnectionLivesLongerThanAHead) {
    const auto server = start(options, ok);
    RawSocket client(server->port());
    client.send(kGet);
    EXPECT_EQ(client.receive().status, 200);
    std::this_thread::sleep_for(milliseconds(600));
    client.send(kGet);
    EXPECT_EQ(client.receive().status, 200);
    const auto begin = steady_clock::now();
    EXPECT_TRUE(client.closes());
    EXPECT_GE(steady_clock::now() - begin, milliseconds(850));
    EXPECT_LT(steady_clock::now() - begin, milliseconds(1500));
}

TEST_F(Timeouts, AClientThatDoesNotReadIsLetGo) {
    const auto server =
        start(options, [](Request, Respond respond) { respond({.body = std::string(50'000'000, 'x')}); });
    RawSocket client(server->port());
    client.send(kGet);
    const auto deadline = steady_clock::now() + milliseconds(3000);
    while (server->counters().requests == 0 || server->counters().connections_open > 0) {
        ASSERT_LT(steady_clock::now(), deadline);
        std::this_thread::sleep_for(milliseconds(20));
    }
}

TEST_F(Timeouts, AHandlerMayTakeLonger) {
    std::vector<std::jthread> threads;
    const auto server = start(options, [&](Request, Respond respond) {
        threads.emplace_back([respond] {
            std::this_thread::sleep_for(milliseconds(1500));
            respond({.body = "late"});
        });
    });
    RawSocket client(server->port());
    client.send(kGet);
    EXPECT_EQ(client.receive().body, "late");
}

}  // namespace
}  // namespace boon::http
