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

}  // namespace

double accept_logit(
    const Traits& traits, const Situation& situation, std::size_t offer, std::size_t channel, double drift
) {
    const WorldOffer& shown = kWorldOffers[offer];
    const double recency = exp_same(-std::min(situation.days_since_transaction, 1000.0) / 30);
    const double spend = (log_same(1 + std::max(situation.spend_90d, 0.0)) - 3.5) / 1.5;
    return shown.base                                                      //
           + 3.5 * (affinity(situation, shown.theme) - 1.0 / kCategories)  //
           + 0.9 * traits.price_sensitivity * (shown.discount - 0.3)       //
           + 2.2 * (recency - 0.4)                                         //
           + 0.6 * spend * (1 - shown.discount)                            //
           + (situation.age < 30 ? 0.9 : -0.2) * (shown.novelty - 0.3)     //
           - 0.9 * shown.effort * (1 - recency)                            //
           + 1.2 * (traits.channel_use[channel] - 0.25)                    //
           - 0.4 * std::min(situation.shown_60d[offer], 3)                 //
           + 0.5 * std::min(situation.conversions, 2)                      //
           + offer_alone(traits, situation, offer)                         //
           + drift * shown.drift * (2 * situation.period - 1) + traits.unobserved[offer];
}

}  // namespace boon::world
