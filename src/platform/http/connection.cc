#include "platform/http/connection.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "platform/base/log.h"
#include "platform/http/body_stream.h"
#include "platform/http/response_writer.h"

namespace boon::http {

namespace {

// Bodies up to this are copied behind their head, larger ones are sent from where they are.
constexpr std::size_t kCopiedBody = 16 * 1024;
// Pipelined answers are collected up to this before they are written.
constexpr std::size_t kCollected = 64 * 1024;
constexpr std::size_t kBodyBuffer = 64 * 1024;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// What stands for the answer of a handler that gave none; no answer of a handler can be sent with it.
constexpr int kUnanswered = 0;

}  // namespace

// The right to answer one request of a connection. The connection outlives it, or the loop's mailbox is closed.
class Ticket final : public Respond::Sink {
public:
    Ticket(EventLoop& loop, Connection& connection) : loop_(loop.shared_from_this()), connection_(connection) {}
    ~Ticket() override {
        if (!answered_.load(std::memory_order_relaxed)) send({.status = kUnanswered});
    }

    void answer(Response response) override {
        if (!answer_once(std::move(response))) {
            log::error("a request was answered twice; the second answer is dropped");
        }
    }

    bool answer_once(Response response) {
        if (answered_.exchange(true, std::memory_order_relaxed)) return false;
        send(std::move(response));
        return true;
    }

private:
    void send(Response response) {
        // While the handler still runs, its answer needs no detour. (Looked at in this order: the connection of a loop
        // that has ended is gone.)
        if (loop_->is_current() && loop_->handling == &connection_) {
            connection_.answer_ = std::move(response);
        } else {
            loop_->deliver(connection_, std::move(response));
        }
    }

    std::shared_ptr<EventLoop> loop_;
    Connection& connection_;
    std::atomic<bool> answered_ = false;
};

Connection::Next Connection::advance() {
    for (;;) {
        if (closed_) return Next::close;
        if (const auto next = closing_ ? advance_closing() : advance_phase()) return *next;
    }
}

std::optional<Connection::Next> Connection::advance_phase() {
    switch (phase_) {
        case Phase::head: return advance_head();
        case Phase::body: return advance_body();
        case Phase::streaming: return advance_stream();
        case Phase::lingering: in_.consume(in_.bytes().size()); return wait_to_read();
        case Phase::handling: break;
    }
    if (!answer_) return has_output() ? Next::write : Next::answer;
    finish(*std::exchange(answer_, std::nullopt));
    return std::nullopt;
}

std::optional<Connection::Next> Connection::advance_head() {
    // The tail goes out before anything can follow it.
    if (!tail_.empty() || out_.size() > kCollected) return Next::write;
    // RFC 9112 section 2.2: an empty line before a request is skipped.
    if (!empty_line_skipped_ && in_.bytes().starts_with("\r\n")) {
        in_.consume(2);
        scanner_ = {};
        empty_line_skipped_ = true;
    }
    const HeadScanner::State state = scanner_.scan(in_.bytes());
    const std::size_t size = state == HeadScanner::State::complete ? scanner_.size() : in_.bytes().size();
    if (state == HeadScanner::State::malformed) {
        refuse({.message = "a line of the request's head does not end in CRLF, or continues the one before"});
    } else if (size > limits().head_bytes) {
        refuse({.kind = Rejected::head_too_large, .message = "the request's head is too large"});
    } else if (state == HeadScanner::State::more) {
        if (!in_.empty() && !std::exchange(head_started_, true)) reset_deadline();
        return wait_to_read();
    } else if (auto refusal = parse_head(in_.bytes().substr(0, size), limits().head, head_)) {
        refuse(*refusal);
    } else {
        in_.consume(size);
        begin_body();
    }
    return std::nullopt;
}

void Connection::begin_body() {
    head_.request.peer = peer_;
    head_only_ = head_.request.method == "HEAD";
    if (!head_.has_body()) return call_handler();
    const Options& options = loop_.shared().options;
    const std::size_t limit = options.body_limit ? options.body_limit(head_.request) : options.limits.body_bytes;
    if (head_.content_length > limit) {
        return refuse({.kind = Rejected::body_too_large, .message = "the request's body is too large"});
    }
    body_ = head_.chunked ? BodyDecoder::of_chunks(limit) : BodyDecoder::of_length(head_.content_length);
    head_.request.body.reserve(std::min<std::size_t>(head_.content_length, kBodyBuffer));
    if (head_.expects_continue && in_.empty()) out_ += kContinue;
    phase_ = Phase::body;
    // Small bodies are there already; then no deadline is needed.
    if (in_.bytes().size() < head_.content_length || head_.chunked) reset_deadline();
}

std::optional<Connection::Next> Connection::advance_body() {
    in_.consume(body_.feed(in_.bytes(), head_.request.body));
    switch (body_.state()) {
        case BodyDecoder::State::more:
            if (body_.remaining() > in_.free_size()) in_.widen(kBodyBuffer);
            return wait_to_read();
        case BodyDecoder::State::complete: call_handler(); break;
        case BodyDecoder::State::malformed: refuse({.message = "the request's chunks are malformed"}); break;
        case BodyDecoder::State::too_large:
            refuse({.kind = Rejected::body_too_large, .message = "the request's body is too large"});
            break;
    }
    return std::nullopt;
}

std::optional<Connection::Next> Connection::advance_closing() {
    if (has_output()) return Next::write;
    if (!linger_) return Next::close;
    // Closing with unread input would reset the connection, and with it perhaps the answer (RFC 9112 section 9.6).
    boost::system::error_code ec;
    ec = socket_.shutdown(Socket::shutdown_send, ec);
    closing_ = false;
    phase_ = Phase::lingering;
    reset_deadline();
    return std::nullopt;
}

Connection::Next Connection::wait_to_read() {
    if (has_output()) return Next::write;
    // One more than may be: what does not fit is too large.
    in_.make_room(limits().head_bytes + 1);
    return Next::read;
}

void Connection::call_handler() {
    phase_ = Phase::handling;
    loop_.wheel().set(*this, TimerWheel::kNever);
    if (loop_.in_flight >= loop_.shared().in_flight_per_loop) {
        loop_.counters().reject(Rejected::in_flight);
        answer_ = to_response({.kind = Rejected::in_flight, .message = "too many requests are being worked on"});
        return;
    }
    loop_.counters().requests.add();
    loop_.handling = this;
    {
        const auto ticket = std::make_shared<Ticket>(loop_, *this);
        try {
            loop_.shared().handler(std::move(head_.request), Respond(ticket));
        } catch (const std::exception& error) {
            log::error(std::string("a request's handler failed: ") + error.what());
            ticket->answer_once({.status = kUnanswered});
        }
    }
    loop_.handling = nullptr;
    if (answer_) return;
    in_flight_ = true;
    ++loop_.in_flight;
}

void Connection::finish(Response response) {
    if (std::exchange(in_flight_, false)) --loop_.in_flight;
    if (!is_sendable(response)) {
        loop_.counters().unanswered.add();
        log::error(
            response.status == kUnanswered ? "a request's handler gave no answer"
                                           : "a handler's answer has a status, name or value that cannot be sent"
        );
        response = problem(Error{ErrorCode::internal, "the server has no answer to this request"});
    }
    const bool keep_alive = head_.keep_alive && !loop_.is_draining();
    if (response.stream != nullptr && !head_only_) return begin_stream(std::move(response), keep_alive);
    append(std::move(response), keep_alive);
    end_answer(keep_alive);
}

void Connection::begin_stream(Response response, bool keep_alive) {
    stream_ = std::move(response.stream);
    // With HTTP/1.0 the connection's end is the body's.
    append_head(out_, response, {loop_.date_line(), head_.http_1_0, keep_alive && !head_.http_1_0, false, true});
    stream_link_ = std::make_shared<StreamLink>(this);
    phase_ = Phase::streaming;
    reset_deadline();
    stream_->attach([loop = loop_.shared_from_this(), link = stream_link_] { loop->wake(link); });
}

std::optional<Connection::Next> Connection::advance_stream() {
    if (has_output()) return Next::write;
    std::string bytes;
    const bool ended = stream_->take(bytes);
    if (!bytes.empty()) out_ += head_.http_1_0 ? bytes : fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
    if (ended || loop_.is_draining()) {
        stream_->abandon();
        stream_ = nullptr;
        stream_link_->connection = nullptr;
        stream_link_ = nullptr;
        if (!head_.http_1_0) out_ += "0\r\n\r\n";
        end_answer(head_.keep_alive && !head_.http_1_0 && !loop_.is_draining());
        return std::nullopt;
    }
    return has_output() ? Next::write : Next::answer;
}

void Connection::end_answer(bool keep_alive) {
    closing_ = !keep_alive;
    phase_ = Phase::head;
    scanner_ = {};
    head_ = {};
    head_started_ = empty_line_skipped_ = false;
    served_before_ = true;
    in_.shrink();
    reset_deadline();
}

void Connection::refuse(const Refusal& refusal) {
    loop_.counters().reject(refusal.kind);
    append(to_response(refusal), false);
    closing_ = linger_ = true;
}

void Connection::append(Response response, bool keep_alive) {
    const Framing framing{loop_.date_line(), head_.http_1_0, keep_alive, head_only_};
    append_head(out_, response, framing);
    if (!has_body(response, framing)) return;
    if (response.body.size() <= kCopiedBody) {
        out_ += response.body;
    } else {
        tail_ = std::move(response.body);
    }
}

}  // namespace boon::http
