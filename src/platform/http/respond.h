// How a handler answers.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <utility>

#include "platform/http/message.h"

namespace boon::http {

// Answers one request. Callable once, from any thread; a second answer is logged and dropped. Copies share the one
// answer; when the last of them goes without having answered, the client gets a 500.
class Respond {
public:
    class Sink {
    public:
        Sink() = default;
        Sink(const Sink&) = delete;
        Sink& operator=(const Sink&) = delete;
        virtual ~Sink() = default;
        virtual void answer(Response response) = 0;
    };

    explicit Respond(std::shared_ptr<Sink> sink) : sink_(std::move(sink)) {}

    // From any function: for tests of handlers, and for handlers that wrap others.
    template <class F>
        requires(!std::same_as<std::remove_cvref_t<F>, Respond> && std::invocable<F&, Response>)
    Respond(F f) : sink_(std::make_shared<FunctionSink<F>>(std::move(f))) {}

    void operator()(Response response) const { sink_->answer(std::move(response)); }

private:
    template <class F>
    struct FunctionSink final : Sink {
        explicit FunctionSink(F f) : function(std::move(f)) {}
        void answer(Response response) override { function(std::move(response)); }
        F function;
    };

    std::shared_ptr<Sink> sink_;
};

// Called on one of the server's threads: must not block. What it throws becomes a 500.
using Handler = std::function<void(Request, Respond)>;

}  // namespace boon::http
