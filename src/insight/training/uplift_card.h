// What a version's card says of uplift: what was done to whom, whether by chance, and what it changed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "insight/training/ranking.h"

namespace boon::training {

struct UpliftOptions {
    std::vector<double> shares = {0.1, 0.2, 0.3};  // of the rows, those with the greatest scores
    int bands = 5;                                 // of equal numbers of test rows, by score
    // Rows, and responses, that either arm needs among those that are fitted on, and rows among those that are
    // validated and tested on.
    std::int64_t min_arm_rows = 300;
    std::int64_t min_arm_responses = 20;
    std::int64_t min_held_out_rows = 100;
    std::int64_t min_group_rows = 10;  // of either arm, of a campaign; campaigns with fewer are left out
    std::int64_t min_band_rows = 30;   // of either arm; bands with fewer have no interval
    // How much the arms may differ before anything was done: the lower bound of the AUC at which a model tells them
    // apart on the test rows, above 1/2.
    double max_imbalance = 0.01;
    std::int64_t most_offer_rows = 100'000;  // nbo: of more exposures, every n-th
    int early_stopping_rounds = 20;          // or those of the response model, if they are fewer
};
BOOST_DESCRIBE_STRUCT(
    UpliftOptions, (),
    (shares, bands, min_arm_rows, min_arm_responses, min_held_out_rows, min_group_rows, min_band_rows, max_imbalance,
     most_offer_rows, early_stopping_rounds)
)

struct UpliftAt {
    double share = 0;  // of the rows, with the greatest scores
    Estimate uplift;   // the treated ones' rate of response less the others'
};
BOOST_DESCRIBE_STRUCT(UpliftAt, (), (share, uplift))

// Test rows of similar score, lowest first.
struct UpliftBandFigures {
    double up_to = 0;
    std::int64_t treated = 0;
    std::int64_t control = 0;
    double predicted = 0;              // mean score
    std::optional<Estimate> realised;  // nothing with too few rows of an arm
};
BOOST_DESCRIBE_STRUCT(UpliftBandFigures, (), (up_to, treated, control, predicted, realised))

// One way of scoring; all are measured on the test rows.
struct UpliftWayFigures {
    std::string name;
    std::optional<double> validation_qini;  // what the choice was made by; the response model did not compete
    Estimate qini;
    std::vector<UpliftAt> uplift_at;
    bool won = false;
};
BOOST_DESCRIBE_STRUCT(UpliftWayFigures, (), (name, validation_qini, qini, uplift_at, won))

// On the test rows, by the scores of the way that won; 95 % intervals by a bootstrap over customers.
struct UpliftFigures {
    std::int64_t treated = 0;
    std::int64_t control = 0;
    std::int64_t customers = 0;
    double treated_rate = 0;  // of response
    double control_rate = 0;
    Estimate average_effect;
    Estimate qini;
    Estimate qini_over_response;  // more than that of the response model's own order
    std::vector<UpliftAt> uplift_at;
    std::vector<CurvePoint> curve;  // (share of the rows, responses gained for each treated row)
    std::vector<UpliftBandFigures> bands;
    std::vector<UpliftWayFigures> ways;
};
BOOST_DESCRIBE_STRUCT(
    UpliftFigures, (),
    (treated, control, customers, treated_rate, control_rate, average_effect, qini, qini_over_response, uplift_at,
     curve, bands, ways)
)

struct CardUplift {
    std::string words;                  // what is compared with what, or, in one sentence, why nothing is
    bool passed = false;                // a gate of its own; a version serves without uplift, too
    std::string verdict;                // in words; empty where nothing is compared
    std::string assignment;             // whether chance decided who was treated, and how that was found
    std::optional<bool> by_chance;      // nothing where nothing is compared
    std::optional<Estimate> imbalance;  // the AUC at which a model tells the arms apart before anything was done
    std::int64_t treated = 0;           // training rows
    std::int64_t control = 0;
    std::optional<UpliftFigures> figures;  // only where chance decided
};
BOOST_DESCRIBE_STRUCT(
    CardUplift, (), (words, passed, verdict, assignment, by_chance, imbalance, treated, control, figures)
)

// As lines of the card's text.
std::string to_text(const CardUplift& uplift);

}  // namespace boon::training
