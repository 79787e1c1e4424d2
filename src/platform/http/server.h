// The HTTP/1.1 server: one event loop per thread, each with its own listening socket (SO_REUSEPORT), and one more
// listener on a Unix socket when asked. It refuses what is ambiguous or too much (see request_head.h and Limits), so
// that a handler sees only whole, well-formed requests.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "platform/base/error.h"
#include "platform/http/message.h"
#include "platform/http/request_head.h"
#include "platform/http/respond.h"

namespace boon::http {

struct Limits {
    std::size_t head_bytes = 16 * 1024;  // beyond: 431
    HeadLimits head = {};
    std::size_t body_bytes = 8 * 1024 * 1024;        // beyond: 413
    int connections = 10'000;                        // beyond: 503 and closed
    int in_flight = 4'096;                           // requests whose handler has not answered yet; beyond: 503
    std::chrono::milliseconds head_timeout{10'000};  // from a request's first byte (or the connection) to its head: 408
    std::chrono::milliseconds body_timeout{30'000};  // for a whole body: 408; also how long a write may stand still
    std::chrono::milliseconds idle_timeout{60'000};  // between requests: closed
};

struct Options {
    std::string address = "127.0.0.1";  // numeric IPv4 or IPv6; empty: no TCP
    std::uint16_t port = 0;             // 0: a free one, see Server::port()
    std::string unix_path = {};         // empty: none; the socket is readable and writable by its owner only
    int threads = 0;                    // 0: one per core
    Limits limits = {};
    // The body limit of one request, asked when its head is there and a body is announced. Empty: limits.body_bytes.
    // Called on the server's threads.
    std::function<std::size_t(const Request&)> body_limit = {};
};

struct Counters {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_open = 0;
    std::uint64_t requests = 0;    // passed to the handler
    std::uint64_t unanswered = 0;  // of these: dropped, thrown out of, or answered with what cannot be sent; 500
    std::uint64_t bytes_in = 0;
    std::uint64_t bytes_out = 0;
    std::array<std::uint64_t, kRejectedKinds> rejected = {};  // by Rejected
};

class Server {
public:
    // `conflict` when the port or the Unix socket is taken, `invalid` for an address that is none.
    static Result<std::unique_ptr<Server>> start(const Options& options, Handler handler);

    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    // Closes what drain() has not closed, without waiting for handlers.
    ~Server();

    // 0 without TCP.
    [[nodiscard]] std::uint16_t port() const;
    // Of all threads; thread-safe.
    [[nodiscard]] Counters counters() const;
    // Stops accepting, closes idle connections, waits for the requests in flight (answered with `Connection: close`)
    // for at most `limit`, then closes the rest and ends the threads. Not to be called from a handler. Once.
    void drain(std::chrono::milliseconds limit = std::chrono::seconds(10));

private:
    struct State;
    explicit Server(std::unique_ptr<State> state);

    std::unique_ptr<State> state_;
};

}  // namespace boon::http
