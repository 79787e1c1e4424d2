// The base by stage as it serves at this moment, of the standings and profiles in memory. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "records/profiles/table.h"

namespace boon::lifecycle {

// Amounts in currency units.
struct StageTotals {
    std::string stage;
    std::int64_t customers = 0;
    double share = 0;
    std::int64_t overridden = 0;  // set by hand
    std::map<std::string, std::int64_t> flags;
    double mean_days = 0;                // since they entered
    std::optional<double> revenue_365d;  // empty when the profiles do not have it
    std::optional<double> revenue_share;
    double predicted_ltv = 0;  // of those that have a prediction
    std::int64_t with_prediction = 0;
};
BOOST_DESCRIBE_STRUCT(
    StageTotals, (),
    (stage, customers, share, overridden, flags, mean_days, revenue_365d, revenue_share, predicted_ltv, with_prediction)
)

// One per stage, in their order, also of empty ones. `as_of`: what days in a stage are counted to.
std::vector<StageTotals> stage_totals(
    const profiles::Image& image, std::span<const std::string> stages, Timestamp as_of
);

}  // namespace boon::lifecycle
