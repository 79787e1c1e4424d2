// The features of this instance: their definitions, and the schema that profiles and models share.
#pragma once

#include "platform/base/error.h"
#include "platform/base/money.h"
#include "platform/base/timestamp.h"
#include "records/features/schema.h"
#include "records/profiles/profile.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

class App;

// The instance's definitions (its features file, else `features.json` in its folder, which is written from the defaults
// and the data's most frequent categories and channels when it is not there yet), with dictionaries for their
// categories. The dictionaries grow: a category keeps its code.
Result<features::Schema> fit_feature_schema(App& app, warehouse::Warehouse& warehouse);

// The same as profiles keep it.
profiles::Schema profile_schema(const features::Schema& schema, const Currency& currency);

// Just after the last thing the warehouse knows at `now`; rows of the future say nothing. `failed_precondition` when
// there are no dated events until then.
Result<Timestamp> end_of_data(warehouse::Warehouse& warehouse, Timestamp now);

}  // namespace boon::app
