#include "program/world/traits.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "program/world/random.h"

namespace boon::world {

namespace {

// A Dirichlet draw: gammas over their sum.
template <std::size_t N>
std::array<double, N> shares(Random& random, double concentration) {
    std::array<double, N> weights{};
    double total = 0;
    for (double& weight : weights) {
        weight = random.gamma(concentration) + 1e-9;
        total += weight;
    }
    for (double& weight : weights) weight /= total;
    return weights;
}

std::int64_t to_micros(double days) { return static_cast<std::int64_t>(days * static_cast<double>(kMicrosPerDay)); }

Timestamp draw_joined(Random& random, const Options& options) {
    // Three in four were there before, up to four years; the rest came during the first four fifths.
    const bool before = random.chance(0.75);
    const double days = before ? -random.uniform(0, 1460) : random.uniform(0, 0.8 * options.days);
    return plus_micros(options.start, to_micros(days));
}

}  // namespace

Traits draw_traits(const Options& options, std::int64_t index) {
    Random random(options.seed, static_cast<std::uint64_t>(index), Random::Purpose::traits);
    const Parameters& parameters = options.parameters;
    Traits traits;
    traits.index = index;
    traits.customer_id = fmt::format("C{:07}", index + 1);
    traits.joined_at = draw_joined(random, options);
    traits.price_sensitivity = random.normal();
    traits.engagement = random.normal();
    traits.prepaid = random.chance(logistic(kPrepaidBase + kPrepaidSlope * traits.price_sensitivity));
    traits.autopay = !traits.prepaid && random.chance(0.4);
    traits.region = random.pick(std::array{5.0, 4.0, 3.0, 3.0, 6.0, 2.0, 1.0, 1.0});
    traits.birth_year = std::clamp(static_cast<int>(1981 + 15 * random.normal()), 1935, 2006);
    traits.gender = random.pick(std::array{49.0, 49.0, 2.0});
    traits.tier = 1 + static_cast<int>(random.pick(std::array{5.0, 3.0, 1.5, 0.5}));
    traits.rate_per_day = parameters.transactions_per_year / 365 * random.gamma(kRateShape) / kRateShape;
    traits.late_share = random.beta(kLateAlpha, kLateBeta);
    // Exponential lifetimes with a gamma-mixed hazard (Schmittlein, Morrison & Colombo 1987), worse for those who
    // look at prices and pay late.
    const double hazard = mean_hazard_per_day(parameters);
    traits.hazard_per_day = hazard * random.gamma(kHazardShape) / kHazardShape *
                            exp_same(log_hazard_factor(traits.price_sensitivity, traits.late_share));
    const Timestamp there_from = std::max(traits.joined_at, options.start);
    const double life = hazard > 0 ? random.exponential(1 / std::max(traits.hazard_per_day, 1e-9)) : 1e6;
    traits.leaves_at = plus_micros(there_from, to_micros(std::min(life, 36'500.0)));
    traits.closes_account = random.chance(kClosesShare);
    traits.log_amount = kAmountBase + kAmountPrice * traits.price_sensitivity + kAmountTier * traits.tier +
                        kAmountOwn * random.normal();
    traits.taste = shares<kCategories>(random, kTasteConcentration);
    traits.channel_use = shares<kChannels>(random, kChannelConcentration);
    // Half of what is not observed is the customer's, half the pair's.
    const double half = parameters.unobserved * std::sqrt(0.5);
    const double own = half * random.normal();
    for (double& each : traits.unobserved) each = own + half * random.normal();
    return traits;
}

double mean_hazard_per_day(const Parameters& parameters) {
    return -log_same(1 - std::min(parameters.leaving_share, 0.99)) / 540;
}

double tier_hazard_per_day(const Traits& traits, int tier) {
    return tier >= kTopTier ? 0 : 0.0007 * exp_same(0.6 * traits.engagement + traits.log_amount - 3);
}

namespace {

// P(an event of that rate within `days`, before leaving).
double happens(double rate, double leaving, double days) {
    return rate / (rate + leaving) * (1 - exp_same(-(rate + leaving) * days));
}

}  // namespace

Answers answers_of(const Traits& traits, int tier) {
    const double leaving = std::max(traits.hazard_per_day, 1e-9);
    Answers answers;
    answers.purchase_30d = happens(traits.rate_per_day * purchase_share(traits.prepaid), leaving, 30);
    answers.upsell_60d = happens(tier_hazard_per_day(traits, tier), leaving, 60);
    if (!traits.prepaid) {
        // Two bills; late by 30 days is 29 beyond the first.
        const double late = traits.autopay ? 0 : traits.late_share * exp_same(-29 / kLateDays);
        answers.default_90d = 1 - (1 - late) * (1 - late);
    }
    return answers;
}

double expected_revenue(const Traits& traits, double days) {
    const double mean_amount = exp_same(traits.log_amount + 0.5 * kAmountSpread * kAmountSpread);
    const double per_day = traits.rate_per_day * mean_amount * (1 - kReturnShare * purchase_share(traits.prepaid)) +
                           (traits.prepaid ? 0 : kMonthlyFee / 30);
    const double mu = std::max(traits.hazard_per_day, 1e-9);
    return per_day * (1 - exp_same(-mu * days)) / mu;
}

}  // namespace boon::world
