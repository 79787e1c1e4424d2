#include "platform/http/listen.h"

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/http/unix_path.h"

namespace boon::http {

namespace {

constexpr int kBacklog = 1024;

struct Address {
    sockaddr_storage storage = {};
    socklen_t size = 0;

    [[nodiscard]] const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
    sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

std::string reason(int error) { return std::system_category().message(error); }

std::unexpected<Error> cannot_listen(const std::string& where, int error) {
    const std::string message = "could not listen on " + where + ": " + reason(error);
    if (error == EADDRINUSE) {
        return fail(ErrorCode::conflict, message, "another process listens there; stop it, or choose another");
    }
    if (error == EACCES || error == EPERM) {
        return fail(ErrorCode::forbidden, message, "choose a port above 1023, or a folder that may be written");
    }
    return fail(ErrorCode::unavailable, message);
}

Result<Address> numeric_address(const std::string& text, std::uint16_t port) {
    Address address;
    auto& v4 = reinterpret_cast<sockaddr_in&>(address.storage);
    auto& v6 = reinterpret_cast<sockaddr_in6&>(address.storage);
    if (inet_pton(AF_INET, text.c_str(), &v4.sin_addr) == 1) {
        v4.sin_family = AF_INET;
        v4.sin_port = htons(port);
        address.size = sizeof v4;
    } else if (inet_pton(AF_INET6, text.c_str(), &v6.sin6_addr) == 1) {
        v6.sin6_family = AF_INET6;
        v6.sin6_port = htons(port);
        address.size = sizeof v6;
    } else {
        return fail(
            ErrorCode::invalid, "\"" + text + "\" is not an IP address to listen on",
            "give a numeric one: 127.0.0.1 for this machine only, 0.0.0.0 for all of its networks"
        );
    }
    return address;
}

std::uint16_t port_of(const Address& address) {
    if (address.storage.ss_family == AF_INET) {
        return ntohs(reinterpret_cast<const sockaddr_in&>(address.storage).sin_port);
    }
    return ntohs(reinterpret_cast<const sockaddr_in6&>(address.storage).sin6_port);
}

enum class Port { shared, alone };

// A bound and listening socket, or errno. Accepted connections inherit TCP_NODELAY.
std::expected<Descriptor, int> open_tcp(const Address& address, Port port) {
    Descriptor socket(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP));
    if (socket.get() < 0) return std::unexpected(errno);
    const int on = 1;
    setsockopt(socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (port == Port::shared) setsockopt(socket.get(), SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
    if (::bind(socket.get(), address.get(), address.size) != 0) return std::unexpected(errno);
    if (::listen(socket.get(), kBacklog) != 0) return std::unexpected(errno);
    return socket;
}

}  // namespace

Descriptor& Descriptor::operator=(Descriptor&& other) noexcept {
    if (this != &other) {
        if (fd_ >= 0) ::close(fd_);
        fd_ = other.release();
    }
    return *this;
}

Descriptor::~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
}

int Descriptor::release() { return std::exchange(fd_, -1); }

Result<Listeners> listen_tcp(const std::string& address, std::uint16_t port, int count) {
    BOON_TRY(Address bound, numeric_address(address, port));
    const std::string where = address + " port " + std::to_string(port);
    // SO_REUSEPORT would let a second server of the same user share the port unnoticed; without it the bind fails.
    if (port != 0) {
        if (const auto probe = open_tcp(bound, Port::alone); !probe) return cannot_listen(where, probe.error());
    }
    Listeners listeners;
    listeners.family = bound.storage.ss_family;
    for (int i = 0; i < count; ++i) {
        auto socket = open_tcp(bound, Port::shared);
        if (!socket) return cannot_listen(where, socket.error());
        // The first one settles which free port it is.
        if (::getsockname(socket->get(), bound.get(), &bound.size) != 0) return cannot_listen(where, errno);
        listeners.sockets.push_back(std::move(*socket));
    }
    listeners.port = port_of(bound);
    return listeners;
}

Result<Descriptor> listen_unix(const std::string& path) {
    sockaddr_un address = {};
    address.sun_family = AF_UNIX;
    BOON_TRY(const UnixPath short_path, UnixPath::of(path));
    std::memcpy(address.sun_path, short_path.text().data(), short_path.text().size());
    const auto* generic = reinterpret_cast<const sockaddr*>(&address);
    {
        const Descriptor probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
        if (probe.get() < 0) return cannot_listen(path, errno);
        if (::connect(probe.get(), generic, sizeof address) == 0) return cannot_listen(path, EADDRINUSE);
        // Only a socket left behind is removed, never another kind of file.
        struct stat found = {};
        if (errno == ECONNREFUSED && ::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) {
            ::unlink(path.c_str());
        }
    }
    Descriptor socket(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    if (socket.get() < 0) return cannot_listen(path, errno);
    // Set before it has a name, so that nobody else can connect in between.
    if (::fchmod(socket.get(), S_IRUSR | S_IWUSR) != 0) return cannot_listen(path, errno);
    if (::bind(socket.get(), generic, sizeof address) != 0) return cannot_listen(path, errno);
    if (::listen(socket.get(), kBacklog) != 0) return cannot_listen(path, errno);
    return socket;
}

}  // namespace boon::http
