// Rows dealt into folds for cross-validation.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace boon::training {

// The fold of each row, 0 … folds − 1: as many rows with a label > 0 in each as can be, rows of one cluster together.
// `clusters` may be empty (each row its own); else numbers from 0, one per row. The same seed gives the same folds.
std::vector<std::uint32_t> deal_folds(
    std::span<const float> labels, std::span<const std::uint32_t> clusters, std::uint32_t folds, std::uint64_t seed
);

// Row numbers in a fold, and outside it.
std::vector<std::uint32_t> rows_inside(std::span<const std::uint32_t> folds, std::uint32_t fold);
std::vector<std::uint32_t> rows_outside(std::span<const std::uint32_t> folds, std::uint32_t fold);

}  // namespace boon::training
