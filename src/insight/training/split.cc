#include "insight/training/split.h"

#include <set>

#include <fmt/format.h>

namespace boon::training {
namespace {

// Whole customers go to validation: their other rows would give theirs away.
bool is_validation(std::uint32_t customer, double share) {
    const std::uint32_t mixed = (customer * 2654435761U) ^ 0x5bd1e995U;
    return static_cast<double>((mixed * 2246822519U) >> 8) < share * 0x1p24;
}

}  // namespace

Split split_rows(const LabelledSet& set, double validation_share) {
    Split out;
    for (std::uint32_t i = 0; i < set.labels.size(); ++i) {
        if (set.parts[i] == Part::test) continue;
        out.all.push_back(i);
        if (!is_validation(set.customers[i], validation_share)) {
            out.fit.push_back(i);
        } else if (!set.validation_from || set.as_of[i] >= *set.validation_from) {
            out.validation.push_back(i);
        }
    }
    out.words = fmt::format("validated on {:.0f} % of the customers, held out", 100 * validation_share);
    if (set.validation_from) out.words += ", at the cut-off " + to_string(*set.validation_from);
    std::set<std::uint32_t> trained;
    for (const std::uint32_t row : out.all) trained.insert(set.customers[row]);
    for (std::uint32_t i = 0; i < set.labels.size(); ++i) {
        if (set.parts[i] != Part::test) continue;
        out.test.push_back(i);
        if (!trained.contains(set.customers[i])) out.unseen.push_back(i);
    }
    if (set.campaigns.empty()) return out;
    std::set<std::uint32_t> run_before;
    for (const std::uint32_t row : out.all) run_before.insert(set.campaigns[row]);
    for (const std::uint32_t row : out.test) {
        if (!run_before.contains(set.campaigns[row])) out.new_campaigns.push_back(row);
    }
    return out;
}

}  // namespace boon::training
