// How well a recommender foretells what customers buy next. The customer is the sampling unit: one figure each.
#pragma once

#include <vector>

#include "insight/recommend/recommender.h"

namespace boon::recommend {

// A mean over customers, or a difference of two, with its 95 % interval.
struct Interval {
    double value = 0;
    double lower = 0;
    double upper = 0;
    bool operator==(const Interval&) const = default;
};
BOOST_DESCRIBE_STRUCT(Interval, (), (value, lower, upper))

// Of the customers with a history who bought an item that counts afterwards: any, or one they had not bought before.
struct Measured {
    std::vector<std::uint32_t> customers;
    // One per customer, of the first k: what share of the items bought was shown; and the gain of each item shown and
    // bought, discounted by log2(1 + its place), against the best order there is (Järvelin and Kekäläinen 2002).
    std::vector<double> recall;
    std::vector<double> ndcg;
    double coverage = 0;  // the share of all items that were shown to anybody
};

// Both tables have the same customers and items; `after` is what they bought after all of `before`.
Measured measure(
    const Recommender& recommender, const Interactions& before, const Interactions& after, Task task, std::size_t k
);

Interval mean(std::span<const double> values);
// Of one minus the other, customer by customer.
Interval paired_difference(std::span<const double> of_one, std::span<const double> of_other);

}  // namespace boon::recommend
