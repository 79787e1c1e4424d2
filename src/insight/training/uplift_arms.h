// Whom uplift is learnt from: rows of an experiment, each treated or not, with the chance of what was done to it.
#pragma once

#include <string>
#include <vector>

#include "insight/training/evaluate.h"
#include "insight/training/split.h"
#include "insight/training/train.h"

namespace boon::training {

struct Arms {
    std::string words;             // what is compared with what; where there are no rows: why, in one sentence
    std::string assumed;           // how the chances are known
    Matrix rows;                   // of the response model's columns; labels: responded; no weights
    std::vector<bool> treated;     // by row
    std::vector<float> done;       // by row: the chance of what was done; of offers, relative to an even draw
    std::vector<double> response;  // by row: what the response model answers
    Split split;
};

// What the response model is, of which this is the other part.
struct ResponseModel {
    const Scorer& scorer;
    const Assembled& data;
    const LabelledSet& set;
};

// campaign_response: contacts that were made against those of the control groups. A response is a conversion of
// whatever offer within the horizon: those of the control group name no campaign. The chance of a contact is its
// campaign's share of contacts that were made.
Result<Arms> contact_arms(
    const TrainEnvironment& environment, const Options& options, Timestamp now, const ResponseModel& response
);

// nbo of pairs: exposures, drawn with logged chances, of the offer that the model ranks first against those of the
// others, each as if drawn evenly. A response is the label; the columns are the customer's. On training rows the model
// has seen what came of its first offers, so that only the test rows tell.
Arms offer_arms(const Options& options, const ResponseModel& response);

// Of the one of these two that the options name.
Result<Arms> arms_of(
    const TrainEnvironment& environment, const Options& options, Timestamp now, const ResponseModel& response
);

}  // namespace boon::training
