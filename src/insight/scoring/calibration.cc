#include "insight/scoring/calibration.h"

#include <algorithm>
#include <cmath>

namespace boon::scoring {

double logit(double probability) {
    const double p = std::clamp(probability, 1e-12, 1 - 1e-12);
    return std::log(p) - std::log1p(-p);
}

double inverse_logit(double margin) {
    // The exponential never overflows: its argument is at most 0.
    const double e = std::exp(-std::abs(margin));
    return margin >= 0 ? 1 / (1 + e) : e / (1 + e);
}

double Calibration::apply(double probability) const {
    if (std::isnan(probability)) return probability;
    switch (kind) {
        case CalibrationKind::identity: return probability;
        case CalibrationKind::platt: return inverse_logit(slope * logit(probability) + intercept);
        case CalibrationKind::isotonic: break;
    }
    const auto above = std::upper_bound(raw.begin(), raw.end(), probability);
    if (above == raw.begin()) return calibrated.front();
    if (above == raw.end()) return calibrated.back();
    const auto i = static_cast<std::size_t>(above - raw.begin());
    const double share = (probability - raw[i - 1]) / (raw[i] - raw[i - 1]);
    const double value = calibrated[i - 1] + share * (calibrated[i] - calibrated[i - 1]);
    // Rounding must not break monotony at the knots.
    return std::clamp(value, calibrated[i - 1], calibrated[i]);
}

namespace {

bool within_unit(const std::vector<double>& values) {
    return std::ranges::all_of(values, [](double v) { return v >= 0 && v <= 1; });
}

Status check_isotonic(const Calibration& c) {
    if (c.raw.empty() || c.raw.size() != c.calibrated.size()) {
        return fail(
            ErrorCode::invalid, "an isotonic calibration needs as many calibrated values as raw ones, at least one"
        );
    }
    if (!within_unit(c.raw) || !within_unit(c.calibrated)) {
        return fail(ErrorCode::invalid, "a calibration has a probability outside 0 to 1");
    }
    if (std::ranges::adjacent_find(c.raw, std::greater_equal()) != c.raw.end()) {
        return fail(ErrorCode::invalid, "the raw probabilities of a calibration are not in strictly rising order");
    }
    if (!std::ranges::is_sorted(c.calibrated)) {
        return fail(ErrorCode::invalid, "a calibration falls where the raw probability rises");
    }
    return {};
}

}  // namespace

Status check(const Calibration& calibration) {
    switch (calibration.kind) {
        case CalibrationKind::identity: return {};
        case CalibrationKind::isotonic: return check_isotonic(calibration);
        case CalibrationKind::platt: break;
    }
    if (!(calibration.slope >= 0) || !std::isfinite(calibration.slope) || !std::isfinite(calibration.intercept)) {
        return fail(
            ErrorCode::invalid, "a Platt calibration needs a finite slope of at least 0 and a finite intercept"
        );
    }
    return {};
}

}  // namespace boon::scoring
