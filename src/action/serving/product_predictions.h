// Which products a customer buys next, by the model that serves: the customer's own ranking, made when the base was
// last ranked; what is popular in the customer's segment where there is none.
#pragma once

#include "action/serving/predictions.h"
#include "insight/scoring/product_lists.h"

namespace boon::serving {

// What a ranking rests on.
enum class ProductBasis {
    purchases,           // the customer's own
    popular_in_segment,  // what others of the segment buy
    popular,             // what all buy
    none,                // there is no model
};
BOOST_DESCRIBE_ENUM(ProductBasis, purchases, popular_in_segment, popular, none)

struct RecommendedProduct {
    std::string product_id;
    double score = 0;
    std::int64_t days_bought = 0;  // on which the customer bought it before
};
BOOST_DESCRIBE_STRUCT(RecommendedProduct, (), (product_id, score, days_bought))

struct ProductPrediction {
    std::string customer_id;
    std::vector<RecommendedProduct> products;  // best first
    Products task = Products::repeats_allowed;
    ProductBasis basis = ProductBasis::none;
    std::string score_kind;  // what orders the products: no probability that this customer buys one
    std::optional<std::int64_t> horizon_days;
    std::string explanation;
    std::string model_version;             // empty without a model
    bool is_fallback = false;              // nothing is said of this customer alone
    std::optional<Timestamp> computed_at;  // the ranking
    std::optional<Timestamp> trained_at;   // the model
};
BOOST_DESCRIBE_STRUCT(
    ProductPrediction, (),
    (customer_id, products, task, basis, score_kind, horizon_days, explanation, model_version, is_fallback, computed_at,
     trained_at)
)

// `kept`: what is kept of this customer. `not_found` for a customer nobody knows, unless that is allowed.
Result<ProductPrediction> predict_products(
    const State& state, const Ask& ask, const std::optional<scoring::KeptProducts>& kept
);

}  // namespace boon::serving
