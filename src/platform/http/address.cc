#include "platform/http/address.h"

#include <algorithm>

#include <arpa/inet.h>

namespace boon::http {

namespace {

constexpr IpAddress kMapped = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t kMappedBytes = 12;

struct Block {
    std::array<std::uint8_t, 4> start;
    unsigned bits;
};

constexpr std::array kNotPublicV4 = {
    Block{{0, 0, 0, 0}, 8},        // this network
    Block{{10, 0, 0, 0}, 8},       // private
    Block{{100, 64, 0, 0}, 10},    // shared with the provider
    Block{{127, 0, 0, 0}, 8},      // loopback
    Block{{169, 254, 0, 0}, 16},   // link-local; metadata of clouds
    Block{{172, 16, 0, 0}, 12},    // private
    Block{{192, 0, 0, 0}, 24},     // protocol assignments
    Block{{192, 0, 2, 0}, 24},     // documentation
    Block{{192, 88, 99, 0}, 24},   // 6to4 relays
    Block{{192, 168, 0, 0}, 16},   // private
    Block{{198, 18, 0, 0}, 15},    // benchmarking
    Block{{198, 51, 100, 0}, 24},  // documentation
    Block{{203, 0, 113, 0}, 24},   // documentation
    Block{{224, 0, 0, 0}, 3},      // multicast, reserved, broadcast
};

// Within 2000::/3, the only block of global unicast.
constexpr std::array kNotPublicV6 = {
    Block{{0x20, 0x01, 0x00, 0x00}, 23},  // protocol assignments, Teredo among them
    Block{{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    Block{{0x20, 0x02, 0x00, 0x00}, 16},  // 6to4: has an IPv4 address inside
    Block{{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation
};

constexpr std::uint32_t word(const std::uint8_t* bytes) {
    return (std::uint32_t{bytes[0]} << 24) | (std::uint32_t{bytes[1]} << 16) | (std::uint32_t{bytes[2]} << 8) |
           bytes[3];
}

bool is_in(std::uint32_t address, const Block& block) {
    const std::uint32_t mask = ~std::uint32_t{0} << (32 - block.bits);
    return (address & mask) == word(block.start.data());
}

bool is_v4(const IpAddress& address) {
    return std::equal(kMapped.begin(), kMapped.begin() + kMappedBytes, address.begin());
}

}  // namespace

std::optional<IpAddress> parse_ip(std::string_view text) {
    const std::string terminated(text);
    IpAddress address = kMapped;
    if (inet_pton(AF_INET, terminated.c_str(), address.data() + kMappedBytes) == 1) return address;
    if (inet_pton(AF_INET6, terminated.c_str(), address.data()) == 1) return address;
    return std::nullopt;
}

std::string to_string(const IpAddress& address) {
    std::array<char, INET6_ADDRSTRLEN> text{};
    if (is_v4(address)) {
        inet_ntop(AF_INET, address.data() + kMappedBytes, text.data(), text.size());
    } else {
        inet_ntop(AF_INET6, address.data(), text.data(), text.size());
    }
    return text.data();
}

bool is_public(const IpAddress& address) {
    if (is_v4(address)) {
        const std::uint32_t v4 = word(address.data() + kMappedBytes);
        return std::ranges::none_of(kNotPublicV4, [&](const Block& block) { return is_in(v4, block); });
    }
    if ((address[0] & 0xe0) != 0x20) return false;
    const std::uint32_t start = word(address.data());
    return std::ranges::none_of(kNotPublicV6, [&](const Block& block) { return is_in(start, block); });
}

}  // namespace boon::http
