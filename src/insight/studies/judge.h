// The figures of predictions on the rows that were held out, part by part.
#pragma once

#include <cstdint>
#include <vector>

#include "insight/studies/report.h"

namespace boon::studies {

// Rows of all parts, one part after the other. A row may be in several parts (repeated splits).
struct Judged {
    std::vector<std::uint32_t> rows;  // of the table
    std::vector<double> predicted;
    std::vector<float> actual;             // 0 or 1
    std::vector<std::uint32_t> customers;  // the sampling unit: rows of one, of whatever part, are one draw
    std::vector<double> base_rates;        // of the rows that the row's model learnt from
    std::vector<std::size_t> ends;         // of each part
};

// auc, log_loss, brier, average_precision, lift_at_10_percent: means over the parts of each part's own figure, as
// cross-validated results are published. calibration_error (10 bins of equal mass), calibration_slope and mean_gap
// (mean prediction − rate): of all rows together. gain_over_base_rate: the log-loss of the base rate less the model's.
// Intervals of 95 % are of the rows that are judged, for the models that were fitted.
std::vector<Figure> judge(const Judged& judged);

// The 95th percentile of calibration_error if the predictions were the true probabilities.
double calibration_error_if_perfect(const Judged& judged);

}  // namespace boon::studies
