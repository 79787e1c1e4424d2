#include "platform/delivery/signature.h"

#include <array>
#include <span>

#include <fmt/format.h>
#include <sodium.h>

namespace boon::delivery {

namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::size_t kNewBytes = 32;
constexpr std::size_t kLeastBytes = 24;
constexpr std::size_t kMostBytes = 64;

void start_library() {
    static const int started = sodium_init();  // negative: no source of randomness
    BOON_ASSERT(started >= 0);
}

std::string to_base64(std::span<const unsigned char> bytes) {
    std::string text(sodium_base64_encoded_len(bytes.size(), sodium_base64_VARIANT_ORIGINAL), '\0');
    sodium_bin2base64(text.data(), text.size(), bytes.data(), bytes.size(), sodium_base64_VARIANT_ORIGINAL);
    text.pop_back();  // the NUL it ends with
    return text;
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string new_webhook_secret() {
    start_library();
    std::array<unsigned char, kNewBytes> bytes{};
    randombytes_buf(bytes.data(), bytes.size());
    return std::string(kPrefix) + to_base64(bytes);
}

Result<SigningKey> signing_key(std::string_view secret) {
    const auto refuse = [] {
        return fail(
            ErrorCode::invalid, "this is not the secret of a webhook",
            "it starts with whsec_, followed by base64 of 24 to 64 random bytes"
        );
    };
    if (!secret.starts_with(kPrefix)) return refuse();
    const std::string_view base64 = secret.substr(kPrefix.size());
    SigningKey key(kMostBytes + 1);
    std::size_t size = 0;
    const char* end = nullptr;
    const int failed = sodium_base642bin(
        reinterpret_cast<unsigned char*>(key.data()), key.size(), base64.data(), base64.size(), nullptr, &size, &end,
        sodium_base64_VARIANT_ORIGINAL
    );
    if (failed != 0 || end != base64.data() + base64.size() || size < kLeastBytes || size > kMostBytes) return refuse();
    key.resize(size);
    return key;
}

std::string sign(const SigningKey& key, const SignedContent& content) {
    const std::string head = fmt::format("{}.{}.", content.id, content.timestamp_s);
    crypto_auth_hmacsha256_state state;
    std::array<unsigned char, crypto_auth_hmacsha256_BYTES> mac{};
    crypto_auth_hmacsha256_init(&state, reinterpret_cast<const unsigned char*>(key.data()), key.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(head), head.size());
    crypto_auth_hmacsha256_update(&state, bytes_of(content.payload), content.payload.size());
    crypto_auth_hmacsha256_final(&state, mac.data());
    return "v1," + to_base64(mac);
}

}  // namespace boon::delivery
