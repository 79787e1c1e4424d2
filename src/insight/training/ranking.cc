#include "insight/training/ranking.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace boon::training {
namespace {

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

struct Mass {  // of a group of ties, or of all
    double positive = 0;
    double negative = 0;
    [[nodiscard]] double sum() const { return positive + negative; }
};

template <class Visit>
void for_each_group(const Ranking& ranking, std::span<const double> weights, Visit&& visit) {
    std::uint32_t begin = 0;
    for (const auto end : ranking.group_ends()) {
        Mass group;
        for (auto k = begin; k < end; ++k) {
            const auto row = ranking.order()[k];
            (ranking.rows().actual[row] > 0 ? group.positive : group.negative) += weights[row];
        }
        visit(group);
        begin = end;
    }
}

Mass total_mass(const Ranking& ranking, std::span<const double> weights) {
    Mass total;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        (ranking.rows().actual[i] > 0 ? total.positive : total.negative) += weights[i];
    }
    return total;
}

std::vector<double> own_weights(const Scored& rows) {
    std::vector<double> weights(rows.rows());
    for (std::size_t i = 0; i < weights.size(); ++i) weights[i] = rows.weight(i);
    return weights;
}

double correlation(std::span<const double> a, std::span<const double> b, std::span<const double> w) {
    double weight = 0;
    double mean_a = 0;
    double mean_b = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        weight += w[i];
        mean_a += w[i] * a[i];
        mean_b += w[i] * b[i];
    }
    mean_a /= weight;
    mean_b /= weight;
    double ab = 0;
    double aa = 0;
    double bb = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        ab += w[i] * (a[i] - mean_a) * (b[i] - mean_b);
        aa += w[i] * (a[i] - mean_a) * (a[i] - mean_a);
        bb += w[i] * (b[i] - mean_b) * (b[i] - mean_b);
    }
    return ab / std::sqrt(aa * bb);
}

}  // namespace

Ranking::Ranking(const Scored& rows) : rows_(rows), order_(rows.rows()) {
    std::iota(order_.begin(), order_.end(), 0U);
    std::ranges::stable_sort(order_, [&](auto a, auto b) { return rows_.predicted[a] > rows_.predicted[b]; });
    for (std::uint32_t k = 1; k <= order_.size(); ++k) {
        const bool last = k == order_.size();
        if (last || rows_.predicted[order_[k]] != rows_.predicted[order_[k - 1]]) group_ends_.push_back(k);
    }
}

double Ranking::auc(std::span<const double> weights) const {
    Mass above;
    double pairs = 0;
    for_each_group(*this, weights, [&](const Mass& group) {
        pairs += group.negative * (above.positive + group.positive / 2);
        above.positive += group.positive;
        above.negative += group.negative;
    });
    const double all = above.positive * above.negative;
    return all > 0 ? pairs / all : kNone;
}

double Ranking::average_precision(std::span<const double> weights) const {
    Mass above;
    double sum = 0;
    for_each_group(*this, weights, [&](const Mass& group) {
        above.positive += group.positive;
        above.negative += group.negative;
        if (group.positive > 0) sum += group.positive * above.positive / above.sum();
    });
    return above.positive > 0 ? sum / above.positive : kNone;
}

double Ranking::lift_at(double share, std::span<const double> weights) const {
    const Mass total = total_mass(*this, weights);
    const double wanted = share * total.sum();
    double taken = 0;
    double positive = 0;
    for_each_group(*this, weights, [&](const Mass& group) {
        if (taken >= wanted || group.sum() <= 0) return;
        const double part = std::min(1.0, (wanted - taken) / group.sum());
        positive += part * group.positive;
        taken += part * group.sum();
    });
    return total.positive > 0 && taken > 0 ? positive / taken * total.sum() / total.positive : kNone;
}

std::vector<double> Ranking::auc_influence() const {
    const std::vector<double> weights = own_weights(rows_);
    const Mass total = total_mass(*this, weights);
    const double area = auc(weights);
    std::vector<double> influence(order_.size());
    Mass above;
    std::uint32_t begin = 0;
    for (const auto end : group_ends_) {
        Mass group;
        for (auto k = begin; k < end; ++k) {
            (rows_.actual[order_[k]] > 0 ? group.positive : group.negative) += weights[order_[k]];
        }
        const double negatives_below = total.negative - above.negative - group.negative / 2;
        const double positives_above = above.positive + group.positive / 2;
        for (auto k = begin; k < end; ++k) {
            const auto row = order_[k];
            const bool positive = rows_.actual[row] > 0;
            const double placement = positive ? negatives_below / total.negative : positives_above / total.positive;
            influence[row] = weights[row] * (placement - area) / (positive ? total.positive : total.negative);
        }
        above.positive += group.positive;
        above.negative += group.negative;
        begin = end;
    }
    return influence;
}

std::vector<CurvePoint> roc_curve(const Ranking& ranking, int points) {
    const std::vector<double> weights = own_weights(ranking.rows());
    const Mass total = total_mass(ranking, weights);
    std::vector<CurvePoint> curve{{0, 0}};
    if (total.positive <= 0 || total.negative <= 0) return curve;
    Mass above;
    for_each_group(ranking, weights, [&](const Mass& group) {
        above.positive += group.positive;
        above.negative += group.negative;
        const CurvePoint at{above.negative / total.negative, above.positive / total.positive};
        // A point where the curve has moved far enough; the last one always.
        const double moved = at.x - curve.back().x + at.y - curve.back().y;
        if (moved >= 2.0 / points || above.sum() >= total.sum()) curve.push_back(at);
    });
    return curve;
}

std::vector<CurvePoint> gain_curve(const Ranking& ranking, int points) {
    const std::vector<double> weights = own_weights(ranking.rows());
    std::vector<CurvePoint> curve{{0, 0}};
    for (int k = 1; k <= points; ++k) {
        const double share = static_cast<double>(k) / points;
        curve.push_back({share, share * ranking.lift_at(share, weights)});
    }
    return curve;
}

std::vector<CurvePoint> lift_curve(const Ranking& ranking, int points) {
    const std::vector<double> weights = own_weights(ranking.rows());
    std::vector<CurvePoint> curve;
    for (int k = 1; k <= points; ++k) {
        const double share = static_cast<double>(k) / points;
        curve.push_back({share, ranking.lift_at(share, weights)});
    }
    return curve;
}

std::vector<double> mean_ranks(std::span<const double> values) {
    std::vector<std::uint32_t> order(values.size());
    std::iota(order.begin(), order.end(), 0U);
    std::ranges::sort(order, [&](auto a, auto b) { return values[a] < values[b]; });
    std::vector<double> ranks(values.size());
    for (std::size_t begin = 0; begin < order.size();) {
        std::size_t end = begin;
        while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
        const double mean = (static_cast<double>(begin + end) + 1) / 2;
        for (std::size_t k = begin; k < end; ++k) ranks[order[k]] = mean;
        begin = end;
    }
    return ranks;
}

Estimate spearman(const Scored& rows, int replicates, std::uint64_t seed) {
    const std::vector<double> actual(rows.actual.begin(), rows.actual.end());
    const std::vector<double> a = mean_ranks(rows.predicted);
    const std::vector<double> b = mean_ranks(actual);
    return bootstrapped(
        rows, [&](std::span<const double> weights) { return correlation(a, b, weights); }, replicates, seed
    );
}

}  // namespace boon::training
