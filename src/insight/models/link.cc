#include "insight/models/link.h"

#include <algorithm>
#include <cmath>

namespace boon::models {

namespace {

enum class Link { identity, logistic, exponential, shares };

Link link_of(Objective objective) {
    switch (objective) {
        case Objective::binary_logistic:
        case Objective::reg_logistic: return Link::logistic;
        case Objective::count_poisson:
        case Objective::reg_gamma:
        case Objective::reg_tweedie: return Link::exponential;
        case Objective::multi_softprob:
        case Objective::multi_softmax: return Link::shares;
        case Objective::binary_logitraw:
        case Objective::reg_squarederror:
        case Objective::rank_pairwise:
        case Objective::rank_ndcg:
        case Objective::rank_map: return Link::identity;
    }
    return Link::identity;
}

}  // namespace

bool is_multi_class(Objective objective) { return link_of(objective) == Link::shares; }
bool is_logarithm(Objective objective) { return link_of(objective) == Link::exponential; }
bool is_probability(Objective objective) {
    return link_of(objective) == Link::logistic || objective == Objective::binary_logitraw;
}

float predict_from_margin(Objective objective, float margin) {
    switch (link_of(objective)) {
        case Link::logistic: {
            constexpr float kLargestExponent = 88.7F;  // exp of more overflows float32
            return 1.0F / (std::exp(std::min(-margin, kLargestExponent)) + 1.0F);
        }
        case Link::exponential: return std::exp(margin);
        case Link::shares:
        case Link::identity: return margin;
    }
    return margin;
}

float margin_from_score(Objective objective, float score) {
    if (link_of(objective) == Link::logistic) return -std::log(1.0F / score - 1.0F);
    return link_of(objective) == Link::exponential ? std::log(score) : score;
}

void softmax(std::span<float> margins) {
    if (margins.empty()) return;
    const float largest = *std::ranges::max_element(margins);
    double sum = 0;
    for (float& margin : margins) {
        margin = std::exp(margin - largest);
        sum += static_cast<double>(margin);
    }
    for (float& margin : margins) margin /= static_cast<float>(sum);
}

}  // namespace boon::models
