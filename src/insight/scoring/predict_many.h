// A model's prediction for many profiles at once: the same numbers as Serving::predict one by one, several times
// faster. Thread-safe.
#pragma once

#include <span>
#include <vector>

#include "insight/scoring/registry.h"

namespace boon::scoring {

// One value per profile, in order: a probability, or an amount in currency units. Not-a-number for all when no model
// serves (null, none usable, or one that gives shares or a ranking): a fallback is no statement about one customer.
std::vector<double> predict_many(const Serving* serving, std::span<const std::span<const float>> profiles);

}  // namespace boon::scoring
