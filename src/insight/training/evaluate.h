// The fitted ensemble on the test rows, as it will serve: our own scorer, calibrated.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "insight/models/tree_ensemble.h"
#include "insight/scoring/purchase_model.h"
#include "insight/training/assemble.h"
#include "insight/training/card.h"

namespace boon::training {

// What answers for a row: the ensemble, or, for the customers it speaks of, the purchase model.
struct Scorer {
    const models::TreeEnsemble& trees;
    const scoring::Outputs& outputs;
    scoring::ModelKind kind = scoring::ModelKind::probability;
    const scoring::PurchaseModel* purchases = nullptr;
};

// The columns that a version reads, of rows that have those of `has`; `failed_precondition` names one that is not there
// or has another meaning.
Result<Matrix> as_read_by(const scoring::ModelColumns& wanted, const scoring::ModelColumns& has, const Matrix& rows);

// Calibrated probabilities, or amounts (at least 0), one per row.
std::vector<double> predict_rows(const Scorer& scorer, const Matrix& rows);
// multi_class: rows × classes.
std::vector<float> predict_shares(const models::TreeEnsemble& trees, const Matrix& rows);

struct Judged {
    CardMetrics metrics;
    std::vector<double> losses;  // per row: log-loss, or absolute error
};
Judged judge_rows(const Scorer& scorer, const Matrix& rows, const MetricOptions& options);

// Per row, of a trivial predictor's predictions.
std::vector<double> baseline_losses(scoring::ModelKind kind, const Matrix& rows, const std::vector<double>& predicted);

// What a pair model ranks first, among the offers that training showed, for the customers of some rows.
struct FirstOffers {
    std::vector<OfferId> offers;  // -1: training showed none
    Matrix rows;                  // those rows, as if it had been shown
    std::size_t choices = 0;      // among how many
};
FirstOffers first_offers(
    const models::TreeEnsemble& trees, const Assembled& assembled, const LabelledSet& set,
    std::span<const std::uint32_t> rows
);

// Of a pair model on its test rows: who comes first how often, and what ranking gains over one offer for all, by
// inverse propensity on the rows where the offer shown is the one that would have been (the share of each offer in
// the test rows stands in where propensities are not logged).
std::optional<Dominance> measure_dominance(
    const models::TreeEnsemble& trees, const Assembled& assembled, const LabelledSet& set,
    const std::vector<std::uint32_t>& test_rows
);

// Where a prediction lies among those of the test rows.
scoring::Percentiles fit_percentiles(std::vector<double> predicted, const EngagementOptions& options);

// What 80 % of actual amounts lie between, by predicted amount: tenths of the validation rows.
scoring::AmountInterval fit_interval(const Scored& validation);

}  // namespace boon::training
