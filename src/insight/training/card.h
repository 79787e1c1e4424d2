// The model card: everything needed to judge a version, as JSON beside it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "insight/scoring/artefact.h"
#include "insight/training/baseline.h"
#include "insight/training/gate.h"
#include "insight/training/metrics.h"
#include "insight/training/options.h"

namespace boon::training {

struct CardData {
    std::string fingerprint;  // SHA-256 of all rows as the fit saw them
    std::int64_t rows = 0;    // matured
    std::int64_t unmatured_rows = 0;
    std::int64_t customers = 0;
    std::int64_t fit_rows = 0;
    std::int64_t validation_rows = 0;
    std::int64_t version_rows = 0;  // that the version is fitted on in the end
    std::int64_t test_rows = 0;
    std::int64_t features = 0;
    Timestamp first;
    Timestamp last;
    Timestamp watermark;
    Timestamp test_from;
    std::int32_t horizon_days = 0;
    std::string validation;  // how it was set aside, in words
};
BOOST_DESCRIBE_STRUCT(
    CardData, (),
    (fingerprint, rows, unmatured_rows, customers, fit_rows, validation_rows, version_rows, test_rows, features, first,
     last, watermark, test_from, horizon_days, validation)
)

struct CardCalibration {
    scoring::CalibrationKind kind = scoring::CalibrationKind::identity;
    // Log-loss, cross-validated over the validation customers.
    double identity_loss = 0;
    double platt_loss = 0;
    double isotonic_loss = 0;
};
BOOST_DESCRIBE_STRUCT(CardCalibration, (), (kind, identity_loss, platt_loss, isotonic_loss))

struct CardSelection {
    std::string words;         // observational, or propensities logged
    double logged_share = 0;   // of the training rows, with a logged propensity
    double clipped_share = 0;  // of the weights
};
BOOST_DESCRIBE_STRUCT(CardSelection, (), (words, logged_share, clipped_share))

// Figures on one set of test rows; those that the kind of model has.
struct CardMetrics {
    std::optional<BinaryMetrics> binary;
    std::optional<AmountMetrics> amount;
    std::optional<ClassMetrics> classes;
};
BOOST_DESCRIBE_STRUCT(CardMetrics, (), (binary, amount, classes))

// One of those that were compared before a version was chosen: ltv, product_recommendation.
struct Contestant {
    std::string name;
    std::string task;                         // product_recommendation: which of the two
    std::string settings;                     // chosen before the hold-out was looked at, in words
    std::map<std::string, Estimate> figures;  // on the hold-out
    bool won = false;
    std::string words;  // what else there is to say of it: a fit that ended at a boundary
};
BOOST_DESCRIBE_STRUCT(Contestant, (), (name, task, settings, figures, won, words))

struct ModelCard {
    std::string name;
    std::string version;
    scoring::ModelKind kind = scoring::ModelKind::probability;
    std::string answers;  // what the number means, in words
    Timestamp created_at;
    std::string code_version;
    CardData data;
    CardSelection selection;
    CardMetrics test;
    CardMetrics unseen_customers;  // the test rows of customers without training rows
    CardMetrics new_campaigns;     // campaign_response: the test rows of campaigns without training rows
    std::vector<BaselineResult> baselines;
    std::vector<Contestant> competition;
    std::optional<CardUplift> uplift;  // campaign_response, nbo of pairs
    std::optional<CardCalibration> calibration;
    std::optional<Dominance> dominance;
    std::vector<OfferSupport> support;
    FitReport fit;
    GateResult gate;
    std::vector<std::string> warnings;
    Options options;
};
BOOST_DESCRIBE_STRUCT(
    ModelCard, (),
    (name, version, kind, answers, created_at, code_version, data, selection, test, unseen_customers, new_campaigns,
     baselines, competition, uplift, calibration, dominance, support, fit, gate, warnings, options)
)

// The card as a page of text: what an analyst reads first.
std::string to_text(const ModelCard& card);

}  // namespace boon::training
