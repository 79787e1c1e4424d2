#include "insight/purchases/spending.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "insight/purchases/maximise.h"

namespace boon::purchases {
namespace {

SpendingParameters named(std::span<const double> values) { return {values[0], values[1], values[2]}; }

// The mean over all customers is infinite at q ≤ 1.
std::string boundary_of(const Maximum& maximum) {
    const SpendingParameters at = named(maximum.parameters);
    const bool has_mean = at.q > 1;
    if (has_mean && std::ranges::none_of(maximum.parameters, ran_to_bound) && !maximum.standard_errors.empty()) {
        return {};
    }
    return fmt::format(
        "a boundary: p = {:.3g}, q = {:.3g}, v = {:.3g}; {}", at.p, at.q, at.v,
        has_mean ? "the likelihood has no peak" : "amounts are so uneven that they have no finite mean"
    );
}

}  // namespace

double SpendingModel::log_likelihood(const Summary& customer) const {
    const auto& [p, q, v] = parameters_;
    const double shape = p * customer.repeats;
    const double total = customer.mean_amount * customer.repeats;
    return std::lgamma(shape + q) - std::lgamma(shape) - std::lgamma(q) + q * std::log(v) +
           (shape - 1) * std::log(customer.mean_amount) + shape * std::log(customer.repeats) -
           (shape + q) * std::log(v + total);
}

double SpendingModel::expected(const Summary& customer) const {
    const auto& [p, q, v] = parameters_;
    return p * (v + customer.mean_amount * customer.repeats) / (p * customer.repeats + q - 1);
}

double SpendingModel::expected_of_all() const { return expected({}); }

Result<SpendingFit> fit_spending(std::span<const Summary> customers) {
    std::vector<Summary> repeaters;
    std::ranges::copy_if(customers, std::back_inserter(repeaters), [](const Summary& customer) {
        return customer.repeats > 0 && customer.mean_amount > 0;
    });
    if (repeaters.empty()) return fail(ErrorCode::invalid, "no customer bought again for a positive amount");
    double mean = 0;
    for (const Summary& customer : repeaters) mean += customer.mean_amount / static_cast<double>(repeaters.size());
    const Likelihood likelihood = [&](std::span<const double> values) {
        const SpendingModel model(named(values));
        double sum = 0;
        for (const Summary& customer : repeaters) sum += model.log_likelihood(customer);
        return sum;
    };
    const std::vector<std::vector<double>> starts = {{5, 4, mean / 2}, {1, 2, mean}, {20, 10, mean / 4}};
    BOON_TRY(const Maximum maximum, maximise(likelihood, starts));
    SpendingFit fit{
        SpendingModel(named(maximum.parameters)),
        {},
        maximum.log_likelihood,
        static_cast<std::int64_t>(repeaters.size()),
        boundary_of(maximum)
    };
    if (!maximum.standard_errors.empty()) fit.standard_errors = named(maximum.standard_errors);
    return fit;
}

}  // namespace boon::purchases
