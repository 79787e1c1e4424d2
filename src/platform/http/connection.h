// One client's connection: requests in, one after the other; answers out, in the same order. The protocol is a machine
// without I/O (advance()) that says what it waits for; a small coroutine (serve()) does the waiting. Belongs to its
// loop's thread.
#pragma once

#include <array>
#include <coroutine>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/system/error_code.hpp>

#include "platform/http/event_loop.h"
#include "platform/http/input_buffer.h"
#include "platform/http/request_body.h"
#include "platform/http/request_head.h"
#include "platform/http/respond.h"
#include "platform/http/timer_wheel.h"

namespace boon::http {

class Connection final : public TimerWheel::Entry {
public:
    // Serves `socket` until it is closed.
    static void start(EventLoop& loop, Socket socket);
    ~Connection() override;

    // The handler's answer, when it did not come while the handler ran.
    void answer_later(Response response);
    // Ends it now, whatever it does.
    void abort();
    // There is more of the body that is being streamed, or it has ended.
    void go_on_streaming();
    // Ends it when no request is under way, else after that one.
    void drain();

private:
    friend class EventLoop;
    friend class Ticket;
    struct Task;
    struct Reading;
    struct Writing;
    struct Answering;

    enum class Phase { head, body, handling, streaming, lingering };
    enum class Next { read, write, answer, close };

    Connection(EventLoop& loop, Socket socket);
    static Task serve(std::unique_ptr<Connection> self);

    // Works off what has been read, until something must be waited for.
    Next advance();
    std::optional<Next> advance_head();
    std::optional<Next> advance_body();
    std::optional<Next> advance_stream();
    std::optional<Next> advance_closing();
    std::optional<Next> advance_phase();
    Next wait_to_read();
    void begin_body();
    void call_handler();
    void finish(Response response);
    void begin_stream(Response response, bool keep_alive);
    void end_answer(bool keep_alive);
    void refuse(const Refusal& refusal);
    void append(Response response, bool keep_alive);

    void on_read(boost::system::error_code ec, std::size_t bytes);
    void on_written(boost::system::error_code ec, std::size_t bytes);
    [[nodiscard]] std::array<boost::asio::const_buffer, 2> output() const;
    [[nodiscard]] bool has_output() const { return !out_.empty(); }
    void on_deadline() override;
    // The deadline of what the phase waits for.
    void reset_deadline();
    void set_deadline(std::chrono::milliseconds timeout) { loop_.wheel().set(*this, loop_.ticks(timeout)); }
    [[nodiscard]] const Limits& limits() const { return loop_.shared().options.limits; }

    EventLoop& loop_;
    Socket socket_;
    std::string peer_;
    std::size_t index_ = 0;  // in the loop's list

    Phase phase_ = Phase::head;
    bool closed_ = false;   // nothing can be read or written any more
    bool closing_ = false;  // once the output is written
    bool linger_ = false;   // reading on for a while then, so that the client gets to see the answer
    bool timed_out_ = false;
    bool head_started_ = false;
    bool served_before_ = false;
    bool empty_line_skipped_ = false;

    InputBuffer in_;
    HeadScanner scanner_;
    RequestHead head_;
    BodyDecoder body_;

    bool in_flight_ = false;
    bool head_only_ = false;
    std::optional<Response> answer_;
    std::coroutine_handle<> waiting_for_answer_;
    std::shared_ptr<BodyStream> stream_;
    std::shared_ptr<StreamLink> stream_link_;

    std::string out_;   // heads and small bodies; of several pipelined answers
    std::string tail_;  // the body of the last answer, when it is large
    std::size_t written_ = 0;
};

}  // namespace boon::http
