// A request's first part: where it ends, and what it says. Stricter than the library that splits it, because what two
// servers on one path understand differently can be used to smuggle a second request through (RFC 9112 section 11.2).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/http/message.h"

namespace boon::http {

// Why a request was not passed on; the names are those of the metrics.
enum class Rejected {
    malformed,
    head_too_large,
    target_too_long,
    body_too_large,
    timeout,
    expectation,
    connections,
    in_flight,
};
inline constexpr std::size_t kRejectedKinds = 8;
std::string_view to_string(Rejected kind);
int http_status(Rejected kind);

// What a client did wrong, as it is told.
struct Refusal {
    Rejected kind = Rejected::malformed;
    std::string message;
    std::string hint = {};
};
Response to_response(const Refusal& refusal);

// Finds the end of a head in bytes that arrive in pieces. Knows from the first wrong line on that it is malformed: a
// line that does not end in CRLF, or that continues the one before (obs-fold).
class HeadScanner {
public:
    enum class State { more, complete, malformed };

    // `bytes`: all of the head so far, from its first byte; what was given before must be unchanged.
    State scan(std::string_view bytes);
    // After `complete`: the head's size with its empty line.
    [[nodiscard]] std::size_t size() const { return line_start_; }

private:
    std::size_t line_start_ = 0;
    std::size_t searched_ = 0;
};

struct HeadLimits {
    std::size_t target_bytes = 8 * 1024;
    std::size_t fields = 100;
};

struct RequestHead {
    Request request;  // without its body
    std::uint64_t content_length = 0;
    bool chunked = false;
    bool http_1_0 = false;
    bool keep_alive = true;
    bool expects_continue = false;

    [[nodiscard]] bool has_body() const { return chunked || content_length > 0; }
};

// `block`: a complete head, as HeadScanner found it. Refused unless: the method is one of Request::method; the target
// is parse_target()'s; on HTTP/1.1 Host occurs once (on 1.0 at most once); Transfer-Encoding is absent, or exactly
// `chunked` on 1.1 and without Content-Length; Content-Length occurs once, as digits; Expect is absent
// or `100-continue`.
std::optional<Refusal> parse_head(std::string_view block, const HeadLimits& limits, RequestHead& head);

}  // namespace boon::http
