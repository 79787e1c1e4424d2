#include "platform/access/password.h"

#include <algorithm>
#include <array>
#include <set>

#include <fmt/core.h>
#include <sodium.h>

#include "platform/access/token.h"
#include "platform/base/id.h"

namespace boon::access {

namespace {

constexpr std::chrono::seconds kPatience{1};
constexpr std::size_t kFewDistinct = 5;

std::string lower(std::string_view text) {
    std::string folded(text);
    for (char& c : folded) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
    }
    return folded;
}

std::unexpected<Error> busy() {
    return fail(ErrorCode::limited, "too many are logging in at this moment", "try again in a second");
}

}  // namespace

Status check_password(std::string_view password, std::string_view user_name) {
    const std::string hint =
        fmt::format("take {} characters or more; some words that do not belong together will do", kMinPassword);
    if (!is_utf8(password)) return fail(ErrorCode::invalid, "the password is not UTF-8 text", hint);
    if (characters_in(password) < kMinPassword) return fail(ErrorCode::invalid, "the password is too short", hint);
    if (password.size() > kMaxPassword) {
        return fail(ErrorCode::invalid, fmt::format("the password is longer than {} bytes", kMaxPassword), hint);
    }
    if (std::set<char>(password.begin(), password.end()).size() < kFewDistinct) {
        return fail(ErrorCode::invalid, "the password repeats the same few characters", hint);
    }
    const std::string folded = lower(password);
    constexpr std::array kGuessedFirst = {"password", "123456", "qwerty", "abcdef", "letmein", "boon"};
    for (std::string_view guess : kGuessedFirst) {
        // Whatever is left beside what everybody tries first must be long enough by itself.
        if (folded.contains(guess) && characters_in(folded) < kMinPassword + guess.size()) {
            return fail(ErrorCode::invalid, fmt::format("the password is mostly \"{}\"", guess), hint);
        }
    }
    if (user_name.size() > 2 && folded.contains(lower(user_name))) {
        return fail(ErrorCode::invalid, "the password has the user's name in it", hint);
    }
    return {};
}

Passwords::Passwords(const HashCost& cost) : cost_(cost) {
    auto nobody = hash(new_token());
    BOON_ASSERT(nobody.has_value());
    nobody_ = *std::move(nobody);
}

Result<std::string> Passwords::hash(std::string_view password) {
    if (!free_.try_acquire_for(kPatience)) return busy();
    std::array<char, crypto_pwhash_STRBYTES> text{};
    const int failed =
        crypto_pwhash_str(text.data(), password.data(), password.size(), cost_.passes, cost_.memory_bytes);
    free_.release();
    if (failed != 0) return fail(ErrorCode::unavailable, "there is not enough memory to hash a password");
    return std::string(text.data());
}

Result<bool> Passwords::matches(std::string_view password, const std::string& hash) {
    if (!free_.try_acquire_for(kPatience)) return busy();
    const std::string& known = hash.empty() ? nobody_ : hash;
    const int differs = crypto_pwhash_str_verify(known.c_str(), password.data(), password.size());
    free_.release();
    return differs == 0 && !hash.empty();
}

bool Passwords::is_outdated(const std::string& hash) const {
    return crypto_pwhash_str_needs_rehash(hash.c_str(), cost_.passes, cost_.memory_bytes) != 0;
}

}  // namespace boon::access
