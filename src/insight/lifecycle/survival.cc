#include "insight/lifecycle/survival.h"

namespace boon::lifecycle {

std::vector<SurvivalPoint> survival_of(std::span<const Lasting> stays) {
    std::int64_t at_risk = 0;
    for (const Lasting& length : stays) at_risk += length.ended + length.open;
    std::vector<SurvivalPoint> points;
    double share = 1;
    for (const Lasting& length : stays) {
        if (length.ended > 0) {
            share *= 1 - static_cast<double>(length.ended) / static_cast<double>(at_risk);
            points.push_back({length.days, at_risk, length.ended, share});
        }
        at_risk -= length.ended + length.open;
    }
    return points;
}

std::optional<double> length_outlasted_by(std::span<const SurvivalPoint> survival, double share) {
    for (const SurvivalPoint& point : survival) {
        // Products of quotients: a share of exactly a half must not miss a half.
        if (point.share <= share + 1e-12) return point.days;
    }
    return std::nullopt;
}

}  // namespace boon::lifecycle
