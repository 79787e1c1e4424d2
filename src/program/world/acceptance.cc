#include "program/world/acceptance.h"

#include <algorithm>

#include "program/world/random.h"

namespace boon::world {

namespace {

// Smoothed by one purchase of every category.
double affinity(const Situation& situation, std::size_t category) {
    double total = kCategories;
    for (double count : situation.purchases) total += count;
    return (situation.purchases[category] + 1) / total;
}

double offer_alone(const Traits& traits, const Situation& situation, std::size_t offer) {
    // The four that have a rule of their own, by what they are.
    switch (offer) {
        case 4: return traits.prepaid ? 0.7 : -0.3;                              // data for who pays per use
        case 5: return situation.age < 30 ? 0.8 : -0.2;                          // the young have friends to bring
        case 7: return situation.tier >= 3 ? -2.0 : 0.4 * (situation.tier - 1);  // a step up for who is below it
        default: return 0;
    }
}

// About the mean offer and the mean customer: what a pair of features acts around.
constexpr double kMeanDiscount = 0.3;
constexpr double kMeanNovelty = 0.3;
constexpr double kMeanRecency = 0.4;

// What one of a pair of features is to the other: its mean where they do not act on each other (`strength` 0), itself
// at 1, further away beyond.
double paired(double mean, double value, double strength) {
    return strength == 1 ? value : mean + strength * (value - mean);
}

}  // namespace

std::array<double, kOffers> accept_logits(
    const Traits& traits, const Situation& situation, std::size_t channel, const Parameters& parameters
) {
    const double recency = exp_same(-std::min(situation.days_since_transaction, 1000.0) / 30);
    const double spend = (log_same(1 + std::max(situation.spend_90d, 0.0)) - 3.5) / 1.5;
    const double youth = situation.age < 30 ? 0.9 : -0.2;
    const double of_customer = 2.2 * (recency - kMeanRecency) + 1.2 * (traits.channel_use[channel] - 0.25) +
                               0.5 * std::min(situation.conversions, 2);
    std::array<double, kOffers> logits{};
    for (std::size_t i = 0; i < kOffers; ++i) {
        const WorldOffer& offer = kWorldOffers[i];
        const double discount = paired(kMeanDiscount, offer.discount, parameters.interactions);
        const double novelty = paired(kMeanNovelty, offer.novelty, parameters.interactions);
        const double ease = 1 - paired(kMeanRecency, recency, parameters.interactions);
        logits[i] = offer.base + of_customer                                        //
                    + 3.5 * (affinity(situation, offer.theme) - 1.0 / kCategories)  //
                    + 0.9 * traits.price_sensitivity * (discount - kMeanDiscount)   //
                    + 0.6 * spend * (1 - discount)                                  //
                    + youth * (novelty - kMeanNovelty)                              //
                    - 0.9 * offer.effort * ease                                     //
                    - 0.4 * std::min(situation.shown_60d[i], 3)                     //
                    + offer_alone(traits, situation, i)                             //
                    + parameters.drift * offer.drift * (2 * situation.period - 1) + traits.unobserved[i];
    }
    return logits;
}

}  // namespace boon::world
