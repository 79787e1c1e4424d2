#include "insight/training/estimate.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <random>

namespace boon::training {
namespace {

constexpr double kTwoSided95 = 1.959963984540054;

double correction(const Scored& rows) {
    const auto clusters = static_cast<double>(rows.cluster_count());
    return clusters > 1 ? clusters / (clusters - 1) : 1;
}

// How often each cluster is drawn: Poisson with mean 1, by inverting its distribution function.
class Draws {
public:
    explicit Draws(std::uint64_t seed) : generator_(seed) {
        double term = std::exp(-1.0);
        double sum = 0;
        for (std::size_t k = 0; k < upper_.size(); ++k) {
            sum += term;
            upper_[k] = sum;
            term /= static_cast<double>(k + 1);
        }
    }
    double next() {
        const double uniform = static_cast<double>(generator_() >> 11) * 0x1p-53;
        const auto at = std::ranges::upper_bound(upper_, uniform);
        return static_cast<double>(at - upper_.begin());
    }

private:
    std::mt19937_64 generator_;
    std::array<double, 12> upper_{};
};

}  // namespace

std::size_t Scored::cluster_slots() const {
    if (clusters.empty()) return rows();
    return rows() == 0 ? 0 : std::size_t{*std::ranges::max_element(clusters)} + 1;
}

std::size_t Scored::cluster_count() const {
    if (clusters.empty()) return rows();
    std::vector<bool> seen(cluster_slots());
    for (const auto cluster : clusters) seen[cluster] = true;
    return static_cast<std::size_t>(std::ranges::count(seen, true));
}

Estimate with_variance(double value, double variance) {
    const double half = kTwoSided95 * std::sqrt(std::max(variance, 0.0));
    return {value, value - half, value + half};
}

double clustered_variance(const Scored& rows, std::span<const double> influence) {
    std::vector<double> sums(rows.cluster_slots());
    for (std::size_t i = 0; i < influence.size(); ++i) sums[rows.cluster(i)] += influence[i];
    double total = 0;
    for (const double sum : sums) total += sum * sum;
    return total * correction(rows);
}

Estimate clustered_mean(const Scored& rows, std::span<const double> values) {
    double sum = 0;
    double weight = 0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        sum += rows.weight(i) * values[i];
        weight += rows.weight(i);
    }
    const double mean = sum / weight;
    std::vector<double> influence(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) influence[i] = rows.weight(i) * (values[i] - mean) / weight;
    return with_variance(mean, clustered_variance(rows, influence));
}

Estimate bootstrapped(
    const Scored& rows, const std::function<double(std::span<const double> weights)>& statistic, int replicates,
    std::uint64_t seed
) {
    std::vector<double> weights(rows.rows());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = rows.weight(i);
    const double value = statistic(weights);
    Draws draws(seed);
    std::vector<double> drawn(rows.cluster_slots());
    double sum = 0;
    double squares = 0;
    int counted = 0;
    for (int replicate = 0; replicate < replicates; ++replicate) {
        for (double& count : drawn) count = draws.next();
        for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = rows.weight(i) * drawn[rows.cluster(i)];
        const double other = statistic(weights);
        if (!std::isfinite(other)) continue;  // a draw without positives has no such figure
        sum += other;
        squares += other * other;
        ++counted;
    }
    if (counted < 2) return {value, value, value};
    const double mean = sum / counted;
    return with_variance(value, (squares - counted * mean * mean) / (counted - 1));
}

double quantile(std::vector<double> values, double p) {
    BOON_ASSERT(!values.empty());
    std::ranges::sort(values);
    const double at = p * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(at);
    const auto above = std::min(below + 1, values.size() - 1);
    return values[below] + (at - static_cast<double>(below)) * (values[above] - values[below]);
}

}  // namespace boon::training
