// Features that tell the outcome better than what was known at the time usually does.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "insight/training/fit.h"
#include "insight/training/matrix.h"

namespace boon::training {

// Warnings for the card, one for each such feature: it brings more than half of what the splits gain, or, where
// `labels_are_binary`, orders the test rows alone with an AUC above 0.95, in either direction. A missing value counts
// as the lowest.
std::vector<std::string> foresight_warnings(
    const Matrix& test, bool labels_are_binary, std::span<const Importance> importances
);

}  // namespace boon::training
