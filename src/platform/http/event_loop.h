// One thread of the server: its event loop, listeners, connections, deadlines and counters. All of it belongs to that
// thread, except what says otherwise.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include "platform/http/listen.h"
#include "platform/http/server.h"
#include "platform/http/timer_wheel.h"

namespace boon::http {

class Connection;

// How what writes a streamed body finds its connection: null once that is gone. Looked at on the loop's thread only.
struct StreamLink {
    Connection* connection;
};

using Protocol = boost::asio::generic::stream_protocol;
using Socket = boost::asio::basic_stream_socket<Protocol, boost::asio::io_context::executor_type>;
using Acceptor = boost::asio::basic_socket_acceptor<Protocol, boost::asio::io_context::executor_type>;
using Ticker = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
    boost::asio::io_context::executor_type>;

// Written by one thread, read by any: no locked instruction.
class Counter {
public:
    void add(std::uint64_t n = 1) {
        value_.store(value_.load(std::memory_order_relaxed) + n, std::memory_order_relaxed);
    }
    void subtract_one() { value_.store(value_.load(std::memory_order_relaxed) - 1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

private:
    std::atomic<std::uint64_t> value_ = 0;
};

struct LoopCounters {
    Counter accepted;
    Counter open;
    Counter requests;
    Counter unanswered;
    Counter bytes_in;
    Counter bytes_out;
    std::array<Counter, kRejectedKinds> rejected;

    void reject(Rejected kind) { rejected[static_cast<std::size_t>(kind)].add(); }
};

// What all threads of a server share.
struct Shared {
    Options options;
    Handler handler;
    std::atomic<int> connections = 0;
    int in_flight_per_loop = 0;
};

class EventLoop : public std::enable_shared_from_this<EventLoop> {
public:
    static constexpr std::chrono::milliseconds kTick{100};

    explicit EventLoop(std::shared_ptr<Shared> shared);
    ~EventLoop();

    // Before run().
    void listen(Descriptor socket, int family, int protocol);
    // Serves until end() has been called and everything is closed.
    void run();

    // From any thread.
    void begin_drain();
    void end();
    [[nodiscard]] const LoopCounters& counters() const { return counters_; }
    LoopCounters& counters() { return counters_; }
    // Hands `connection` its answer on the loop's thread; dropped once the loop has ended. One wake-up serves all that
    // come before it, or in the same Burst.
    void deliver(Connection& connection, Response response);
    // Lets the connection, if it still is, look at the body that it streams.
    void wake(std::shared_ptr<StreamLink> link);

    // On the loop's thread.
    [[nodiscard]] bool is_current() const;
    Shared& shared() { return *shared_; }
    TimerWheel& wheel() { return wheel_; }
    [[nodiscard]] TimerWheel::Tick ticks(std::chrono::milliseconds timeout) const;
    [[nodiscard]] bool is_draining() const { return draining_; }
    [[nodiscard]] std::string_view date_line() const { return date_line_; }
    void enter(Connection& connection);
    void leave(Connection& connection);
    int in_flight = 0;                     // requests whose handler has returned and not answered
    const Connection* handling = nullptr;  // the connection whose handler runs now

private:
    struct Listener {
        Acceptor acceptor;
        bool waiting = false;
    };
    struct Delivery {
        Connection* connection;
        Response response;
    };

    void accept(Listener& listener);
    void welcome(Socket socket);
    void tick();
    void refresh_date();
    void hand_out();
    void close_listeners();
    void close_all();

    std::shared_ptr<Shared> shared_;
    LoopCounters counters_;
    TimerWheel wheel_;
    std::string date_line_;
    std::int64_t date_second_ = 0;
    std::vector<Connection*> connections_;
    bool draining_ = false;
    bool ended_ = false;

    std::mutex mailbox_mutex_;
    std::vector<Delivery> mailbox_;  // under mailbox_mutex_
    bool mailbox_closed_ = false;    // under mailbox_mutex_
    std::vector<Delivery> handing_out_;

    boost::asio::io_context context_{1};
    Ticker ticker_{context_};
    std::vector<std::unique_ptr<Listener>> listeners_;
};

}  // namespace boon::http
