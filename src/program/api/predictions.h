// The routes of what the models say; part of those of customers.
#pragma once

#include "program/api/route.h"

namespace boon::api {

std::vector<Route> prediction_routes();

}  // namespace boon::api
