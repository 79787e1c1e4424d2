// How long stays last when some have not ended yet: the product-limit estimate of Kaplan and Meier (1958, Nonparametric
// estimation from incomplete observations, section 2). Leaving open stays out, or counting them as ended today, would
// make stays look shorter than they are.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "platform/base/record.h"

namespace boon::lifecycle {

// Stays of one length: how many ended then, and how many are still open after so long.
struct Lasting {
    double days = 0;
    std::int64_t ended = 0;
    std::int64_t open = 0;
};

struct SurvivalPoint {
    double days = 0;
    std::int64_t at_risk = 0;  // that lasted at least so long
    std::int64_t ended = 0;
    double share = 1;  // estimated to last longer
};
BOOST_DESCRIBE_STRUCT(SurvivalPoint, (), (days, at_risk, ended, share))

// `stays`: ascending, each length once. One point per length at which a stay ended.
std::vector<SurvivalPoint> survival_of(std::span<const Lasting> stays);

// The shortest length that at most `share` of the stays outlast; empty when more than that are still open.
std::optional<double> length_outlasted_by(std::span<const SurvivalPoint> survival, double share);

}  // namespace boon::lifecycle
