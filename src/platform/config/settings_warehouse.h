// The settings of a warehouse that is a PostgreSQL database, by the names existing deployments have for them.
#pragma once

#include <span>

#include "platform/config/config.h"

namespace boon::config {

std::span<const Setting> warehouse_settings();

// DWH_TYPE, as far as it follows from the rest when it was not given.
Status settle_warehouse(Config& config);

}  // namespace boon::config
