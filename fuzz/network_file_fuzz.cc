// Any bytes as a TensorFlow Lite file: an error or a network that answers, never a crash.
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "insight/models/network.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using boon::models::Network;
    using boon::models::NetworkAnswer;
    for (const NetworkAnswer answer : {NetworkAnswer::amount, NetworkAnswer::shares}) {
        const auto network = Network::load({reinterpret_cast<const char*>(data), size}, answer, {});
        if (!network) continue;
        const auto features = static_cast<std::size_t>((*network)->features());
        const auto outputs = static_cast<std::size_t>((*network)->outputs());
        if (features > 4096 || outputs > 256) continue;  // allowed, but slow to try
        constexpr std::size_t kRows = 70;
        std::vector<float> rows(features * kRows);
        for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(data[i % size]) / 16.0F - 4.0F;
        std::vector<float> margins(kRows * outputs);
        (*network)->margins_batch(rows.data(), kRows, features, margins.data());
        std::vector<double> contributions(features + 1);
        if (features <= 64) (*network)->explain({rows.data(), features}, static_cast<int>(outputs) - 1, contributions);
    }
    return 0;
}
