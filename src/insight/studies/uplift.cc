#include "insight/studies/uplift.h"

#include <algorithm>
#include <numeric>

namespace boon::studies {
namespace {

constexpr int kReplicates = 400;
constexpr std::uint64_t kSeed = 1;

template <class Of>
training::Estimate estimated(const Experiment& experiment, Of&& of) {
    const UpliftCurve curve(experiment);
    const training::Scored rows{experiment.scores, experiment.responded, {}, experiment.customers};
    return training::bootstrapped(rows, [&](auto weights) { return of(curve, weights); }, kReplicates, kSeed);
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

training::Estimate uplift_at(const Experiment& experiment, double share) {
    return estimated(experiment, [share](const UpliftCurve& curve, auto weights) {
        return curve.uplift_at(share, weights);
    });
}

training::Estimate qini(const Experiment& experiment) {
    return estimated(experiment, [](const UpliftCurve& curve, auto weights) { return curve.qini(weights); });
}

}  // namespace boon::studies
