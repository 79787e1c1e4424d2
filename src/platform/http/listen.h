// Listening sockets, as file descriptors.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "platform/base/error.h"

namespace boon::http {

// Owns a file descriptor.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(Descriptor&& other) noexcept : fd_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept;
    ~Descriptor();

    [[nodiscard]] int get() const { return fd_; }
    int release();

private:
    int fd_ = -1;
};

struct Listeners {
    std::vector<Descriptor> sockets;
    int family = 0;  // AF_…
    std::uint16_t port = 0;
};

// `count` sockets that share one port. `conflict` when another process listens there.
Result<Listeners> listen_tcp(const std::string& address, std::uint16_t port, int count);

// Replaces a socket that nobody answers on any more; `conflict` when somebody does.
Result<Descriptor> listen_unix(const std::string& path);

}  // namespace boon::http
