// Which rows a run fits on, stops and calibrates by, and is judged on.
//
// Whole customers are set aside. Where the training rows have several cut-offs (churn and its like), only those
// customers' rows of the last one validate: what changes with time (counts over all history grow, the rate of those
// who leave drifts) makes answers fitted on all cut-offs too high or too low for the latest, and calibration there
// takes it into account.
//
// Neither are rows of a validation customer fitted for validation, nor is a row fitted at all whose outcome was not
// settled when the test begins.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "insight/training/labels.h"

namespace boon::training {

// Row numbers of a LabelledSet.
struct Split {
    std::vector<std::uint32_t> fit;         // with early stopping by `validation`
    std::vector<std::uint32_t> validation;  // early stopping, calibration
    std::vector<std::uint32_t> all;         // what the version is fitted on in the end
    std::vector<std::uint32_t> test;
    std::vector<std::uint32_t> unseen;         // test rows of customers without rows in `all`
    std::vector<std::uint32_t> new_campaigns;  // campaign_response: test rows of campaigns without rows in `all`
    std::string words;                         // how validation was set aside, for the card
};

// `validation_share`: of the customers.
Split split_rows(const LabelledSet& set, double validation_share);

}  // namespace boon::training
