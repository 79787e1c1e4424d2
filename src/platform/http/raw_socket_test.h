// For tests: bytes as they are, to and from a server on this machine.
#pragma once

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/http/server.h"

namespace boon::http {

struct RawResponse {
    int status = 0;  // 0: the server closed the connection without an answer
    std::string head;
    std::string body;
};

class RawSocket {
public:
    explicit RawSocket(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    explicit RawSocket(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM, 0)) {
        sockaddr_un address = {};
        address.sun_family = AF_UNIX;
        std::memcpy(address.sun_path, path.data(), path.size());
        connect(reinterpret_cast<const sockaddr*>(&address), sizeof address);
    }
    RawSocket(RawSocket&& other) noexcept : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)) {}
    RawSocket& operator=(RawSocket&&) = delete;
    ~RawSocket() {
        if (fd_ >= 0) ::close(fd_);
    }

    [[nodiscard]] bool connected() const { return connected_; }

    // False when the server no longer takes it.
    bool send(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t n = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            bytes.remove_prefix(static_cast<std::size_t>(n));
        }
        return true;
    }

    void half_close() { ::shutdown(fd_, SHUT_WR); }

    // One answer; `head_only` when the request was a HEAD.
    RawResponse receive(bool head_only = false) {
        RawResponse response;
        std::size_t end = 0;
        while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
            if (!read_more()) return response;
        }
        response.head = buffer_.substr(0, end + 4);
        buffer_.erase(0, end + 4);
        response.status = std::stoi(response.head.substr(9, 3));
        const std::size_t at = response.head.find("Content-Length: ");
        const std::size_t length = at == std::string::npos || head_only ? 0 : std::stoul(response.head.substr(at + 16));
        while (buffer_.size() < length && read_more()) {
        }
        response.body = buffer_.substr(0, length);
        buffer_.erase(0, length);
        return response;
    }

    // What comes up to and with `end`, of a body that is streamed; all there is when it does not come.
    std::string receive_through(std::string_view end) {
        std::size_t at = 0;
        while ((at = buffer_.find(end)) == std::string::npos && read_more()) {
        }
        std::string text = buffer_.substr(0, at == std::string::npos ? at : at + end.size());
        buffer_.erase(0, text.size());
        return text;
    }

    // Whether the server closes the connection, without a further byte.
    bool closes() { return !read_more() && closed_; }

private:
    void connect(const sockaddr* address, socklen_t size) {
        connected_ = ::connect(fd_, address, size) == 0;
        // A test fails rather than hangs.
        const timeval limit = {.tv_sec = 10, .tv_usec = 0};
        setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
        setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    }

    bool read_more() {
        char bytes[65536];
        const ssize_t n = ::recv(fd_, bytes, sizeof bytes, 0);
        closed_ = n == 0 || (n < 0 && errno == ECONNRESET);
        if (n > 0) buffer_.append(bytes, static_cast<std::size_t>(n));
        return n > 0;
    }

    int fd_;
    bool connected_ = false;
    bool closed_ = false;
    std::string buffer_;
};

inline std::unique_ptr<Server> start(const Options& options, Handler handler) {
    auto server = Server::start(options, std::move(handler));
    if (!server) throw std::runtime_error(to_text(server.error()));
    return std::move(*server);
}

}  // namespace boon::http
