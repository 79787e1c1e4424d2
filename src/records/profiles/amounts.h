// Money in profiles. A profile keeps an amount as float32, the nearest to the decimal that was meant: here it is read
// back as that decimal, alone and in sums, so that 266.47 is not 266.470001220703125. Exact for four decimals below
// 1 000, three below 10 000, and two below 131 072 currency units a customer. Pure.
#pragma once

#include <cmath>
#include <cstdint>

namespace boon::profiles {

constexpr std::int64_t kAmountParts = 10'000;  // of a currency unit: no currency has more decimals than four
constexpr double kLargeAmount = 1e8;           // nine million of them do not fill an int64 with their parts

// In parts of a currency unit; below kLargeAmount, and a number.
inline std::int64_t parts_of(double amount) {
    const double size = std::abs(amount);
    const std::int64_t decimals = size < 1'000 ? kAmountParts : size < 10'000 ? kAmountParts / 10 : kAmountParts / 100;
    return std::llround(amount * static_cast<double>(decimals)) * (kAmountParts / decimals);
}

// The double nearest to the decimal; not-a-number stays.
inline double decimal_of(double amount) {
    if (!(std::abs(amount) < kLargeAmount)) return amount;
    return static_cast<double>(parts_of(amount)) / static_cast<double>(kAmountParts);
}

// A sum of decimals, without what doubles lose on the way.
inline double nearest_decimal(double sum) {
    constexpr double kExact = 1e11;
    if (!(std::abs(sum) < kExact)) return sum;
    return static_cast<double>(std::llround(sum * static_cast<double>(kAmountParts))) /
           static_cast<double>(kAmountParts);
}

class SumOfAmounts {
public:
    // In currency units; not-a-number adds nothing.
    void add(double amount) {
        if (std::isnan(amount)) return;
        if (std::abs(amount) < kLargeAmount) {
            parts_ += parts_of(amount);
        } else {
            large_ += amount;
        }
    }

    [[nodiscard]] double total() const {
        return large_ + static_cast<double>(parts_) / static_cast<double>(kAmountParts);
    }

private:
    std::int64_t parts_ = 0;
    double large_ = 0;
};

}  // namespace boon::profiles
