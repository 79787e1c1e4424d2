// The settings of the sync, of its secrets and of the systems it reads.
#pragma once

#include <span>

#include "platform/config/config.h"

namespace boon::config {

std::span<const Setting> sync_settings();

}  // namespace boon::config
