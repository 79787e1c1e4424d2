// Maximum likelihood of positive parameters: searched in their logarithms, so that no step leaves the domain.
#pragma once

#include <functional>
#include <span>
#include <vector>

#include "platform/base/error.h"

namespace boon::purchases {

// Where a search ends: a parameter within a factor of 10 of either has run to its bound.
inline constexpr double kSmallest = 1e-6;
inline constexpr double kLargest = 1e6;

using Likelihood = std::function<double(std::span<const double> parameters)>;  // its logarithm

struct Maximum {
    std::vector<double> parameters;
    std::vector<double> standard_errors;  // from the Hessian; empty where the surface has no peak (it is a ridge)
    double log_likelihood = 0;
};

// The best of the searches (Nelder and Mead, NLopt's) from every start, searched once more from where it ended.
// `internal` when the optimiser fails or the likelihood is nowhere finite.
Result<Maximum> maximise(const Likelihood& likelihood, std::span<const std::vector<double>> starts);

bool ran_to_bound(double parameter);

}  // namespace boon::purchases
