// The purchase models beside the trees of ltv: BG/NBD and MBG/NBD for how often, Gamma-Gamma for how much, on the
// hold-out rows of customers without a contract, whose leaving nobody sees.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "insight/scoring/purchase_model.h"
#include "insight/training/assemble.h"
#include "insight/training/card.h"
#include "insight/training/split.h"

namespace boon::training {

struct LtvCompetition {
    std::vector<Contestant> contestants;  // the trees first
    std::string absent;                   // then there are none: why
    // The one that is better than the trees by more than chance, and the place of it; the better of two.
    std::optional<scoring::PurchaseModel> winner = {};
    std::size_t place = 0;
};

// `trees`: what they say of each test row. Without contestants where no such customer is among the test rows, or a
// feature that the purchase models read is not defined. A model that cannot be fitted has no figures, and one whose
// fit ended at a boundary cannot win; both say why. mean_absolute_error is of the rows that all can say something of,
// gain_over_trees the trees' error minus the model's, paired.
//
// Parameters are fitted on what customers bought before the test cut-off. Outcomes are looked at of the training rows
// alone, told by parameters of the training cut-off: they set the level and the interval.
LtvCompetition compare_purchase_models(
    const Assembled& data, const Split& split, std::span<const double> trees, const LtvOptions& options,
    std::int32_t horizon_days
);

}  // namespace boon::training
