// How a webhook proves that it comes from boon: Standard Webhooks 1.0.0 (section "Signature scheme", symmetric).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon::delivery {

using SigningKey = std::vector<std::byte>;

// `whsec_` and 32 random bytes in base64.
std::string new_webhook_secret();

// The key in a secret; `invalid` unless it is `whsec_` and base64 of 24 to 64 bytes. The error never shows the secret.
Result<SigningKey> signing_key(std::string_view secret);

// What is signed. The id must not hold a full stop: it ends there.
struct SignedContent {
    std::string_view id;
    std::int64_t timestamp_s = 0;  // of the attempt, not of the event
    std::string_view payload;
};
// `v1,` and the base64 of HMAC-SHA256(key, `{id}.{timestamp}.{payload}`).
std::string sign(const SigningKey& key, const SignedContent& content);

}  // namespace boon::delivery
