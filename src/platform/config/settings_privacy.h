// The settings of what is kept of customers, and for how long.
#pragma once

#include <span>

#include "platform/config/config.h"

namespace boon::config {

std::span<const Setting> privacy_settings();

}  // namespace boon::config
