// An instance with two customers, offers and models made by hand, for the tests of serving.
#pragma once

#include <cmath>
#include <filesystem>
#include <fstream>
#include <future>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "action/serving/engine.h"
#include "action/serving/predictions.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::serving {
inline constexpr Timestamp kNow{1'772'409'600'000'000};  // 2026-03-02T00:00:00Z
inline constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
inline const catalog::Author kAnn{"ann", kNow};

// One split in XGBoost's own words: value < threshold → left, missing → left. Both sides are as frequent.
struct Stump {
    int feature;
    double threshold;
    double left;
    double right;
    int output = 0;
};

inline std::string xgboost_json(int features, int classes, const std::vector<Stump>& stumps) {
    std::string trees;
    std::string info;
    for (std::size_t i = 0; i < stumps.size(); ++i) {
        const Stump& s = stumps[i];
        const std::string leaves = std::to_string(s.left) + "," + std::to_string(s.right);
        trees +=
            (i == 0 ? "" : ",") +
            (R"({"base_weights":[0,)" + leaves +
             R"(],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],)"
             R"("default_left":[1,0,0],"id":)" +
             std::to_string(i) +
             R"(,"left_children":[1,-1,-1],"loss_changes":[1,0,0],"parents":[2147483647,0,0],)"
             R"("right_children":[2,-1,-1],"split_conditions":[)" +
             std::to_string(s.threshold) + "," + leaves + R"(],"split_indices":[)" + std::to_string(s.feature) +
             R"(,0,0],"split_type":[0,0,0],"sum_hessian":[2,1,1],"tree_param":{"num_deleted":"0","num_feature":")" +
             std::to_string(features) + R"(","num_nodes":"3","size_leaf_vector":"0"}})");
        info += (i == 0 ? "" : ",") + std::to_string(s.output);
    }
    const std::string objective = classes > 0
                                      ? R"({"name":"multi:softprob","softmax_multiclass_param":{"num_class":")" +
                                            std::to_string(classes) + R"("}})"
                                      : R"({"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}})";
    return R"({"version":[1,7,4],"learner":{"attributes":{},"feature_names":[],"feature_types":[],)"
           R"("learner_model_param":{"base_score":"5E-1","num_class":")" +
           std::to_string(classes) + R"(","num_feature":")" + std::to_string(features) +
           R"(","num_target":"1"},"objective":)" + objective +
           R"(,"gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":")" +
           std::to_string(stumps.size()) + R"(","size_leaf_vector":"0"},"tree_info":[)" + info + R"(],"trees":[)" +
           trees + "]}}}}";
}

// Every number to six decimals, so that an answer can be compared with one written by hand.
inline json::Value rounded(json::Value value) {
    if (value.is_number()) return json::Value(std::round(value.to_number<double>() * 1e6) / 1e6);
    if (auto* array = value.if_array()) {
        for (auto& item : *array) item = rounded(item);
    } else if (auto* object = value.if_object()) {
        for (auto& member : *object) member.value() = rounded(member.value());
    }
    return value;
}

// An answer, and what it has to be (tests/serving/NAME.json).
template <class Answer>
json::Value shown(const Answer& answer) {
    return rounded(json::parse(json::write(answer)).value());
}
inline json::Value golden(const std::string& name) {
    std::ifstream file(std::filesystem::path(BOON_SOURCE_DIR) / "tests" / "serving" / (name + ".json"));
    std::ostringstream text;
    text << file.rdbuf();
    return rounded(json::parse(text.str()).value());
}

inline profiles::Schema schema() {
    return {
        .columns =
            {{"recency", "r1", "days since the last purchase", "days", {}},
             {"spend", "s1", "spend ever", "money", {}},
             {"gender", "g1", "gender", "category", {"F", "M"}}},
        .lifetime_value_column = "spend",
    };
}

class ServingTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override {
        ASSERT_TRUE(storage::migrate(*database_, kNow));
        auto ledger = history::Ledger::open(*database_, {});
        ASSERT_TRUE(ledger) << to_text(ledger.error());
        ledger_ = *std::move(ledger);
        engine_ = std::make_unique<Engine>(
            *database_, catalogue_, *ledger_, Options{.policy = {}, .seed = 7, .models_folder = folder_.path()}
        );
    }
    void TearDown() override { engine_.reset(), ledger_.reset(); }

    void fill_profiles() {
        profiles::Store store(*database_);
        auto fill = store.begin(schema());
        ASSERT_TRUE(fill);
        const std::vector<std::string_view> ids = {"anna", "bert"};
        ASSERT_TRUE(fill->add(ids, std::array{3.0F, 120.5F, 0.0F, 45.0F, kMissing, 1.0F}, kNow));
        ASSERT_TRUE(fill->finish(kNow));
    }
    void make_offer(std::string_view text) {
        const auto offer = json::read_text<catalog::Offer>(text);
        ASSERT_TRUE(offer) << to_text(offer.error());
        const auto made = catalogue_.create(*offer, kAnn);
        ASSERT_TRUE(made) << to_text(made.error());
    }
    void promote(
        const std::string& name, scoring::ModelKind kind, const std::string& model,
        const scoring::ModelColumns& columns, const scoring::Outputs& outputs
    ) {
        const auto written = scoring::write_artefact(
            folder_.path(), {.name = name, .version = name + "-1", .kind = kind, .code_version = "0.1.0"},
            {{std::string(scoring::kModelFile), model},
             {std::string(scoring::kColumnsFile), json::write(columns)},
             {std::string(scoring::kOutputsFile), json::write(outputs)},
             {std::string(scoring::kCardFile), R"({"data":{"horizon_days":90}})"}}
        );
        ASSERT_TRUE(written) << to_text(written.error());
        scoring::ModelVersion row;
        row.version = name + "-1";
        row.name = name;
        row.kind = kind;
        row.manifest_hash = written->manifest_hash;
        row.gate_passed = true;
        row.fallback_value = 0.125;
        row.created_at = kNow;
        scoring::Registry registry(*database_, folder_.path());
        ASSERT_TRUE(registry.add(row, kNow));
        const auto promoted = registry.promote(row.version, kNow);
        ASSERT_TRUE(promoted) << to_text(promoted.error());
    }
    // Recent customers accept; offer 1 is liked. By hand: raw probability of 2 is .88, of 0 .5, of −2 .12, of −4 .02,
    // and the calibration makes .75, .25, .1, .1 of them.
    void promote_pair_model() {
        promote(
            "nbo", scoring::ModelKind::pair, xgboost_json(2, 0, {{0, 30, 0, -4}, {1, 0.5, 0, 2}}),
            {{{"recency", "r1", "days since the last purchase", "days", {}}, {"offer.id=1", "", "", "", {}}}, {}},
            {.calibration =
                 {.kind = scoring::CalibrationKind::isotonic, .raw = {0.2, 0.5, 0.6}, .calibrated = {0.1, 0.25, 0.75}},
             .interval = {}}
        );
    }
    // Labels 1 and 9: softmax of (ln 3, 0) for recent customers is ¾, ¼; of (0, ln 3) for others ¼, ¾.
    void promote_multi_class_model() {
        promote(
            "nbo", scoring::ModelKind::multi_class,
            xgboost_json(1, 2, {{0, 30, 1.098612, 0, 0}, {0, 30, 0, 1.098612, 1}}),
            {{{"recency", "r1", "days since the last purchase", "days", {}}}, {1, 9}},
            {.calibration = {}, .interval = {}}
        );
    }
    void load() {
        const auto loaded = engine_->load();
        ASSERT_TRUE(loaded) << to_text(loaded.error());
    }
    json::Value nbo(std::string_view customer, Unknown unknown = Unknown::refuse) {
        const auto prediction = predict_nbo(*engine_->state(), {customer, unknown, kNow});
        EXPECT_TRUE(prediction) << to_text(prediction.error());
        return json::parse(json::write(prediction.value_or(NboPrediction{}))).value();
    }
    Result<Answer> decide(const decision::Request& request) {
        std::promise<Result<Answer>> promise;
        engine_->decide(request, kNow, [&](Result<Answer> answer) { promise.set_value(std::move(answer)); });
        return promise.get_future().get();
    }

    db::testing::TemporaryFolder folder_;
    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    catalog::Catalogue catalogue_{*database_, catalog::Names::defaults()};
    std::unique_ptr<history::Ledger> ledger_;
    std::unique_ptr<Engine> engine_;
};

}  // namespace boon::serving
