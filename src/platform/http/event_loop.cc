#include "platform/http/event_loop.h"

#include <algorithm>
#include <utility>

#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "platform/base/burst.h"
#include "platform/base/log.h"
#include "platform/http/connection.h"
#include "platform/http/response_writer.h"

namespace boon::http {

namespace {

thread_local const EventLoop* current_loop = nullptr;

std::int64_t unix_now() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
        .count();
}

}  // namespace

EventLoop::EventLoop(std::shared_ptr<Shared> shared) : shared_(std::move(shared)) { refresh_date(); }

EventLoop::~EventLoop() = default;

bool EventLoop::is_current() const { return current_loop == this; }

void EventLoop::listen(Descriptor socket, int family, int protocol) {
    listeners_.push_back(std::make_unique<Listener>(Listener{Acceptor(context_)}));
    listeners_.back()->acceptor.assign(Protocol(family, protocol), socket.release());
}

void EventLoop::run() {
    current_loop = this;
    for (const auto& listener : listeners_) accept(*listener);
    tick();
    context_.run();
    current_loop = nullptr;
}

void EventLoop::accept(Listener& listener) {
    listener.waiting = true;
    listener.acceptor.async_accept([this, &listener](boost::system::error_code ec, Socket socket) {
        listener.waiting = false;
        if (!listener.acceptor.is_open()) return;
        if (ec == boost::asio::error::no_descriptors || ec == boost::asio::error::no_memory ||
            ec == boost::asio::error::no_buffer_space) {
            return;  // tick() tries again; at once would spin
        }
        if (!ec) welcome(std::move(socket));
        accept(listener);
    });
}

void EventLoop::welcome(Socket socket) {
    counters_.accepted.add();
    if (shared_->connections.fetch_add(1, std::memory_order_relaxed) < shared_->options.limits.connections) {
        return Connection::start(*this, std::move(socket));
    }
    shared_->connections.fetch_sub(1, std::memory_order_relaxed);
    counters_.reject(Rejected::connections);
    const Response response = to_response({.kind = Rejected::connections, .message = "too many connections"});
    std::string bytes;
    append_head(bytes, response, {.date_line = date_line_, .keep_alive = false});
    bytes += response.body;
    boost::system::error_code ec;
    socket.write_some(boost::asio::buffer(bytes), ec);
    ec = socket.shutdown(Socket::shutdown_send, ec);
}

void EventLoop::tick() {
    ticker_.expires_after(kTick);
    ticker_.async_wait([this](boost::system::error_code ec) {
        // Ended, perhaps, when this tick was due already and could not be cancelled any more.
        if (ec || ended_) return;
        refresh_date();
        for (const auto& listener : listeners_) {
            if (!listener->waiting && listener->acceptor.is_open()) accept(*listener);
        }
        wheel_.advance();
        tick();
    });
}

void EventLoop::refresh_date() {
    const std::int64_t now = unix_now();
    if (now == date_second_) return;
    date_second_ = now;
    date_line_ = http::date_line(now);
}

TimerWheel::Tick EventLoop::ticks(std::chrono::milliseconds timeout) const {
    // Rounded up, and one more because the current tick is partly over.
    return wheel_.now() + static_cast<TimerWheel::Tick>((timeout + kTick - std::chrono::milliseconds(1)) / kTick) + 1;
}

void EventLoop::enter(Connection& connection) {
    connection.index_ = connections_.size();
    connections_.push_back(&connection);
    counters_.open.add();
}

void EventLoop::leave(Connection& connection) {
    connections_.back()->index_ = connection.index_;
    std::swap(connections_[connection.index_], connections_.back());
    connections_.pop_back();
    counters_.open.subtract_one();
    shared_->connections.fetch_sub(1, std::memory_order_relaxed);
}

void EventLoop::deliver(Connection& connection, Response response) {
    bool wake = false;
    {
        const std::scoped_lock lock(mailbox_mutex_);
        if (mailbox_closed_) return;
        wake = mailbox_.empty();
        mailbox_.push_back({&connection, std::move(response)});
    }
    if (!wake) return;
    Burst::at_end([self = shared_from_this()] {
        boost::asio::post(self->context_, [&loop = *self] { loop.hand_out(); });
    });
}

void EventLoop::wake(std::shared_ptr<StreamLink> link) {
    {
        const std::scoped_lock lock(mailbox_mutex_);
        if (mailbox_closed_) return;
    }
    boost::asio::post(context_, [link = std::move(link)] {
        if (link->connection != nullptr) link->connection->go_on_streaming();
    });
}

void EventLoop::hand_out() {
    {
        const std::scoped_lock lock(mailbox_mutex_);
        handing_out_.swap(mailbox_);
    }
    for (Delivery& delivery : handing_out_) delivery.connection->answer_later(std::move(delivery.response));
    handing_out_.clear();
}

void EventLoop::begin_drain() {
    boost::asio::post(context_, [this] {
        draining_ = true;
        close_listeners();
        // drain() may end a connection, which changes the list.
        const std::vector<Connection*> all = connections_;
        for (Connection* connection : all) connection->drain();
    });
}

void EventLoop::end() {
    boost::asio::post(context_, [this] { close_all(); });
}

void EventLoop::close_listeners() {
    boost::system::error_code ec;
    for (const auto& listener : listeners_) ec = listener->acceptor.close(ec);
}

void EventLoop::close_all() {
    ended_ = draining_ = true;
    close_listeners();
    ticker_.cancel();
    {
        // From here on no answer can reach a connection, so those that wait for one can go.
        const std::scoped_lock lock(mailbox_mutex_);
        mailbox_closed_ = true;
        mailbox_.clear();
    }
    const std::vector<Connection*> all = connections_;
    for (Connection* connection : all) connection->abort();
}

}  // namespace boon::http
