// What a ranking model's version knows of products besides its recommenders: their names, and what is popular, for
// customers of whom no purchase is known.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"

namespace boon::scoring {

// Most popular first.
struct PopularProducts {
    std::string segment;                 // a category of Products::segment_by; empty: all customers
    std::vector<std::int32_t> products;  // numbers
    std::vector<double> shares;          // of the segment's customers, who bought it
};
BOOST_DESCRIBE_STRUCT(PopularProducts, (), (segment, products, shares))

// products.json
struct Products {
    std::vector<std::string> ids;          // by number
    std::string segment_by;                // the feature whose category is a customer's segment; empty: there is none
    std::vector<PopularProducts> popular;  // of all customers first
    std::string repeats_allowed;           // how each of the two rankings is made, in words
    std::string new_items;
    std::int64_t places = 20;  // of a customer's ranking, that are kept

    // Of that segment, else of all.
    [[nodiscard]] const PopularProducts& popular_in(std::string_view segment) const;
};
BOOST_DESCRIBE_STRUCT(Products, (), (ids, segment_by, popular, repeats_allowed, new_items, places))

inline constexpr std::string_view kProductsFile = "products.json";
// A recommend::Recommender each, as to_bytes() writes it.
inline constexpr std::string_view kRepeatsFile = "repeats_allowed.bin";
inline constexpr std::string_view kNewItemsFile = "new_items.bin";

// `conflict` without popular products of all, or for a number that no product has.
Status check(const Products& products);

}  // namespace boon::scoring
