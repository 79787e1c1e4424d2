// The rows of audiences' routes that look at customers: counts, members, exports.
#pragma once

#include <vector>

#include "program/api/route.h"

namespace boon::api {

std::vector<Route> audience_member_routes();

}  // namespace boon::api
