#include "platform/http/server.h"

#include <algorithm>
#include <thread>
#include <utility>
#include <vector>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/http/event_loop.h"
#include "platform/http/listen.h"

namespace boon::http {

struct Server::State {
    std::shared_ptr<Shared> shared;
    std::uint16_t port = 0;
    std::vector<std::shared_ptr<EventLoop>> loops;
    std::vector<std::jthread> threads;
};

Result<std::unique_ptr<Server>> Server::start(const Options& options, Handler handler) {
    auto state = std::make_unique<State>();
    state->shared = std::make_shared<Shared>();
    state->shared->options = options;
    state->shared->handler = std::move(handler);
    const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    const int threads = options.threads > 0 ? options.threads : cores;
    state->shared->in_flight_per_loop = (options.limits.in_flight + threads - 1) / threads;

    Listeners tcp;
    if (!options.address.empty()) {
        BOON_TRY(tcp, listen_tcp(options.address, options.port, threads));
    }
    state->port = tcp.port;
    for (int i = 0; i < threads; ++i) {
        state->loops.push_back(std::make_shared<EventLoop>(state->shared));
        if (!tcp.sockets.empty()) {
            state->loops.back()->listen(std::move(tcp.sockets[static_cast<std::size_t>(i)]), tcp.family, IPPROTO_TCP);
        }
    }
    if (!options.unix_path.empty()) {
        BOON_TRY(Descriptor unix_socket, listen_unix(options.unix_path));
        state->loops.front()->listen(std::move(unix_socket), AF_UNIX, 0);
    }
    for (const auto& loop : state->loops) {
        state->threads.emplace_back([loop] { loop->run(); });
    }
    return std::unique_ptr<Server>(new Server(std::move(state)));
}

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}

Server::~Server() {
    for (const auto& loop : state_->loops) loop->end();
    state_->threads.clear();
    if (!state_->shared->options.unix_path.empty()) ::unlink(state_->shared->options.unix_path.c_str());
}

std::uint16_t Server::port() const { return state_->port; }

Counters Server::counters() const {
    Counters sum;
    for (const auto& loop : state_->loops) {
        const LoopCounters& part = loop->counters();
        sum.connections_accepted += part.accepted.get();
        sum.connections_open += part.open.get();
        sum.requests += part.requests.get();
        sum.unanswered += part.unanswered.get();
        sum.bytes_in += part.bytes_in.get();
        sum.bytes_out += part.bytes_out.get();
        for (std::size_t i = 0; i < kRejectedKinds; ++i) sum.rejected[i] += part.rejected[i].get();
    }
    return sum;
}

void Server::drain(std::chrono::milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (const auto& loop : state_->loops) loop->begin_drain();
    // A connection counts before its loop has heard of the draining; afterwards there are no new ones.
    while (state_->shared->connections.load(std::memory_order_relaxed) > 0 &&
           std::chrono::steady_clock::now() < deadline) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    for (const auto& loop : state_->loops) loop->end();
    state_->threads.clear();
}

}  // namespace boon::http
