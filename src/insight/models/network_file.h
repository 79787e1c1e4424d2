// A TensorFlow Lite file (a FlatBuffer, schema version 3: tensorflow/lite/schema/schema.fbs) looked at before the
// runtime gets it: what the runtime would trust is checked here, and what it would refuse in its own way is refused in
// words. Only what networks over tables of numbers consist of is let through.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "platform/base/error.h"

namespace boon::models {

inline constexpr std::size_t kMaxNetworkBytes = std::size_t{64} << 20U;

struct NetworkShape {
    int inputs = 0;                      // numbers of a row
    int outputs = 0;                     // numbers that come out; 0: the file does not say
    std::vector<std::string> operators;  // in order: `FULLY_CONNECTED`, …
};

// `invalid`, with what to do about it, for anything but one graph from one row of float32 to one row of float32, of
// known operators over tensors that the file holds, an operator before has made, or the row itself; also for a weight
// that is not a number.
Result<NetworkShape> examine_network(std::span<const std::byte> file);

}  // namespace boon::models
