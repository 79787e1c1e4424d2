// From a model's raw probability to one that means what it says. Fitted on validation rows in training, applied here
// at serving; both directions of the JSON form give the same bits.
#pragma once

#include <span>
#include <vector>

#include "platform/base/record.h"

namespace boon::scoring {

enum class CalibrationKind {
    identity,  // p as it is
    platt,     // 1 / (1 + exp(-(slope × logit(p) + intercept)))   (Platt 1999, on the logit)
    isotonic,  // linear between (raw[i], calibrated[i]), flat outside; from pool-adjacent-violators
};
BOOST_DESCRIBE_ENUM(CalibrationKind, identity, platt, isotonic)

// Monotone: a higher raw probability never gets a lower calibrated one. Immutable after check(); thread-safe.
struct Calibration {
    CalibrationKind kind = CalibrationKind::identity;
    double slope = 1;
    double intercept = 0;
    std::vector<double> raw;         // strictly increasing, within [0, 1]
    std::vector<double> calibrated;  // non-decreasing, within [0, 1], as many as raw

    // `probability` within [0, 1]; the answer is, too. Not a number stays one.
    [[nodiscard]] double apply(double probability) const;
};
BOOST_DESCRIBE_STRUCT(Calibration, (), (kind, slope, intercept, raw, calibrated))

// `invalid` when it would not be monotone, or has knots out of order or range.
Status check(const Calibration& calibration);

// ln(p / (1 - p)) with p kept within [1e-12, 1 - 1e-12].
double logit(double probability);
double inverse_logit(double margin);

}  // namespace boon::scoring
