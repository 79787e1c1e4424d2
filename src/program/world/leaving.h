// When a customer left (the records say so: what they held ended), or will: with its probability.
#pragma once

#include <vector>

#include "program/world/evidence.h"
#include "program/world/season.h"

namespace boon::world {

// One possibility. `rate_b`: given it, the rate of transactions is gamma of shape Leaving::rate_a and this rate (per
// day of a mean season).
struct Departure {
    Timestamp at;
    double probability = 0;
    double rate_b = 0;
};

struct Leaving {
    double rate_a = 0;
    std::vector<Departure> departures;  // probabilities sum to 1; the last one stands for any later
    [[nodiscard]] double there_at(Timestamp at) const;
};

// By Bayes' rule: Pareto/NBD (Schmittlein, Morrison & Colombo 1987) with the world's season, its slowing down before
// leaving and its two kinds of contracts; `ahead_days` after the instant in steps of 5 days.
Leaving leaving_of(const Options& options, const Evidence& evidence, const Seasons& seasons, int ahead_days);

// Days of a mean season's transactions between two instants of a customer who leaves at `leaves`.
double expected_days(const Seasons& seasons, Timestamp from, Timestamp until, Timestamp leaves);

}  // namespace boon::world
