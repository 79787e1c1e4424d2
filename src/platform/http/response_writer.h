// An answer as bytes: head and body in one piece, so that one write sends it.
#pragma once

#include <string>
#include <string_view>

#include "platform/http/message.h"

namespace boon::http {

struct Framing {
    std::string_view date_line;  // `Date: …` with its CRLF
    bool http_1_0 = false;
    bool keep_alive = true;
    bool head_only = false;  // the answer to HEAD: the length, not the body
    bool streamed = false;   // the body's length is not known: it follows in chunks, or up to the end with HTTP/1.0
};

// Whether its status, names and values can be sent as they are; see Response.
bool is_sendable(const Response& response);

// Status line and headers with the empty line. The body is the caller's to send, when has_body().
void append_head(std::string& out, const Response& response, const Framing& framing);
bool has_body(const Response& response, const Framing& framing);

// `Date: Sun, 06 Nov 1994 08:49:37 GMT` and CRLF, for seconds since 1970.
std::string date_line(std::int64_t unix_seconds);

}  // namespace boon::http
