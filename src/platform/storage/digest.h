// SHA-256 (libsodium), for checksums and hash chains.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace boon::storage {

using Digest = std::vector<std::byte>;  // 32 bytes

Digest sha256(std::span<const std::byte> bytes);
Digest sha256(std::string_view text);
std::string to_hex(std::span<const std::byte> bytes);
std::vector<std::byte> random_bytes(std::size_t count);

}  // namespace boon::storage
