// The settings of logins, and of the proxies they may come through.
#pragma once

#include <span>

#include "platform/config/config.h"

namespace boon::config {

std::span<const Setting> access_settings();

}  // namespace boon::config
