#include "platform/access/throttle.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>

namespace boon::access {

namespace {

constexpr AttemptRate kAccountFromAddress{.burst = 5, .each_s = 60};
constexpr AttemptRate kAddress{.burst = 30, .each_s = 10};
// Generous, so that a stranger's guesses hardly keep the owner out; 1440 guesses a day find no password of 12
// characters.
constexpr AttemptRate kAccount{.burst = 50, .each_s = 60};

std::string network_of(std::string_view address) {
    std::array<unsigned char, 16> bytes{};
    if (inet_pton(AF_INET6, std::string(address).c_str(), bytes.data()) != 1) return std::string(address);
    std::string text;
    for (std::size_t i = 0; i < 8; ++i) text += fmt::format("{:02x}", bytes[i]);
    return text + "/64";
}

}  // namespace

int Throttle::charge(std::span<const AttemptKey> keys, Timestamp now) {
    const std::lock_guard lock(mutex_);
    std::int64_t wait = 0;
    for (const AttemptKey& each : keys) {
        const std::int64_t each_micros = each.rate.each_s * kMicrosPerSecond;
        const auto found = full_at_.find(each.key);
        const std::int64_t full_at = found == full_at_.end() ? now.micros : std::max(found->second, now.micros);
        wait = std::max(wait, full_at + each_micros - each.rate.burst * each_micros - now.micros);
    }
    if (wait > 0) return static_cast<int>((wait + kMicrosPerSecond - 1) / kMicrosPerSecond);
    make_room(now);
    for (const AttemptKey& each : keys) {
        std::int64_t& full_at = full_at_[each.key];
        full_at = std::max(full_at, now.micros) + each.rate.each_s * kMicrosPerSecond;
    }
    return 0;
}

void Throttle::forgive(std::span<const AttemptKey> keys) {
    const std::lock_guard lock(mutex_);
    for (const AttemptKey& each : keys) {
        if (each.cleared_by_success) {
            full_at_.erase(each.key);
        } else if (const auto found = full_at_.find(each.key); found != full_at_.end()) {
            found->second -= each.rate.each_s * kMicrosPerSecond;
        }
    }
}

void Throttle::make_room(Timestamp now) {
    if (full_at_.size() < kMaxKeys) return;
    std::erase_if(full_at_, [&](const auto& entry) { return entry.second <= now.micros; });
    if (full_at_.size() >= kMaxKeys) full_at_.clear();
}

std::vector<AttemptKey> attempt_keys(std::string_view account, std::string_view address) {
    const std::string network = network_of(address);
    return {
        {fmt::format("both {} {}", network, account), kAccountFromAddress, true},
        {fmt::format("from {}", network), kAddress},
        {fmt::format("user {}", account), kAccount},
    };
}

}  // namespace boon::access
