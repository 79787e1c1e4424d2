// The figures of a card's uplift, from scored rows of an experiment.
#pragma once

#include "insight/training/metrics.h"
#include "insight/training/uplift.h"
#include "insight/training/uplift_card.h"

namespace boon::training {

std::vector<UpliftAt> uplift_at_shares(
    const Experiment& rows, const std::vector<double>& shares, const MetricOptions& metrics
);

// All but `ways` and `qini_over_response`, which need other scores beside these. The rows have weights.
UpliftFigures measure_uplift(const Experiment& rows, const UpliftOptions& options, const MetricOptions& metrics);

}  // namespace boon::training
