// NumPy's archives of arrays (numpy.savez): a ZIP of .npy files, stored without compression.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon::models {

// By name (without .npy), every array of float32 or float64, its numbers in order. `invalid` for anything else in it,
// for compression, and for damage.
Result<std::map<std::string, std::vector<double>>> read_npz(std::string_view bytes);

}  // namespace boon::models
