#include "insight/training/split.h"

#include <set>
#include <span>
#include <vector>

#include <fmt/format.h>

namespace boon::training {
namespace {

// Whole customers go to validation: their other rows would give theirs away.
bool is_validation(std::uint32_t customer, double share) {
    const std::uint32_t mixed = (customer * 2654435761U) ^ 0x5bd1e995U;
    return static_cast<double>((mixed * 2246822519U) >> 8) < share * 0x1p24;
}

// The rows of `test` of which `key` (by row of the set) is that of no row to train on.
std::vector<std::uint32_t> new_in_test(const Split& split, std::span<const std::uint32_t> key) {
    std::set<std::uint32_t> trained;
    for (const std::uint32_t row : split.all) trained.insert(key[row]);
    std::vector<std::uint32_t> out;
    for (const std::uint32_t row : split.test) {
        if (!trained.contains(key[row])) out.push_back(row);
    }
    return out;
}

}  // namespace

Split split_rows(const LabelledSet& set, double validation_share) {
    Split out;
    for (std::uint32_t i = 0; i < set.labels.size(); ++i) {
        (set.parts[i] == Part::test ? out.test : out.all).push_back(i);
    }
    for (const std::uint32_t row : out.all) {
        if (!is_validation(set.customers[row], validation_share)) {
            out.fit.push_back(row);
        } else if (!set.validation_from || set.as_of[row] >= *set.validation_from) {
            out.validation.push_back(row);
        }
    }
    out.words = fmt::format("validated on {:.0f} % of the customers, held out", 100 * validation_share);
    if (set.validation_from) out.words += ", at the cut-off " + to_string(*set.validation_from);
    out.unseen = new_in_test(out, set.customers);
    if (!set.campaigns.empty()) out.new_campaigns = new_in_test(out, set.campaigns);
    return out;
}

}  // namespace boon::training
