// Requests to other servers, and to our own over its Unix socket. Careful by default: no redirects, TLS verified,
// limits on time and size, and only public addresses (checked on the very address that is connected to, so that a name
// that resolves differently the second time gains nothing).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/http/message.h"

namespace boon::http {

struct ClientOptions {
    std::vector<std::string> schemes = {"https", "http"};
    std::vector<std::uint16_t> ports = {443, 80};  // empty: any
    bool allow_private = false;                    // loopback, private, link-local … addresses; see is_public()
    std::string unix_path = {};                    // connects there, whatever the URL's host
    std::string ca_file = {};                      // PEM; empty: the system's
    std::chrono::milliseconds connect_timeout{5'000};
    std::chrono::milliseconds total_timeout{30'000};
    std::size_t response_bytes = 16 * 1024 * 1024;  // of the body, decompressed
};

struct ClientRequest {
    std::string method = "GET";
    std::string url;                   // http(s)://host[:port]/path?query, without user and password
    std::vector<Header> headers = {};  // Content-Type is application/json when there is a body and none is given
    std::string body = {};
};

// What can be said of a URL before anything is sent: `invalid` or `forbidden` as send() would, but for names, whose
// addresses are only known then.
Status check_url(const ClientOptions& options, const std::string& url);

// Thread-safe. Connections are kept and used again.
class Client {
public:
    explicit Client(ClientOptions options);
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    // Any status is an answer. `invalid`: the URL, method or a header cannot be sent; `forbidden`: scheme, port or
    // address are not allowed; `unavailable`: no whole answer came; `limited`: it is larger than allowed. Blocks.
    Result<Response> send(const ClientRequest& request);

private:
    struct Pool;

    const ClientOptions options_;
    std::unique_ptr<Pool> pool_;
};

}  // namespace boon::http
