// Passwords, as Argon2id hashes (RFC 9106) with the parameters that the OWASP Password Storage Cheat Sheet names first
// for a single thread: 19 MiB, two passes. The hash's text carries its own parameters and salt, so that they can be
// raised later: is_outdated() says when to hash anew, which a login does.
#pragma once

#include <chrono>
#include <cstddef>
#include <semaphore>
#include <string>
#include <string_view>

#include "platform/base/error.h"

namespace boon::access {

inline constexpr std::size_t kMinPassword = 12;   // characters
inline constexpr std::size_t kMaxPassword = 256;  // bytes

struct HashCost {
    unsigned long long passes = 2;
    std::size_t memory_bytes = std::size_t{19} << 20U;
};

// Whether a new password may be used by who has this name; `invalid` with the reason.
Status check_password(std::string_view password, std::string_view user_name);

// Hashes and compares, a few at a time, since each takes its share of memory and processor. Thread-safe.
class Passwords {
public:
    explicit Passwords(const HashCost& cost = {});

    // `limited` when too many are being worked on for longer than the patience of a second.
    Result<std::string> hash(std::string_view password);
    // Whether it is the password of that hash. An empty `hash` is of nobody: it takes the same time, and is never true.
    Result<bool> matches(std::string_view password, const std::string& hash);
    [[nodiscard]] bool is_outdated(const std::string& hash) const;

private:
    static constexpr int kAtOnce = 2;

    HashCost cost_;
    std::string nobody_;  // the hash of a password that nobody knows
    std::counting_semaphore<kAtOnce> free_{kAtOnce};
};

}  // namespace boon::access
