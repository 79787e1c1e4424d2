// What travels over HTTP, without naming the library that carries it: a request as handlers get it, an answer as they
// give it, and the one form of an error's body (RFC 9457).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon::http {

class BodyStream;

struct Header {
    std::string name;
    std::string value;
};

// Names are ASCII and compared without case.
bool same_name(std::string_view a, std::string_view b);

// Fields in the order received, in one block of memory.
class Headers {
public:
    struct Field {
        std::string_view name;
        std::string_view value;
    };

    void add(std::string_view name, std::string_view value);
    void reserve(std::size_t fields, std::size_t bytes);
    // The first value of that name. Views live as long as this object is neither changed nor moved.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::size_t size() const { return spans_.size(); }
    [[nodiscard]] Field operator[](std::size_t index) const;

private:
    struct Span {
        std::uint32_t at;
        std::uint32_t name_size;
        std::uint32_t value_size;
    };

    std::string text_;
    std::vector<Span> spans_;
};

struct Request {
    std::string method;        // GET, HEAD, POST, PUT, PATCH, DELETE or OPTIONS
    std::string path;          // percent-decoded UTF-8; starts with `/`; no `.` or `..` segment, no encoded slash
    std::string query_string;  // after the `?`, not decoded, its percent-encoding checked; see parse_query()
    Headers headers;
    std::string body;
    std::string peer;  // the client's address without its port, or `unix`
};

// `content_type` empty means application/json when there is a body. Date, Content-Length, Connection and
// Transfer-Encoding are the server's: an answer that brings them, or control characters, becomes a 500.
struct Response {
    int status = 200;
    std::string content_type = {};
    std::vector<Header> headers = {};
    std::string body = {};
    std::shared_ptr<BodyStream> stream = {};  // instead of `body`: sent as it grows, see body_stream.h

    // The first value of that name, Content-Type included.
    [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

// application/problem+json: type, title, status, detail, hint, errors[] {pointer, detail}. The status is that of the
// error's class unless a more precise one is given.
Response problem(const Error& error, std::optional<int> status = {});

// The same for 503 and 429, with Retry-After in seconds.
Response problem_retry_after(const Error& error, int seconds);

}  // namespace boon::http
