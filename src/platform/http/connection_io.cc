// The waiting half of a connection: its coroutine, its socket, its deadlines.
#include <array>
#include <exception>
#include <utility>

#include <arpa/inet.h>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <netinet/in.h>

#include "platform/base/log.h"
#include "platform/http/body_stream.h"
#include "platform/http/connection.h"

namespace boon::http {

namespace {

// How long an answer that ends the connection may take to be read.
constexpr std::chrono::milliseconds kLinger{2000};

std::string address_text(const Socket& socket) {
    boost::system::error_code ec;
    const Protocol::endpoint remote = socket.remote_endpoint(ec);
    if (ec) return {};
    const auto* address = static_cast<const sockaddr*>(remote.data());
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (address->sa_family == AF_INET) {
        inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(address)->sin_addr, text.data(), text.size());
    } else if (address->sa_family == AF_INET6) {
        inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr, text.data(), text.size());
    } else {
        return "unix";
    }
    return text.data();
}

}  // namespace

// A coroutine that nobody waits for: it starts at once and is gone at its end.
struct Connection::Task {
    struct Promise {
        Task get_return_object() { return {}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_never final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() {
            try {
                throw;
            } catch (const std::exception& error) {
                log::error(std::string("a connection was closed: ") + error.what());
            }
        }
    };
    using promise_type = Promise;
};

struct Connection::Reading {
    Connection& connection;
    boost::system::error_code ec = {};
    std::size_t bytes = 0;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) {
        InputBuffer& in = connection.in_;
        connection.socket_.async_read_some(
            boost::asio::buffer(in.free_space(), in.free_size()),
            [this, self](boost::system::error_code error, std::size_t n) {
                ec = error;
                bytes = n;
                self.resume();
            }
        );
    }
    void await_resume() { connection.on_read(ec, bytes); }
};

// Tries at once: nearly always the socket takes all, and no turn of the event loop is needed.
struct Connection::Writing {
    Connection& connection;
    boost::system::error_code ec = {};
    std::size_t bytes = 0;

    bool await_ready() {
        // One piece goes by send(), which is cheaper than the sendmsg() of two.
        bytes = connection.tail_.empty()
                    ? connection.socket_.write_some(boost::asio::buffer(connection.out_) + connection.written_, ec)
                    : connection.socket_.write_some(connection.output(), ec);
        return ec != boost::asio::error::would_block;
    }
    void await_suspend(std::coroutine_handle<> self) {
        connection.set_deadline(connection.limits().body_timeout);
        connection.socket_.async_write_some(
            connection.output(),
            [this, self](boost::system::error_code error, std::size_t n) {
                ec = error;
                bytes = n;
                connection.reset_deadline();
                self.resume();
            }
        );
    }
    void await_resume() { connection.on_written(ec, bytes); }
};

struct Connection::Answering {
    Connection& connection;

    [[nodiscard]] bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<> self) const { connection.waiting_for_answer_ = self; }
    void await_resume() const noexcept {}
};

void Connection::start(EventLoop& loop, Socket socket) {
    serve(std::unique_ptr<Connection>(new Connection(loop, std::move(socket))));
}

Connection::Connection(EventLoop& loop, Socket socket) : loop_(loop), socket_(std::move(socket)) {
    loop_.enter(*this);
    peer_ = address_text(socket_);
    boost::system::error_code ec;
    ec = socket_.non_blocking(true, ec);
    closed_ = static_cast<bool>(ec);
    reset_deadline();
}

Connection::~Connection() {
    if (stream_ != nullptr) {
        stream_->abandon();
        stream_link_->connection = nullptr;
    }
    if (in_flight_) --loop_.in_flight;
    loop_.leave(*this);
}

Connection::Task Connection::serve(std::unique_ptr<Connection> self) {
    Connection& connection = *self;
    for (;;) {
        switch (connection.advance()) {
            case Next::read: co_await Reading{connection}; break;
            case Next::write: co_await Writing{connection}; break;
            case Next::answer: co_await Answering{connection}; break;
            case Next::close: co_return;
        }
    }
}

void Connection::answer_later(Response response) {
    answer_ = std::move(response);
    // Not waiting yet when earlier answers are still being written.
    if (auto waiting = std::exchange(waiting_for_answer_, {})) waiting.resume();
}

void Connection::go_on_streaming() {
    if (auto waiting = std::exchange(waiting_for_answer_, {})) waiting.resume();
}

void Connection::abort() {
    if (auto waiting = std::exchange(waiting_for_answer_, {})) return waiting.destroy();
    closed_ = true;
    boost::system::error_code ec;
    ec = socket_.close(ec);
}

void Connection::drain() {
    if (phase_ == Phase::streaming) return go_on_streaming();
    if (phase_ == Phase::head && in_.empty() && !has_output()) abort();
}

std::array<boost::asio::const_buffer, 2> Connection::output() const {
    const auto whole_out = boost::asio::buffer(out_);
    const std::size_t from_tail = written_ > out_.size() ? written_ - out_.size() : 0;
    return {whole_out + written_, boost::asio::buffer(tail_) + from_tail};
}

void Connection::on_read(boost::system::error_code ec, std::size_t bytes) {
    if (timed_out_) {
        timed_out_ = false;
        return refuse({.kind = Rejected::timeout, .message = "the request did not arrive in time"});
    }
    if (ec) {
        closed_ = true;
        return;
    }
    loop_.counters().bytes_in.add(bytes);
    in_.fill(bytes);
}

void Connection::on_written(boost::system::error_code ec, std::size_t bytes) {
    if (ec) {
        closed_ = true;
        return;
    }
    loop_.counters().bytes_out.add(bytes);
    written_ += bytes;
    if (written_ < out_.size() + tail_.size()) return;
    written_ = 0;
    out_.clear();
    if (!tail_.empty()) tail_ = {};
}

void Connection::reset_deadline() {
    const Limits& limit = limits();
    switch (phase_) {
        case Phase::head:
            set_deadline(head_started_ || !served_before_ ? limit.head_timeout : limit.idle_timeout);
            break;
        case Phase::body: set_deadline(limit.body_timeout); break;
        case Phase::handling:
        case Phase::streaming: loop_.wheel().set(*this, TimerWheel::kNever); break;
        case Phase::lingering: set_deadline(kLinger); break;
    }
}

void Connection::on_deadline() {
    const bool mid_request = phase_ == Phase::body || (phase_ == Phase::head && !in_.empty());
    if (!mid_request || has_output()) return abort();
    // Wakes the coroutine, which then says so to the client.
    timed_out_ = true;
    boost::system::error_code ec;
    ec = socket_.cancel(ec);
}

}  // namespace boon::http
