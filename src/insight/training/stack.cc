#include "insight/training/stack.h"

#include <algorithm>
#include <numeric>

#include <Eigen/Dense>

#include "insight/scoring/calibration.h"

namespace boon::training {
namespace {

constexpr int kSteps = 50;
constexpr double kConverged = 1e-9;

// One Newton step for the members in `active` and the intercept; how far it went.
double step(
    const std::vector<std::vector<double>>& margins, const std::vector<float>& labels, double ridge,
    const std::vector<std::size_t>& active, StackWeights& stack
) {
    const auto size = static_cast<Eigen::Index>(active.size()) + 1;
    Eigen::VectorXd gradient = Eigen::VectorXd::Zero(size);
    Eigen::MatrixXd curvature = Eigen::MatrixXd::Zero(size, size);
    Eigen::VectorXd row = Eigen::VectorXd::Ones(size);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        for (std::size_t j = 0; j < active.size(); ++j) row[static_cast<Eigen::Index>(j)] = margins[active[j]][i];
        const double p = scoring::inverse_logit(stacked(stack, margins, i));
        gradient += (static_cast<double>(labels[i]) - p) * row;
        curvature.selfadjointView<Eigen::Lower>().rankUpdate(row, p * (1 - p));
    }
    const double equal = 1 / static_cast<double>(margins.size());
    for (std::size_t j = 0; j < active.size(); ++j) {
        gradient[static_cast<Eigen::Index>(j)] -= ridge * (stack.weights[active[j]] - equal);
    }
    curvature.diagonal().array() += ridge;
    curvature(size - 1, size - 1) += 1e-9 - ridge;
    const Eigen::VectorXd move = curvature.selfadjointView<Eigen::Lower>().ldlt().solve(gradient);
    for (std::size_t j = 0; j < active.size(); ++j) stack.weights[active[j]] += move[static_cast<Eigen::Index>(j)];
    stack.intercept += move[size - 1];
    return move.norm();
}

}  // namespace

double stacked(const StackWeights& stack, const std::vector<std::vector<double>>& margins, std::size_t i) {
    double sum = stack.intercept;
    for (std::size_t m = 0; m < margins.size(); ++m) sum += stack.weights[m] * margins[m][i];
    return sum;
}

StackWeights fit_stack(
    const std::vector<std::vector<double>>& margins, const std::vector<float>& labels, double ridge
) {
    StackWeights stack{std::vector<double>(margins.size(), 1 / static_cast<double>(margins.size())), 0};
    std::vector<std::size_t> active(margins.size());
    std::iota(active.begin(), active.end(), std::size_t{0});
    while (!active.empty()) {
        for (int i = 0; i < kSteps && step(margins, labels, ridge, active, stack) > kConverged; ++i) {
        }
        const auto weight = [&](std::size_t m) { return stack.weights[m]; };
        const auto least = std::ranges::min_element(active, {}, weight);
        if (weight(*least) >= 0) break;
        stack.weights[*least] = 0;
        active.erase(least);
    }
    return stack;
}

}  // namespace boon::training
