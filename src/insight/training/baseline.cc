#include "insight/training/baseline.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace boon::training {
namespace {

constexpr double kPriorRows = 20;
constexpr int kRecencyBins = 10;
constexpr std::int64_t kEnoughExposures = 100;
constexpr std::int64_t kEnoughConversions = 10;

double weight_of(const Matrix& m, std::size_t row) {
    return m.weights.empty() ? 1 : static_cast<double>(m.weights[row]);
}

struct Mean {
    double sum = 0;
    double weight = 0;
    void add(double value, double w) {
        sum += w * value;
        weight += w;
    }
    [[nodiscard]] double towards(double overall) const { return (sum + kPriorRows * overall) / (weight + kPriorRows); }
};

// The shrunken mean label of each key among the training rows, read for each test row.
template <class Key>
std::vector<double> mean_by_key(const Matrix& train, const Matrix& test, double overall, Key&& key) {
    std::map<std::int64_t, Mean> means;
    for (std::size_t i = 0; i < train.rows(); ++i) {
        means[key(train, i)].add(static_cast<double>(train.labels[i]), weight_of(train, i));
    }
    std::vector<double> predicted;
    for (std::size_t i = 0; i < test.rows(); ++i) {
        const auto found = means.find(key(test, i));
        predicted.push_back(found == means.end() ? overall : found->second.towards(overall));
    }
    return predicted;
}

// Upper edges of tenths of the column's known values.
std::vector<float> edges_of(const Matrix& m, std::size_t column) {
    std::vector<float> known;
    for (std::size_t i = 0; i < m.rows(); ++i) {
        if (!std::isnan(m.row(i)[column])) known.push_back(m.row(i)[column]);
    }
    std::ranges::sort(known);
    std::vector<float> edges;
    for (std::size_t k = 1; k < kRecencyBins && !known.empty(); ++k)
        edges.push_back(known[known.size() * k / kRecencyBins]);
    return edges;
}

}  // namespace

Result<std::vector<Baseline>> fit_baselines(const Matrix& train, const Matrix& test, const std::string& recency) {
    Mean all;
    for (std::size_t i = 0; i < train.rows(); ++i) all.add(static_cast<double>(train.labels[i]), weight_of(train, i));
    const double overall = all.sum / all.weight;
    std::vector<Baseline> out;
    out.push_back({"base_rate", std::vector<double>(test.rows(), overall)});
    if (!train.offers.empty()) {
        const auto offer = [](const Matrix& m, std::size_t i) { return std::int64_t{m.offers[i]}; };
        out.push_back({"per_offer_rate", mean_by_key(train, test, overall, offer)});
    }
    if (!recency.empty()) {
        BOON_TRY(const std::size_t column, train.column(recency));
        const std::vector<float> edges = edges_of(train, column);
        const auto bin = [&](const Matrix& m, std::size_t i) -> std::int64_t {
            const float value = m.row(i)[column];
            return std::isnan(value) ? -1 : std::ranges::upper_bound(edges, value) - edges.begin();
        };
        out.push_back({"recency_only", mean_by_key(train, test, overall, bin)});
    }
    return out;
}

std::vector<double> share_losses(const Matrix& train, const Matrix& test, std::size_t classes) {
    std::vector<double> counts(classes, 1);
    for (const float label : train.labels) counts[static_cast<std::size_t>(label)] += 1;
    const auto total = static_cast<double>(train.rows() + classes);
    std::vector<double> losses;
    losses.reserve(test.labels.size());
    for (const float label : test.labels) losses.push_back(-std::log(counts[static_cast<std::size_t>(label)] / total));
    return losses;
}

std::vector<BaselineResult> compare(
    const Scored& rows, const std::vector<std::string>& names, const std::vector<std::vector<double>>& baseline_losses,
    const std::vector<double>& model_losses
) {
    std::vector<BaselineResult> out;
    for (std::size_t b = 0; b < names.size(); ++b) {
        std::vector<double> gains(model_losses.size());
        for (std::size_t i = 0; i < gains.size(); ++i) gains[i] = baseline_losses[b][i] - model_losses[i];
        out.push_back({names[b], clustered_mean(rows, baseline_losses[b]), clustered_mean(rows, gains), {}});
    }
    std::ranges::stable_sort(out, {}, [](const BaselineResult& r) { return r.loss.value; });
    return out;
}

std::vector<OfferSupport> offer_support(const Matrix& train) {
    std::map<OfferId, OfferSupport> found;
    double conversions = 0;
    for (std::size_t i = 0; i < train.offers.size(); ++i) {
        OfferSupport& offer = found[train.offers[i]];
        offer.offer_id = train.offers[i];
        ++offer.exposures;
        if (train.labels[i] > 0) {
            ++offer.conversions;
            ++conversions;
        }
    }
    const double overall = train.rows() == 0 ? 0 : conversions / static_cast<double>(train.rows());
    std::vector<OfferSupport> out;
    for (auto& [id, offer] : found) {
        const auto exposures = static_cast<double>(offer.exposures);
        const auto converted = static_cast<double>(offer.conversions);
        offer.rate = converted / exposures;
        offer.shrunken_rate = Mean{converted, exposures}.towards(overall);
        offer.enough = offer.exposures >= kEnoughExposures && offer.conversions >= kEnoughConversions;
        out.push_back(offer);
    }
    return out;
}

}  // namespace boon::training
