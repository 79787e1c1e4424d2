// The settings of models made elsewhere.
#pragma once

#include <span>

#include "platform/config/config.h"

namespace boon::config {

std::span<const Setting> model_settings();

// Files at their usual places are found; `invalid` for one that was set and is not there.
Status settle_models(Config& config);

}  // namespace boon::config
