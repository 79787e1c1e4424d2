// How often somebody may try to log in: token buckets (as in limiter.h) that time fills and attempts empty; a success
// gives back what it took. An attempt is charged before its password is looked at, so that many at once gain
// nothing. Time is passed in. Thread-safe. Kept in this process: a second server of one database counts for itself.
#pragma once

#include <cstdint>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "platform/base/timestamp.h"

namespace boon::access {

// `burst` attempts after a rest, then one each `each_s`.
struct AttemptRate {
    int burst;
    int each_s;
};

struct AttemptKey {
    std::string key;
    AttemptRate rate;
    bool cleared_by_success = false;  // else a success gives back what it took itself, and no more
};

class Throttle {
public:
    // 0: admitted, and charged to every key. Otherwise the seconds until it would be, and nothing is charged.
    int charge(std::span<const AttemptKey> keys, Timestamp now);
    // The attempt succeeded.
    void forgive(std::span<const AttemptKey> keys);

private:
    // Beyond it the full buckets go, and if that is not enough all: each entry has cost a stranger a hashed password.
    static constexpr std::size_t kMaxKeys = 50'000;

    void make_room(Timestamp now);

    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t> full_at_;  // microseconds; under mutex_
};

// What an attempt is charged to: the account from that address, the address, the account from anywhere. An IPv6 client
// has a whole /64, so that is its address here.
std::vector<AttemptKey> attempt_keys(std::string_view account, std::string_view address);

}  // namespace boon::access
