#include "insight/purchases/maximise.h"

#include <cmath>
#include <exception>
#include <limits>

#include <Eigen/Dense>
#include <fmt/format.h>
#include <nlopt.hpp>

namespace boon::purchases {
namespace {

constexpr int kMaxEvaluations = 4000;
constexpr double kTolerance = 1e-9;    // of the logarithms of the parameters
constexpr double kHessianStep = 1e-3;  // of the same

std::vector<double> exponentials(const std::vector<double>& logs) {
    std::vector<double> values;
    values.reserve(logs.size());
    for (const double log : logs) values.push_back(std::exp(log));
    return values;
}

double at_logs(const std::vector<double>& logs, std::vector<double>&, void* likelihood) {
    const double value = (*static_cast<const Likelihood*>(likelihood))(exponentials(logs));
    return std::isfinite(value) ? value : -std::numeric_limits<double>::max();
}

struct Peak {
    std::vector<double> logs;
    double value = -std::numeric_limits<double>::max();
};

Result<Peak> climb(const Likelihood& likelihood, std::vector<double> logs) {
    try {
        nlopt::opt search(nlopt::LN_NELDERMEAD, static_cast<unsigned>(logs.size()));
        search.set_lower_bounds(std::log(kSmallest));
        search.set_upper_bounds(std::log(kLargest));
        search.set_max_objective(&at_logs, const_cast<Likelihood*>(&likelihood));
        search.set_xtol_abs(kTolerance);
        search.set_maxeval(kMaxEvaluations);
        search.set_initial_step(0.5);
        Peak peak;
        search.optimize(logs, peak.value);
        peak.logs = std::move(logs);
        return peak;
    } catch (const std::exception& error) {
        return fail(ErrorCode::internal, fmt::format("the search for the maximum likelihood failed: {}", error.what()));
    }
}

Eigen::MatrixXd hessian(const Likelihood& likelihood, const std::vector<double>& logs) {
    const auto size = static_cast<Eigen::Index>(logs.size());
    const auto moved = [&](Eigen::Index i, double by_i, Eigen::Index j, double by_j) {
        std::vector<double> at = logs;
        at[static_cast<std::size_t>(i)] += by_i * kHessianStep;
        at[static_cast<std::size_t>(j)] += by_j * kHessianStep;
        return likelihood(exponentials(at));
    };
    Eigen::MatrixXd second(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
        for (Eigen::Index j = 0; j < size; ++j) {
            second(i, j) = (moved(i, 1, j, 1) - moved(i, 1, j, -1) - moved(i, -1, j, 1) + moved(i, -1, j, -1)) /
                           (4 * kHessianStep * kHessianStep);
        }
    }
    return second;
}

// Of the parameters: at a peak, that of the logarithm times the parameter.
std::vector<double> standard_errors(const Likelihood& likelihood, const std::vector<double>& logs) {
    const Eigen::LLT<Eigen::MatrixXd> information(-hessian(likelihood, logs));
    if (information.info() != Eigen::Success) return {};
    const auto size = static_cast<Eigen::Index>(logs.size());
    const Eigen::MatrixXd covariance = information.solve(Eigen::MatrixXd::Identity(size, size));
    std::vector<double> errors;
    for (Eigen::Index i = 0; i < size; ++i) {
        errors.push_back(std::sqrt(covariance(i, i)) * std::exp(logs[static_cast<std::size_t>(i)]));
    }
    return errors;
}

}  // namespace

Result<Maximum> maximise(const Likelihood& likelihood, std::span<const std::vector<double>> starts) {
    Peak best;
    for (const std::vector<double>& start : starts) {
        std::vector<double> logs;
        for (const double value : start) logs.push_back(std::log(value));
        BOON_TRY(Peak peak, climb(likelihood, std::move(logs)));
        if (peak.value > best.value) best = std::move(peak);
    }
    if (best.logs.empty()) return fail(ErrorCode::internal, "the likelihood is not finite at any start of the search");
    BOON_TRY(best, climb(likelihood, std::move(best.logs)));
    return Maximum{exponentials(best.logs), standard_errors(likelihood, best.logs), best.value};
}

bool ran_to_bound(double parameter) { return parameter < 10 * kSmallest || parameter > kLargest / 10; }

}  // namespace boon::purchases
