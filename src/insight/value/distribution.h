// How a number is spread over the base: for any value, which share of customers lies below and which share has it.
// Made exactly from the base at a batch run; reduced to a short table it gives a score to a customer between two runs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "platform/base/record.h"

namespace boon::value {

// One value that occurs: shares of customers strictly below it, and below or at it.
struct Step {
    double value = 0;
    double below = 0;
    double up_to = 0;

    bool operator==(const Step&) const = default;
};
BOOST_DESCRIBE_STRUCT(Step, (), (value, below, up_to))

struct Distribution {
    std::int64_t count = 0;
    std::vector<Step> steps;  // ascending by value

    // Any order; none may be not-a-number.
    static Distribution of(std::vector<float> values);

    // Shares of the base, 0 when it is empty. Exact at a value that has a step; between two steps on the straight line
    // between them.
    [[nodiscard]] double share_below(double value) const;
    [[nodiscard]] double share_above(double value) const;
    // 100 × (share below + half of the share equal).
    [[nodiscard]] double percentile(double value) const;

    // The same shape in at most `most` steps (two at least), the lowest and the highest value among them.
    [[nodiscard]] Distribution reduced(std::size_t most) const;

    bool operator==(const Distribution&) const = default;

private:
    // Shares strictly below, and at or below.
    struct Shares {
        double below = 0;
        double up_to = 0;
    };
    [[nodiscard]] Shares shares_of(double value) const;
};
BOOST_DESCRIBE_STRUCT(Distribution, (), (count, steps))

}  // namespace boon::value
