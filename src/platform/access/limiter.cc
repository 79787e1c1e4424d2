#include "platform/access/limiter.h"

#include <algorithm>

namespace boon::access {

namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;

int seconds_up(std::int64_t ns) { return static_cast<int>((ns + kNsPerSecond - 1) / kNsPerSecond); }

}  // namespace

Limiter::Limiter(const RateLimit& limit) : limit_(limit) {
    if (!is_on()) return;
    ns_each_ = kNsPerSecond / limit.per_second;
    ns_full_ = ns_each_ * std::max(limit.burst, 1);
}

Limiter::Verdict Limiter::take(std::string_view key, std::int64_t now_ns) {
    if (!is_on()) return {};
    const std::lock_guard lock(mutex_);
    auto found = full_at_ns_.find(key);
    if (found == full_at_ns_.end()) found = full_at_ns_.emplace(key, now_ns).first;
    const std::int64_t full_at = std::max(found->second, now_ns) + ns_each_;
    const std::int64_t missing = full_at - now_ns;
    if (missing > ns_full_) {
        const int retry = std::max(seconds_up(missing - ns_full_), 1);
        return {.admitted = false, .full_in_s = seconds_up(missing - ns_each_), .retry_in_s = retry};
    }
    found->second = full_at;
    return {.remaining = (ns_full_ - missing) / ns_each_, .full_in_s = seconds_up(missing)};
}

}  // namespace boon::access
