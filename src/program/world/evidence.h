// What a customer's records let one know of what is hidden, as of an instant: counts, dates, and what follows of the
// traits by Bayes' rule with the world's own priors. That single records are late or have gaps is left out of account.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "program/world/life.h"

namespace boon::world {

// A guess at a number: its mean and variance given the records.
struct Guess {
    double mean = 0;
    double variance = 0;
};

struct Bill {
    Timestamp billed;
    Timestamp due;
    bool is_paid = false;  // by the instant, of a bill that was due before it: of others nothing is known
};

struct Evidence {
    Timestamp from;                            // the customer is observed from here on
    Timestamp at;                              // up to here
    std::optional<Timestamp> gone_at;          // they have left: what they held ended then
    std::vector<Timestamp> own;                // transactions of a Poisson process, in order
    std::array<double, kCategories> bought{};  // purchases so far
    std::array<bool, kCategories> bought_365d{};
    std::array<double, kChannels> channels{};  // transactions so far
    std::vector<Bill> bills;                   // issued, or to be issued within 120 days
    double late_bills = 0;                     // of those that are due
    double timely_bills = 0;
    int tier = 1;               // held
    double upgrades = 0;        // seen
    double days_below_top = 0;  // of the time that was seen
    double viewed = 0;          // of the offers that were not taken
    double ignored = 0;
    Guess price_sensitivity;
    Guess log_amount;
};

Evidence evidence_of(const Options& options, const Life& life, Timestamp at);

// Of the share of payments that are late.
Guess late_share(const Evidence& evidence);

}  // namespace boon::world
