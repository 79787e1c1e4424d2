#include "insight/value/worth.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace boon::value {

namespace {

float recency_of(const Facts& customer) {
    return customer.has_purchase() ? customer.last_purchase_days : kNoPurchaseDays;
}

double percentile_of(const Distribution& distribution, float amount) {
    return amount > 0 ? distribution.percentile(static_cast<double>(amount)) : 0;
}

std::optional<RfmScores> rfm_of(const BaseShape& base, const Facts& customer) {
    if (!base.has_rfm() || std::isnan(customer.last_activity_days)) return std::nullopt;
    RfmScores scores;
    if (!customer.in_base() || !customer.has_purchase()) return scores;
    scores.r = rfm_score(base.recency.share_above(static_cast<double>(recency_of(customer))));
    scores.f = rfm_score(base.frequency.share_below(static_cast<double>(customer.purchases_365d)));
    if (customer.revenue_365d > 0) {
        scores.m = rfm_score(base.revenue.share_below(static_cast<double>(customer.revenue_365d)));
    }
    return scores;
}

}  // namespace

Result<ValueSegments> ValueSegments::make(std::vector<std::string> names, std::vector<double> thresholds) {
    if (names.empty()) {
        return fail(ErrorCode::invalid, "setting CVM_VALUE_SEGMENTS is empty: expected names, the best segment first");
    }
    for (auto name = names.begin(); name != names.end(); ++name) {
        if (name->empty() || std::find(names.begin(), name, *name) != name) {
            return fail(
                ErrorCode::invalid,
                fmt::format("setting CVM_VALUE_SEGMENTS is {}: expected different names", fmt::join(names, ","))
            );
        }
    }
    const bool in_order = std::ranges::adjacent_find(thresholds, std::less_equal{}) == thresholds.end();
    const bool in_range = std::ranges::all_of(thresholds, [](double t) { return t > 0 && t <= 100; });
    if (thresholds.size() + 1 != names.size() || !in_order || !in_range) {
        return fail(
            ErrorCode::invalid,
            fmt::format(
                "setting BOON_VALUE_THRESHOLDS is {}: expected {} scores above 0 and up to 100, each lower than the "
                "one before, for the {} names of CVM_VALUE_SEGMENTS ({})",
                thresholds.empty() ? "empty" : fmt::format("{}", fmt::join(thresholds, ",")), names.size() - 1,
                names.size(), fmt::join(names, ",")
            ),
            "the lowest score of each segment but the last, the best segment first: 70,40"
        );
    }
    ValueSegments segments;
    segments.names_ = std::move(names);
    segments.thresholds_ = std::move(thresholds);
    return segments;
}

std::size_t ValueSegments::segment_of(double score) const {
    const auto reached = std::ranges::find_if(thresholds_, [&](double threshold) { return score >= threshold; });
    return static_cast<std::size_t>(reached - thresholds_.begin());
}

BaseShape BaseShape::of(std::span<const Facts> customers) {
    std::vector<float> revenue;
    std::vector<float> predicted;
    std::vector<float> recency;
    std::vector<float> frequency;
    for (const Facts& customer : customers) {
        if (!customer.in_base()) continue;
        revenue.push_back(customer.revenue_365d);
        recency.push_back(recency_of(customer));
        frequency.push_back(customer.has_purchase() ? customer.purchases_365d : 0);
        if (!std::isnan(customer.predicted_ltv)) predicted.push_back(customer.predicted_ltv);
    }
    return {
        .revenue = Distribution::of(std::move(revenue)),
        .predicted_ltv = Distribution::of(std::move(predicted)),
        .recency = Distribution::of(std::move(recency)),
        .frequency = Distribution::of(std::move(frequency)),
    };
}

BaseShape BaseShape::reduced(std::size_t most) const {
    return {
        .revenue = revenue.reduced(most),
        .predicted_ltv = predicted_ltv.reduced(most),
        .recency = recency.reduced(most),
        .frequency = frequency.reduced(most),
    };
}

Worth worth_of(const BaseShape& base, const ValueSegments& segments, const RfmSegments& rfm, const Facts& customer) {
    Worth worth;
    worth.in_base = customer.in_base();
    worth.rfm = rfm_of(base, customer);
    if (worth.rfm) worth.rfm_segment = rfm.segment_of(worth.rfm->r, worth.rfm->f);
    worth.partial = std::isnan(customer.predicted_ltv);
    if (!worth.in_base) {
        worth.segment = segments.lowest();
        return worth;
    }
    const double m = percentile_of(base.revenue, customer.revenue_365d);
    worth.score = worth.partial ? m
                                : kRevenueWeight * m +
                                      kPredictedWeight * percentile_of(base.predicted_ltv, customer.predicted_ltv);
    worth.segment = segments.segment_of(worth.score);
    return worth;
}

}  // namespace boon::value
