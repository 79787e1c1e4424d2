#include "insight/recommend/recommender.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "insight/recommend/popularity.h"

namespace boon::recommend {
namespace {

// Of the popularity (at most 1) within a score: never as much as a purchase, or as any weight that matters.
constexpr float kTieBreak = 1e-5F;

bool counts_times(Method method) { return method == Method::repeat_frequency || method == Method::blend; }

Result<ItemWeights> weights_of(const Interactions& bought, const Recipe& recipe) {
    switch (recipe.method) {
        case Method::popularity:
        case Method::repeat_frequency: return ItemWeights();
        case Method::item_knn: break;
        case Method::ease:
        case Method::blend: return ease(bought, recipe.ridge, kKeptWeights);
    }
    if (recipe.neighbours < 1) return fail(ErrorCode::invalid, "item_knn needs at least one neighbour");
    return nearest_items(bought, static_cast<std::size_t>(recipe.neighbours));
}

}  // namespace

Result<Recommender> Recommender::fit(const Interactions& bought, const Recipe& recipe) {
    BOON_TRY(auto weights, weights_of(bought, recipe));
    return Recommender(recipe, recommend::popularity(bought), std::move(weights));
}

Recommender::Recommender(const Recipe& recipe, std::vector<float> popularity, ItemWeights weights)
    : recipe_(recipe), popularity_(std::move(popularity)), weights_(std::move(weights)) {
    BOON_ASSERT(weights_.empty() || weights_.size() == popularity_.size());
}

void Recommender::score(std::span<const ItemTimes> history, std::vector<float>& scores) const {
    scores.resize(items());
    const float popular = recipe_.method == Method::popularity ? 1 : kTieBreak;
    std::ranges::transform(popularity_, scores.begin(), [&](float share) { return share * popular; });
    const float share = recipe_.method == Method::blend ? static_cast<float>(recipe_.share) : 1;
    for (const ItemTimes& entry : history) {
        if (counts_times(recipe_.method)) scores[entry.item] += entry.times;
        if (weights_.empty()) continue;
        for (const Weight& weight : weights_[entry.item]) scores[weight.item] += share * weight.value;
    }
}

std::vector<Ranked> Recommender::recommend(std::span<const ItemTimes> history, Task task, std::size_t most) const {
    std::vector<float> scores;
    score(history, scores);
    std::vector<bool> had(items(), false);
    if (task == Task::new_items) {
        for (const ItemTimes& entry : history) had[entry.item] = true;
    }
    std::vector<Ranked> ranked;
    ranked.reserve(items());
    for (std::uint32_t item = 0; item < items(); ++item) {
        if (!had[item]) ranked.push_back({item, scores[item]});
    }
    const auto better = [](const Ranked& a, const Ranked& b) {
        return a.score != b.score ? a.score > b.score : a.item < b.item;
    };
    const auto end = ranked.begin() + static_cast<std::ptrdiff_t>(std::min(most, ranked.size()));
    std::ranges::partial_sort(ranked, end, better);
    ranked.erase(end, ranked.end());
    return ranked;
}

}  // namespace boon::recommend
