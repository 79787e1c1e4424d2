// What XGBoost predicts, we predict: the same bits for margins, and SHAP values within float32's reach.
#include "insight/models/xgboost_model.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/models/link.h"
#include "insight/models/testing/xgboost_peer.h"

namespace boon::models {
namespace {

using testing::Peer;
using testing::random_table;
using testing::Table;

struct Case {
    std::string name;
    Peer::Parameters parameters;
    int rounds = 12;
    std::size_t columns = 9;
    double missing_share = 0.15;
    int classes = 1;
};

void PrintTo(const Case& c, std::ostream* out) { *out << c.name; }

std::vector<Case> cases() {
    std::vector<Case> all;
    for (const int depth : {1, 2, 3, 4, 5, 6, 7, 9, 12}) {
        all.push_back(
            {"depth" + std::to_string(depth),
             {{"objective", "binary:logistic"}, {"max_depth", std::to_string(depth)}, {"min_child_weight", "0"}}}
        );
    }
    for (const char* objective :
         {"binary:logitraw", "reg:logistic", "reg:squarederror", "count:poisson", "reg:gamma", "reg:tweedie",
          "rank:pairwise", "rank:ndcg", "rank:map"}) {
        std::string name = objective;
        name[name.find(':')] = '_';
        all.push_back({name, {{"objective", objective}, {"max_depth", "4"}, {"base_score", "0.3"}}});
    }
    all.push_back({"softprob", {{"objective", "multi:softprob"}, {"num_class", "3"}, {"max_depth", "5"}}, 9, 9, 0.15, 3}
    );
    all.push_back({"softmax", {{"objective", "multi:softmax"}, {"num_class", "5"}, {"max_depth", "3"}}, 9, 9, 0.15, 5});
    all.push_back(
        {"exact_pruned",
         {{"objective", "binary:logistic"}, {"tree_method", "exact"}, {"gamma", "3"}, {"max_depth", "8"}}}
    );
    all.push_back(
        {"hist_lossguide",
         {{"objective", "binary:logistic"},
          {"tree_method", "hist"},
          {"grow_policy", "lossguide"},
          {"max_depth", "0"},
          {"max_leaves", "40"},
          {"max_bin", "512"}}}
    );
    all.push_back(
        {"many_cuts",
         {{"objective", "reg:squarederror"}, {"tree_method", "exact"}, {"max_depth", "6"}, {"min_child_weight", "0"}},
         60,
         2}
    );
    all.push_back({"nothing_missing", {{"objective", "binary:logistic"}, {"max_depth", "6"}}, 12, 9, 0.0});
    all.push_back({"mostly_missing", {{"objective", "binary:logistic"}, {"max_depth", "6"}}, 12, 9, 0.9});
    all.push_back({"one_column", {{"objective", "binary:logistic"}, {"max_depth", "6"}}, 12, 1});
    all.push_back({"wide", {{"objective", "binary:logistic"}, {"max_depth", "6"}, {"colsample_bytree", "0.3"}}, 12, 200}
    );
    all.push_back(
        {"forest",
         {{"objective", "binary:logistic"}, {"max_depth", "4"}, {"num_parallel_tree", "3"}, {"subsample", "0.5"}}}
    );
    all.push_back(
        {"dart",
         {{"booster", "dart"},
          {"rate_drop", "0.3"},
          {"objective", "binary:logistic"},
          {"max_depth", "4"},
          {"base_score", "0.2"}}}
    );
    all.push_back(
        {"dart_classes",
         {{"booster", "dart"},
          {"rate_drop", "0.3"},
          {"objective", "multi:softprob"},
          {"num_class", "3"},
          {"max_depth", "4"}},
         9,
         9,
         0.15,
         3}
    );
    return all;
}

Table training_table(const Case& c, std::uint64_t seed) {
    Table table = random_table(400, c.columns, c.missing_share, seed);
    for (std::size_t i = 0; i < table.labels.size(); ++i) {
        if (c.classes > 1) table.labels[i] = static_cast<float>(i % static_cast<std::size_t>(c.classes));
    }
    for (const auto& [name, value] : c.parameters) {
        if (value == "reg:gamma")
            for (float& label : table.labels) label += 0.5F;
    }
    return table;
}

// Rows that try everything: fresh values, values equal to thresholds (the training rows'), zeros of both signs, huge.
Table probe_table(const Case& c, const Table& training, std::uint64_t seed) {
    Table table = random_table(150, c.columns, c.missing_share, seed + 1000);
    table.labels.clear();
    table.values.insert(
        table.values.end(), training.values.begin(),
        training.values.begin() + static_cast<std::ptrdiff_t>(100 * c.columns)
    );
    for (const float value : {0.0F, -0.0F, 3.4e38F, -3.4e38F, 1e-45F, std::nanf("")}) {
        table.values.insert(table.values.end(), c.columns, value);
    }
    return table;
}

TreeEnsemble load(const Peer& peer, const std::string& format) {
    auto ensemble = TreeEnsemble::from_xgboost(peer.save(format));
    EXPECT_TRUE(ensemble.has_value()) << (ensemble ? "" : to_text(ensemble.error()));
    return *ensemble;
}

void expect_same_bits(const std::vector<float>& ours, const std::vector<float>& theirs, const std::string& what) {
    ASSERT_EQ(ours.size(), theirs.size()) << what;
    for (std::size_t i = 0; i < ours.size(); ++i) {
        ASSERT_EQ(std::bit_cast<std::uint32_t>(ours[i]), std::bit_cast<std::uint32_t>(theirs[i]))
            << what << ": margin " << i << ": " << ours[i] << " and XGBoost " << theirs[i];
    }
}

std::vector<float> margins_one_by_one(const TreeEnsemble& ensemble, const Table& table) {
    const auto outputs = static_cast<std::size_t>(ensemble.outputs());
    std::vector<float> all(table.rows() * outputs);
    for (std::size_t i = 0; i < table.rows(); ++i) ensemble.margins(table.row(i), {&all[i * outputs], outputs});
    return all;
}

// All that this processor can do.
std::vector<InstructionSet> instruction_sets() {
    std::vector<InstructionSet> sets = {InstructionSet::portable};
    if (best_instruction_set() != InstructionSet::portable) sets.push_back(InstructionSet::avx2);
    if (best_instruction_set() == InstructionSet::avx512) sets.push_back(InstructionSet::avx512);
    return sets;
}

std::vector<float> margins_of_batch(
    const TreeEnsemble& ensemble, const Table& table, std::size_t n, InstructionSet set
) {
    const std::size_t stride = table.columns + 3;
    std::vector<float> spread(n * stride, std::nanf(""));
    for (std::size_t i = 0; i < n; ++i) std::ranges::copy(table.row(i), &spread[i * stride]);
    std::vector<float> all(n * static_cast<std::size_t>(ensemble.outputs()));
    ensemble.margins_batch(spread.data(), n, stride, all.data(), set);
    return all;
}

class XgboostPeer : public ::testing::TestWithParam<Case> {};

TEST_P(XgboostPeer, MarginsAreTheSameBits) {
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        const Table training = training_table(GetParam(), seed);
        const Peer peer(training, GetParam().parameters, GetParam().rounds);
        const Table probes = probe_table(GetParam(), training, seed);
        const std::vector<float> expected = peer.margins(probes);
        for (const char* format : {"json", "ubj"}) {
            const TreeEnsemble ensemble = load(peer, format);
            EXPECT_EQ(ensemble.outputs(), GetParam().classes);
            expect_same_bits(margins_one_by_one(ensemble, probes), expected, format);
            for (const InstructionSet set : instruction_sets()) {
                // Whole blocks, short blocks, single rows; and a stride that is more than a row.
                for (const std::size_t n :
                     {probes.rows(), std::size_t{64}, std::size_t{19}, std::size_t{9}, std::size_t{1}}) {
                    const std::vector<float> first(
                        expected.begin(),
                        expected.begin() + static_cast<std::ptrdiff_t>(n * static_cast<std::size_t>(GetParam().classes))
                    );
                    expect_same_bits(
                        margins_of_batch(ensemble, probes, n, set), first, std::string(instruction_set_name(set))
                    );
                }
            }
        }
    }
}

// XGBoost's matrices refuse infinities, its dense rows do not.
TEST_P(XgboostPeer, ExtremeRowsGiveTheSameBits) {
    const Table training = training_table(GetParam(), 5);
    Peer peer(training, GetParam().parameters, GetParam().rounds);
    const TreeEnsemble ensemble = load(peer, "json");
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    Table probes{.columns = training.columns};
    for (std::size_t i = 0; i < 100 * training.columns; ++i) {
        const std::array values = {kInfinity, -kInfinity, -0.0F, 0.0F, std::nanf(""), training.values[i]};
        probes.values.push_back(values[(i * 31 + i / 7) % values.size()]);
    }
    const float* result = peer.margins_in_place(probes.values.data(), probes.rows(), probes.columns);
    const std::vector<float> expected(result, result + probes.rows() * static_cast<std::size_t>(GetParam().classes));
    const std::vector<float> one_by_one = margins_one_by_one(ensemble, probes);
    if (GetParam().name.starts_with("dart")) {  // whose dense rows XGBoost itself rounds otherwise than its matrices
        ASSERT_THAT(one_by_one, ::testing::Pointwise(::testing::FloatNear(1e-5F), expected));
        return;
    }
    expect_same_bits(one_by_one, expected, "one by one");
    for (const InstructionSet set : instruction_sets()) {
        expect_same_bits(margins_of_batch(ensemble, probes, probes.rows(), set), expected, "batch");
    }
}

TEST_P(XgboostPeer, PredictionsFollowFromMargins) {
    const Table training = training_table(GetParam(), 9);
    const Peer peer(training, GetParam().parameters, GetParam().rounds);
    const TreeEnsemble ensemble = load(peer, "json");
    const std::vector<float> expected = peer.predictions(training);
    std::vector<float> ours = margins_one_by_one(ensemble, training);
    const auto outputs = static_cast<std::size_t>(ensemble.outputs());
    if (ensemble.objective() == Objective::multi_softmax) {  // XGBoost gives the class alone
        for (std::size_t i = 0; i < expected.size(); ++i) {
            const auto row = std::span(ours).subspan(i * outputs, outputs);
            ASSERT_EQ(std::ranges::max_element(row) - row.begin(), static_cast<std::ptrdiff_t>(expected[i]));
        }
        return;
    }
    for (std::size_t i = 0; i < ours.size(); i += outputs) {
        if (is_multi_class(ensemble.objective())) {
            softmax({&ours[i], outputs});
        } else {
            ours[i] = predict_from_margin(ensemble.objective(), ours[i]);
        }
    }
    ASSERT_EQ(ours.size(), expected.size());
    for (std::size_t i = 0; i < ours.size(); ++i) ASSERT_FLOAT_EQ(ours[i], expected[i]) << i;
}

TEST_P(XgboostPeer, ShapValuesAreTheSame) {
    const Table training = training_table(GetParam(), 7);
    const Peer peer(training, GetParam().parameters, GetParam().rounds);
    const Table probes = probe_table(GetParam(), training, 7);
    const TreeEnsemble ensemble = load(peer, "ubj");
    const std::vector<float> expected = peer.contributions(probes);
    const auto outputs = static_cast<std::size_t>(ensemble.outputs());
    std::vector<double> ours(probes.columns + 1);
    std::vector<double> portable(ours.size());
    std::vector<float> margins(outputs);
    for (std::size_t i = 0; i < probes.rows(); ++i) {
        ensemble.margins(probes.row(i), margins);
        for (std::size_t output = 0; output < outputs; ++output) {
            ensemble.explain(probes.row(i), static_cast<int>(output), portable, InstructionSet::portable);
            ensemble.explain(probes.row(i), static_cast<int>(output), ours);
            ASSERT_EQ(portable, ours) << "row " << i;
            double sum = 0;
            double scale = 1;
            for (const double value : ours) sum += value;
            for (const double value : ours) scale = std::max(scale, std::fabs(value));
            ASSERT_NEAR(sum, static_cast<double>(margins[output]), 1e-5) << "row " << i;
            for (std::size_t j = 0; j < ours.size(); ++j) {
                const auto theirs = static_cast<double>(expected[(i * outputs + output) * ours.size() + j]);
                ASSERT_NEAR(ours[j], theirs, 1e-4 * scale) << "row " << i << ", column " << j;
            }
        }
    }
}

std::string name_of(const ::testing::TestParamInfo<Case>& tested) { return tested.param.name; }
INSTANTIATE_TEST_SUITE_P(All, XgboostPeer, ::testing::ValuesIn(cases()), name_of);

}  // namespace
}  // namespace boon::models
