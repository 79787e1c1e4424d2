// When to ask again, and after how long.
#pragma once

#include <chrono>
#include <functional>
#include <optional>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"
#include "platform/http/client.h"
#include "platform/http/message.h"

namespace boon::http {

struct RetryPolicy {
    int attempts = 4;  // in all
    std::chrono::milliseconds first_delay{200};
    std::chrono::milliseconds longest_delay{10'000};
    std::chrono::milliseconds longest_retry_after{120'000};  // a peer that asks for more is not asked again
};

// What Retry-After asks for, in seconds or as a date (RFC 9110 section 10.2.3); none when absent or neither. A date
// that is past is zero.
std::optional<std::chrono::milliseconds> retry_after(const Response& response, Timestamp now);

struct Attempt {
    int number = 1;                                           // from 1
    std::optional<std::chrono::milliseconds> asked_for = {};  // retry_after() of its answer
    double uniform = 0;                                       // random, in [0, 1)
};

// How long to wait before the next attempt, when this one ended in `result`; none to stop. 429 and 503 are asked again
// for any method, since the peer did nothing; 502, 504 and a peer that gave no answer only when asking twice does no
// harm: GET, HEAD, PUT, DELETE, or an Idempotency-Key. The delay is `uniform` times an exponentially growing bound, on
// top of what Retry-After asks for.
// Source: "full jitter" of Exponential Backoff And Jitter, M. Brooker, AWS Architecture Blog, 2015.
std::optional<std::chrono::milliseconds> retry_delay(
    const RetryPolicy& policy, const ClientRequest& request, const Result<Response>& result, const Attempt& attempt
);

// What varies, passed in.
struct RetryWorld {
    std::function<Timestamp()> now;
    std::function<double()> uniform;                       // [0, 1)
    std::function<bool(std::chrono::milliseconds)> sleep;  // false: stop trying (we are shutting down)
};

// Sends until there is a result to keep: the last one, whatever it is.
Result<Response> send_with_retries(
    Client& client, const ClientRequest& request, const RetryPolicy& policy, const RetryWorld& world
);

}  // namespace boon::http
