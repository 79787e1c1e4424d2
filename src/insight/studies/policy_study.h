// Studies of a log of actions that were drawn at random: what would another choice of them have brought?
#pragma once

#include "insight/studies/run.h"

namespace boon::studies {

Result<Outcome> run_policy(const Study& study, const Environment& environment);

}  // namespace boon::studies
