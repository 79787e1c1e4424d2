#include "insight/training/blend.h"

#include <cmath>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/scoring/calibration.h"
#include "insight/training/folds.h"
#include "insight/training/ranking.h"
#include "insight/training/stack.h"

namespace boon::training {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

const auto kQuiet = [](double) -> Status { return {}; };

// logit P(1) = −1 + 2 × x0 − x1, plus 2 where x2 and x3 have different signs; a tenth of x1 is missing.
Matrix drawn(int rows, std::uint64_t seed) {
    std::mt19937_64 generator(seed);
    std::normal_distribution<float> normal;
    std::uniform_real_distribution<float> uniform;
    Matrix m;
    m.names = {"x0", "x1", "x2", "x3"};
    for (int i = 0; i < rows; ++i) {
        const float x[] = {normal(generator), normal(generator), normal(generator), normal(generator)};
        const float margin = -1 + 2 * x[0] - x[1] + (x[2] * x[3] < 0 ? 2.0F : 0.0F);
        const bool missing = uniform(generator) < 0.1F;
        m.values.insert(m.values.end(), {x[0], missing ? std::nanf("") : x[1], x[2], x[3]});
        m.labels.push_back(uniform(generator) < 1 / (1 + std::exp(-margin)) ? 1.0F : 0.0F);
    }
    return m;
}

BlendOptions quick() {
    BlendOptions options;
    options.trees = {{.max_depth = 2, .eta = 0.3}, {.max_depth = 4, .eta = 0.2}};
    options.max_rounds = 100;
    return options;
}

double loss_of(const std::vector<double>& predicted, const std::vector<float>& labels) {
    double sum = 0;
    for (std::size_t i = 0; i < labels.size(); ++i) sum -= std::log(labels[i] > 0 ? predicted[i] : 1 - predicted[i]);
    return sum / static_cast<double>(labels.size());
}

TEST(Blends, AreBetterThanTheirMembersWhereEachSeesAPart) {
    const Matrix train = drawn(3000, 1);
    const Matrix test = drawn(3000, 2);
    const auto blend = Blend::fit(train, quick(), 2, kQuiet);
    ASSERT_TRUE(blend) << to_text(blend.error());
    const double loss = loss_of(blend->predict(test), test.labels);
    for (const BlendMember& member : blend->report().members) EXPECT_LT(loss, member.held_out_loss) << member.name;
    const LinearModel linear = fit_linear(train, 3);
    std::vector<double> straight;
    for (std::size_t i = 0; i < test.rows(); ++i) {
        straight.push_back(scoring::inverse_logit(linear.margin(test.row(i))));
    }
    EXPECT_LT(loss, loss_of(straight, test.labels) - 0.02);
    EXPECT_GT(blend->report().members.back().weight, 0.05);  // the linear one
}

TEST(Blends, AreTheSameOnOneThreadAndOnTwo) {
    const Matrix train = drawn(1000, 1);
    const auto one = Blend::fit(train, quick(), 1, kQuiet);
    const auto two = Blend::fit(train, quick(), 2, kQuiet);
    ASSERT_TRUE(one && two);
    EXPECT_EQ(one->predict(train), two->predict(train));
}

TEST(Blends, StopWhenTold) {
    const auto stopped = Blend::fit(drawn(500, 1), quick(), 2, [](double done) -> Status {
        if (done < 0.3) return {};
        return fail(ErrorCode::conflict, "enough");
    });
    EXPECT_EQ(stopped.error().message, "enough");
}

TEST(Blends, NeedBothLabels) {
    Matrix rows = drawn(100, 1);
    rows.labels.assign(100, 0);
    rows.labels[5] = 1;
    EXPECT_EQ(Blend::fit(rows, quick(), 1, kQuiet).error().message, "of 100 training rows 1 are positive");
    rows.labels[5] = 2;
    EXPECT_EQ(Blend::fit(rows, quick(), 1, kQuiet).error().message, "labels must be 0 or 1");
}

// One column of 0 and 1, without a penalty: the margins are the logits of the two rates, here of 1/4 and 3/4.
TEST(LinearModels, FitTheRatesOfTwoGroups) {
    Matrix m;
    m.names = {"x"};
    m.values = {0, 0, 0, 0, 1, 1, 1, 1};
    m.labels = {1, 0, 0, 0, 1, 1, 1, 0};
    const LinearModel model = fit_linear(m, 1e-9);
    EXPECT_NEAR(model.margin(std::vector<float>{0}), std::log(1.0 / 3), 1e-5);
    EXPECT_NEAR(model.margin(std::vector<float>{1}), std::log(3.0), 1e-5);
}

// The missing are a group of their own, beside the mean of the others.
TEST(LinearModels, GiveMissingValuesAWeight) {
    Matrix m;
    m.names = {"x"};
    const float none = std::nanf("");
    m.values = {0, 0, 1, 1, none, none, none, none};
    m.labels = {1, 0, 1, 0, 1, 1, 1, 0};
    const LinearModel model = fit_linear(m, 1e-9);
    EXPECT_NEAR(model.margin(std::vector<float>{none}), std::log(3.0), 1e-4);
    EXPECT_NEAR(model.margin(std::vector<float>{0}), 0, 1e-4);
}

TEST(LinearModels, StayFiniteWhereALineSeparatesTheLabels) {
    Matrix m;
    m.names = {"x", "constant"};
    for (int i = 0; i < 100; ++i) {
        m.values.insert(m.values.end(), {static_cast<float>(i), 7});
        m.labels.push_back(i < 50 ? 0.0F : 1.0F);
    }
    const LinearModel model = fit_linear(m, 1);
    EXPECT_TRUE(std::isfinite(model.margin(std::vector<float>{1e9F, 7})));
    EXPECT_GT(model.margin(std::vector<float>{80, 7}), 2);
}

TEST(Stacks, TrustTheMemberThatKnows) {
    std::mt19937_64 generator(1);
    std::normal_distribution<double> normal;
    std::uniform_real_distribution<double> uniform;
    std::vector<std::vector<double>> margins(2);
    std::vector<float> labels;
    for (int i = 0; i < 20'000; ++i) {
        margins[0].push_back(normal(generator));
        margins[1].push_back(normal(generator));
        labels.push_back(uniform(generator) < scoring::inverse_logit(0.5 + margins[0].back()) ? 1.0F : 0.0F);
    }
    const StackWeights stack = fit_stack(margins, labels, 1);
    EXPECT_THAT(stack.weights, ElementsAre(DoubleNear(1, 0.06), DoubleNear(0, 0.06)));
    EXPECT_NEAR(stack.intercept, 0.5, 0.06);
}

// The second member is the first one's opposite: alone it would get a weight of −1.
TEST(Stacks, HaveNoWeightBelowNothing) {
    std::vector<std::vector<double>> margins(1);
    std::vector<float> labels;
    for (int i = 0; i < 1000; ++i) {
        margins[0].push_back(i % 2 == 0 ? 1 : -1);
        labels.push_back((i % 2 == 0) == (i % 4 < 3) ? 0.0F : 1.0F);
    }
    EXPECT_EQ(fit_stack(margins, labels, 0).weights[0], 0);
}

TEST(Folds, HoldAsManyPositivesEachAndKeepClustersTogether) {
    std::vector<float> labels(1000);
    std::vector<std::uint32_t> clusters(1000);
    for (std::size_t i = 0; i < labels.size(); ++i) {
        labels[i] = i % 10 == 0 ? 1.0F : 0.0F;
        clusters[i] = static_cast<std::uint32_t>(i / 2);
    }
    const auto single = deal_folds(labels, {}, 5, 1);
    for (std::uint32_t f = 0; f < 5; ++f) {
        const auto rows = rows_inside(single, f);
        EXPECT_EQ(rows.size(), 200U);
        EXPECT_EQ(std::ranges::count_if(rows, [&](auto row) { return labels[row] > 0; }), 20);
        EXPECT_EQ(rows_outside(single, f).size(), 800U);
    }
    const auto paired = deal_folds(labels, clusters, 5, 1);
    for (std::size_t i = 0; i < paired.size(); i += 2) EXPECT_EQ(paired[i], paired[i + 1]);
    EXPECT_NE(deal_folds(labels, {}, 5, 2), single);
}

}  // namespace
}  // namespace boon::training
