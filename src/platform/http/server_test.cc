#include "platform/http/server.h"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "platform/base/burst.h"
#include "platform/http/raw_socket_test.h"
#include "platform/http/worker_pool.h"

namespace boon::http {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

void echo(Request request, Respond respond) {
    respond({.content_type = "text/plain", .body = request.method + " " + request.path + " " + request.body});
}

std::string get(std::string_view path) { return "GET " + std::string(path) + " HTTP/1.1\r\nHost: h\r\n\r\n"; }

std::string post(std::string_view path, std::string_view body) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
           "\r\n\r\n" + std::string(body);
}

TEST(Server, AnswersAGet) {
    const auto server = start({}, echo);
    RawSocket client(server->port());
    client.send(get("/a%20b?x=1"));
    const RawResponse answer = client.receive();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "GET /a b ");
    EXPECT_THAT(answer.head, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer.head, HasSubstr("\r\nContent-Type: text/plain\r\n"));
    EXPECT_THAT(answer.head, HasSubstr("\r\nContent-Length: 9\r\n"));
    EXPECT_THAT(
        answer.head, testing::ContainsRegex("\r\nDate: [A-Z][a-z]+, [0-9]+ [A-Z][a-z]+ 20[0-9]+ [0-9:]+ GMT\r\n")
    );
    EXPECT_THAT(answer.head, Not(HasSubstr("Connection")));
}

TEST(Server, GivesTheHandlerTheWholeRequest) {
    Request seen;
    const auto server = start({.threads = 1}, [&](Request request, Respond respond) {
        seen = std::move(request);
        respond({.status = 204});
    });
    RawSocket client(server->port());
    client.send("PATCH /x?a=%20b HTTP/1.1\r\nHost: h\r\nX-One:  1 \r\nx-one: 2\r\nContent-Length: 2\r\n\r\nhi");
    const RawResponse answer = client.receive();
    EXPECT_EQ(answer.status, 204);
    EXPECT_THAT(answer.head, Not(HasSubstr("Content-Length")));
    EXPECT_EQ(seen.method, "PATCH");
    EXPECT_EQ(seen.path, "/x");
    EXPECT_EQ(seen.query_string, "a=%20b");
    EXPECT_EQ(seen.headers.find("X-ONE"), "1");
    EXPECT_EQ(seen.headers.size(), 4U);
    EXPECT_EQ(seen.headers[2].value, "2");
    EXPECT_EQ(seen.body, "hi");
    EXPECT_EQ(seen.peer, "127.0.0.1");
}

TEST(Server, KeepsTheConnectionAsTheClientAsks) {
    const auto server = start({}, echo);
    RawSocket modern(server->port());
    for (int i = 0; i < 3; ++i) {
        modern.send(post("/", "b" + std::to_string(i)));
        EXPECT_EQ(modern.receive().body, "POST / b" + std::to_string(i));
    }
    modern.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    EXPECT_THAT(modern.receive().head, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_TRUE(modern.closes());

    RawSocket old(server->port());
    old.send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_THAT(old.receive().head, HasSubstr("\r\nConnection: keep-alive\r\n"));
    old.send("GET / HTTP/1.0\r\n\r\n");
    EXPECT_EQ(old.receive().status, 200);
    EXPECT_TRUE(old.closes());
}

TEST(Server, AnswersHeadWithTheLengthOnly) {
    const auto server = start({}, echo);
    RawSocket client(server->port());
    client.send("HEAD /x HTTP/1.1\r\nHost: h\r\n\r\n" + get("/y"));
    EXPECT_THAT(client.receive(true).head, HasSubstr("\r\nContent-Length: 8\r\n"));
    EXPECT_EQ(client.receive().body, "GET /y ");
}

TEST(Server, AnswersGivenInABurstGoOutAtItsEnd) {
    std::mutex mutex;
    std::vector<Respond> waiting;
    const auto server = start({.threads = 1}, [&](const Request&, const Respond& respond) {
        const std::lock_guard lock(mutex);
        waiting.push_back(respond);
    });
    std::vector<RawSocket> clients;
    for (int i = 0; i < 3; ++i) {
        clients.emplace_back(server->port());
        clients.back().send(get("/"));
    }
    const auto all_wait = [&] {
        const std::lock_guard lock(mutex);
        return waiting.size() == clients.size();
    };
    while (!all_wait()) std::this_thread::sleep_for(milliseconds(1));
    {
        const Burst burst;
        for (const Respond& respond : waiting) respond({.body = "{}"});
        std::this_thread::sleep_for(milliseconds(50));
        EXPECT_EQ(server->counters().bytes_out, 0U);
    }
    for (RawSocket& client : clients) EXPECT_EQ(client.receive().body, "{}");
}

TEST(Server, ReadsChunksAndContinues) {
    const auto server = start({}, echo);
    RawSocket client(server->port());
    client.send("PUT / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nExpect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.receive().head, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("3\r\nabc\r\nA;x=1\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\n" + get("/next"));
    EXPECT_EQ(client.receive().body, "PUT / abc0123456789");
    EXPECT_EQ(client.receive().body, "GET /next ");
}

TEST(Server, ReadsARequestThatComesByteByByte) {
    const auto server = start({}, echo);
    RawSocket client(server->port());
    const std::string bytes = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    for (const char c : bytes) {
        client.send({&c, 1});
        std::this_thread::sleep_for(milliseconds(1));
    }
    EXPECT_EQ(client.receive().body, "POST / abc");
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
    // Later requests are answered at once, earlier ones late and from another thread.
    WorkerPool pool({.threads = 2});
    const auto server = start({.threads = 1}, [&](Request request, Respond respond) {
        if (request.path != "/slow") return respond({.body = request.path});
        ASSERT_TRUE(pool.submit([respond] {
            std::this_thread::sleep_for(milliseconds(20));
            respond({.body = "slow"});
        }));
    });
    RawSocket client(server->port());
    std::string all;
    for (int i = 0; i < 50; ++i) all += get(i % 5 == 0 ? "/slow" : "/" + std::to_string(i));
    client.send(all);
    for (int i = 0; i < 50; ++i) EXPECT_EQ(client.receive().body, i % 5 == 0 ? "slow" : "/" + std::to_string(i));
}

TEST(Server, MovesLargeBodies) {
    const auto server = start({}, [](Request request, Respond respond) { respond({.body = std::move(request.body)}); });
    std::string body(8 * 1024 * 1024, 'x');
    for (std::size_t i = 0; i < body.size(); i += 97) body[i] = static_cast<char>('a' + i % 26);
    RawSocket client(server->port());
    std::jthread sender([&] { client.send(post("/", body) + post("/", "small")); });
    EXPECT_TRUE(client.receive().body == body);
    EXPECT_EQ(client.receive().body, "small");
}

TEST(Server, AnswersForAHandlerThatDoesNot) {
    WorkerPool pool({.threads = 1});
    const auto server = start({.threads = 1}, [&](Request request, Respond respond) {
        if (request.path == "/dropped") return;
        if (request.path == "/throws") throw std::runtime_error("broken");
        if (request.path == "/later") {
            ASSERT_TRUE(pool.submit([respond = std::move(respond)] {}));
        } else if (request.path == "/header") {
            respond({.headers = {{"X", "a\r\nSet-Cookie: b"}}});
        } else if (request.path == "/twice") {
            respond({.body = "first"});
            respond({.body = "second"});
        }
    });
    RawSocket client(server->port());
    for (const std::string path : {"/dropped", "/throws", "/later", "/header"}) {
        client.send(get(path));
        const RawResponse answer = client.receive();
        EXPECT_EQ(answer.status, 500) << path;
        EXPECT_EQ(
            answer.body, R"({"type":"urn:boon:problem:internal","title":"Internal error","status":500,)"
                         R"("detail":"the server has no answer to this request"})"
        );
    }
    client.send(get("/twice") + get("/later"));
    EXPECT_EQ(client.receive().body, "first");
    EXPECT_EQ(client.receive().status, 500);
    EXPECT_EQ(server->counters().unanswered, 5U);
    EXPECT_EQ(server->counters().requests, 6U);
}

TEST(Server, ServesTwoHundredConnectionsAtOnce) {
    WorkerPool pool({.threads = 4, .queue = 10'000});
    const auto server = start({.threads = 2}, [&](Request request, Respond respond) {
        ASSERT_TRUE(pool.submit([respond, body = std::move(request.body)] { respond({.body = body}); }));
    });
    std::vector<RawSocket> clients;
    for (int i = 0; i < 200; ++i) clients.emplace_back(server->port());
    for (int round = 0; round < 5; ++round) {
        for (int i = 0; i < 200; ++i) clients[static_cast<std::size_t>(i)].send(post("/", std::to_string(i * round)));
        for (int i = 0; i < 200; ++i) {
            EXPECT_EQ(clients[static_cast<std::size_t>(i)].receive().body, std::to_string(i * round));
        }
    }
    EXPECT_EQ(server->counters().connections_open, 200U);
    EXPECT_EQ(server->counters().requests, 1000U);
}

TEST(Server, ListensOnAUnixSocketOfItsOwner) {
    const std::string path = testing::TempDir() + "boon-http-test-" + std::to_string(::getpid()) + ".sock";
    Request seen;
    {
        const auto server =
            start({.address = "", .unix_path = path, .threads = 2}, [&](Request request, Respond respond) {
                seen = std::move(request);
                respond({.body = "here"});
            });
        EXPECT_EQ(server->port(), 0);
        struct stat file = {};
        ASSERT_EQ(::stat(path.c_str(), &file), 0);
        EXPECT_EQ(file.st_mode & 0777, 0600U);
        RawSocket client(path);
        client.send(get("/"));
        EXPECT_EQ(client.receive().body, "here");
        EXPECT_EQ(seen.peer, "unix");
        const auto second = Server::start({.address = "", .unix_path = path}, echo);
        ASSERT_FALSE(second);
        EXPECT_EQ(second.error().code, ErrorCode::conflict);
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    std::ofstream(path) << "a file of somebody's";
    const auto on_a_file = Server::start({.address = "", .unix_path = path}, echo);
    ASSERT_FALSE(on_a_file);
    EXPECT_TRUE(std::filesystem::exists(path));
    std::filesystem::remove(path);
}

TEST(Server, RefusesAPortThatIsTakenOrAnAddressThatIsNone) {
    const auto first = start({}, echo);
    const auto second = Server::start({.port = first->port()}, echo);
    ASSERT_FALSE(second);
    EXPECT_EQ(
        to_text(second.error()), "could not listen on 127.0.0.1 port " + std::to_string(first->port()) +
                                     ": Address already in use\n"
                                     "hint: another process listens there; stop it, or choose another"
    );
    const auto named = Server::start({.address = "localhost"}, echo);
    ASSERT_FALSE(named);
    EXPECT_THAT(to_text(named.error()), StartsWith("\"localhost\" is not an IP address to listen on\nhint: "));
}

TEST(Server, DrainFinishesWhatIsInFlight) {
    std::atomic<bool> started = false;
    WorkerPool pool({.threads = 1});
    const auto server = start({.threads = 2}, [&](Request request, Respond respond) {
        if (request.path == "/idle") return respond({});
        ASSERT_TRUE(pool.submit([&, respond] {
            started = true;
            std::this_thread::sleep_for(milliseconds(100));
            respond({.body = "done"});
        }));
    });
    RawSocket idle(server->port());
    idle.send(get("/idle"));
    EXPECT_EQ(idle.receive().status, 200);
    RawSocket busy(server->port());
    busy.send(get("/busy"));
    while (!started) std::this_thread::yield();
    server->drain();
    EXPECT_TRUE(idle.closes());
    const RawResponse answer = busy.receive();
    EXPECT_EQ(answer.body, "done");
    EXPECT_THAT(answer.head, HasSubstr("\r\nConnection: close\r\n"));
    EXPECT_TRUE(busy.closes());
    EXPECT_FALSE(RawSocket(server->port()).connected());
    EXPECT_EQ(server->counters().connections_open, 0U);
}

TEST(Server, EndsWhileItsClockTicks) {
    // The thread comes back from a long handler to both: a tick of its clock that is due, and the order to end.
    std::atomic<bool> started = false;
    auto server = start({.threads = 1}, [&](Request, Respond respond) {
        started = true;
        std::this_thread::sleep_for(milliseconds(250));
        respond({});
    });
    RawSocket client(server->port());
    client.send(get("/"));
    while (!started) std::this_thread::yield();
    server.reset();
    EXPECT_EQ(client.receive().status, 200);
    EXPECT_TRUE(client.closes());
}

TEST(Server, DrainGivesUpOnAHandlerThatDoesNotAnswer) {
    std::vector<Respond> kept;
    auto server = start({.threads = 1}, [&](Request, Respond respond) { kept.push_back(std::move(respond)); });
    RawSocket client(server->port());
    client.send(get("/"));
    while (server->counters().requests == 0) std::this_thread::yield();
    server->drain(milliseconds(50));
    EXPECT_TRUE(client.closes());
    server.reset();
    // Answering a server that is gone does nothing.
    kept.front()({});
}

}  // namespace
}  // namespace boon::http
