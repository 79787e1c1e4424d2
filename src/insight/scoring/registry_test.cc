#include "insight/scoring/registry.h"

#include <cmath>
#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/scoring/drift.h"
#include "platform/db/record.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::scoring {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

// Two stumps by hand, in XGBoost's own JSON: recency < 30 → −1 (left), else +1; gender=F ≥ 0.5 → +0.5, else 0.
// base_score .5, so the margin is their sum.
constexpr std::string_view kStumps =
    R"({"version":[1,7,4],"learner":{"attributes":{},"feature_names":[],"feature_types":[],
"learner_model_param":{"base_score":"5E-1","num_class":"0","num_feature":"2","num_target":"1"},
"objective":{"name":"binary:logistic","reg_loss_param":{"scale_pos_weight":"1"}},
"gradient_booster":{"name":"gbtree","model":{"gbtree_model_param":{"num_parallel_tree":"1","num_trees":"2",
"size_leaf_vector":"0"},
"tree_info":[0,0],"trees":[
{"base_weights":[0,-1,1],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],
"default_left":[1,0,0],"id":0,
"left_children":[1,-1,-1],"loss_changes":[1,0,0],"parents":[2147483647,0,0],"right_children":[2,-1,-1],
"split_conditions":[30,-1,1],
"split_indices":[0,0,0],"split_type":[0,0,0],"sum_hessian":[2,1,1],"tree_param":{"num_deleted":"0",
"num_feature":"2","num_nodes":"3","size_leaf_vector":"0"}},
{"base_weights":[0,0,0.5],"categories":[],"categories_nodes":[],"categories_segments":[],"categories_sizes":[],
"default_left":[1,0,0],"id":1,
"left_children":[1,-1,-1],"loss_changes":[1,0,0],"parents":[2147483647,0,0],"right_children":[2,-1,-1],
"split_conditions":[0.5,0,0.5],
"split_indices":[1,0,0],"split_type":[0,0,0],"sum_hessian":[2,1,1],"tree_param":{"num_deleted":"0",
"num_feature":"2","num_nodes":"3","size_leaf_vector":"0"}}
]}}}})";

profiles::Schema schema() {
    profiles::Schema s;
    s.schema_id = 1;
    s.columns = {
        {"gender", "aa", "gender", "", {"M", "F"}},
        {"recency", "bb", "days since the last purchase", "days", {}},
    };
    return s;
}

class RegistryTest : public testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, {0})); }

    ModelVersion add(const std::string& version, bool gate_passed = true) {
        const Manifest manifest{
            .name = "churn", .version = version, .kind = ModelKind::probability, .code_version = "0.1.0"
        };
        const ModelColumns columns{
            {{"recency", "bb", "days since the last purchase", "days", {}}, {"gender=F", "aa", "gender", "", {}}}, {}
        };
        const auto written = write_artefact(
            folder_.path(), manifest,
            {{std::string(kModelFile), std::string(kStumps)},
             {std::string(kColumnsFile), json::write(columns)},
             {std::string(kOutputsFile), json::write(Outputs{})}}
        );
        EXPECT_TRUE(written) << to_text(written.error());
        ModelVersion row;
        row.version = version;
        row.name = "churn";
        row.path = written->folder.string();
        row.manifest_hash = written->manifest_hash;
        row.gate_passed = gate_passed;
        row.verdict = gate_passed ? "passed" : "refused: 12 matured rows, at least 1000 are needed";
        row.fallback_value = 0.25;
        row.created_at = {next_++};
        EXPECT_TRUE(registry_.add(row, row.created_at));
        return row;
    }

    VersionState state(const std::string& version) { return registry_.find(version)->state; }
    Timestamp tick() { return {next_++}; }

    db::testing::Scratch scratch_{GetParam()};
    db::testing::TemporaryFolder folder_;
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Registry registry_{*database_, folder_.path()};
    std::int64_t next_ = 100;
};
INSTANTIATE_TEST_SUITE_P(Engines, RegistryTest, testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(RegistryTest, AVersionIsWhereTheInstanceIs) {
    const ModelVersion added = add("v1");
    EXPECT_EQ(registry_.find("v1")->path, added.path);
    const db::testing::TemporaryFolder elsewhere;
    std::filesystem::rename(folder_.path() / "churn", elsewhere.path() / "churn");
    Registry after(*database_, elsewhere.path());
    EXPECT_EQ(after.list().value().front().path, (elsewhere.path() / "churn" / "v1").string());
    const auto promoted = after.promote("v1", tick());
    ASSERT_TRUE(promoted) << to_text(promoted.error());
    EXPECT_TRUE(LoadedModel::open(promoted->path, promoted->manifest_hash));
    EXPECT_FALSE(LoadedModel::open(registry_.find("v1")->path, added.manifest_hash)) << "not of another instance";
}

TEST_P(RegistryTest, AnotherServerFetchesTheFiles) {
    const ModelVersion added = add("v1");
    ASSERT_TRUE(registry_.promote("v1", tick()));
    const db::testing::TemporaryFolder elsewhere;
    Registry other(*database_, elsewhere.path());
    const auto serving = load_serving(other, schema());
    ASSERT_TRUE(serving) << to_text(serving.error());
    const Serving& churn = serving->at("churn");
    const bool shared = GetParam() == db::Engine::postgres;
    EXPECT_EQ(churn.model != nullptr, shared) << (churn.problems.empty() ? "" : churn.problems.front());
    EXPECT_EQ(std::filesystem::exists(elsewhere.path() / "churn" / "v1" / "manifest.json"), shared);
    ASSERT_TRUE(registry_.fetch(added)) << "what is there stays";
}

TEST_P(RegistryTest, OneChampionAtATime) {
    add("v1");
    add("v2");
    EXPECT_EQ(registry_.promote("v1", tick())->state, VersionState::champion);
    EXPECT_EQ(registry_.promote("v2", tick())->state, VersionState::champion);
    EXPECT_EQ(state("v1"), VersionState::retired);
    EXPECT_EQ(registry_.promote("v2", tick()).error().message, "version v2 is the champion already");
    EXPECT_THAT(*registry_.list("churn"), SizeIs(2));
    EXPECT_EQ(registry_.list("churn")->front().version, "v2");
    const auto changes = database_->read([](db::Connection& c) {
        return db::select_number(c, "select count(*) from change_feed where kind = 'model' and key = 'churn'");
    });
    EXPECT_EQ(changes, 4);  // two added, two promoted; the refused one left none
}

TEST_P(RegistryTest, TheGateHolds) {
    add("v1", false);
    const auto refused = registry_.promote("v1", tick());
    EXPECT_EQ(
        refused.error().message, "version v1 did not pass the gate: refused: 12 matured rows, at least 1000 are needed"
    );
    EXPECT_EQ(refused.error().code, ErrorCode::conflict);
    EXPECT_EQ(state("v1"), VersionState::candidate);
}

TEST_P(RegistryTest, RollingBackTwiceGoesBackTwice) {
    for (const char* version : {"v1", "v2", "v3"}) {
        add(version);
        ASSERT_TRUE(registry_.promote(version, tick()));
    }
    EXPECT_EQ(registry_.roll_back("churn", tick())->version, "v2");
    EXPECT_EQ(registry_.roll_back("churn", tick())->version, "v1");
    EXPECT_EQ(registry_.roll_back("churn", tick()).error().message, "model churn has had no champion before v1");
    EXPECT_EQ(registry_.roll_back("ltv", tick()).error().message, "model ltv has no champion to roll back from");
}

TEST_P(RegistryTest, ChallengersAndRetirement) {
    add("v1");
    add("v2");
    add("v3");
    ASSERT_TRUE(registry_.promote("v1", tick()));
    EXPECT_EQ(registry_.challenge("v2", tick())->state, VersionState::challenger);
    EXPECT_EQ(registry_.challenge("v3", tick())->state, VersionState::challenger);
    EXPECT_EQ(state("v2"), VersionState::candidate);
    EXPECT_EQ(registry_.retire("v1", tick()).error().message, "version v1 is the champion");
    EXPECT_EQ(registry_.retire("v2", tick())->state, VersionState::retired);
    EXPECT_EQ(registry_.find("v9").error().message, "there is no model version v9");
}

TEST_P(RegistryTest, TheChampionServes) {
    add("v1");
    ASSERT_TRUE(registry_.promote("v1", tick()));
    const auto serving = load_serving(registry_, schema());
    ASSERT_TRUE(serving);
    const Serving& churn = serving->at("churn");
    // A woman, 45 days: margin 1 + .5.
    const std::vector<float> profile{1, 45};
    const Prediction prediction = churn.predict(profile);
    EXPECT_NEAR(prediction.value, 1 / (1 + std::exp(-1.5)), 1e-9);
    EXPECT_EQ(prediction.version, "v1");
    EXPECT_FALSE(prediction.is_fallback);
    std::vector<float> row(2);
    churn.rows.assemble(profile, row);
    EXPECT_THAT(row, ElementsAre(45, 1));
    const auto reasons = churn.model->explain(row, 0, 5).reasons;
    ASSERT_THAT(reasons, SizeIs(2));
    // Each stump's two leaves hold half of the rows: 1 − 0 and .5 − .25.
    EXPECT_EQ(reasons[0].words, "days since the last purchase: 45");
    EXPECT_NEAR(reasons[0].contribution, 1, 1e-6);
    EXPECT_EQ(reasons[1].words, "gender: F");
    EXPECT_NEAR(reasons[1].contribution, 0.25, 1e-6);
}

TEST_P(RegistryTest, ADamagedChampionLeavesThePlaceToTheOneBefore) {
    add("v1");
    const auto second = add("v2");
    ASSERT_TRUE(registry_.promote("v1", tick()));
    ASSERT_TRUE(registry_.promote("v2", tick()));
    std::ofstream(second.path + "/model.ubj", std::ios::app) << " ";
    auto serving = load_serving(registry_, schema());
    EXPECT_EQ(serving->at("churn").model->manifest().version, "v1");
    ASSERT_THAT(serving->at("churn").problems, SizeIs(1));
    EXPECT_THAT(serving->at("churn").problems[0], HasSubstr("is damaged: model.ubj"));
}

TEST_P(RegistryTest, AfterARollbackTheBadOneDoesNotComeBack) {
    const auto first = add("v1");
    add("v2");
    ASSERT_TRUE(registry_.promote("v1", tick()));
    ASSERT_TRUE(registry_.promote("v2", tick()));
    ASSERT_TRUE(registry_.roll_back("churn", tick()));
    std::ofstream(first.path + "/model.ubj", std::ios::app) << " ";
    EXPECT_EQ(load_serving(registry_, schema())->at("churn").model, nullptr);
}

TEST_P(RegistryTest, WithoutAUsableModelTheRateIsSaidAndMarked) {
    add("v1");
    ASSERT_TRUE(registry_.promote("v1", tick()));
    profiles::Schema other = schema();
    other.columns[1].hash = "cc";
    const auto serving = load_serving(registry_, other);
    const Serving& churn = serving->at("churn");
    EXPECT_EQ(churn.problems.at(0), "model churn v1 was fitted on features that are not there: \"recency@bb\"");
    const Prediction prediction = churn.predict(std::vector<float>{1, 45});
    EXPECT_TRUE(prediction.is_fallback);
    EXPECT_EQ(prediction.value, 0.25);
    EXPECT_EQ(prediction.version, "");
    EXPECT_TRUE(std::isnan(Serving{}.predict({}).value));
}

// A hundred women, each a day later than the one before; those of the first `moved` rows 50 days more.
std::shared_ptr<const profiles::Image> base(int moved, Timestamp at) {
    profiles::ImageBuilder builder(std::make_shared<const profiles::Schema>(schema()), 100);
    for (int i = 0; i < 100; ++i) {
        const std::vector<float> row{1, static_cast<float>(i < moved ? i + 50 : i)};
        builder.add(fmt::format("c{}", i), row, at);
    }
    return std::move(builder).finish();
}

TEST_P(RegistryTest, DriftIsMeasuredAgainstTheFirstTime) {
    add("v1");
    ASSERT_TRUE(registry_.promote("v1", tick()));
    const auto serving = load_serving(registry_, schema());
    const Serving& churn = serving->at("churn");
    DriftLog log(*database_);
    const auto first = log.measure(churn, *base(0, {1000}), std::nullopt, tick());
    ASSERT_TRUE(first) << to_text(first.error());
    EXPECT_EQ(first->level, DriftLevel::stable);
    EXPECT_EQ(first->score_psi, 0);
    EXPECT_EQ(first->customers, 100);
    EXPECT_FALSE(first->outcomes);
    Outcomes outcomes;
    outcomes.checked_at = {7};
    outcomes.rows = 40;
    outcomes.gap = Range{0.01, -0.02, 0.04};
    outcomes.words = "as it should be";
    const auto second = log.measure(churn, *base(50, {2000}), outcomes, tick());
    ASSERT_TRUE(second) << to_text(second.error());
    EXPECT_EQ(second->reference_as_of, (Timestamp{1000}));
    EXPECT_EQ(second->as_of, (Timestamp{2000}));
    // Five of ten bins are empty now, the others hold twice as much: 5 × .1 ln 2 + 5 × .0999 ln 1000.
    EXPECT_EQ(second->features[0].name, "recency");
    EXPECT_NEAR(second->features[0].psi, 3.796998, 1e-5);
    EXPECT_EQ(second->features[1].psi, 0);
    // 30 of 100 had the lower score, nobody has it now: .2999 ln 3000 + .3 ln (1 / .7).
    EXPECT_NEAR(*second->score_psi, 2.508112, 1e-5);
    EXPECT_EQ(second->level, DriftLevel::drifted);
    const auto kept = log.list("churn", 10);
    ASSERT_TRUE(kept) << to_text(kept.error());
    ASSERT_THAT(*kept, SizeIs(2));
    EXPECT_EQ(kept->front().score_psi, second->score_psi);
    EXPECT_EQ(kept->front().outcomes->gap->lower, -0.02);
    EXPECT_FALSE(kept->front().outcomes->slope);
    // What the last check found is said again until there is another.
    const auto third = log.measure(churn, *base(50, {3000}), std::nullopt, tick());
    ASSERT_TRUE(third) << to_text(third.error());
    EXPECT_EQ(third->outcomes->words, "as it should be");
    EXPECT_EQ((*log.last_outcomes("v1"))->checked_at, (Timestamp{7}));
    EXPECT_FALSE(*log.last_outcomes("v2"));
    EXPECT_THAT(*log.list("ltv", 10), SizeIs(0));
}

TEST(Stability, ByHand) {
    const auto index = [](std::vector<double> then, std::vector<double> now) { return stability_index(then, now); };
    EXPECT_EQ(index({0.5, 0.5}, {0.5, 0.5}), 0);
    EXPECT_NEAR(index({0.5, 0.5}, {0.25, 0.75}), 0.25 * std::log(2.0) + 0.25 * std::log(1.5), 1e-12);
    EXPECT_NEAR(index({1, 0}, {0.9, 0.1}), -0.1 * std::log(0.9) + 0.0999 * std::log(1000.0), 1e-12);
}

TEST(Spreads, AreTenthsAndWhatIsMissing) {
    const float missing = std::nanf("");
    const Spread spread = spread_of("x", std::vector<float>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, missing, missing});
    EXPECT_THAT(spread.edges, ElementsAre(2, 3, 4, 5, 6, 7, 8, 9, 10));
    EXPECT_NEAR(spread.shares.front(), 1.0 / 12, 1e-12);
    EXPECT_NEAR(spread.shares.back(), 2.0 / 12, 1e-12);
    EXPECT_THAT(
        shares_in(spread, std::vector<float>{-5, 2, 99, missing}),
        ElementsAre(0.25, 0.25, 0, 0, 0, 0, 0, 0, 0, 0.25, 0.25)
    );
    // A flag has two bins that hold anything.
    EXPECT_THAT(spread_of("flag", std::vector<float>{0, 0, 0, 1}).edges, ElementsAre(0, 1));
}

TEST(Scores, ArePlacesInTheBase) {
    // A base of 0 to 100 points, evenly spread; the median of one whose half has 3 points lies in their middle.
    Percentiles even;
    for (int k = 0; k <= 100; ++k) even.values.push_back(k);
    EXPECT_EQ(score_at(even, 37), 37);
    EXPECT_EQ(score_at(even, 37.25), 37.25);
    EXPECT_EQ(score_at(even, 1000), 100);
    EXPECT_EQ(score_at(even, 0), 0);
    EXPECT_EQ(score_at(even, -2), 0);
    Percentiles tied;
    for (int k = 0; k <= 100; ++k) tied.values.push_back(k < 25 ? 1 : k < 75 ? 3 : 5);
    EXPECT_EQ(score_at(tied, 3), 49.5);  // 25 to 74
    EXPECT_EQ(score_at(tied, 0.5), 0.5);
}

TEST(Rows, AnotherDictionaryIsTranslated) {
    profiles::Schema s = schema();
    s.columns[0].categories = {"X", "F", "M"};
    db::testing::TemporaryFolder folder;
    const ModelColumns columns{{{"recency", "bb", "", "", {}}, {"gender", "aa", "", "", {"M", "F"}}}, {}};
    const auto written = *write_artefact(
        folder.path(), {.name = "churn", .version = "v1"},
        {{std::string(kModelFile), std::string(kStumps)},
         {std::string(kColumnsFile), json::write(columns)},
         {std::string(kOutputsFile), json::write(Outputs{})}}
    );
    const auto model = LoadedModel::open(written.folder, written.manifest_hash);
    ASSERT_TRUE(model) << to_text(model.error());
    const auto rows = (*model)->bind(s);
    std::vector<float> row(2);
    rows->assemble(std::vector<float>{2, 7}, row);
    EXPECT_THAT(row, ElementsAre(7, 0));  // M: 2 here, 0 there
    rows->assemble(std::vector<float>{0, 7}, row);
    EXPECT_TRUE(std::isnan(row[1]));  // X was never seen
}

TEST(Intervals, RunBetweenTheKnots) {
    const AmountInterval interval{{10, 20}, {4, 8}, {30, 50}};
    EXPECT_EQ(interval_at(interval, 15), std::pair(6.0, 40.0));
    EXPECT_EQ(interval_at(interval, 5), std::pair(4.0, 30.0));
    EXPECT_EQ(interval_at(interval, 40), std::pair(16.0, 100.0));
}

}  // namespace
}  // namespace boon::scoring
