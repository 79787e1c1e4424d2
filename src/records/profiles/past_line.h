// The bytes of one line of packed pasts (pasts.h), little-endian:
//
//     u8 format, u8 width, u8 count of names, u32 count of instants, u32 count of customers, u32 count of changes
//     the names: u8 length, bytes; the instants: i64, ascending; for each customer the count of its changes;
//     for each change the place of its instant; for each change the place of its name, 255 for none (u8);
//     the ids: u8 how many bytes are those of the id before, u8 length of the rest, the rest
//
// Counts of changes and places of instants have `width` bytes: 2, or 4 where that is too few.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/param.h"
#include "records/profiles/pasts.h"

namespace boon::profiles {

// The pasts of some customers, one after the other.
class Pasts {
public:
    // By customer, then time: from `at` on the customer is in `state`, until `until` if that is known.
    void add(std::string_view customer_id, std::int64_t at, std::optional<std::int64_t> until, std::uint8_t state);
    // A customer of whom nothing is known (any more).
    void add(std::string_view customer_id);

    [[nodiscard]] std::size_t size() const { return change_ends_.size(); }
    [[nodiscard]] std::string_view id(std::size_t customer) const;
    [[nodiscard]] Past past(std::size_t customer) const;

private:
    std::string ids_;
    std::vector<std::size_t> id_ends_;
    std::vector<Change> changes_;
    std::vector<std::size_t> change_ends_;
};

// Of the customers [first, end).
std::vector<std::byte> line_of(
    const Pasts& pasts, std::size_t first, std::size_t end, std::span<const std::string> names
);

// Hands over the pasts of a line, but for those of the customers in `skipped` (ascending).
Status read_line(
    db::Bytes bytes, std::vector<std::string>& names, std::span<const std::string_view> skipped, const OnPast& on_past
);

}  // namespace boon::profiles
