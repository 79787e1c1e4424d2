#include "insight/studies/judge.h"

#include <algorithm>
#include <span>

#include "insight/training/ranking.h"
#include "insight/training/reliability.h"

namespace boon::studies {
namespace {

using training::Estimate;
using training::Ranking;
using training::Reliability;
using training::Scored;

constexpr int kReplicates = 200;
constexpr std::uint64_t kSeed = 1;
constexpr int kBins = 10;

Scored all_of(const Judged& j) { return {j.predicted, j.actual, {}, j.customers}; }

struct Slice {  // of one part
    std::size_t begin = 0;
    std::size_t size = 0;
};

std::vector<Slice> slices_of(const Judged& j) {
    std::vector<Slice> slices;
    std::size_t begin = 0;
    for (const std::size_t end : j.ends) {
        slices.push_back({begin, end - begin});
        begin = end;
    }
    return slices;
}

std::span<const double> part_of(std::span<const double> values, const Slice& slice) {
    return values.subspan(slice.begin, slice.size);
}

// The mean over the parts of the mean of `values`, which are one per row.
Estimate mean_of_means(const Judged& j, std::span<const double> values) {
    const auto slices = slices_of(j);
    const auto parts = static_cast<double>(slices.size());
    std::vector<double> influence(values.size());
    double mean = 0;
    for (const Slice& slice : slices) {
        const auto size = static_cast<double>(slice.size);
        double own = 0;
        for (const double value : part_of(values, slice)) own += value / size;
        mean += own / parts;
        for (std::size_t i = slice.begin; i < slice.begin + slice.size; ++i) {
            influence[i] = (values[i] - own) / size / parts;
        }
    }
    return training::with_variance(mean, training::clustered_variance(all_of(j), influence));
}

class Rankings {
public:
    explicit Rankings(const Judged& j) : judged_(j), slices_(slices_of(j)) {
        for (const Slice& slice : slices_) {
            rankings_.emplace_back(
                Scored{part_of(j.predicted, slice), std::span(j.actual).subspan(slice.begin, slice.size)}
            );
        }
    }

    // The mean over the parts of a figure that takes the rows' weights.
    template <class Of>
    double mean(std::span<const double> weights, Of&& of) const {
        double sum = 0;
        for (std::size_t p = 0; p < slices_.size(); ++p) sum += of(rankings_[p], part_of(weights, slices_[p]));
        return sum / static_cast<double>(slices_.size());
    }

    [[nodiscard]] Estimate auc() const {
        const std::vector<double> ones(judged_.rows.size(), 1);
        const double value = mean(ones, [](const Ranking& r, auto weights) { return r.auc(weights); });
        std::vector<double> influence;
        for (const Ranking& ranking : rankings_) {
            for (const double part : ranking.auc_influence()) {
                influence.push_back(part / static_cast<double>(rankings_.size()));
            }
        }
        return training::with_variance(value, training::clustered_variance(all_of(judged_), influence));
    }

    template <class Of>
    [[nodiscard]] Estimate drawn(Of&& of) const {
        return training::bootstrapped(
            all_of(judged_), [&](auto weights) { return mean(weights, of); }, kReplicates, kSeed
        );
    }

private:
    const Judged& judged_;
    std::vector<Slice> slices_;
    std::vector<Ranking> rankings_;
};

void add_ranking(const Judged& j, std::vector<Figure>& out) {
    const Rankings rankings(j);
    out.push_back({"auc", rankings.auc()});
    out.push_back({"log_loss", mean_of_means(j, training::log_losses(all_of(j)))});
    out.push_back({"brier", mean_of_means(j, training::squared_errors(all_of(j)))});
    out.push_back({"average_precision", rankings.drawn([](const Ranking& r, auto weights) {
                       return r.average_precision(weights);
                   })});
    out.push_back({"lift_at_10_percent", rankings.drawn([](const Ranking& r, auto weights) {
                       return r.lift_at(0.1, weights);
                   })});
}

void add_calibration(const Judged& j, std::vector<Figure>& out) {
    const Scored all = all_of(j);
    const Reliability reliability(all, kBins);
    Estimate error =
        training::bootstrapped(all, [&](auto weights) { return reliability.error(weights); }, kReplicates, kSeed);
    error.lower = std::max(error.lower, 0.0);
    out.push_back({"calibration_error", error});
    out.push_back({"calibration_slope", training::recalibrate(all).slope});
    std::vector<double> gaps(j.rows.size());
    for (std::size_t i = 0; i < gaps.size(); ++i) gaps[i] = j.predicted[i] - static_cast<double>(j.actual[i]);
    out.push_back({"mean_gap", training::clustered_mean(all, gaps)});
}

void add_gain(const Judged& j, std::vector<Figure>& out) {
    const auto own = training::log_losses(all_of(j));
    auto gains = training::log_losses({j.base_rates, j.actual, {}, j.customers});
    for (std::size_t i = 0; i < gains.size(); ++i) gains[i] -= own[i];
    out.push_back({"gain_over_base_rate", mean_of_means(j, gains)});
}

}  // namespace

std::vector<Figure> judge(const Judged& judged) {
    std::vector<Figure> out;
    add_ranking(judged, out);
    add_calibration(judged, out);
    add_gain(judged, out);
    return out;
}

double calibration_error_if_perfect(const Judged& judged) {
    return Reliability(all_of(judged), kBins).error_if_perfect(0.95, kReplicates, kSeed);
}

}  // namespace boon::studies
