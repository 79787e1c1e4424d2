#include "insight/purchases/summary.h"

#include <algorithm>
#include <tuple>

#include "platform/base/error.h"

namespace boon::purchases {
namespace {

// One day's purchases of one customer as one, in order.
std::vector<Purchase> by_day(std::span<const Purchase> purchases, std::int64_t end) {
    std::vector<Purchase> sorted;
    std::ranges::copy_if(purchases, std::back_inserter(sorted), [end](const Purchase& p) { return p.day <= end; });
    std::ranges::stable_sort(sorted, {}, [](const Purchase& p) { return std::tuple(p.customer, p.day); });
    std::vector<Purchase> days;
    for (const Purchase& purchase : sorted) {
        if (!days.empty() && days.back().customer == purchase.customer && days.back().day == purchase.day) {
            days.back().amount += purchase.amount;
        } else {
            days.push_back(purchase);
        }
    }
    return days;
}

}  // namespace

std::vector<Summary> summarise(std::span<const Purchase> purchases, std::int64_t end, double days_per_unit) {
    BOON_ASSERT(days_per_unit > 0);
    std::vector<Summary> summaries;
    std::int64_t first_day = 0;
    for (const Purchase& day : by_day(purchases, end)) {
        if (summaries.empty() || summaries.back().customer != day.customer) {
            first_day = day.day;
            summaries.push_back({.customer = day.customer, .age = static_cast<double>(end - first_day) / days_per_unit}
            );
            continue;
        }
        Summary& summary = summaries.back();
        summary.repeats += 1;
        summary.last = static_cast<double>(day.day - first_day) / days_per_unit;
        summary.mean_amount += (day.amount - summary.mean_amount) / summary.repeats;
    }
    return summaries;
}

}  // namespace boon::purchases
