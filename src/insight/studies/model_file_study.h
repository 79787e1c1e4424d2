// Studies of a model made elsewhere: does boon's runtime answer rows as its maker's does?
#pragma once

#include "insight/studies/run.h"

namespace boon::studies {

Result<Outcome> run_model_file(const Study& study, const Environment& environment);

}  // namespace boon::studies
