#include "insight/training/metrics.h"

#include <algorithm>
#include <cmath>

namespace boon::training {
namespace {

std::vector<double> absolute_errors(const Scored& rows) {
    std::vector<double> errors(rows.rows());
    for (std::size_t i = 0; i < errors.size(); ++i) {
        errors[i] = std::abs(rows.predicted[i] - static_cast<double>(rows.actual[i]));
    }
    return errors;
}

double weighted_mean(const Scored& rows, const auto& values) {
    double sum = 0;
    double weight = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        sum += rows.weight(i) * static_cast<double>(values[i]);
        weight += rows.weight(i);
    }
    return sum / weight;
}

// The delta method: Var(√x) ≈ Var(x) / (4 x).
Estimate root(const Estimate& squared) {
    const double value = std::sqrt(squared.value);
    if (value <= 0) return {0, 0, 0};
    const double half = (squared.upper - squared.value) / (2 * value);
    return {value, std::max(0.0, value - half), value + half};
}

Estimate kept_within(Estimate estimate, double least, double most) {
    estimate.lower = std::max(estimate.lower, least);
    estimate.upper = std::min(estimate.upper, most);
    return estimate;
}

void measure_ranking(const Scored& rows, const MetricOptions& options, BinaryMetrics& out) {
    const Ranking ranking(rows);
    const auto seed = static_cast<std::uint64_t>(options.seed);
    std::vector<double> weights(rows.rows());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = rows.weight(i);
    out.auc = kept_within(with_variance(ranking.auc(weights), clustered_variance(rows, ranking.auc_influence())), 0, 1);
    out.average_precision = kept_within(
        bootstrapped(
            rows, [&](auto drawn) { return ranking.average_precision(drawn); }, options.replicates, seed
        ),
        0, 1
    );
    out.lift_at_10_percent = kept_within(
        bootstrapped(
            rows, [&](auto drawn) { return ranking.lift_at(0.1, drawn); }, options.replicates, seed
        ),
        0, 10
    );
    out.roc = roc_curve(ranking, options.curve_points);
    out.gain = gain_curve(ranking, options.curve_points);
    out.lift = lift_curve(ranking, options.curve_points);
}

}  // namespace

BinaryMetrics measure_binary(const Scored& rows, const MetricOptions& options) {
    BinaryMetrics out;
    out.rows = static_cast<std::int64_t>(rows.rows());
    if (rows.rows() == 0) return out;
    out.positives = std::ranges::count_if(rows.actual, [](float v) { return v > 0; });
    out.customers = static_cast<std::int64_t>(rows.cluster_count());
    out.base_rate = weighted_mean(rows, rows.actual);
    out.mean_prediction = weighted_mean(rows, rows.predicted);
    measure_ranking(rows, options, out);
    out.log_loss = clustered_mean(rows, log_losses(rows));
    out.brier = clustered_mean(rows, squared_errors(rows));
    const Reliability reliability(rows, options.calibration_bins);
    const auto seed = static_cast<std::uint64_t>(options.seed);
    out.calibration_error = kept_within(
        bootstrapped(
            rows, [&](auto drawn) { return reliability.error(drawn); }, options.replicates, seed
        ),
        0, 1
    );
    out.calibration_error_if_perfect = reliability.error_if_perfect(0.95, options.replicates, seed);
    out.calibration_bins = reliability.bins();
    const Recalibration recalibration = recalibrate(rows);
    out.calibration_slope = recalibration.slope;
    out.calibration_intercept = recalibration.intercept;
    return out;
}

AmountMetrics measure_amount(const Scored& rows, const std::optional<Bounds>& intervals, const MetricOptions& options) {
    AmountMetrics out;
    out.rows = static_cast<std::int64_t>(rows.rows());
    if (rows.rows() == 0) return out;
    out.customers = static_cast<std::int64_t>(rows.cluster_count());
    out.mean_actual = weighted_mean(rows, rows.actual);
    out.mean_prediction = weighted_mean(rows, rows.predicted);
    out.mean_absolute_error = clustered_mean(rows, absolute_errors(rows));
    out.root_mean_squared_error = root(clustered_mean(rows, squared_errors(rows)));
    out.rank_correlation = spearman(rows, options.replicates, static_cast<std::uint64_t>(options.seed));
    const Reliability tenths(rows, 10);
    for (const ReliabilityBin& bin : tenths.bins()) out.deciles.push_back({bin.rows_share, bin.predicted, bin.actual});
    const double scale = std::abs(out.mean_actual);
    if (scale > 0) {
        out.decile_error = bootstrapped(
            rows, [&](auto drawn) { return tenths.error(drawn) / scale; }, options.replicates,
            static_cast<std::uint64_t>(options.seed)
        );
        out.decile_error.lower = std::max(out.decile_error.lower, 0.0);
    }
    if (intervals) {
        std::vector<double> covered(rows.rows());
        for (std::size_t i = 0; i < covered.size(); ++i) {
            const auto actual = static_cast<double>(rows.actual[i]);
            covered[i] = intervals->lower[i] <= actual && actual <= intervals->upper[i] ? 1 : 0;
        }
        out.interval_coverage = clustered_mean(rows, covered);
    }
    return out;
}

std::vector<double> class_log_losses(const Scored& rows, std::span<const float> shares, std::size_t classes) {
    std::vector<double> losses(rows.actual.size());
    for (std::size_t i = 0; i < losses.size(); ++i) {
        const auto label = static_cast<std::size_t>(rows.actual[i]);
        losses[i] = -std::log(std::max(static_cast<double>(shares[i * classes + label]), 1e-15));
    }
    return losses;
}

ClassMetrics measure_classes(const Scored& rows, std::span<const float> shares, std::size_t classes) {
    ClassMetrics out;
    out.rows = static_cast<std::int64_t>(rows.actual.size());
    if (rows.actual.empty()) return out;
    out.customers = static_cast<std::int64_t>(rows.cluster_count());
    out.log_loss = clustered_mean(rows, class_log_losses(rows, shares, classes));
    std::vector<double> right(rows.actual.size());
    for (std::size_t i = 0; i < right.size(); ++i) {
        const auto row = shares.subspan(i * classes, classes);
        const auto best = static_cast<std::size_t>(std::ranges::max_element(row) - row.begin());
        right[i] = best == static_cast<std::size_t>(rows.actual[i]) ? 1 : 0;
    }
    out.accuracy = clustered_mean(rows, right);
    return out;
}

}  // namespace boon::training
