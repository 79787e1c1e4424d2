// Days of the programme's time zone.
#pragma once

#include <string>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::app {

// When the date begins in the zone, of which `utc_midnight` is the midnight in UTC; where clocks skip midnight, the
// first instant after it. `invalid` for a time zone that is not known.
Result<Timestamp> midnight_in(Timestamp utc_midnight, const std::string& time_zone);

}  // namespace boon::app
