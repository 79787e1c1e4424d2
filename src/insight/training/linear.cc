#include "insight/training/linear.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Dense>

#include "insight/scoring/calibration.h"

namespace boon::training {
namespace {

constexpr double kFarthest = 4;  // scales from the mean: one odd value must not decide
constexpr int kSteps = 30;
constexpr int kHalvings = 20;
constexpr double kConverged = 1e-7;  // of the objective, relative
constexpr std::size_t kBlock = 2048;

void standardise(const Matrix& rows, LinearModel& model) {
    const std::size_t columns = rows.columns();
    std::vector<double> count(columns);
    std::vector<double> square(columns);
    model.means.assign(columns, 0);
    model.scales.assign(columns, 1);
    const auto for_each_value = [&](const auto& visit) {
        for (std::size_t i = 0; i < rows.values.size(); ++i) {
            if (!std::isnan(rows.values[i])) visit(i % columns, static_cast<double>(rows.values[i]));
        }
    };
    for_each_value([&](std::size_t j, double value) {
        model.means[j] += value;
        count[j] += 1;
    });
    for (std::size_t j = 0; j < columns; ++j) model.means[j] /= std::max(count[j], 1.0);
    for_each_value([&](std::size_t j, double value) {
        square[j] += (value - model.means[j]) * (value - model.means[j]);
    });
    for (std::size_t j = 0; j < columns; ++j) {
        const double deviation = std::sqrt(square[j] / std::max(count[j], 1.0));
        if (deviation > 0) model.scales[j] = deviation;
    }
}

// A row as the regression sees it: standardised values, indicators of the missing ones, 1.
void design_row(const LinearModel& model, std::span<const float> row, auto&& out) {
    const auto columns = static_cast<Eigen::Index>(row.size());
    for (Eigen::Index j = 0; j < columns; ++j) {
        const auto at = static_cast<std::size_t>(j);
        const bool missing = std::isnan(row[at]);
        const double z = missing ? 0 : (static_cast<double>(row[at]) - model.means[at]) / model.scales[at];
        out[j] = std::clamp(z, -kFarthest, kFarthest);
        out[columns + j] = missing ? 1 : 0;
    }
    out[2 * columns] = 1;
}

struct Slope {
    double objective = 0;
    Eigen::VectorXd gradient;
    Eigen::MatrixXd curvature;  // of the negated objective
};

double log_likelihood(double margin, float label) {
    const double signed_margin = label > 0 ? margin : -margin;
    return signed_margin > 0 ? -std::log1p(std::exp(-signed_margin))
                             : signed_margin - std::log1p(std::exp(signed_margin));
}

class Problem {
public:
    Problem(const Matrix& rows, const LinearModel& model, double ridge) : rows_(rows), model_(model), ridge_(ridge) {}

    [[nodiscard]] Eigen::Index size() const { return 2 * static_cast<Eigen::Index>(rows_.columns()) + 1; }

    [[nodiscard]] double objective(const Eigen::VectorXd& at) const {
        double sum = penalty(at);
        for_each_block([&](const Eigen::MatrixXd& block, std::span<const float> labels) {
            const Eigen::VectorXd margins = block * at;
            for (Eigen::Index i = 0; i < margins.size(); ++i) {
                sum += log_likelihood(margins[i], labels[static_cast<std::size_t>(i)]);
            }
        });
        return sum;
    }

    [[nodiscard]] Slope slope(const Eigen::VectorXd& at) const {
        Slope out{penalty(at), -ridge_ * penalised(at), Eigen::MatrixXd::Zero(size(), size())};
        for_each_block([&](const Eigen::MatrixXd& block, std::span<const float> labels) {
            const Eigen::VectorXd margins = block * at;
            Eigen::VectorXd residuals(margins.size());
            Eigen::VectorXd roots(margins.size());
            for (Eigen::Index i = 0; i < margins.size(); ++i) {
                const float label = labels[static_cast<std::size_t>(i)];
                const double p = scoring::inverse_logit(margins[i]);
                out.objective += log_likelihood(margins[i], label);
                residuals[i] = static_cast<double>(label) - p;
                roots[i] = std::sqrt(p * (1 - p));
            }
            out.gradient += block.transpose() * residuals;
            const Eigen::MatrixXd weighted = (block.array().colwise() * roots.array()).matrix().transpose();
            out.curvature.selfadjointView<Eigen::Lower>().rankUpdate(weighted);
        });
        out.curvature.diagonal().array() += ridge_;
        out.curvature(size() - 1, size() - 1) += 1e-9 - ridge_;
        return out;
    }

private:
    static Eigen::VectorXd penalised(Eigen::VectorXd at) {
        at[at.size() - 1] = 0;
        return at;
    }
    [[nodiscard]] double penalty(const Eigen::VectorXd& at) const { return -ridge_ / 2 * penalised(at).squaredNorm(); }

    void for_each_block(const auto& visit) const {
        for (std::size_t begin = 0; begin < rows_.rows(); begin += kBlock) {
            const std::size_t count = std::min(kBlock, rows_.rows() - begin);
            Eigen::MatrixXd block(static_cast<Eigen::Index>(count), size());
            for (std::size_t i = 0; i < count; ++i) {
                design_row(model_, rows_.row(begin + i), block.row(static_cast<Eigen::Index>(i)));
            }
            visit(block, std::span(rows_.labels).subspan(begin, count));
        }
    }

    const Matrix& rows_;
    const LinearModel& model_;
    double ridge_;
};

Eigen::VectorXd maximise(const Problem& problem) {
    Eigen::VectorXd at = Eigen::VectorXd::Zero(problem.size());
    for (int step = 0; step < kSteps; ++step) {
        const Slope slope = problem.slope(at);
        Eigen::VectorXd move = slope.curvature.selfadjointView<Eigen::Lower>().ldlt().solve(slope.gradient);
        double gained = problem.objective(at + move) - slope.objective;
        for (int half = 0; half < kHalvings && !(gained >= 0); ++half) {
            move /= 2;
            gained = problem.objective(at + move) - slope.objective;
        }
        if (!(gained >= 0)) break;
        at += move;
        if (gained <= kConverged * std::abs(slope.objective)) break;
    }
    return at;
}

}  // namespace

double LinearModel::margin(std::span<const float> row) const {
    double sum = intercept;
    for (std::size_t j = 0; j < row.size(); ++j) {
        if (std::isnan(row[j])) {
            sum += missing_weights[j];
        } else {
            const double z = (static_cast<double>(row[j]) - means[j]) / scales[j];
            sum += weights[j] * std::clamp(z, -kFarthest, kFarthest);
        }
    }
    return sum;
}

LinearModel fit_linear(const Matrix& rows, double ridge) {
    LinearModel model;
    standardise(rows, model);
    const Eigen::VectorXd found = maximise(Problem(rows, model, ridge));
    const auto columns = static_cast<std::ptrdiff_t>(rows.columns());
    model.weights.assign(found.begin(), found.begin() + columns);
    model.missing_weights.assign(found.begin() + columns, found.begin() + 2 * columns);
    model.intercept = found[found.size() - 1];
    return model;
}

}  // namespace boon::training
