#include "insight/recommend/popularity.h"

#include <algorithm>

namespace boon::recommend {

std::vector<float> popularity(const Interactions& bought) {
    std::vector<double> buyers(bought.items(), 0);
    double all = 0;
    for (std::size_t customer = 0; customer < bought.customers(); ++customer) {
        const auto row = bought.of(customer);
        all += row.empty() ? 0 : 1;
        for (const ItemTimes& entry : row) buyers[entry.item] += 1;
    }
    std::vector<float> shares(bought.items());
    std::ranges::transform(buyers, shares.begin(), [&](double n) {
        return static_cast<float>(n / std::max(all, 1.0));
    });
    return shares;
}

std::vector<std::vector<float>> popularity_by_segment(
    const Interactions& bought, std::span<const std::uint32_t> segment_of, std::size_t segments
) {
    BOON_ASSERT(segment_of.size() == bought.customers());
    const std::vector<float> all = popularity(bought);
    std::vector<std::vector<double>> buyers(segments);
    for (auto& items : buyers) {
        items.assign(all.begin(), all.end());
        for (double& n : items) n *= kPriorCustomers;
    }
    std::vector<double> customers(segments, kPriorCustomers);
    for (std::size_t customer = 0; customer < bought.customers(); ++customer) {
        const std::uint32_t segment = segment_of[customer];
        BOON_ASSERT(segment < segments);
        const auto row = bought.of(customer);
        customers[segment] += row.empty() ? 0 : 1;
        for (const ItemTimes& entry : row) buyers[segment][entry.item] += 1;
    }
    std::vector<std::vector<float>> shares(segments);
    for (std::size_t s = 0; s < segments; ++s) {
        for (const double n : buyers[s]) shares[s].push_back(static_cast<float>(n / customers[s]));
    }
    return shares;
}

}  // namespace boon::recommend
