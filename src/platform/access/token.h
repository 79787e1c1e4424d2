// Secrets that stand for somebody: of API keys, sessions and one-time links. 43 letters and digits hold 256 random
// bits, of which nothing can be guessed; so their SHA-256 is stored, without salt or slowness, and a lookup by the hash
// tells a stranger who measures its time nothing about the secret.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace boon::access {

inline constexpr std::size_t kTokenDigits = 43;  // 62^43 > 2^256

std::string new_token();
// Whether it has a token's form.
bool is_token(std::string_view text);
// 32 bytes, and as a statement takes them.
std::string hash_of(std::string_view secret);
inline std::span<const std::byte> bytes_of(const std::string& hash) { return std::as_bytes(std::span(hash)); }

}  // namespace boon::access
