#include "insight/training/reliability.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>

#include "insight/scoring/calibration.h"

namespace boon::training {

std::vector<double> log_losses(const Scored& rows) {
    std::vector<double> losses(rows.rows());
    for (std::size_t i = 0; i < losses.size(); ++i) {
        const double p = std::clamp(rows.predicted[i], 1e-15, 1 - 1e-15);
        losses[i] = rows.actual[i] > 0 ? -std::log(p) : -std::log1p(-p);
    }
    return losses;
}

std::vector<double> squared_errors(const Scored& rows) {
    std::vector<double> errors(rows.rows());
    for (std::size_t i = 0; i < errors.size(); ++i) {
        const double error = rows.predicted[i] - static_cast<double>(rows.actual[i]);
        errors[i] = error * error;
    }
    return errors;
}

Reliability::Reliability(const Scored& rows, int bins) : rows_(rows), bin_(rows.rows()) {
    std::vector<std::uint32_t> order(rows.rows());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](auto a, auto b) { return rows_.predicted[a] < rows_.predicted[b]; });
    double total = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) total += rows.weight(i);
    double below = 0;
    int last = -1;
    for (std::size_t k = 0; k < order.size(); ++k) {
        const bool tied = k > 0 && rows_.predicted[order[k]] == rows_.predicted[order[k - 1]];
        if (!tied) {
            const int at = std::min(static_cast<int>(below / total * bins + 1e-9), bins - 1);
            if (at > last) {
                last = at;
                ++count_;
            }
        }
        bin_[order[k]] = static_cast<std::uint32_t>(count_ - 1);
        below += rows.weight(order[k]);
    }
}

double Reliability::error(std::span<const double> weights) const {
    std::vector<double> gaps(count_);
    double total = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        gaps[bin_[i]] += weights[i] * (rows_.predicted[i] - static_cast<double>(rows_.actual[i]));
        total += weights[i];
    }
    double sum = 0;
    for (const double gap : gaps) sum += std::abs(gap);
    return sum / total;
}

std::vector<ReliabilityBin> Reliability::bins() const {
    std::vector<ReliabilityBin> out(count_);
    double total = 0;
    for (std::size_t i = 0; i < bin_.size(); ++i) {
        ReliabilityBin& bin = out[bin_[i]];
        const double weight = rows_.weight(i);
        bin.rows_share += weight;
        bin.predicted += weight * rows_.predicted[i];
        bin.actual += weight * static_cast<double>(rows_.actual[i]);
        total += weight;
    }
    for (ReliabilityBin& bin : out) {
        bin.predicted /= bin.rows_share;
        bin.actual /= bin.rows_share;
        bin.rows_share /= total;
    }
    return out;
}

double Reliability::error_if_perfect(double p, int replicates, std::uint64_t seed) const {
    std::mt19937_64 generator(seed);
    std::vector<double> errors;
    std::vector<double> gaps(count_);
    for (int replicate = 0; replicate < replicates; ++replicate) {
        std::ranges::fill(gaps, 0);
        double total = 0;
        for (std::size_t i = 0; i < bin_.size(); ++i) {
            const double uniform = static_cast<double>(generator() >> 11) * 0x1p-53;
            const double drawn = uniform < rows_.predicted[i] ? 1 : 0;
            gaps[bin_[i]] += rows_.weight(i) * (rows_.predicted[i] - drawn);
            total += rows_.weight(i);
        }
        double sum = 0;
        for (const double gap : gaps) sum += std::abs(gap);
        errors.push_back(sum / total);
    }
    return quantile(std::move(errors), p);
}

namespace {

struct Normal {  // the 2 × 2 information matrix and its inverse
    double aa = 0;
    double ab = 0;
    double bb = 0;
    [[nodiscard]] double determinant() const { return aa * bb - ab * ab; }
};

struct Point {
    double intercept = 0;
    double slope = 1;
};

// One Newton step; false when the information matrix is singular.
bool newton_step(const Scored& rows, std::span<const double> margins, Point& at, Normal& information) {
    information = {};
    double gradient_a = 0;
    double gradient_b = 0;
    for (std::size_t i = 0; i < margins.size(); ++i) {
        const double q = scoring::inverse_logit(at.intercept + at.slope * margins[i]);
        const double residual = rows.weight(i) * ((rows.actual[i] > 0 ? 1 : 0) - q);
        const double h = rows.weight(i) * q * (1 - q);
        gradient_a += residual;
        gradient_b += residual * margins[i];
        information.aa += h;
        information.ab += h * margins[i];
        information.bb += h * margins[i] * margins[i];
    }
    const double determinant = information.determinant();
    if (!(determinant > 1e-9 * information.aa * information.bb)) return false;
    at.intercept += (information.bb * gradient_a - information.ab * gradient_b) / determinant;
    at.slope += (information.aa * gradient_b - information.ab * gradient_a) / determinant;
    return std::isfinite(at.intercept) && std::isfinite(at.slope);
}

}  // namespace

Recalibration recalibrate(const Scored& rows) {
    std::vector<double> margins(rows.rows());
    for (std::size_t i = 0; i < margins.size(); ++i) margins[i] = scoring::logit(rows.predicted[i]);
    Point at;
    Normal information;
    for (int step = 0; step < 50; ++step) {
        const Point before = at;
        if (!newton_step(rows, margins, at, information)) {
            constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
            return {{kNone, kNone, kNone}, {kNone, kNone, kNone}};
        }
        if (std::abs(at.slope - before.slope) + std::abs(at.intercept - before.intercept) < 1e-12) break;
    }
    std::vector<double> influence_a(margins.size());
    std::vector<double> influence_b(margins.size());
    const double determinant = information.determinant();
    for (std::size_t i = 0; i < margins.size(); ++i) {
        const double q = scoring::inverse_logit(at.intercept + at.slope * margins[i]);
        const double residual = rows.weight(i) * ((rows.actual[i] > 0 ? 1 : 0) - q);
        influence_a[i] = residual * (information.bb - information.ab * margins[i]) / determinant;
        influence_b[i] = residual * (information.aa * margins[i] - information.ab) / determinant;
    }
    return {
        with_variance(at.intercept, clustered_variance(rows, influence_a)),
        with_variance(at.slope, clustered_variance(rows, influence_b))
    };
}

}  // namespace boon::training
