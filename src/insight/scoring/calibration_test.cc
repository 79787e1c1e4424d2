#include "insight/scoring/calibration.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

namespace boon::scoring {
namespace {

const Calibration kSteps{CalibrationKind::isotonic, 1, 0, {0.2, 0.4, 0.8}, {0.1, 0.1, 0.9}};

TEST(Calibrations, PlattMovesTheLogit) {
    // logit(.8) = ln 4; 2 × ln 4 − 1 → 1 / (1 + e / 16) = .854779…
    const Calibration platt{CalibrationKind::platt, 2, -1, {}, {}};
    EXPECT_NEAR(platt.apply(0.8), 1 / (1 + std::exp(1.0) / 16), 1e-15);
    EXPECT_NEAR(platt.apply(0.8), 0.854779, 1e-6);
}

TEST(Calibrations, IsotonicIsLinearBetweenKnotsAndFlatOutside) {
    EXPECT_EQ(kSteps.apply(0), 0.1);
    EXPECT_EQ(kSteps.apply(0.3), 0.1);
    EXPECT_NEAR(kSteps.apply(0.6), 0.5, 1e-15);
    EXPECT_EQ(kSteps.apply(0.8), 0.9);
    EXPECT_EQ(kSteps.apply(1), 0.9);
    EXPECT_TRUE(std::isnan(kSteps.apply(std::nan(""))));
}

TEST(Calibrations, AreMonotone) {
    const Calibration platt{CalibrationKind::platt, 0.7, 0.3, {}, {}};
    EXPECT_TRUE(rc::check("a higher probability never gets a lower one", [&] {
        const auto a = *rc::gen::inRange(0, 1'000'001) * 1e-6;
        const auto b = *rc::gen::inRange(0, 1'000'001) * 1e-6;
        for (const Calibration& c : {Calibration{}, platt, kSteps}) {
            RC_ASSERT(c.apply(std::min(a, b)) <= c.apply(std::max(a, b)));
            RC_ASSERT(c.apply(a) >= 0 && c.apply(a) <= 1);
        }
    }));
}

TEST(Calibrations, ReadBackWithTheSameBits) {
    EXPECT_TRUE(rc::check("calibration -> JSON -> calibration", [] {
        Calibration c;
        c.kind = CalibrationKind::isotonic;
        double raw = 0;
        for (int i = 0; i < 10; ++i) {
            raw += (1 + *rc::gen::inRange(0, 1'000'000)) * 7.3e-8;
            c.raw.push_back(raw);
            c.calibrated.push_back(std::sqrt(raw));
        }
        RC_ASSERT(check(c).has_value());
        const auto read = json::read_text<Calibration>(json::write(c));
        RC_ASSERT(read->raw == c.raw);
        RC_ASSERT(read->calibrated == c.calibrated);
    }));
}

TEST(Calibrations, RefusedWhenNotMonotone) {
    const auto refusal = [](const Calibration& c) { return check(c).error().message; };
    EXPECT_EQ(
        refusal({CalibrationKind::isotonic, 1, 0, {0.1, 0.2}, {0.5, 0.4}}),
        "a calibration falls where the raw probability rises"
    );
    EXPECT_EQ(
        refusal({CalibrationKind::isotonic, 1, 0, {0.2, 0.2}, {0.4, 0.5}}),
        "the raw probabilities of a calibration are not in strictly rising order"
    );
    EXPECT_EQ(
        refusal({CalibrationKind::isotonic, 1, 0, {0.2, 1.5}, {0.4, 0.5}}),
        "a calibration has a probability outside 0 to 1"
    );
    EXPECT_EQ(
        refusal({CalibrationKind::isotonic, 1, 0, {}, {}}),
        "an isotonic calibration needs as many calibrated values as raw ones, at least one"
    );
    EXPECT_EQ(
        refusal({CalibrationKind::platt, -1, 0, {}, {}}),
        "a Platt calibration needs a finite slope of at least 0 and a finite intercept"
    );
    EXPECT_TRUE(check(kSteps));
}

}  // namespace
}  // namespace boon::scoring
