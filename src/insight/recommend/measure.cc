#include "insight/recommend/measure.h"

#include <algorithm>
#include <cmath>

namespace boon::recommend {
namespace {

constexpr double kNormal = 1.959964;  // its 97.5 % quantile

bool holds(std::span<const ItemTimes> row, std::uint32_t item) {
    const auto found = std::ranges::lower_bound(row, item, {}, &ItemTimes::item);
    return found != row.end() && found->item == item;
}

std::size_t items_that_count(std::span<const ItemTimes> history, std::span<const ItemTimes> later, Task task) {
    if (task == Task::repeats_allowed) return later.size();
    return static_cast<std::size_t>(std::ranges::count_if(later, [&](const ItemTimes& entry) {
        return !holds(history, entry.item);
    }));
}

double discount(std::size_t place) { return 1 / std::log2(static_cast<double>(place) + 2); }

}  // namespace

Measured measure(
    const Recommender& recommender, const Interactions& before, const Interactions& after, Task task, std::size_t k
) {
    BOON_ASSERT(before.customers() == after.customers() && before.items() == after.items());
    Measured out;
    std::vector<bool> shown(before.items(), false);
    for (std::size_t customer = 0; customer < before.customers(); ++customer) {
        const auto history = before.of(customer);
        const auto later = after.of(customer);
        const std::size_t relevant = items_that_count(history, later, task);
        if (history.empty() || relevant == 0) continue;
        const auto ranked = recommender.recommend(history, task, k);
        double hits = 0;
        double gain = 0;
        double best = 0;
        for (std::size_t place = 0; place < ranked.size(); ++place) {
            shown[ranked[place].item] = true;
            if (place < relevant) best += discount(place);
            if (!holds(later, ranked[place].item)) continue;
            hits += 1;
            gain += discount(place);
        }
        out.customers.push_back(static_cast<std::uint32_t>(customer));
        out.recall.push_back(hits / static_cast<double>(relevant));
        out.ndcg.push_back(gain / best);
    }
    out.coverage = static_cast<double>(std::ranges::count(shown, true)) /
                   static_cast<double>(std::max<std::size_t>(shown.size(), 1));
    return out;
}

Interval mean(std::span<const double> values) {
    const auto n = static_cast<double>(values.size());
    if (values.empty()) return {std::nan(""), std::nan(""), std::nan("")};
    double sum = 0;
    for (const double v : values) sum += v;
    const double value = sum / n;
    double squares = 0;
    for (const double v : values) squares += (v - value) * (v - value);
    // Of one customer nothing is known of the spread.
    const double half = n < 2 ? std::nan("") : kNormal * std::sqrt(squares / (n - 1) / n);
    return {value, value - half, value + half};
}

Interval paired_difference(std::span<const double> of_one, std::span<const double> of_other) {
    BOON_ASSERT(of_one.size() == of_other.size());
    std::vector<double> differences(of_one.size());
    std::ranges::transform(of_one, of_other, differences.begin(), std::minus());
    return mean(differences);
}

}  // namespace boon::recommend
