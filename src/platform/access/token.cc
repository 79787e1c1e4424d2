#include "platform/access/token.h"

#include <algorithm>
#include <cctype>

#include <sodium.h>

namespace boon::access {

std::string new_token() {
    constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    std::string token;
    for (std::size_t i = 0; i < kTokenDigits; ++i) token += kDigits[randombytes_uniform(kDigits.size())];
    return token;
}

bool is_token(std::string_view text) {
    return text.size() == kTokenDigits &&
           std::ranges::all_of(text, [](unsigned char c) { return c < 0x80 && std::isalnum(c) != 0; });
}

std::string hash_of(std::string_view secret) {
    std::string hash(crypto_hash_sha256_BYTES, '\0');
    crypto_hash_sha256(
        reinterpret_cast<unsigned char*>(hash.data()), reinterpret_cast<const unsigned char*>(secret.data()),
        secret.size()
    );
    return hash;
}

}  // namespace boon::access
