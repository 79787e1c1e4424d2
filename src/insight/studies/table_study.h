// Studies of tables with a label of two values.
#pragma once

#include "insight/studies/run.h"

namespace boon::studies {

Result<Outcome> run_table(const Study& study, const Environment& environment);

}  // namespace boon::studies
