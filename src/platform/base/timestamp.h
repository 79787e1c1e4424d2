// Instants: int64 microseconds since 1970-01-01T00:00:00Z. RFC 3339 at the edges. Nothing here reads a clock except
// system_now(), which only program/ calls: time is passed in everywhere else.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/error.h"

namespace boon {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kMicrosPerHour = 3600 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerDay = 24 * kMicrosPerHour;

struct Timestamp {
    std::int64_t micros = 0;

    auto operator<=>(const Timestamp&) const = default;
};

constexpr Timestamp plus_micros(Timestamp at, std::int64_t micros) { return {at.micros + micros}; }
constexpr Timestamp plus_days(Timestamp at, std::int64_t days) { return {at.micros + days * kMicrosPerDay}; }

// Years 0001–9999. `2026-03-01` (midnight UTC), `2026-03-01T12:30:00Z`, with a fraction of up to 6 digits (further
// digits are refused, not rounded), with `Z` or an offset `±hh:mm`; a space may stand for the T. Anything else,
// a 30 February or a leap second included, is `invalid`.
Result<Timestamp> parse_timestamp(std::string_view text);

// `2026-03-01T12:30:00Z`, with 3 or 6 digits of fraction only where they are not zero.
std::string to_string(Timestamp at);

Timestamp system_now();

}  // namespace boon
