// Studies of a log of purchases: who will buy how often, and for how much.
#pragma once

#include "insight/studies/run.h"

namespace boon::studies {

Result<Outcome> run_purchases(const Study& study, const Environment& environment);

}  // namespace boon::studies
