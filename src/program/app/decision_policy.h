// How this instance decides: its settings, and what [decision] of boon.toml says.
#pragma once

#include "action/decision/policy.h"
#include "platform/base/error.h"
#include "platform/config/config.h"

namespace boon::app {

// `invalid` names the mistake in boon.toml.
Result<decision::Policy> policy_of(const config::Config& config);

}  // namespace boon::app
