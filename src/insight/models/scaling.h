// How the values of a row were scaled before a network was trained on them: (value − mean) / scale, per input, as
// scikit-learn's StandardScaler does it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "platform/base/record.h"

namespace boon::models {

// Empty: values are read as they are.
struct Scaling {
    std::vector<double> mean;
    std::vector<double> scale;
};
BOOST_DESCRIBE_STRUCT(Scaling, (), (mean, scale))

// JSON `{"mean": […], "scale": […]}`, or NPZ (numpy.savez) with arrays of those names, of float32 or float64; which of
// the two is seen from the bytes. `invalid`: not that, not one of each per input, not finite, or a scale of 0.
Result<Scaling> read_scaling(const std::string& bytes, std::size_t inputs);

}  // namespace boon::models
