// Whether what a version says still comes true: its predictions for the newest rows whose outcome had time to happen,
// beside the outcomes. Only rows that neither its training nor its test has seen.
#pragma once

#include "insight/scoring/drift.h"
#include "insight/scoring/loaded_model.h"
#include "insight/training/options.h"
#include "platform/base/money.h"
#include "records/features/schema.h"
#include "records/warehouse/warehouse.h"

namespace boon::training {

struct OutcomeEnvironment {
    warehouse::Warehouse& warehouse;
    const features::Schema& schema;
    Currency currency;
};

// Rows, labels and limits as `options` (of that model) have them; features as of each row's instant. Where nothing has
// matured, or the rows cannot be made, the answer has no rows and its words say why. Not of shares and rankings.
scoring::Outcomes check_outcomes(
    const OutcomeEnvironment& environment, const scoring::LoadedModel& version, Options options, Timestamp now
);

}  // namespace boon::training
