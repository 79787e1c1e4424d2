// From margins to what they mean: a probability, an expected count or amount, or shares among classes.
#pragma once

#include <span>

#include "insight/models/tree_ensemble.h"

namespace boon::models {

// One output's prediction from its margin, with the arithmetic of XGBoost: logistic objectives → probability; poisson,
// gamma, tweedie → exp; the others, ranks among them, are the margin itself. Not for multi-class: softmax().
float predict_from_margin(Objective objective, float margin);

// The margin whose prediction is `score`: how a model file's base_score becomes the base margin. A score that the
// objective cannot predict (a probability of 1, a negative count) gives NaN or an infinity.
float margin_from_score(Objective objective, float score);

// Overwrites margins with shares that sum to 1.
void softmax(std::span<float> margins);

bool is_multi_class(Objective objective);
// Whether the margin is the logarithm of a count or an amount.
bool is_logarithm(Objective objective);
bool is_probability(Objective objective);

}  // namespace boon::models
