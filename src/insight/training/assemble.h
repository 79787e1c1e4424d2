// From labelled rows to the matrix a fit sees, and the columns that serving must rebuild.
#pragma once

#include <vector>

#include "insight/scoring/artefact.h"
#include "insight/training/labels.h"
#include "insight/training/matrix.h"
#include "platform/base/money.h"
#include "records/features/schema.h"

namespace boon::training {

struct Assembled {
    Matrix rows;  // by row_id
    scoring::ModelColumns columns;
    // nbo pair: the offer columns of each of set.versions, `offer_columns` floats each, and where they begin.
    std::vector<float> version_rows;
    std::size_t first_offer_column = 0;
    std::size_t offer_columns = 0;
    std::size_t first_contact_column = 0;  // campaign_response: one a channel, up to the last
};

// Features as of each row's own time; a category with at most 12 values becomes one column a value. Refuses features
// that must not be trained on, naming them.
Result<Assembled> assemble(
    warehouse::Warehouse& warehouse, const features::Schema& schema, const LabelledSet& set, const Options& options,
    const Currency& currency
);

}  // namespace boon::training
