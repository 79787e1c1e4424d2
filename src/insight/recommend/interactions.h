// Who bought what, how often: a sparse table of customers and items, both numbered from 0 by the caller.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "platform/base/error.h"

namespace boon::recommend {

struct Bought {
    std::uint32_t customer = 0;
    std::uint32_t item = 0;
    float times = 1;
};

struct ItemTimes {
    std::uint32_t item = 0;
    float times = 0;
    bool operator==(const ItemTimes&) const = default;
};

// Immutable.
class Interactions {
public:
    // In any order; what is said twice of a customer and an item is added up. `invalid` for a number that is not below
    // `customers` or `items`, or for times that are not above 0.
    static Result<Interactions> of(std::span<const Bought> lines, std::size_t customers, std::size_t items);

    [[nodiscard]] std::size_t customers() const { return starts_.size() - 1; }
    [[nodiscard]] std::size_t items() const { return items_; }
    [[nodiscard]] std::size_t size() const { return entries_.size(); }
    // Ascending items.
    [[nodiscard]] std::span<const ItemTimes> of(std::size_t customer) const {
        return std::span(entries_).subspan(starts_[customer], starts_[customer + 1] - starts_[customer]);
    }

private:
    Interactions() = default;

    std::vector<std::size_t> starts_;
    std::vector<ItemTimes> entries_;
    std::size_t items_ = 0;
};

// The items that most customers bought, where there are more than `most`: the others are left out of all that is
// fitted. By number of customers, then by number of the item.
std::vector<std::uint32_t> most_bought(const Interactions& bought, std::size_t most);

}  // namespace boon::recommend
