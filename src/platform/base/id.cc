#include "platform/base/id.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>
#include <sys/random.h>

namespace boon {

namespace {

// Well-formed sequences by their first byte: how long, and what the second byte may be (RFC 3629, section 4).
struct Utf8Form {
    unsigned first_low, first_high, length, second_low, second_high;
};
constexpr std::array kUtf8Forms = {
    Utf8Form{0x01, 0x7F, 1, 0x00, 0x00}, Utf8Form{0xC2, 0xDF, 2, 0x80, 0xBF}, Utf8Form{0xE0, 0xE0, 3, 0xA0, 0xBF},
    Utf8Form{0xE1, 0xEC, 3, 0x80, 0xBF}, Utf8Form{0xED, 0xED, 3, 0x80, 0x9F}, Utf8Form{0xEE, 0xEF, 3, 0x80, 0xBF},
    Utf8Form{0xF0, 0xF0, 4, 0x90, 0xBF}, Utf8Form{0xF1, 0xF3, 4, 0x80, 0xBF}, Utf8Form{0xF4, 0xF4, 4, 0x80, 0x8F},
};

bool is_between(char c, unsigned low, unsigned high) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= low && byte <= high;
}

// Length of the well-formed sequence at the front of a non-empty text, 0 when there is none.
std::size_t utf8_length(std::string_view bytes) {
    const auto* form = std::ranges::find_if(kUtf8Forms, [&](const Utf8Form& entry) {
        return is_between(bytes[0], entry.first_low, entry.first_high);
    });
    if (form == kUtf8Forms.end() || bytes.size() < form->length) return 0;
    if (form->length > 1 && !is_between(bytes[1], form->second_low, form->second_high)) return 0;
    for (std::size_t i = 2; i < form->length; ++i) {
        if (!is_between(bytes[i], 0x80, 0xBF)) return 0;
    }
    return form->length;
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
