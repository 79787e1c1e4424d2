#include "action/serving/product_predictions.h"

#include <algorithm>
#include <cmath>
#include <ranges>

#include "action/serving/told.h"

namespace boon::serving {
namespace {

// The category of the feature that segments are made by; empty when it is not known.
std::string_view segment_of(const std::optional<profiles::Profile>& profile, std::string_view feature) {
    if (!profile || profile->schema == nullptr) return {};
    const auto at = profile->schema->index_of(feature);
    if (!at || std::isnan(profile->features[*at])) return {};
    const auto& categories = profile->schema->columns[*at].categories;
    const auto code = static_cast<std::size_t>(profile->features[*at]);
    return code < categories.size() ? std::string_view(categories[code]) : std::string_view();
}

void rank_by_purchases(
    ProductPrediction& prediction, const scoring::Products& products, const scoring::KeptProducts& kept,
    std::size_t most
) {
    const bool repeats = prediction.task == Products::repeats_allowed;
    const auto& list = repeats ? kept.lists.repeats_allowed : kept.lists.new_items;
    for (const scoring::RankedProduct& entry : list | std::views::take(most)) {
        if (entry.product >= products.ids.size()) continue;
        prediction.products.push_back(
            {.product_id = products.ids[entry.product],
             .score = static_cast<double>(entry.score),
             .days_bought = std::lround(entry.times)}
        );
    }
    prediction.basis = ProductBasis::purchases;
    prediction.score_kind = repeats ? products.repeats_allowed : products.new_items;
    prediction.explanation = repeats ? "ranked by what the customer and others with the same products bought"
                                     : "not bought before; ranked by what others with the same products bought";
    prediction.computed_at = kept.as_of;
}

void rank_by_popularity(
    ProductPrediction& prediction, const scoring::PopularProducts& popular, const scoring::Products& products,
    std::size_t most
) {
    for (std::size_t i = 0; i < std::min(most, popular.products.size()); ++i) {
        const auto number = static_cast<std::size_t>(popular.products[i]);
        prediction.products.push_back({.product_id = products.ids[number], .score = popular.shares[i]});
    }
    prediction.basis = popular.segment.empty() ? ProductBasis::popular : ProductBasis::popular_in_segment;
    prediction.score_kind = popular.segment.empty() ? "share of all customers who bought it"
                                                    : "share of customers with " + products.segment_by + " " +
                                                          popular.segment + " who bought it, drawn towards that of all";
    prediction.is_fallback = true;
}

}  // namespace

Result<ProductPrediction> predict_products(
    const State& state, const Ask& ask, const std::optional<scoring::KeptProducts>& kept
) {
    BOON_TRY(const auto profile, look_up(state, ask));
    ProductPrediction prediction;
    prediction.customer_id = ask.customer_id;
    prediction.task = ask.products;
    const scoring::Serving* serving = state.model(kProductRecommendation);
    const scoring::LoadedModel* loaded = serving == nullptr ? nullptr : serving->model.get();
    if (loaded == nullptr || loaded->products() == nullptr) {
        prediction.is_fallback = true;
        prediction.explanation = "there is no model, and nothing is known of what is popular";
        return prediction;
    }
    const scoring::Products& products = *loaded->products();
    prediction.model_version = loaded->manifest().version;
    prediction.trained_at = loaded->manifest().created_at;
    prediction.horizon_days = loaded->horizon_days();
    if (kept && kept->version == prediction.model_version) {
        rank_by_purchases(prediction, products, *kept, ask.most);
        return prediction;
    }
    rank_by_popularity(prediction, products.popular_in(segment_of(profile, products.segment_by)), products, ask.most);
    prediction.explanation = kept ? "another version ranked this customer's products: this is what is popular until "
                                    "`boon score all` has run"
                                  : "no purchase of this customer is known: this is what is popular";
    return prediction;
}

}  // namespace boon::serving
