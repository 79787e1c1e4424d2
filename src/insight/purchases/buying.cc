#include "insight/purchases/buying.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "insight/purchases/maximise.h"

namespace boon::purchases {
namespace {

// Below this gain of the likelihood's logarithm, that customers leave is not shown: half the 90 % quantile of
// chi-squared with one degree of freedom, the 5 % point for a parameter on its bound (Self and Liang 1987).
constexpr double kNoGain = 1.353;
constexpr double kSingular = 1e-6;

double log_beta(double a, double b) { return std::lgamma(a) + std::lgamma(b) - std::lgamma(a + b); }

// log(1 + e^x) without overflow.
double log_one_plus_exp(double x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

// Gauss's series, 0 ≤ z < 1.
double hypergeometric(double a, double b, double c, double z) {
    double term = 1;
    double sum = 1;
    for (double n = 0; std::abs(term) > std::numeric_limits<double>::epsilon() / 8 * std::abs(sum); ++n) {
        term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
        sum += term;
    }
    return sum;
}

BuyingParameters named(Family family, std::span<const double> values) {
    if (family == Family::nbd) return {values[0], values[1], 0, 0};
    return {values[0], values[1], values[2], values[3]};
}

std::vector<std::vector<double>> starts(Family family, double mean_age) {
    const double alpha = std::clamp(mean_age / 4, 0.1, 1000.0);
    if (family == Family::nbd) return {{0.5, alpha}, {2, 4 * alpha}};
    return {{0.5, alpha, 1, 2}, {1, alpha, 0.2, 5}, {0.2, alpha / 2, 2, 2}};
}

Status check(std::span<const Summary> customers) {
    bool repeated = false;
    for (const Summary& customer : customers) {
        const bool ordered = customer.last >= 0 && customer.last <= customer.age && customer.repeats >= 0;
        if (!ordered || (customer.repeats == 0) != (customer.last == 0)) {
            return fail(
                ErrorCode::invalid,
                fmt::format(
                    "customer {} has {} repeat purchases, the last at {} of {}", customer.customer, customer.repeats,
                    customer.last, customer.age
                ),
                "0 < last ≤ age with repeat purchases, last = 0 without"
            );
        }
        repeated |= customer.repeats > 0;
    }
    if (!repeated) return fail(ErrorCode::invalid, "no customer bought again: there is no rate of purchases to learn");
    return {};
}

Result<Maximum> maximum_of(Family family, std::span<const Summary> customers) {
    const Likelihood likelihood = [&](std::span<const double> values) {
        const BuyingModel model(family, named(family, values));
        double sum = 0;
        for (const Summary& customer : customers) sum += model.log_likelihood(customer);
        return sum;
    };
    double ages = 0;
    for (const Summary& customer : customers) ages += customer.age;
    return maximise(likelihood, starts(family, ages / static_cast<double>(customers.size())));
}

// Empty when there is none.
std::string boundary_of(const Maximum& full, const Maximum& nbd) {
    std::string words;
    constexpr const char* kNames[] = {"r", "alpha", "a", "b"};
    for (std::size_t i = 0; i < full.parameters.size(); ++i) {
        if (!ran_to_bound(full.parameters[i])) continue;
        words += fmt::format(
            "{}{} ran to {}", words.empty() ? "" : ", ", kNames[i], full.parameters[i] < 1 ? "0" : "infinity"
        );
    }
    const double gain = full.log_likelihood - nbd.log_likelihood;
    if (words.empty() && gain < kNoGain) words = "that anybody leaves is not shown";
    if (words.empty() && full.standard_errors.empty()) words = "the likelihood has no peak";
    if (words.empty()) return {};
    return fmt::format(
        "a boundary: {} (a = {:.3g}, b = {:.3g}); leaving adds {:.2f} to the log-likelihood, so nbd is used, in which "
        "nobody leaves",
        words, full.parameters[2], full.parameters[3], gain
    );
}

BuyingFit fitted(Family family, const Maximum& maximum, std::string boundary) {
    BuyingFit fit{BuyingModel(family, named(family, maximum.parameters)), {}, maximum.log_likelihood, {}};
    if (!maximum.standard_errors.empty()) fit.standard_errors = named(family, maximum.standard_errors);
    fit.boundary = std::move(boundary);
    return fit;
}

}  // namespace

// After how many purchases a customer alive today could have left.
double BuyingModel::chances_to_leave(double repeats) const {
    return family_ == Family::mbg_nbd ? repeats + 1 : repeats;
}

// Of having left right after the last purchase, against being alive; −∞ where nobody can have left.
double BuyingModel::log_odds_gone(const Summary& customer) const {
    const double chances = chances_to_leave(customer.repeats);
    if (family_ == Family::nbd || chances == 0) return -std::numeric_limits<double>::infinity();
    const auto& [r, alpha, a, b] = parameters_;
    return std::log(a / (b + chances - 1)) +
           (r + customer.repeats) * std::log((alpha + customer.age) / (alpha + customer.last));
}

double BuyingModel::log_likelihood(const Summary& customer) const {
    const auto& [r, alpha, a, b] = parameters_;
    const double x = customer.repeats;
    const double stayed = family_ == Family::nbd ? 0 : log_beta(a, b + chances_to_leave(x)) - log_beta(a, b);
    return std::lgamma(r + x) - std::lgamma(r) + r * std::log(alpha) - (r + x) * std::log(alpha + customer.age) +
           stayed + log_one_plus_exp(log_odds_gone(customer));
}

double BuyingModel::alive(const Summary& customer) const { return 1 / (1 + std::exp(log_odds_gone(customer))); }

double BuyingModel::expected_if_alive(double repeats, double age, double ahead) const {
    const double rate_shape = parameters_.r + repeats;
    const double rate_scale = parameters_.alpha + age;
    if (family_ == Family::nbd) return rate_shape / rate_scale * ahead;
    const double b = parameters_.b + chances_to_leave(repeats);
    double a = parameters_.a;
    // The formula is 0/0 at these two points only; the function is smooth.
    if (std::abs(a - 1) < kSingular || std::abs(a + b - 1) < kSingular) a += 2 * kSingular;
    const double z = ahead / (rate_scale + ahead);
    const double none = std::pow(1 - z, rate_shape) * hypergeometric(rate_shape, b, a + b - 1, z);
    return (a + b - 1) / (a - 1) * (1 - none);
}

double BuyingModel::expected(const Summary& customer, double ahead) const {
    return alive(customer) * expected_if_alive(customer.repeats, customer.age, ahead);
}

double BuyingModel::expected_of_new(double ahead) const { return expected({}, ahead); }

Result<BuyingFit> fit_buying(Family family, std::span<const Summary> customers) {
    BOON_CHECK(check(customers));
    BOON_TRY(const Maximum nbd, maximum_of(Family::nbd, customers));
    if (family == Family::nbd) return fitted(family, nbd, {});
    BOON_TRY(const Maximum full, maximum_of(family, customers));
    std::string boundary = boundary_of(full, nbd);
    if (!boundary.empty()) return fitted(Family::nbd, nbd, std::move(boundary));
    return fitted(family, full, {});
}

}  // namespace boon::purchases
