#include "program/app/event_totals.h"

#include <algorithm>

#include "program/app/app.h"
#include "records/history/events.h"

namespace boon::app {

Result<EventTotals> event_totals(App& app) {
    BOON_TRY(const auto counts, history::count_events(app.database()));
    EventTotals totals;
    for (const history::EventCount& count : counts) {
        totals.kept += count.events;
        totals.late += count.late;
        totals.watermark = std::min(totals.watermark.value_or(count.watermark), count.watermark);
    }
    return totals;
}

}  // namespace boon::app
