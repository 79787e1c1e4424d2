// A figure with its 95 % interval, where rows of one customer are not independent: the customer is the sampling unit.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "platform/base/record.h"

namespace boon::training {

struct Estimate {
    double value = 0;
    double lower = 0;  // 95 %, two-sided
    double upper = 0;
    bool operator==(const Estimate&) const = default;
};
BOOST_DESCRIBE_STRUCT(Estimate, (), (value, lower, upper))

// Rows with a prediction and what came true. Spans of equal length; `weights` and `clusters` may be empty (all 1; each
// row its own cluster). Clusters are numbers from 0, not much larger than the number of rows.
struct Scored {
    std::span<const double> predicted;
    std::span<const float> actual;
    std::span<const float> weights = {};
    std::span<const std::uint32_t> clusters = {};

    [[nodiscard]] std::size_t rows() const { return actual.size(); }
    [[nodiscard]] double weight(std::size_t i) const { return weights.empty() ? 1.0 : static_cast<double>(weights[i]); }
    [[nodiscard]] std::uint32_t cluster(std::size_t i) const {
        return clusters.empty() ? static_cast<std::uint32_t>(i) : clusters[i];
    }
    // One more than the largest cluster number.
    [[nodiscard]] std::size_t cluster_slots() const;
    // How many different clusters there are.
    [[nodiscard]] std::size_t cluster_count() const;
};

// value ± 1.96 × the root of the variance.
Estimate with_variance(double value, double variance);

// The weighted mean of `values` (one per row of `rows`), its variance from the clusters' summed residuals
// (the sandwich with the G / (G − 1) correction; Cameron & Miller 2015, section II).
Estimate clustered_mean(const Scored& rows, std::span<const double> values);

// The variance of a sum of the rows' influences, added up per cluster: G / (G − 1) × Σ_c (Σ_{i in c} influence_i)².
double clustered_variance(const Scored& rows, std::span<const double> influence);

// Poisson bootstrap over clusters: `statistic` gets row weights (0 for clusters not drawn) and is called
// `replicates` times; the interval is the value on `rows` ± 1.96 × the standard deviation. Deterministic per seed.
Estimate bootstrapped(
    const Scored& rows, const std::function<double(std::span<const double> weights)>& statistic, int replicates,
    std::uint64_t seed
);

// The p quantile (linear interpolation, type 7) of values in any order.
double quantile(std::vector<double> values, double p);

}  // namespace boon::training
