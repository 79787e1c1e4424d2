// Whether predicted probabilities mean what they say.
#pragma once

#include <vector>

#include "insight/training/estimate.h"

namespace boon::training {

// Per row; p is kept within [1e-15, 1 − 1e-15].
std::vector<double> log_losses(const Scored& rows);
std::vector<double> squared_errors(const Scored& rows);

struct ReliabilityBin {
    double rows_share = 0;
    double predicted = 0;  // means within the bin
    double actual = 0;
};
BOOST_DESCRIBE_STRUCT(ReliabilityBin, (), (rows_share, predicted, actual))

// Bins of equal mass by prediction; rows of one prediction stay together, so that there may be fewer.
class Reliability {
public:
    Reliability(const Scored& rows, int bins);

    // Expected calibration error: Σ share × |mean predicted − mean actual|.
    [[nodiscard]] double error(std::span<const double> weights) const;
    [[nodiscard]] std::vector<ReliabilityBin> bins() const;
    // The p quantile of the error when every label is drawn anew from its own prediction.
    [[nodiscard]] double error_if_perfect(double p, int replicates, std::uint64_t seed) const;

private:
    Scored rows_;
    std::vector<std::uint32_t> bin_;  // of each row
    std::size_t count_ = 0;
};

// logit P(y = 1) = intercept + slope × logit(p), by maximum likelihood with the clustered sandwich; (0, 1) is perfect
// (Cox 1958; Van Calster et al. 2016). Slope NaN when all predictions are equal.
struct Recalibration {
    Estimate intercept;
    Estimate slope;
};
Recalibration recalibrate(const Scored& rows);

}  // namespace boon::training
