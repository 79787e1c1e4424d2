#include "insight/training/folds.h"

#include <algorithm>
#include <numeric>
#include <random>

namespace boon::training {
namespace {

std::vector<std::uint32_t> rows_where(std::span<const std::uint32_t> folds, const auto& wanted) {
    std::vector<std::uint32_t> rows;
    for (std::uint32_t i = 0; i < folds.size(); ++i) {
        if (wanted(folds[i])) rows.push_back(i);
    }
    return rows;
}

}  // namespace

std::vector<std::uint32_t> deal_folds(
    std::span<const float> labels, std::span<const std::uint32_t> clusters, std::uint32_t folds, std::uint64_t seed
) {
    const auto cluster_of = [&](std::size_t i) {
        return clusters.empty() ? static_cast<std::uint32_t>(i) : clusters[i];
    };
    std::size_t units = labels.size();
    if (!clusters.empty()) units = std::size_t{*std::ranges::max_element(clusters)} + 1;
    std::vector<bool> positive(units);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        if (labels[i] > 0) positive[cluster_of(i)] = true;
    }
    std::vector<std::uint32_t> order(units);
    std::iota(order.begin(), order.end(), 0U);
    // Fisher and Yates; std::shuffle deals differently from library to library.
    std::mt19937_64 generator(seed);
    for (std::size_t k = order.size(); k > 1; --k) std::swap(order[k - 1], order[generator() % k]);
    std::ranges::stable_partition(order, [&](std::uint32_t unit) { return positive[unit]; });
    std::vector<std::uint32_t> fold_of_unit(units);
    for (std::uint32_t k = 0; k < order.size(); ++k) fold_of_unit[order[k]] = k % folds;
    std::vector<std::uint32_t> out(labels.size());
    for (std::size_t i = 0; i < labels.size(); ++i) out[i] = fold_of_unit[cluster_of(i)];
    return out;
}

std::vector<std::uint32_t> rows_inside(std::span<const std::uint32_t> folds, std::uint32_t fold) {
    return rows_where(folds, [fold](std::uint32_t of) { return of == fold; });
}

std::vector<std::uint32_t> rows_outside(std::span<const std::uint32_t> folds, std::uint32_t fold) {
    return rows_where(folds, [fold](std::uint32_t of) { return of != fold; });
}

}  // namespace boon::training
