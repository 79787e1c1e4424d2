// Logistic regression with a ridge penalty: what a blend of trees (blend.h) has beside them for effects that are
// straight lines, which trees only draw as stairs.
#pragma once

#include <span>
#include <vector>

#include "insight/training/matrix.h"
#include "platform/base/record.h"

namespace boon::training {

// margin = intercept + Σ weight × (value − mean) / scale, kept within ±4 scales; a missing value adds missing_weight.
struct LinearModel {
    std::vector<double> means;  // of the values that are there; one entry a column, as below
    std::vector<double> scales;
    std::vector<double> weights;
    std::vector<double> missing_weights;
    double intercept = 0;

    // `row`: as many values as there are columns.
    [[nodiscard]] double margin(std::span<const float> row) const;
};
BOOST_DESCRIBE_STRUCT(LinearModel, (), (means, scales, weights, missing_weights, intercept))

// Maximum of Σ log-likelihood − ridge / 2 × Σ weight², the intercept free, by Newton's method with halved steps. Labels
// are 0 or 1. Memory: the square of the columns, and one block of rows.
LinearModel fit_linear(const Matrix& rows, double ridge);

}  // namespace boon::training
