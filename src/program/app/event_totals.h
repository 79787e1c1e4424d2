// How far the sources of events are, in three numbers, for the metrics.
#pragma once

#include <cstdint>
#include <optional>

#include "platform/base/error.h"
#include "platform/base/timestamp.h"

namespace boon::app {

class App;

struct EventTotals {
    std::int64_t kept = 0;
    std::int64_t late = 0;
    std::optional<Timestamp> watermark;  // of the source that is furthest behind
};
Result<EventTotals> event_totals(App& app);

}  // namespace boon::app
