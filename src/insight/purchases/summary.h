// What the purchase models read of a customer: how often, how lately, for how long, and for how much. Only for
// customers without a contract, whose leaving nobody sees.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace boon::purchases {

struct Purchase {
    std::int64_t customer = 0;
    std::int64_t day = 0;  // any epoch
    double amount = 0;     // any currency; the same for all
};

// Times are in the unit the caller chose (weeks, days), from the customer's first purchase.
struct Summary {
    std::int64_t customer = 0;
    double repeats = 0;      // x: days with a purchase after the first such day
    double last = 0;         // t_x: the last of them; 0 when there is none
    double age = 0;          // T: the end of the observation
    double mean_amount = 0;  // of the repeat days, purchases of one day added up; 0 when there is none
};

// By customer, ascending. Purchases after the day `end` are left out; purchases of one day count as one.
std::vector<Summary> summarise(std::span<const Purchase> purchases, std::int64_t end, double days_per_unit);

}  // namespace boon::purchases
