// Counts what is allocated, for tests that say that nothing is.
#pragma once

#include <cstddef>

namespace boon::rules {

// By operator new, in this thread.
std::size_t allocations_so_far();

}  // namespace boon::rules
