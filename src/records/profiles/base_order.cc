#include "records/profiles/base_order.h"

#include <algorithm>
#include <numeric>

namespace boon::profiles {

namespace {

constexpr std::size_t kParts = 40;
constexpr std::size_t kLeastChunk = 100;
constexpr std::size_t kMostChunk = 2000;

}  // namespace

BaseOrder::BaseOrder(const Image& image) : image_(image), rows_(image.size()) {
    std::iota(rows_.begin(), rows_.end(), 0U);
    const auto id_of = [&](std::uint32_t row) { return image_.at(row).customer_id; };
    // What comes from the table by its key is in order already.
    if (!std::ranges::is_sorted(rows_, {}, id_of)) std::ranges::sort(rows_, {}, id_of);
}

std::span<const std::uint32_t> BaseOrder::after(std::string_view customer_id) const {
    const auto first =
        std::ranges::upper_bound(rows_, customer_id, {}, [&](std::uint32_t row) { return image_.at(row).customer_id; });
    return {first, rows_.end()};
}

std::span<const std::uint32_t> BaseOrder::chunk(std::span<const std::uint32_t> left) const {
    return left.first(std::min(left.size(), std::clamp(rows_.size() / kParts, kLeastChunk, kMostChunk)));
}

Timestamp latest_instant(const Image& image) {
    Timestamp latest{};
    for (std::size_t row = 0; row < image.size(); ++row) latest = std::max(latest, image.at(row).computed_at);
    return latest;
}

}  // namespace boon::profiles
