// What customers buy of whom nothing else is known: the shares of those who bought each item, of all or of a segment.
#pragma once

#include <vector>

#include "insight/recommend/interactions.h"

namespace boon::recommend {

// By item: the share of the customers who bought anything.
std::vector<float> popularity(const Interactions& bought);

// By segment, then by item. Each is drawn towards the share of all as by `kPriorCustomers` more, so that a segment of
// a few customers says little. `segment_of` has one number below `segments` per customer.
inline constexpr double kPriorCustomers = 50;
std::vector<std::vector<float>> popularity_by_segment(
    const Interactions& bought, std::span<const std::uint32_t> segment_of, std::size_t segments
);

}  // namespace boon::recommend
