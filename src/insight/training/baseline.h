// The trivial predictors a model must beat: fitted on the training rows, judged on the test rows like the model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "insight/training/estimate.h"
#include "insight/training/matrix.h"

namespace boon::training {

struct Baseline {
    std::string name;               // base_rate, per_offer_rate, recency_only
    std::vector<double> predicted;  // of the test rows
};

// The mean label: of all training rows; per offer where the rows have offers; per tenth of `recency` (a column; its
// missing values apart) where it is not empty. Means of a few rows are drawn towards the overall one with the weight
// of 20 rows.
Result<std::vector<Baseline>> fit_baselines(const Matrix& train, const Matrix& test, const std::string& recency);

// multi_class: the log-loss of each test row when every customer gets the training shares of the labels, one row added
// to each.
std::vector<double> share_losses(const Matrix& train, const Matrix& test, std::size_t classes);

// How each baseline did on the test rows, and by how much the model is better.
struct BaselineResult {
    std::string name;
    Estimate loss;                   // log-loss, or mean absolute error
    Estimate gain;                   // its loss minus the model's, paired by row
    std::optional<double> auc = {};  // where it predicts a probability
};
BOOST_DESCRIBE_STRUCT(BaselineResult, (), (name, loss, gain, auc))

// `baseline_losses[b]` and `model_losses`: per test row. The result with the lowest loss comes first.
std::vector<BaselineResult> compare(
    const Scored& rows, const std::vector<std::string>& names, const std::vector<std::vector<double>>& baseline_losses,
    const std::vector<double>& model_losses
);

// Support of each offer in the training rows.
struct OfferSupport {
    OfferId offer_id = 0;
    std::int64_t exposures = 0;
    std::int64_t conversions = 0;
    double rate = 0;
    double shrunken_rate = 0;  // drawn towards the overall rate
    bool enough = true;        // at least 100 exposures and 10 conversions
};
BOOST_DESCRIBE_STRUCT(OfferSupport, (), (offer_id, exposures, conversions, rate, shrunken_rate, enough))

std::vector<OfferSupport> offer_support(const Matrix& train);

}  // namespace boon::training
