// How members of a blend are weighed: a logistic regression on their logits, no weight below 0.
#pragma once

#include <vector>

namespace boon::training {

struct StackWeights {
    std::vector<double> weights;  // one a member, >= 0
    double intercept = 0;
};

// `margins[m][i]`: member m's logit for row i, of rows the member has not seen; labels are 0 or 1. The ridge draws each
// weight towards 1 / members. A weight that would fall below 0 is 0, and the others are found anew without it.
StackWeights fit_stack(const std::vector<std::vector<double>>& margins, const std::vector<float>& labels, double ridge);

// The logit of row i.
double stacked(const StackWeights& stack, const std::vector<std::vector<double>>& margins, std::size_t i);

}  // namespace boon::training
