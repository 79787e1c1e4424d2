#include "platform/base/id.h"

#include <charconv>

#include <fmt/format.h>
#include <sys/random.h>

namespace boon {

namespace {

// Length of the well-formed UTF-8 sequence at the front, 0 when there is none. Ranges of RFC 3629, section 4.
std::size_t utf8_length(std::string_view bytes) {
    const auto byte = [&](std::size_t i) { return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0U; };
    const auto is_tail = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
        return byte(i) >= low && byte(i) <= high;
    };
    const unsigned first = byte(0);
    if (first >= 0x01 && first <= 0x7F) return 1;
    if (first >= 0xC2 && first <= 0xDF) return is_tail(1) ? 2 : 0;
    if (first >= 0xE0 && first <= 0xEF) {
        const unsigned low = first == 0xE0 ? 0xA0U : 0x80U;
        const unsigned high = first == 0xED ? 0x9FU : 0xBFU;
        return is_tail(1, low, high) && is_tail(2) ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
        const unsigned low = first == 0xF0 ? 0x90U : 0x80U;
        const unsigned high = first == 0xF4 ? 0x8FU : 0xBFU;
        return is_tail(1, low, high) && is_tail(2) && is_tail(3) ? 4 : 0;
    }
    return 0;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t length = utf8_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

Status check_customer_id(std::string_view id) {
    if (id.empty() || id.size() > 64) {
        return fail(ErrorCode::invalid, fmt::format("a customer id has 1 to 64 bytes, this one {}", id.size()));
    }
    if (!is_utf8(id)) return fail(ErrorCode::invalid, "the customer id is not UTF-8 text");
    return {};
}

std::string make_uuid_v7(Timestamp now, std::uint64_t random_high, std::uint64_t random_low) {
    // Within a millisecond, the microseconds in the 12 bits keep ids of one process in order of time (RFC 9562, 6.2,
    // method 3).
    const auto millis = static_cast<std::uint64_t>(now.micros / 1000);
    const auto fraction = static_cast<std::uint64_t>(now.micros % 1000) * 4096 / 1000;
    const std::uint64_t high = (millis << 16U) | 0x7000U | fraction;
    const std::uint64_t low = 0x8000'0000'0000'0000U | ((random_high ^ random_low) >> 2U);
    return fmt::format(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32U, (high >> 16U) & 0xFFFFU, high & 0xFFFFU, low >> 48U,
        low & 0xFFFF'FFFF'FFFFU
    );
}

Result<Timestamp> uuid_v7_time(std::string_view uuid) {
    std::string hex;
    for (std::size_t i = 0; i < uuid.size(); ++i) {
        const bool dash_place = i == 8 || i == 13 || i == 18 || i == 23;
        if (dash_place != (uuid[i] == '-')) break;
        if (!dash_place) hex += uuid[i];
    }
    std::uint64_t high = 0;
    std::uint64_t low = 0;
    const bool right_size = uuid.size() == 36 && hex.size() == 32;
    if (right_size) {
        const char* middle = hex.data() + 16;
        const bool all_hex = std::from_chars(hex.data(), middle, high, 16).ptr == middle &&
                             std::from_chars(middle, middle + 16, low, 16).ptr == middle + 16;
        if (all_hex && ((high >> 12U) & 0xFU) == 7 && (low >> 62U) == 2) {
            return Timestamp{static_cast<std::int64_t>(high >> 16U) * 1000};
        }
    }
    return fail(ErrorCode::invalid, fmt::format("`{}` is not a version 7 UUID", uuid.substr(0, 64)));
}

std::string new_uuid() {
    std::uint64_t random[2] = {};
    // At most 256 bytes are never cut short once the pool is ready (getrandom(2)).
    BOON_ASSERT(getrandom(random, sizeof random, 0) == static_cast<ssize_t>(sizeof random));
    return make_uuid_v7(system_now(), random[0], random[1]);
}

}  // namespace boon
