#include "insight/training/gate.h"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

GateInput good() {
    GateInput in;
    in.kind = scoring::ModelKind::probability;
    in.matured_rows = 1000;
    in.positives = 200;
    BinaryMetrics m;
    m.base_rate = 0.2;
    m.mean_prediction = 0.215;  // .015 apart, .02 accepted
    m.calibration_slope = {0.8, 0.7, 0.9};
    m.calibration_error = {0.02, 0.01, 0.03};
    m.calibration_error_if_perfect = 0.012;
    in.binary = m;
    in.baselines = {{"recency_only", {0.45, 0.44, 0.46}, {0.02, 0.001, 0.039}}};
    return in;
}

std::vector<std::string> failed(const GateInput& in, const GateLimits& limits = {}) {
    std::vector<std::string> names;
    for (const GateCheck& check : judge(in, limits).checks) {
        if (!check.passed) names.push_back(check.name);
    }
    return names;
}

// Pages in other languages say each condition from these.
TEST(Gates, EachConditionHasItsFacts) {
    const auto checks = judge(good(), {}).checks;
    ASSERT_THAT(checks, SizeIs(6));
    using Facts = std::map<std::string, std::string>;
    EXPECT_EQ(checks[0].facts, (Facts{{"rows", "1000"}, {"needed", "1000"}}));
    EXPECT_EQ(checks[1].facts, (Facts{{"rows", "200"}, {"needed", "200"}, {"of", "of the rarer class"}}));
    const Facts gain = {
        {"measure", "log-loss"}, {"gain", "0.02"}, {"low", "0.001"}, {"high", "0.039"}, {"against", "recency_only"}
    };
    EXPECT_EQ(checks[2].facts, gain);
    EXPECT_EQ(checks[3].facts, (Facts{{"slope", "0.8"}, {"low", "0.8"}, {"high", "1.2"}}));
    EXPECT_EQ(
        checks[4].facts, (Facts{{"predicted", "0.215"}, {"actual", "0.2"}, {"gap", "0.015"}, {"allowed", "0.02"}})
    );
    EXPECT_EQ(checks[5].facts, (Facts{{"error", "0.02"}, {"allowed", "0.02"}}));
}

TEST(Gates, OpenAtTheLimits) {
    const GateResult result = judge(good(), {});
    EXPECT_TRUE(result.passed);
    EXPECT_EQ(result.verdict, "passed all 6 conditions");
    EXPECT_THAT(result.warnings, SizeIs(0));
}

TEST(Gates, EachConditionCloses) {
    GateInput in = good();
    in.matured_rows = 999;
    EXPECT_THAT(failed(in), ElementsAre("rows"));
    in = good();
    in.positives = 801;  // the other class has 199
    EXPECT_THAT(failed(in), ElementsAre("each_class"));
    in = good();
    in.baselines[0].gain.lower = 0;
    EXPECT_THAT(failed(in), ElementsAre("gain"));
    in = good();
    in.binary->calibration_slope.value = 1.21;
    EXPECT_THAT(failed(in), ElementsAre("calibration_slope"));
    in.binary->calibration_slope.value = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THAT(failed(in), ElementsAre("calibration_slope"));
    in = good();
    in.binary->mean_prediction = 0.221;
    EXPECT_THAT(failed(in), ElementsAre("mean_prediction"));
    in = good();
    in.binary->calibration_error.value = 0.021;
    EXPECT_THAT(failed(in), ElementsAre("calibration_error"));
    in.binary->calibration_error_if_perfect = 0.022;
    EXPECT_THAT(failed(in), SizeIs(0));
    in = good();
    in.baselines.clear();
    EXPECT_THAT(failed(in), ElementsAre("gain"));
}

TEST(Gates, AmountsAreToBeOrdered) {
    GateInput in = good();
    in.kind = scoring::ModelKind::amount;
    in.binary.reset();
    in.amount.emplace();
    in.amount->mean_actual = 10;
    in.amount->mean_prediction = 9.5;
    in.amount->rank_correlation = {0.05, 0.01, 0.09};
    EXPECT_EQ(judge(in, {}).verdict, "passed all 5 conditions");
    in.amount->rank_correlation.lower = 0;
    EXPECT_THAT(failed(in), ElementsAre("order"));
    in.amount->rank_correlation.lower = std::numeric_limits<double>::quiet_NaN();
    EXPECT_THAT(failed(in), ElementsAre("order"));
}

TEST(Gates, SayWhy) {
    GateInput in = good();
    in.matured_rows = 843;
    in.baselines[0].gain = {0.001, -0.002, 0.004};
    EXPECT_EQ(
        judge(in, {}).verdict,
        "refused: 843 matured rows, at least 1000 are needed; log-loss is 0.001 lower than that of the best trivial "
        "predictor (recency_only); 95 % interval -0.002 to 0.004, which must lie above 0"
    );
}

TEST(Gates, OneOfferThatAlwaysWins) {
    GateInput in = good();
    in.dominance = {.offer_id = 3, .share = 0.97, .best_fixed_offer = 3, .gain_over_fixed = {0.01, -0.01, 0.03}};
    GateResult result = judge(in, {});
    EXPECT_TRUE(result.passed);
    EXPECT_THAT(result.warnings, ElementsAre("offer 3 takes 97.0 % of the first places"));
    in.dominance->gain_over_fixed.value = 0;
    EXPECT_THAT(failed(in), ElementsAre("one_offer"));
    in.dominance->share = 0.9;
    EXPECT_THAT(failed(in), SizeIs(0));
}

TEST(Gates, AChallengerMayNotBeMuchWorse) {
    GateInput in = good();
    in.loss_against_champion = Estimate{0.001, -0.003, 0.005};
    EXPECT_THAT(failed(in), SizeIs(0));
    in.loss_against_champion = Estimate{0.002, -0.002, 0.0051};
    EXPECT_THAT(failed(in), ElementsAre("champion"));
    EXPECT_THAT(judge(in, {}).verdict, HasSubstr("upper 95 % bound +0.51 %, +0.50 % is accepted"));
}

TEST(Gates, LimitsAreConfiguration) {
    GateInput in = good();
    in.matured_rows = 500;
    in.positives = 100;
    GateLimits limits;
    limits.min_rows = 400;
    limits.min_each_class = 100;
    EXPECT_THAT(failed(in, limits), SizeIs(0));
}

TEST(Baselines, ByHand) {
    Matrix train;
    train.names = {"recency"};
    train.values.assign(40, 5);
    train.labels.assign(40, 0);
    train.offers.assign(40, 1);
    for (std::size_t i = 0; i < 20; ++i) {
        train.offers[i] = 2;
        train.labels[i] = 1;
    }
    Matrix test;
    test.names = {"recency"};
    test.values = {5, std::nanf("")};
    test.labels = {1, 0};
    test.offers = {2, 9};
    const auto found = *fit_baselines(train, test, "recency");
    ASSERT_THAT(found, SizeIs(3));
    EXPECT_THAT(found[0].predicted, ElementsAre(0.5, 0.5));
    EXPECT_THAT(found[1].predicted, ElementsAre(0.75, 0.5));  // (20 + 20 × ½) / 40; offer 9 is unknown
    EXPECT_THAT(found[2].predicted, ElementsAre(0.5, 0.5));
    EXPECT_EQ(fit_baselines(train, test, "tenure").error().message, "the training rows have no column \"tenure\"");
    const auto support = offer_support(train);
    EXPECT_EQ(support[1].conversions, 20);
    EXPECT_FALSE(support[1].enough);
    EXPECT_DOUBLE_EQ(support[0].shrunken_rate, 0.25);
}

TEST(Baselines, TheBestComesFirst) {
    const std::vector<double> none(2);
    const std::vector<float> labels{0, 1};
    const Scored rows{none, labels};
    const auto found = compare(rows, {"worse", "better"}, {{3, 5}, {2, 2}}, {1, 1});
    EXPECT_EQ(found[0].name, "better");
    EXPECT_EQ(found[0].gain.value, 1);
    EXPECT_EQ(found[0].gain.lower, 1);
    EXPECT_EQ(found[1].gain.value, 3);
}

}  // namespace
}  // namespace boon::training
