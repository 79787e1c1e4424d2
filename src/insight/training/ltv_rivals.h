// The purchase models beside the trees of ltv: BG/NBD and MBG/NBD for how often, Gamma-Gamma for how much, on the
// hold-out rows of customers without a contract, whose leaving nobody sees.
#pragma once

#include <span>
#include <vector>

#include "insight/training/card.h"
#include "insight/training/labels.h"

namespace boon::training {

// The trees come first. `test_rows`: of the set, with what the trees say of each. Empty where no such customer is among
// them; a model that cannot be fitted has no figures and says why. mean_absolute_error is of the rows that all can say
// something of, gain_over_trees the trees' error minus the model's, paired. Parameters are fitted on what these
// customers bought before the cut-off: no outcome is looked at.
Result<std::vector<Contestant>> compare_purchase_models(
    warehouse::Warehouse& warehouse, const LabelledSet& set, const Options& options,
    std::span<const std::uint32_t> test_rows, std::span<const double> trees
);

}  // namespace boon::training
