// Who bought which products when, out of the warehouse: tables for recommenders. A product counts once a day.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "insight/recommend/interactions.h"
#include "insight/training/labels.h"

namespace boon::training {

// What the customers of one part's rows bought before their cut-off and, of the same products, within the horizon.
struct CutPurchases {
    std::vector<std::string> products;  // by number: those that most customers bought before
    std::int64_t products_left_out = 0;
    recommend::Interactions before;  // by row of the part, in order
    recommend::Interactions after;
    std::vector<std::uint32_t> customers;  // by row: LabelledSet::customers
    double unknown_share = 0;  // of what was bought within the horizon: products that nobody had bought before
};
Result<CutPurchases> read_cut(
    warehouse::Warehouse& warehouse, const LabelledSet& set, Part part, const Options& options, Timestamp now
);

// What everybody (or, of very many, a sample) bought up to `until`: what a version is fitted on in the end.
struct AllPurchases {
    std::vector<std::string> products;
    recommend::Interactions bought;
    std::vector<std::string> segments;      // by number; the first, "", of customers without one
    std::vector<std::uint32_t> segment_of;  // by customer
};
Result<AllPurchases> read_all(warehouse::Warehouse& warehouse, const Options& options, Timestamp until, Timestamp now);

// One customer's history, of the products that a version knows.
struct CustomerHistory {
    std::string customer_id;
    std::vector<recommend::ItemTimes> bought;  // ascending items
};
// All customers who bought one of `products` up to `until`, in the order of their ids, at most `at_once` to a call. One
// pass over the purchases. Ends at the first error of `on_histories`.
Status for_each_history(
    warehouse::Warehouse& warehouse, const std::vector<std::string>& products, Timestamp until, std::size_t at_once,
    const std::function<Status(std::vector<CustomerHistory>)>& on_histories
);

}  // namespace boon::training
