#include "insight/training/calibrate.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "insight/training/reliability.h"

namespace boon::training {
namespace {

using scoring::Calibration;
using scoring::CalibrationKind;

constexpr std::uint32_t kFolds = 5;
constexpr std::ptrdiff_t kIsotonicRows = 1000;  // of each class

struct Block {
    double least = 0;  // raw probabilities it covers
    double most = 0;
    double weight = 0;
    double positive = 0;
    [[nodiscard]] double mean() const { return positive / weight; }
};

void add_pooling(std::vector<Block>& blocks, Block next) {
    while (!blocks.empty() && blocks.back().mean() >= next.mean()) {
        const Block& before = blocks.back();
        next.least = before.least;
        next.weight += before.weight;
        next.positive += before.positive;
        blocks.pop_back();
    }
    blocks.push_back(next);
}

// A subset of rows with its own storage.
struct Part {
    std::vector<double> predicted;
    std::vector<float> actual;
    std::vector<float> weights;
    std::vector<std::uint32_t> clusters;

    [[nodiscard]] Scored rows() const { return {predicted, actual, weights, clusters}; }
};

// Clusters are spread over the folds by a multiplicative hash: their numbers may follow time or size.
std::uint32_t fold_of(std::uint32_t cluster) { return ((cluster * 2654435761U) >> 16) % kFolds; }

Part part_of(const Scored& rows, std::uint32_t fold, bool inside) {
    Part part;
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        if ((fold_of(rows.cluster(i)) == fold) != inside) continue;
        part.predicted.push_back(rows.predicted[i]);
        part.actual.push_back(rows.actual[i]);
        part.weights.push_back(static_cast<float>(rows.weight(i)));
        part.clusters.push_back(rows.cluster(i));
    }
    return part;
}

double summed_loss(const Calibration& calibration, const Part& part) {
    std::vector<double> calibrated(part.predicted.size());
    std::ranges::transform(part.predicted, calibrated.begin(), [&](double p) { return calibration.apply(p); });
    const Scored rows{calibrated, part.actual, part.weights, part.clusters};
    const auto losses = log_losses(rows);
    double sum = 0;
    for (std::size_t i = 0; i < losses.size(); ++i) sum += rows.weight(i) * losses[i];
    return sum;
}

}  // namespace

Calibration fit_platt(const Scored& rows) {
    const Recalibration found = recalibrate(rows);
    if (!(found.slope.value > 0)) return {};
    return {CalibrationKind::platt, found.slope.value, found.intercept.value, {}, {}};
}

Calibration fit_isotonic(const Scored& rows) {
    std::vector<std::uint32_t> order(rows.rows());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](auto a, auto b) { return rows.predicted[a] < rows.predicted[b]; });
    std::vector<Block> blocks;
    double total = 0;
    for (std::size_t k = 0; k < order.size();) {
        const double raw = rows.predicted[order[k]];
        Block group{raw, raw, 0, 0};
        for (; k < order.size() && rows.predicted[order[k]] == raw; ++k) {
            group.weight += rows.weight(order[k]);
            if (rows.actual[order[k]] > 0) group.positive += rows.weight(order[k]);
        }
        total += group.weight;
        add_pooling(blocks, group);
    }
    Calibration out;
    out.kind = CalibrationKind::isotonic;
    for (const Block& block : blocks) {
        const double value = std::clamp(block.mean(), 1 / (total + 2), (total + 1) / (total + 2));
        out.raw.push_back(block.least);
        out.calibrated.push_back(value);
        if (block.most <= block.least) continue;
        out.raw.push_back(block.most);
        out.calibrated.push_back(value);
    }
    return out;
}

CalibrationChoice choose_calibration(const Scored& rows) {
    CalibrationChoice choice;
    double weight = 0;
    for (std::size_t i = 0; i < rows.rows(); ++i) weight += rows.weight(i);
    for (std::uint32_t fold = 0; fold < kFolds; ++fold) {
        const Part learn = part_of(rows, fold, false);
        const Part judge = part_of(rows, fold, true);
        if (judge.predicted.empty() || learn.predicted.empty()) continue;
        choice.identity_loss += summed_loss({}, judge) / weight;
        choice.platt_loss += summed_loss(fit_platt(learn.rows()), judge) / weight;
        choice.isotonic_loss += summed_loss(fit_isotonic(learn.rows()), judge) / weight;
    }
    const std::ptrdiff_t positives = std::ranges::count_if(rows.actual, [](float v) { return v > 0; });
    const bool enough = std::min(positives, std::ssize(rows.actual) - positives) >= kIsotonicRows;
    if (enough && choice.isotonic_loss < std::min(choice.identity_loss, choice.platt_loss)) {
        choice.calibration = fit_isotonic(rows);
    } else if (choice.platt_loss < choice.identity_loss) {
        choice.calibration = fit_platt(rows);
    }
    return choice;
}

}  // namespace boon::training
