// Which IP addresses belong to the public internet. What boon is told to fetch or to notify may be chosen by somebody
// outside; an address of this machine or its network would give them a reach they do not have (SSRF).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace boon::http {

// 16 bytes in network order; IPv4 as ::ffff:a.b.c.d.
using IpAddress = std::array<std::uint8_t, 16>;

std::optional<IpAddress> parse_ip(std::string_view text);
std::string to_string(const IpAddress& address);

// Globally reachable by the IANA special-purpose registries (RFC 6890 and its updates): no loopback, private,
// link-local, shared (100.64/10), documentation, benchmarking, multicast, reserved or transition address.
bool is_public(const IpAddress& address);

}  // namespace boon::http
