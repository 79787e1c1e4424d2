// Identifiers: who a customer is, and the UUIDv7 that decisions, events and jobs get.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon {

using OfferId = std::int32_t;

// UTF-8, 1–64 bytes, compared bytewise. A warehouse's integers are written in canonical decimal.
Status check_customer_id(std::string_view id);

// Whether the bytes are well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms, no NUL).
bool is_utf8(std::string_view bytes);

// How many characters (Unicode code points) well-formed UTF-8 has: what people and JSON Schema mean by a text's length.
std::size_t characters_in(std::string_view utf8);

// The text's first `count` characters.
std::string_view first_characters(std::string_view utf8, std::size_t count);

// RFC 9562 version 7: 48 bits of milliseconds, 12 bits that grow within one millisecond, 62 random bits.
// `random` fills the random bits; ids of one process at one instant are distinct when it does.
std::string make_uuid_v7(Timestamp now, std::uint64_t random_high, std::uint64_t random_low);

// The instant (to the millisecond) in a UUIDv7; `invalid` for any other text.
Result<Timestamp> uuid_v7_time(std::string_view uuid);

// A UUIDv7 from the system's clock and randomness. Thread-safe.
std::string new_uuid();

}  // namespace boon
