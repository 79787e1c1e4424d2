// How much a purchase is worth: amounts are gamma (p) around a mean that differs between customers (gamma: q, v), and
// does not depend on how often they buy. Gamma-Gamma: Fader, Hardie and Lee 2005, "RFM and CLV".
#pragma once

#include <span>
#include <string>

#include "insight/purchases/summary.h"
#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::purchases {

struct SpendingParameters {
    double p = 0;
    double q = 0;
    double v = 0;  // in the summaries' currency
};
BOOST_DESCRIBE_STRUCT(SpendingParameters, (), (p, q, v))

class SpendingModel {
public:
    explicit SpendingModel(SpendingParameters parameters) : parameters_(parameters) {}

    [[nodiscard]] const SpendingParameters& parameters() const { return parameters_; }

    // Of a customer with repeat purchases.
    [[nodiscard]] double log_likelihood(const Summary& customer) const;
    [[nodiscard]] double expected(const Summary& customer) const;  // mean amount; without repeats, that of all
    [[nodiscard]] double expected_of_all() const;

private:
    SpendingParameters parameters_;
};

struct SpendingFit {
    SpendingModel model;
    SpendingParameters standard_errors;  // zeros where the surface has no peak
    double log_likelihood = 0;
    std::int64_t customers = 0;  // with repeat purchases of a positive amount: who the fit is of
    std::string boundary;        // in words: the means are not to be used; empty when the fit has a peak
};

// `invalid` without a customer who bought again for a positive amount.
Result<SpendingFit> fit_spending(std::span<const Summary> customers);

}  // namespace boon::purchases
