// Studies of a log of purchases with items: what will customers buy next?
#pragma once

#include "insight/studies/run.h"

namespace boon::studies {

Result<Outcome> run_recommendation(const Study& study, const Environment& environment);

}  // namespace boon::studies
