// Margins of many rows, with the best code for the processor and the shape of the trees.
#pragma once

#include <cstddef>

#include "insight/models/tree_ensemble.h"

namespace boon::models {

struct Trees;

// See TreeEnsemble::margins and margins_batch.
void margins_of_row(const Trees& trees, const float* row, float* out);

struct Rows {
    const float* first = nullptr;
    std::size_t count = 0;
    std::size_t stride = 0;
};
void margins_of_rows(const Trees& trees, const Rows& rows, InstructionSet set, float* out);

}  // namespace boon::models
