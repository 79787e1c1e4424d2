// What one item bought says of another: sparse weights from item to item, of two makes. A customer's score of an item
// is the sum of the weights from all that the customer bought.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "insight/recommend/interactions.h"
#include "platform/base/error.h"

namespace boon::recommend {

struct Weight {
    std::uint32_t item = 0;  // whose score it moves
    float value = 0;
    bool operator==(const Weight&) const = default;
};

// By the item bought; none of an item to itself.
using ItemWeights = std::vector<std::vector<Weight>>;

// Cosine of the items' buyers, of each item to score its `neighbours` nearest.
ItemWeights nearest_items(const Interactions& bought, std::size_t neighbours);

// EASE: the linear model of who buys an item from who bought the others, with a ridge, in closed form (Steck 2019,
// "Embarrassingly Shallow Autoencoders for Sparse Data"). Of each item to score, the `kept` largest weights.
// items² × 8 bytes and time ∝ items³ (5 000 items: 200 MB and half a minute); `invalid` beyond kMostItems or for a
// ridge that is not above 0.
inline constexpr std::size_t kMostItems = 5000;
Result<ItemWeights> ease(const Interactions& bought, double ridge, std::size_t kept);

}  // namespace boon::recommend
