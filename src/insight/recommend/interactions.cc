#include "insight/recommend/interactions.h"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "insight/recommend/popularity.h"

namespace boon::recommend {
namespace {

Status check(const Bought& line, std::size_t customers, std::size_t items) {
    if (line.customer < customers && line.item < items && line.times > 0) return {};
    return fail(
        ErrorCode::invalid,
        fmt::format(
            "customer {} of {} bought item {} of {} {} times", line.customer, customers, line.item, items, line.times
        ),
        "numbers start at 0, times are above 0"
    );
}

// Neighbours of the same item become one.
void add_up(std::vector<ItemTimes>& entries, std::size_t from) {
    std::ranges::sort(entries.begin() + static_cast<std::ptrdiff_t>(from), entries.end(), {}, &ItemTimes::item);
    std::size_t last = from;
    for (std::size_t i = from + 1; i < entries.size(); ++i) {
        if (entries[i].item == entries[last].item) {
            entries[last].times += entries[i].times;
        } else {
            entries[++last] = entries[i];
        }
    }
    if (from < entries.size()) entries.resize(last + 1);
}

}  // namespace

Result<Interactions> Interactions::of(std::span<const Bought> lines, std::size_t customers, std::size_t items) {
    std::vector<std::size_t> ends(customers + 1, 0);
    for (const Bought& line : lines) {
        BOON_CHECK(check(line, customers, items));
        ++ends[line.customer + 1];
    }
    std::partial_sum(ends.begin(), ends.end(), ends.begin());
    std::vector<ItemTimes> sorted(lines.size());
    std::vector<std::size_t> next(ends.begin(), ends.end() - 1);
    for (const Bought& line : lines) sorted[next[line.customer]++] = {line.item, line.times};

    Interactions out;
    out.items_ = items;
    out.starts_.assign(1, 0);
    out.entries_.reserve(lines.size());
    for (std::size_t customer = 0; customer < customers; ++customer) {
        const std::size_t from = out.entries_.size();
        const auto row = std::span(sorted).subspan(ends[customer], ends[customer + 1] - ends[customer]);
        out.entries_.insert(out.entries_.end(), row.begin(), row.end());
        add_up(out.entries_, from);
        out.starts_.push_back(out.entries_.size());
    }
    return out;
}

std::vector<std::uint32_t> most_bought(const Interactions& bought, std::size_t most) {
    const std::vector<float> shares = popularity(bought);
    std::vector<std::uint32_t> items(bought.items());
    std::iota(items.begin(), items.end(), 0);
    std::ranges::stable_sort(items, std::greater(), [&](std::uint32_t item) { return shares[item]; });
    items.resize(std::min(items.size(), most));
    return items;
}

}  // namespace boon::recommend
