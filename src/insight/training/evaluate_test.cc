#include "insight/training/evaluate.h"

#include <gtest/gtest.h>

namespace boon::training {
namespace {

// Ten bins of 100 rows each; in every bin the amounts are those of `amount(0…99)`.
scoring::AmountInterval interval_of(double (*amount)(int)) {
    std::vector<double> predicted;
    std::vector<float> actual;
    for (int bin = 0; bin < 10; ++bin) {
        for (int i = 0; i < 100; ++i) {
            predicted.push_back(bin + 0.001 * i);
            actual.push_back(static_cast<float>(amount(i)));
        }
    }
    return fit_interval({predicted, actual, {}, {}});
}

TEST(FitInterval, LeavesATenthOutAtEitherEnd) {
    const auto interval = interval_of([](int i) -> double { return i; });
    ASSERT_EQ(interval.predicted.size(), 10U);
    EXPECT_NEAR(interval.lower.front(), 9.9, 1e-6);  // the 10 % point of 0, 1, …, 99, between two of them
    EXPECT_NEAR(interval.upper.front(), 89.1, 1e-6);
}

// 30 zeros are covered by an interval that begins at 0: with another 50 it covers 80 of 100.
TEST(FitInterval, ManyZerosAreCoveredAndCount) {
    const auto interval = interval_of([](int i) -> double { return i < 30 ? 0 : i; });
    EXPECT_EQ(interval.lower.front(), 0);
    EXPECT_NEAR(interval.upper.front(), 79.2, 1e-6);
    const auto nothing = interval_of([](int i) -> double { return i < 95 ? 0 : 7; });
    EXPECT_EQ(nothing.lower.front(), 0);
    EXPECT_EQ(nothing.upper.front(), 0);
}

}  // namespace
}  // namespace boon::training
