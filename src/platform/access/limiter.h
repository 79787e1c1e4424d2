// How fast a key may ask: a token bucket per key, kept as the instant at which its bucket would be full again (GCRA,
// ITU-T I.371, annex A: one number and no timer). Time is passed in. Thread-safe; a call is one look in a hash table.
#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace boon::access {

struct RateLimit {
    int per_second = 0;  // that a bucket gains; 0: no limit
    int burst = 0;       // that a full bucket holds, at least 1
};

class Limiter {
public:
    // What the RateLimit fields of an answer say.
    struct Verdict {
        bool admitted = true;
        std::int64_t remaining = 0;  // requests that would be admitted now
        int full_in_s = 0;           // until the bucket is full again, rounded up
        int retry_in_s = 0;          // when not admitted: until the next one would be, rounded up, at least 1
    };

    explicit Limiter(const RateLimit& limit);

    [[nodiscard]] bool is_on() const { return limit_.per_second > 0; }
    [[nodiscard]] const RateLimit& limit() const { return limit_; }

    // One request of `key`. `now_ns`: of a clock that only goes forward. Keys must be few (verified ones): they stay.
    Verdict take(std::string_view key, std::int64_t now_ns);

private:
    struct Hash : std::hash<std::string_view> {
        using is_transparent = void;
    };

    RateLimit limit_;
    std::int64_t ns_each_ = 0;
    std::int64_t ns_full_ = 0;
    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t, Hash, std::equal_to<>> full_at_ns_;  // under mutex_
};

}  // namespace boon::access
