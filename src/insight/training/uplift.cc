#include "insight/training/uplift.h"

#include <algorithm>
#include <numeric>

namespace boon::training {
namespace {

constexpr std::uint64_t kSeed = 1;

Scored rows_of(const Experiment& experiment) {
    return {experiment.scores, experiment.responded, experiment.weights, experiment.customers};
}

template <class Of>
Estimate estimated(const Experiment& experiment, int replicates, Of&& of) {
    const UpliftCurve curve(experiment);
    return bootstrapped(rows_of(experiment), [&](auto weights) { return of(curve, weights); }, replicates, kSeed);
}

}  // namespace

void UpliftCurve::Arms::add(const Arms& more, double part) {
    treated += part * more.treated;
    others += part * more.others;
    treated_responses += part * more.treated_responses;
    other_responses += part * more.other_responses;
}

double UpliftCurve::Arms::effect() const { return treated_responses / treated - other_responses / others; }

double UpliftCurve::Arms::gained() const {
    return others > 0 ? treated_responses - other_responses * treated / others : 0;
}

UpliftCurve::UpliftCurve(const Experiment& experiment) : experiment_(experiment), order_(experiment.scores.size()) {
    std::iota(order_.begin(), order_.end(), 0U);
    const auto& scores = experiment.scores;
    std::ranges::stable_sort(order_, [&](auto a, auto b) { return scores[a] > scores[b]; });
    for (std::uint32_t k = 1; k <= order_.size(); ++k) {
        if (k == order_.size() || scores[order_[k]] != scores[order_[k - 1]]) group_ends_.push_back(k);
    }
}

void UpliftCurve::for_each_group(std::span<const double> weights, const std::function<void(const Arms&)>& visit) const {
    std::uint32_t k = 0;
    for (const auto end : group_ends_) {
        Arms group;
        for (; k < end; ++k) {
            const auto row = order_[k];
            const double weight = weights[row];
            const double response = experiment_.responded[row] > 0 ? weight : 0;
            (experiment_.treated[row] ? group.treated : group.others) += weight;
            (experiment_.treated[row] ? group.treated_responses : group.other_responses) += response;
        }
        visit(group);
    }
}

UpliftCurve::Arms UpliftCurve::all(std::span<const double> weights) const {
    Arms sum;
    for_each_group(weights, [&](const Arms& group) { sum.add(group, 1); });
    return sum;
}

double UpliftCurve::uplift_at(double share, std::span<const double> weights) const {
    const double wanted = share * all(weights).rows();
    Arms top;
    for_each_group(weights, [&](const Arms& group) {
        if (group.rows() <= 0 || top.rows() >= wanted) return;
        top.add(group, std::min(1.0, (wanted - top.rows()) / group.rows()));
    });
    return top.effect();
}

double UpliftCurve::qini(std::span<const double> weights) const {
    const Arms total = all(weights);
    Arms above;
    double area = 0;
    double before = 0;
    for_each_group(weights, [&](const Arms& group) {
        above.add(group, 1);
        const double now = above.gained();
        area += group.rows() / total.rows() * (before + now) / 2;
        before = now;
    });
    return (area - total.gained() / 2) / total.treated;
}

std::vector<CurvePoint> UpliftCurve::points(int points, std::span<const double> weights) const {
    const Arms total = all(weights);
    std::vector<CurvePoint> out{{0, 0}};
    Arms above;
    for_each_group(weights, [&](const Arms& group) {
        const double from = above.rows() / total.rows();
        const Arms before = above;
        above.add(group, 1);
        const double to = above.rows() / total.rows();
        // A group of one score is gone through in parts.
        for (auto k = static_cast<int>(out.size()); k <= points; ++k) {
            const double share = static_cast<double>(k) / points;
            if (share > to) return;
            Arms here = before;
            here.add(group, to > from ? std::min(1.0, (share - from) / (to - from)) : 1);
            out.push_back({share, here.gained() / total.treated});
        }
    });
    return out;
}

Estimate uplift_at(const Experiment& experiment, double share, int replicates) {
    return estimated(experiment, replicates, [share](const UpliftCurve& curve, auto weights) {
        return curve.uplift_at(share, weights);
    });
}

Estimate qini(const Experiment& experiment, int replicates) {
    return estimated(experiment, replicates, [](const UpliftCurve& curve, auto weights) {
        return curve.qini(weights);
    });
}

Estimate qini_gain(const Experiment& experiment, const Experiment& other, int replicates) {
    const UpliftCurve rival(other);
    return estimated(experiment, replicates, [&](const UpliftCurve& curve, auto weights) {
        return curve.qini(weights) - rival.qini(weights);
    });
}

std::vector<CurvePoint> uplift_curve(const Experiment& experiment, int points) {
    std::vector<double> weights(experiment.responded.size(), 1);
    if (!experiment.weights.empty()) weights.assign(experiment.weights.begin(), experiment.weights.end());
    return UpliftCurve(experiment).points(points, weights);
}

UpliftLine fit_line(const Experiment& experiment) {
    const std::size_t rows = experiment.scores.size();
    const auto all = static_cast<double>(rows);
    const auto treated = static_cast<double>(std::ranges::count(experiment.treated, true));
    double response = 0;
    double score = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        response += static_cast<double>(experiment.responded[i]) / all;
        score += experiment.scores[i] / all;
    }
    double effect = 0;
    double together = 0;
    double spread = 0;
    for (std::size_t i = 0; i < rows; ++i) {
        const double of_arm = experiment.treated[i] ? all / treated : -all / (all - treated);
        const double own = static_cast<double>(experiment.weights[i]) * of_arm *
                           (static_cast<double>(experiment.responded[i]) - response);
        const double apart = experiment.scores[i] - score;
        effect += own / all;
        together += apart * own;
        spread += apart * apart;
    }
    UpliftLine line;
    if (spread > 0) line.slope = std::clamp(together / spread, 0.1, 1.0);
    line.shift = effect - line.slope * score;
    return line;
}

void change_labels(Matrix& rows, const std::vector<bool>& treated, std::span<const float> chances) {
    BOON_ASSERT(rows.weights.empty() && treated.size() == rows.rows());
    for (std::size_t i = 0; i < rows.rows(); ++i) {
        rows.labels[i] = (rows.labels[i] > 0) == treated[i] ? 1.0F : 0.0F;
        if (!chances.empty()) rows.weights.push_back(0.5F / chances[i]);
    }
}

}  // namespace boon::training
