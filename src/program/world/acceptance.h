// With what probability a customer accepts an offer shown now: a logistic function of what the records show of the
// customer, of the offer's attributes, of their interactions, and of a part that nothing records. docs/world.md has
// the formula with its coefficients.
#pragma once

#include <array>

#include "program/world/catalogue.h"
#include "program/world/traits.h"
#include "program/world/world.h"

namespace boon::world {

inline constexpr std::size_t kOutbound = 2;      // channels 0 and 1
inline constexpr double kPolicySharpness = 1.2;  // of the policy that prefers what converts

// What the records show of a customer at the moment of an exposure.
struct Situation {
    double days_since_transaction = 1e9;          // automatic ones and returns do not count
    double spend_90d = 0;                         // net, automatic ones included
    std::array<double, kCategories> purchases{};  // so far, by category
    std::array<int, kOffers> shown_60d{};         // exposures of each offer in the last 60 days
    int conversions = 0;                          // so far
    int tier = 1;
    int age = 40;
    double period = 0;  // 0 on the world's first day, 1 on its last
};

// The logit of each offer.
std::array<double, kOffers> accept_logits(
    const Traits& traits, const Situation& situation, std::size_t channel, const Parameters& parameters
);

}  // namespace boon::world
