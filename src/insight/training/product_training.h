// The recommender of products: recipes are chosen at an earlier cut-off, judged once at the test's, and the two that
// win (repeats allowed, new items) are then fitted on everything that was bought.
#pragma once

#include "insight/training/train.h"

namespace boon::training {

// As train() does for the other models; model product_recommendation.
Result<TrainedModel> train_products(const TrainEnvironment& environment, const Options& options, Timestamp now);

}  // namespace boon::training
