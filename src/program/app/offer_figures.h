// How offers do: how often each was sent or shown in the last 30 and 90 days, and what came of it. Counted by the job
// of the features, and daily; requests read what was counted last. See docs/adr/0104-figures-of-offers.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/id.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "program/app/job_kinds.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

class App;

inline constexpr std::array<std::int64_t, 2> kFigureDays = {30, 90};
// Below so many settled showings there is no rate.
inline constexpr std::int64_t kFewShowings = 30;

// history: the interactions of the warehouse and those that were posted. decisions: what boon decided itself, and the
// outcomes that were reported for it. One and the same conversion may be in both.
enum class FigureOrigin { history, decisions };
BOOST_DESCRIBE_ENUM(FigureOrigin, history, decisions)

struct OfferCounts {
    OfferId offer_id = -1;
    std::int64_t days = 0;  // one of kFigureDays
    FigureOrigin origin = FigureOrigin::history;
    std::int64_t shown = 0;  // history: `sent`; decisions: those that showed it
    std::int64_t viewed = 0;
    std::int64_t clicked = 0;
    std::int64_t converted = 0;
    std::int64_t rejected = 0;
    std::int64_t settled = 0;            // of `shown`: so long ago that a conversion would have come
    std::int64_t settled_converted = 0;  // of `settled`
};
BOOST_DESCRIBE_STRUCT(
    OfferCounts, (), (offer_id, days, origin, shown, viewed, clicked, converted, rejected, settled, settled_converted)
)

struct FiguresTaken {
    Timestamp taken_at;
    std::optional<Timestamp> history_until;  // nothing: no history is read
    std::int64_t horizon_days = 0;           // within which a conversion counts
};
BOOST_DESCRIBE_STRUCT(FiguresTaken, (), (taken_at, history_until, horizon_days))

struct Share {
    double share = 0;
    double low = 0;
    double high = 0;
};
// `part` of `whole`, with Wilson's interval at 95 % (Wilson 1927; Newcombe 1998, method 3). `whole` ≥ 1.
Share share_of(std::int64_t part, std::int64_t whole);

// The interactions of the `days` before `until`, by offer. A conversion is credited to the latest sending of that offer
// to that customer before it, once, within `horizon_days`.
struct HistoryWindow {
    Timestamp until;
    std::int64_t days = 0;
    std::int64_t horizon_days = 0;
};
Result<std::vector<OfferCounts>> count_history(warehouse::Warehouse& warehouse, const HistoryWindow& window);

// Counts all anew and keeps it. `warehouse`: as it stands, what was posted joined; null where there is none.
Status take_offer_figures(App& app, warehouse::Warehouse* warehouse);
// The job of an instance whose features are not computed.
Result<json::Value> run_figures(App& app, const json::Value& parameters, const Progress& progress);

struct OfferFigures {
    std::optional<FiguresTaken> taken;  // nothing: they were not counted yet
    std::vector<OfferCounts> counts;    // by offer, days, origin; only where there is any
};
Result<OfferFigures> read_offer_figures(App& app, std::optional<OfferId> offer);

}  // namespace boon::app
