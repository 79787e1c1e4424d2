// How large and how small the results of a rule's arithmetic can be. Engines differ in what they do when a double
// overflows or vanishes (PostgreSQL refuses the statement), so a rule where that could happen is refused, and then all
// engines give the same bits.
#pragma once

#include <vector>

#include "platform/base/error.h"
#include "platform/rules/tree.h"

namespace boon::rules {

// Within arithmetic, a variable's number beyond this counts as missing, and one nearer to 0 than its inverse as 0.
inline constexpr double kGreatestOperand = 1e30;
inline constexpr double kLeastOperand = 1e-30;

// Marks the variables within arithmetic as bounded; a mistake for each operation whose result could leave the range of
// normal doubles.
void check_ranges(Tree& tree, std::vector<FieldError>& mistakes);

}  // namespace boon::rules
