// How often customers will buy, and whether they still do. Purchases come at a rate that differs between customers
// (gamma: r, α); after each purchase a customer leaves with a probability that differs between them (beta: a, b).
// BG/NBD: Fader, Hardie and Lee 2005. MBG/NBD, where a customer may leave after the first purchase, too: Batislam,
// Denizel and Filiztekin 2007. NBD, where nobody leaves: Ehrenberg 1959.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "insight/purchases/summary.h"
#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::purchases {

enum class Family { bg_nbd, mbg_nbd, nbd };
BOOST_DESCRIBE_ENUM(Family, bg_nbd, mbg_nbd, nbd)

struct BuyingParameters {
    double r = 0;
    double alpha = 0;  // in the summaries' unit of time
    double a = 0;      // nbd: 0, and so is b
    double b = 0;
};
BOOST_DESCRIBE_STRUCT(BuyingParameters, (), (r, alpha, a, b))

class BuyingModel {
public:
    BuyingModel(Family family, BuyingParameters parameters) : family_(family), parameters_(parameters) {}

    [[nodiscard]] Family family() const { return family_; }
    [[nodiscard]] const BuyingParameters& parameters() const { return parameters_; }

    [[nodiscard]] double log_likelihood(const Summary& customer) const;
    [[nodiscard]] double alive(const Summary& customer) const;                   // the probability
    [[nodiscard]] double expected(const Summary& customer, double ahead) const;  // purchases in (age, age + ahead]
    [[nodiscard]] double expected_of_new(double ahead) const;                    // after the first purchase

private:
    [[nodiscard]] double chances_to_leave(double repeats) const;
    [[nodiscard]] double log_odds_gone(const Summary& customer) const;
    [[nodiscard]] double expected_if_alive(double repeats, double age, double ahead) const;

    Family family_;
    BuyingParameters parameters_;
};

struct BuyingFit {
    BuyingModel model;  // nbd where the fit of the family asked for ended at a boundary
    BuyingParameters standard_errors;
    double log_likelihood = 0;
    std::string boundary;  // in words; empty when the fit has a peak
};

// `invalid` without a customer who bought again, or for a summary that contradicts itself.
Result<BuyingFit> fit_buying(Family family, std::span<const Summary> customers);

}  // namespace boon::purchases
