// Fits the map from raw to calibrated probability, on rows the ensemble has not seen.
#pragma once

#include "insight/scoring/calibration.h"
#include "insight/training/estimate.h"

namespace boon::training {

// Maximum likelihood on the logit; identity when the raw probabilities are all equal or run the wrong way.
scoring::Calibration fit_platt(const Scored& rows);

// Pool adjacent violators (Ayer et al. 1955) over groups of equal prediction; each block becomes its two ends. Kept
// within [1 / (W + 2), (W + 1) / (W + 2)], W the summed weight, so that no probability is 0 or 1.
scoring::Calibration fit_isotonic(const Scored& rows);

struct CalibrationChoice {
    scoring::Calibration calibration;
    // Log-loss by 5-fold cross-validation over customers.
    double identity_loss = 0;
    double platt_loss = 0;
    double isotonic_loss = 0;
};

// The one with the lowest cross-validated log-loss; the simpler one when equal. Isotonic needs 1 000 rows of
// each class: of fewer it draws steps after their noise, and within a step nobody is told apart.
CalibrationChoice choose_calibration(const Scored& rows);

}  // namespace boon::training
