#include "program/app/offer_figures.h"

#include <gtest/gtest.h>

namespace boon::app {
namespace {

// R. G. Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in Medicine 17 (1998), table
// I, method 3 (score, without continuity correction).
TEST(OfferFigures, TheIntervalIsThatOfNewcombesTable) {
    struct Case {
        std::int64_t part;
        std::int64_t whole;
        double low;
        double high;
    };
    for (const Case& known : {
             Case{.part = 81, .whole = 263, .low = 0.2553, .high = 0.3662},
             Case{.part = 15, .whole = 148, .low = 0.0624, .high = 0.1605},
             Case{.part = 0, .whole = 20, .low = 0.0, .high = 0.1611},
             Case{.part = 1, .whole = 29, .low = 0.0061, .high = 0.1718},
         }) {
        const Share share = share_of(known.part, known.whole);
        EXPECT_NEAR(share.share, static_cast<double>(known.part) / static_cast<double>(known.whole), 1e-12);
        EXPECT_NEAR(share.low, known.low, 5e-5);
        EXPECT_NEAR(share.high, known.high, 5e-5);
    }
    EXPECT_DOUBLE_EQ(share_of(20, 20).high, 1);
}

}  // namespace
}  // namespace boon::app
