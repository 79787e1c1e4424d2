#include "insight/value/distribution.h"

#include <algorithm>

namespace boon::value {

Distribution Distribution::of(std::vector<float> values) {
    std::ranges::sort(values);
    Distribution result;
    result.count = static_cast<std::int64_t>(values.size());
    const auto total = static_cast<double>(values.size());
    for (std::size_t first = 0; first < values.size();) {
        std::size_t end = first + 1;
        while (end < values.size() && values[end] == values[first]) ++end;
        result.steps.push_back(
            {static_cast<double>(values[first]), static_cast<double>(first) / total, static_cast<double>(end) / total}
        );
        first = end;
    }
    return result;
}

Distribution::Shares Distribution::shares_of(double value) const {
    const auto next = std::ranges::lower_bound(steps, value, {}, &Step::value);
    if (next == steps.end()) return steps.empty() ? Shares{} : Shares{1, 1};
    if (next->value == value) return {next->below, next->up_to};
    if (next == steps.begin()) return {0, 0};
    const Step& before = *(next - 1);
    const double along = (value - before.value) / (next->value - before.value);
    const double share = before.up_to + along * (next->below - before.up_to);
    return {share, share};
}

double Distribution::share_below(double value) const { return shares_of(value).below; }

double Distribution::share_above(double value) const { return steps.empty() ? 0 : 1 - shares_of(value).up_to; }

double Distribution::percentile(double value) const {
    const Shares shares = shares_of(value);
    return 100 * (shares.below + (shares.up_to - shares.below) / 2);
}

Distribution Distribution::reduced(std::size_t most) const {
    BOON_ASSERT(most >= 2);
    if (steps.size() <= most) return *this;
    // By rank, not by value: a crowd of customers gets steps, a far-off millionaire does not.
    Distribution result{.count = count, .steps = {steps.front()}};
    for (std::size_t i = 1; i + 1 < most; ++i) {
        const double rank = static_cast<double>(i) / static_cast<double>(most - 1);
        const auto step = std::ranges::lower_bound(steps, rank, {}, &Step::up_to);
        if (step != steps.end() && step->value > result.steps.back().value) result.steps.push_back(*step);
    }
    if (steps.back().value > result.steps.back().value) result.steps.push_back(steps.back());
    return result;
}

}  // namespace boon::value
