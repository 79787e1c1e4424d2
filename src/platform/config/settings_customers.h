// The settings of stages, of value segments and of the daily work on them.
#pragma once

#include <span>

#include "platform/config/config.h"

namespace boon::config {

std::span<const Setting> customer_settings();

}  // namespace boon::config
