#include "platform/base/id.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

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

bool begins_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

constexpr std::size_t kUuidLength = 36;
constexpr bool is_dash_place(std::size_t i) { return i == 8 || i == 13 || i == 18 || i == 23; }

std::string uuid_text(std::uint64_t high, std::uint64_t low) {
    std::string text(kUuidLength, '-');
    std::size_t digit = 0;
    for (std::size_t i = 0; i < kUuidLength; ++i) {
        if (is_dash_place(i)) continue;
        const std::uint64_t half = digit < 16 ? high : low;
        text[i] = "0123456789abcdef"[half >> (60 - 4 * (digit % 16)) & 0xFU];
        ++digit;
    }
    return text;
}

// The value of a hexadecimal digit; 16 for any other character.
unsigned hex_value(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
    return 16;
}

std::optional<std::pair<std::uint64_t, std::uint64_t>> uuid_halves(std::string_view uuid) {
    if (uuid.size() != kUuidLength) return std::nullopt;
    std::array<std::uint64_t, 2> halves{};
    std::size_t digit = 0;
    for (std::size_t i = 0; i < kUuidLength; ++i) {
        if (is_dash_place(i)) {
            if (uuid[i] != '-') return std::nullopt;
            continue;
        }
        const unsigned value = hex_value(uuid[i]);
        if (value > 15) return std::nullopt;
        std::uint64_t& half = halves[digit++ / 16];
        half = half << 4U | value;
    }
    return std::pair(halves[0], halves[1]);
}

}  // namespace

bool is_utf8(std::string_view bytes) {
    while (!bytes.empty()) {
        // Nearly all of it is ASCII.
        if (is_between(bytes.front(), 0x01, 0x7F)) {
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t length = utf8_length(bytes);
        if (length == 0) return false;
        bytes.remove_prefix(length);
    }
    return true;
}

std::size_t characters_in(std::string_view utf8) {
    return static_cast<std::size_t>(std::ranges::count_if(utf8, begins_character));
}

std::string_view first_characters(std::string_view utf8, std::size_t count) {
    const auto* end = utf8.begin();
    for (; end != utf8.end(); ++end) {
        if (begins_character(*end) && count-- == 0) break;
    }
    return {utf8.begin(), end};
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
    return uuid_text(high, low);
}

Result<Timestamp> uuid_v7_time(std::string_view uuid) {
    if (const auto halves = uuid_halves(uuid)) {
        const auto [high, low] = *halves;
        if (((high >> 12U) & 0xFU) == 7 && (low >> 62U) == 2) {
            return Timestamp{static_cast<std::int64_t>(high >> 16U) * 1000};
        }
    }
    return fail(ErrorCode::invalid, fmt::format("`{}` is not a version 7 UUID", first_characters(uuid, 64)));
}

std::string new_uuid() {
    std::uint64_t random[2] = {};
    // At most 256 bytes are never cut short once the pool is ready (getrandom(2)).
    BOON_ASSERT(getrandom(random, sizeof random, 0) == static_cast<ssize_t>(sizeof random));
    return make_uuid_v7(system_now(), random[0], random[1]);
}

}  // namespace boon
