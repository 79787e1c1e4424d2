// The figures of a model card: each with its 95 % interval, customers being the sampling unit.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "insight/training/ranking.h"
#include "insight/training/reliability.h"

namespace boon::training {

struct MetricOptions {
    int replicates = 200;  // of the bootstrap, where there is no closed form
    int calibration_bins = 10;
    int curve_points = 50;
    std::int64_t seed = 1;
};
BOOST_DESCRIBE_STRUCT(MetricOptions, (), (replicates, calibration_bins, curve_points, seed))

struct BinaryMetrics {
    std::int64_t rows = 0;
    std::int64_t positives = 0;
    std::int64_t customers = 0;
    double base_rate = 0;
    double mean_prediction = 0;
    Estimate auc;
    Estimate average_precision;
    Estimate log_loss;
    Estimate brier;
    Estimate calibration_error;
    double calibration_error_if_perfect = 0;  // its 95th percentile under perfect calibration
    Estimate calibration_slope;
    Estimate calibration_intercept;
    Estimate lift_at_10_percent;
    std::vector<ReliabilityBin> calibration_bins;
    std::vector<CurvePoint> roc;
    std::vector<CurvePoint> gain;  // (share of customers, share of positives)
    std::vector<CurvePoint> lift;  // (share of customers, their rate against that of all)
};
BOOST_DESCRIBE_STRUCT(
    BinaryMetrics, (),
    (rows, positives, customers, base_rate, mean_prediction, auc, average_precision, log_loss, brier, calibration_error,
     calibration_error_if_perfect, calibration_slope, calibration_intercept, lift_at_10_percent, calibration_bins, roc,
     gain, lift)
)

// Without both classes, the figures that need them are NaN (null in JSON).
BinaryMetrics measure_binary(const Scored& rows, const MetricOptions& options);

// A tenth of the rows, by prediction.
struct Decile {
    double rows_share = 0;
    double predicted = 0;  // means
    double actual = 0;
};
BOOST_DESCRIBE_STRUCT(Decile, (), (rows_share, predicted, actual))

struct AmountMetrics {
    std::int64_t rows = 0;
    std::int64_t customers = 0;
    double mean_actual = 0;
    double mean_prediction = 0;
    Estimate mean_absolute_error;
    Estimate root_mean_squared_error;
    Estimate rank_correlation;                  // Spearman
    Estimate decile_error;                      // Σ share × |mean predicted − mean actual| over tenths, of the mean
    std::optional<Estimate> interval_coverage;  // of the stated 80 % intervals
    std::vector<Decile> deciles;                // lowest predictions first
};
BOOST_DESCRIBE_STRUCT(
    AmountMetrics, (),
    (rows, customers, mean_actual, mean_prediction, mean_absolute_error, root_mean_squared_error, rank_correlation,
     decile_error, interval_coverage, deciles)
)

struct Bounds {
    std::span<const double> lower;
    std::span<const double> upper;
};
AmountMetrics measure_amount(const Scored& rows, const std::optional<Bounds>& intervals, const MetricOptions& options);

struct ClassMetrics {
    std::int64_t rows = 0;
    std::int64_t customers = 0;
    Estimate log_loss;  // of the true class
    Estimate accuracy;  // of the class with the highest share
};
BOOST_DESCRIBE_STRUCT(ClassMetrics, (), (rows, customers, log_loss, accuracy))

// `shares`: rows × classes; rows.actual holds class numbers, rows.predicted is not looked at.
ClassMetrics measure_classes(const Scored& rows, std::span<const float> shares, std::size_t classes);
std::vector<double> class_log_losses(const Scored& rows, std::span<const float> shares, std::size_t classes);

}  // namespace boon::training
