// Whether a version may serve: every condition of the product's gate, each answered in words.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "insight/scoring/artefact.h"
#include "insight/training/baseline.h"
#include "insight/training/metrics.h"

namespace boon::training {

struct GateLimits {
    std::int64_t min_rows = 1000;  // matured, training and test together
    std::int64_t min_each_class = 200;
    double min_slope = 0.8;  // of the calibration
    double max_slope = 1.2;
    double max_mean_gap = 0.01;           // |mean p − rate|; this or the share, whichever allows more
    double max_mean_gap_share = 0.1;      // of the rate
    double max_calibration_error = 0.02;  // this, or what perfect calibration shows in 95 of 100 cases
    double dominant_share = 0.95;         // one offer with more first places than this
    double max_challenger_loss = 0.005;   // upper bound of the paired loss against the champion, relative to its loss
};
BOOST_DESCRIBE_STRUCT(
    GateLimits, (),
    (min_rows, min_each_class, min_slope, max_slope, max_mean_gap, max_mean_gap_share, max_calibration_error,
     dominant_share, max_challenger_loss)
)

// Which offer the model ranks first most often, and whether ranking is worth more than always showing the best one.
struct Dominance {
    OfferId offer_id = 0;
    double share = 0;  // of test customers whose first offer it is
    OfferId best_fixed_offer = 0;
    Estimate gain_over_fixed;  // conversions per exposure, ranked minus best fixed, from matching test rows
};
BOOST_DESCRIBE_STRUCT(Dominance, (), (offer_id, share, best_fixed_offer, gain_over_fixed))

struct GateInput {
    scoring::ModelKind kind = scoring::ModelKind::probability;
    std::int64_t matured_rows = 0;
    std::int64_t positives = 0;  // of them; amount: rows above 0; multi_class: rows of the rarest label
    std::optional<BinaryMetrics> binary;
    std::optional<AmountMetrics> amount;
    std::vector<BaselineResult> baselines;  // best first
    std::optional<Dominance> dominance;
    std::optional<Estimate> loss_against_champion;  // paired, relative to the champion's loss
};

struct GateCheck {
    std::string name;
    bool passed = false;
    std::string words;  // in English
    // What the words name, as plain text, for whoever says it in another language (docs/api.md).
    std::map<std::string, std::string> facts = {};
};
BOOST_DESCRIBE_STRUCT(GateCheck, (), (name, passed, words, facts))

struct GateResult {
    bool passed = false;
    std::string verdict;  // one sentence; when refused, why
    std::vector<GateCheck> checks;
    std::vector<std::string> warnings;
};
BOOST_DESCRIBE_STRUCT(GateResult, (), (passed, verdict, checks, warnings))

GateResult judge(const GateInput& input, const GateLimits& limits);

}  // namespace boon::training
