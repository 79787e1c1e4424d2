// Studies of experiments: whom does a treatment move?
#pragma once

#include "insight/studies/run.h"

namespace boon::studies {

Result<Outcome> run_uplift(const Study& study, const Environment& environment);

}  // namespace boon::studies
