// The best that anybody can say who knows the world's laws, and of a customer what the records show: the probability
// of each model's question given the records, by Bayes' rule (docs/world.md). No model that reads the same records can
// order customers better, but for chance; how far one is below it is what there was left to learn.
#pragma once

#include <array>
#include <optional>

#include "program/world/evidence.h"
#include "program/world/life.h"
#include "program/world/season.h"

namespace boon::world {

// Of one customer; keeps references to all three.
class BestGuess {
public:
    BestGuess(const Options& options, const Life& life, const Seasons& seasons)
        : options_(options), life_(life), seasons_(seasons) {}

    // From the instant on, the questions of the models of that name.
    [[nodiscard]] double churn(Timestamp at, int days) const;
    [[nodiscard]] double propensity(Timestamp at, int days) const;
    [[nodiscard]] double upsell(Timestamp at, int days) const;      // of who is there: holdings say who is
    [[nodiscard]] double cross_sell(Timestamp at, int days) const;  // than what was bought in 365 days
    [[nodiscard]] double default_risk(Timestamp at, int due_days, int late_days) const;

    // Of an offer that is sent at that instant, on whatever channel: that is what nbo is asked. Nothing when none was.
    [[nodiscard]] std::optional<double> nbo(Timestamp at, std::size_t offer) const;
    // Of whatever offer is sent in a contact that was made at that instant; nothing when none was.
    [[nodiscard]] std::optional<double> campaign_response(Timestamp at) const;

private:
    struct Exposed {
        std::array<double, kOffers> probabilities{};  // of who is there
        std::array<double, kOffers> logits{};
    };
    [[nodiscard]] Exposed exposed(const Evidence& evidence, std::size_t channel) const;

    const Options& options_;
    const Life& life_;
    const Seasons& seasons_;
};

// A calendar long enough for any question about a world.
Seasons seasons_of(const Options& options);

}  // namespace boon::world
