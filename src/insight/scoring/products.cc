#include "insight/scoring/products.h"

#include <algorithm>

namespace boon::scoring {

const PopularProducts& Products::popular_in(std::string_view segment) const {
    const auto found = std::ranges::find(popular, segment, &PopularProducts::segment);
    return found == popular.end() ? popular.front() : *found;
}

Status check(const Products& products) {
    const auto fits = [&](const PopularProducts& popular) {
        return popular.shares.size() == popular.products.size() &&
               std::ranges::all_of(popular.products, [&](std::int32_t n) {
                   return n >= 0 && static_cast<std::size_t>(n) < products.ids.size();
               });
    };
    if (!products.popular.empty() && products.popular.front().segment.empty() &&
        std::ranges::all_of(products.popular, fits)) {
        return {};
    }
    return fail(ErrorCode::conflict, "the model's products.json does not say what is popular among all customers");
}

}  // namespace boon::scoring
