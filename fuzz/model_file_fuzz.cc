// Any bytes as a model file: an error or a model that evaluates, never a crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "insight/models/tree_ensemble.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using boon::models::InstructionSet;
    using boon::models::TreeEnsemble;
    const auto ensemble = TreeEnsemble::from_xgboost({reinterpret_cast<const std::byte*>(data), size});
    if (!ensemble) return 0;
    const auto features = static_cast<std::size_t>(ensemble->features());
    const auto outputs = static_cast<std::size_t>(ensemble->outputs());
    if (features > 4096 || outputs > 256) return 0;  // allowed, but slow to try
    constexpr std::size_t kRows = 13;
    std::vector<float> rows(features * kRows);
    for (std::size_t i = 0; i < rows.size(); ++i) rows[i] = static_cast<float>(data[i % size]) / 16.0F - 4.0F;
    std::vector<float> one_by_one(kRows * outputs);
    std::vector<float> batch(kRows * outputs);
    for (std::size_t i = 0; i < kRows; ++i) {
        ensemble->margins({&rows[i * features], features}, {&one_by_one[i * outputs], outputs});
    }
    for (const InstructionSet set : {InstructionSet::portable, InstructionSet::best}) {
        ensemble->margins_batch(rows.data(), kRows, features, batch.data(), set);
        // Sums of huge leaves may be infinite or not a number; all paths must agree on that too.
        const auto same = [](float a, float b) { return a == b || (a != a && b != b); };
        if (!std::ranges::equal(one_by_one, batch, same)) __builtin_trap();
    }
    std::vector<double> contributions(features + 1);
    ensemble->explain({rows.data(), features}, static_cast<int>(outputs) - 1, contributions);
    return 0;
}
