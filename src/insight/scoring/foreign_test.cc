// Models made elsewhere: installed as what serves, with the numbers of the file; what does not fit is refused in words.
#include "insight/scoring/foreign.h"

#include <cmath>
#include <fstream>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/models/testing/network_writer.h"
#include "insight/models/testing/xgboost_peer.h"
#include "insight/scoring/predict_many.h"
#include "platform/db/testing/scratch.h"
#include "platform/storage/migrations.h"

namespace boon::scoring {
namespace {

using models::testing::Activation;
using models::testing::Dense;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

profiles::Schema schema() {
    profiles::Schema s;
    s.schema_id = 1;
    s.columns = {
        {"gender", "aa", "gender", "", {"M", "F"}},
        {"recency", "bb", "days since the last purchase", "days", {}},
        {"spend", "cc", "spend ever", "USD", {}},
    };
    return s;
}

class ForeignTest : public ::testing::TestWithParam<db::Engine> {
protected:
    void SetUp() override { ASSERT_TRUE(storage::migrate(*database_, {0})); }

    std::filesystem::path put(const std::string& name, const std::string& bytes) {
        std::ofstream(folder_.path() / name, std::ios::binary) << bytes;
        return folder_.path() / name;
    }
    // nbo of three inputs and four offers.
    static Dense offers_network() {
        return models::testing::random_dense(std::array<std::size_t, 3>{3, 8, 4}, Activation::softmax, 3);
    }
    static Dense churn_network() {
        return models::testing::random_dense(std::array<std::size_t, 3>{2, 8, 1}, Activation::sigmoid, 4);
    }
    ForeignFile nbo_file(const std::string& mapping) {
        return {
            .model = "nbo",
            .path = put("nbo.tflite", models::testing::write_tflite(offers_network())),
            .mapping = json::parse(mapping).value(),
            .setting = "ML_MODEL_NBO_PATH"
        };
    }
    ForeignFile churn_file() {
        return {
            .model = "churn",
            .path = put("churn.tflite", models::testing::write_tflite(churn_network())),
            .scaler = put("scaler.json", R"({"mean": [10, 20], "scale": [5, 4]})"),
            .mapping = json::parse(R"(["recency", "spend"])").value(),
            .setting = "ML_MODEL_CHURN_PATH"
        };
    }
    Result<ModelVersion> install(const ForeignFile& file) {
        return install_foreign(registry_, file, folder_.path() / "models", {5});
    }
    std::string refusal(const ForeignFile& file) {
        const auto installed = install(file);
        return installed ? "installed" : to_text(installed.error());
    }
    Serving serving(const std::string& model) {
        auto all = load_serving(registry_, schema());
        EXPECT_TRUE(all) << to_text(all.error());
        return all->at(model);
    }

    db::testing::TemporaryFolder folder_;
    db::testing::Scratch scratch_{GetParam()};
    std::unique_ptr<db::Database> database_ = scratch_.open();
    Registry registry_{*database_, folder_.path() / "models"};
};
INSTANTIATE_TEST_SUITE_P(Engines, ForeignTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(ForeignTest, SharesOfOffersAreTheFiles) {
    const auto row = install(nbo_file(R"({"r": "recency", "sex": "gender=F", "money": "spend"})"));
    ASSERT_TRUE(row) << to_text(row.error());
    EXPECT_THAT(row->version, StartsWith("tflite-"));
    EXPECT_EQ(row->kind, ModelKind::multi_class);
    EXPECT_EQ(row->state, VersionState::champion);
    EXPECT_FALSE(row->gate_passed);
    EXPECT_EQ(row->verdict, "made elsewhere: no evaluation");
    const Serving nbo = serving("nbo");
    ASSERT_NE(nbo.model, nullptr);
    EXPECT_TRUE(nbo.model->manifest().made_elsewhere);
    EXPECT_EQ(nbo.model->columns().labels, (std::vector<OfferId>{0, 1, 2, 3}));
    const Prediction prediction = nbo.predict(std::vector<float>{1, 2.5F, -0.75F});  // a woman
    const auto expected = models::testing::answer_in_double(offers_network(), std::vector<double>{2.5, 1, -0.75});
    ASSERT_EQ(prediction.shares.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(prediction.shares[i], expected[i], 1e-5);
    EXPECT_EQ(prediction.version, row->version);
    const auto reasons = nbo.model->explain(std::vector<float>{2.5F, 1, -0.75F}, 0, 3).reasons;
    EXPECT_EQ(reasons.size(), 3U);
}

TEST_P(ForeignTest, ProbabilitiesAreTheFilesAlsoOfMany) {
    ASSERT_TRUE(install(churn_file()));
    const Serving churn = serving("churn");
    const std::vector<float> anna = {0, 15, 24};
    const std::vector<float> bert = {1, kMissing, 16};
    const std::vector<std::span<const float>> both = {anna, bert};
    const auto many = predict_many(&churn, both);
    const Dense network = churn_network();
    EXPECT_NEAR(many[0], models::testing::answer_in_double(network, std::vector<double>{1, 1}).front(), 1e-5);
    EXPECT_NEAR(many[1], models::testing::answer_in_double(network, std::vector<double>{0, -1}).front(), 1e-5);
    EXPECT_NEAR(churn.predict(anna).value, many[0], 1e-7);
}

TEST_P(ForeignTest, TheSameFileIsInstalledOnceAndADamagedCopyAnew) {
    const auto first = install(churn_file());
    ASSERT_TRUE(first);
    const auto second = install(churn_file());
    ASSERT_TRUE(second);
    EXPECT_EQ(first->version, second->version);
    EXPECT_EQ(registry_.list("churn")->size(), 1U);
    std::ofstream(std::filesystem::path(first->path) / kNetworkFile) << "damage";
    EXPECT_EQ(serving("churn").model, nullptr);
    ASSERT_TRUE(install(churn_file()));
    EXPECT_NE(serving("churn").model, nullptr);
    EXPECT_EQ(registry_.list("churn")->size(), 1U);
}

TEST_P(ForeignTest, NothingOlderServesInItsPlaceAndWhatWasThereComesBack) {
    const auto trained = write_artefact(
        folder_.path() / "models", {.name = "churn", .version = "trained", .kind = ModelKind::probability},
        {{"any", "thing"}}
    );
    ASSERT_TRUE(trained);
    ModelVersion row;
    row.version = "trained";
    row.name = "churn";
    row.path = trained->folder.string();
    row.manifest_hash = trained->manifest_hash;
    row.gate_passed = true;
    row.fallback_value = 0.25;
    row.created_by = "boon train";
    ASSERT_TRUE(registry_.add(row, {1}));
    ASSERT_TRUE(registry_.promote("trained", {1}));
    registry_.pin({{"churn", "ML_MODEL_CHURN_PATH"}});
    const auto foreign = install(churn_file());
    ASSERT_TRUE(foreign);
    EXPECT_EQ(foreign->fallback_value, 0.25);
    EXPECT_EQ(registry_.find("trained")->state, VersionState::retired);
    std::ofstream(std::filesystem::path(foreign->path) / kNetworkFile) << "damage";
    const Serving churn = serving("churn");
    EXPECT_EQ(churn.model, nullptr);
    EXPECT_EQ(churn.problems.size(), 1U);
    EXPECT_EQ(churn.predict(std::vector<float>{0, 0, 0}).value, 0.25);
    EXPECT_THAT(
        to_text(registry_.promote("trained", {2}).error()), HasSubstr("ML_MODEL_CHURN_PATH says what serves churn")
    );
    EXPECT_EQ(registry_.roll_back("churn", {2}).error().code, ErrorCode::conflict);
    ASSERT_TRUE(registry_.withdraw("churn", {3}));
    EXPECT_EQ(registry_.find("trained")->state, VersionState::champion);
    EXPECT_EQ(registry_.find(foreign->version)->state, VersionState::retired);
}

TEST_P(ForeignTest, ReadsXgboostByItsOwnNames) {
    using models::testing::Peer;
    const models::testing::Table table = models::testing::random_table(300, 2, 0.1, 3);
    const Peer peer(table, {{"objective", "binary:logistic"}, {"max_depth", "3"}}, 4);
    std::vector<double> expected;
    for (const char* format : {"json", "ubj"}) {
        const auto saved = peer.save(format);
        std::string bytes(reinterpret_cast<const char*>(saved.data()), saved.size());
        if (std::string(format) == "json") {
            const std::string from = R"("feature_names":[])";
            ASSERT_NE(bytes.find(from), std::string::npos);
            bytes.replace(bytes.find(from), from.size(), R"("feature_names":["spend","recency"])");
        }
        ForeignFile file{.model = "churn", .path = put("churn.any", bytes), .setting = "ML_MODEL_CHURN_PATH"};
        if (std::string(format) == "ubj") file.mapping = json::parse(R"({"recency": 1, "spend": 0})").value();
        const auto row = install(file);
        ASSERT_TRUE(row) << to_text(row.error());
        EXPECT_THAT(row->version, StartsWith("xgboost-"));
        const Serving churn = serving("churn");
        const std::vector<float> profile = {0, table.row(7)[1], table.row(7)[0]};
        expected.push_back(churn.predict(profile).value);
        float margin = 0;
        churn.model->trees()->margins(std::vector<float>{table.row(7)[0], table.row(7)[1]}, {&margin, 1});
        EXPECT_NEAR(expected.back(), inverse_logit(static_cast<double>(margin)), 1e-12);
    }
    EXPECT_EQ(expected[0], expected[1]);
}

TEST_P(ForeignTest, RefusesSizesThatDoNotFit) {
    EXPECT_THAT(refusal(nbo_file("{}")), HasSubstr("the model reads 3 inputs, and ML_FEATURE_MAPPING names none"));
    EXPECT_THAT(
        refusal(nbo_file(R"(["recency", "spend"])")),
        HasSubstr("nbo.tflite: the model reads 3 inputs, and 2 columns are named\nhint: ML_FEATURE_MAPPING names a")
    );
    EXPECT_THAT(refusal(nbo_file(R"(["recency", "spend", "spend", "recency"])")), HasSubstr("and 4 columns are named"));
    auto file = nbo_file(R"(["recency", "spend", "gender=F"])");
    file.input_size = 40;
    EXPECT_THAT(refusal(file), HasSubstr("the model reads 3 inputs, and ML_MODEL_INPUT_SIZE is 40"));
    file.input_size = 3;
    file.labels = {1, 2};
    EXPECT_THAT(refusal(file), HasSubstr("the model gives 4 outputs, and ML_MODEL_NBO_LABELS names 2 offers"));
    file.labels = {7, 5, 3, 1};
    EXPECT_EQ(refusal(file), "installed");
    EXPECT_EQ(serving("nbo").model->columns().labels, file.labels);
    file.model = "churn";
    EXPECT_THAT(refusal(file), HasSubstr("the model gives 4 numbers, not a probability"));
    file.model = "product_recommendation";
    EXPECT_THAT(refusal(file), HasSubstr("product_recommendation is not served from a file"));
    auto scaled = churn_file();
    scaled.scaler = put("short.json", R"({"mean": [10], "scale": [5]})");
    EXPECT_THAT(refusal(scaled), HasSubstr("short.json: it has 1 means and 1 scales; the model reads 2 inputs"));
    EXPECT_TRUE(registry_.list("churn")->empty());
}

TEST_P(ForeignTest, RefusesFilesThatAreNoModel) {
    auto file = churn_file();
    file.path = folder_.path() / "absent.tflite";
    EXPECT_THAT(refusal(file), HasSubstr("absent.tflite cannot be read: No such file"));
    file.path = put("text.tflite", "not a model at all");
    EXPECT_THAT(refusal(file), HasSubstr("text.tflite: the file is not a TensorFlow Lite model"));
    Dense diverged = churn_network();
    diverged.layers[0].bias[0] = kMissing;
    file.path = put("nan.tflite", models::testing::write_tflite(diverged));
    EXPECT_THAT(refusal(file), HasSubstr("nan.tflite: a weight of the tensor `bias` is not a number"));
}

// Known only once there are profiles.
TEST_P(ForeignTest, AColumnThatIsNotThereIsAProblem) {
    ASSERT_TRUE(install(nbo_file(R"(["recency", "income", "spend"])")));
    EXPECT_THAT(serving("nbo").problems.at(0), HasSubstr("features that are not there: \"income\""));
    ASSERT_TRUE(install(nbo_file(R"(["recency", "gender", "spend"])")));
    EXPECT_THAT(serving("nbo").problems.at(0), HasSubstr("\"gender\" is a category, and the model reads numbers"));
}

std::string columns_of(const std::string& mapping, const std::vector<std::string>& names = {}) {
    const auto inputs = inputs_of(json::parse(mapping).value(), "nbo", names);
    if (!inputs) return inputs.error().message;
    std::string text;
    for (const auto& input : *inputs) text += input.name + ":" + input.column + " ";
    return text;
}

TEST(ForeignInputs, AreNamedInFourWays) {
    EXPECT_EQ(columns_of(R"({"b": "recency", "a": "spend"})"), "b:recency a:spend ");
    EXPECT_EQ(columns_of(R"({"b": "recency", "a": "spend"})", {"a", "b"}), "a:spend b:recency ");
    EXPECT_EQ(columns_of(R"({"recency": 1, "spend": 0})"), "spend:spend recency:recency ");
    EXPECT_EQ(columns_of(R"(["recency", "spend"])"), "recency:recency spend:spend ");
    EXPECT_EQ(columns_of(R"({"churn": ["x"], "nbo": ["recency"]})"), "recency:recency ");
    EXPECT_EQ(columns_of(R"({"churn": ["x"]})", {"spend"}), "spend:spend ");
}

TEST(ForeignInputs, AreRefusedInWords) {
    EXPECT_THAT(columns_of(R"({"recency": 1, "spend": 1})"), HasSubstr("are not 0 to 1, each once (see spend)"));
    EXPECT_THAT(columns_of(R"({"recency": 0, "spend": 2})"), HasSubstr("are not 0 to 1"));
    EXPECT_THAT(columns_of(R"({"a": "recency", "b": 2})"), HasSubstr("mixes names and places"));
    EXPECT_THAT(columns_of(R"([1])"), HasSubstr("lists something but columns"));
    EXPECT_THAT(columns_of(R"("recency")"), HasSubstr("neither an object nor a list"));
    EXPECT_THAT(columns_of(R"({"a": "x"})", {"a", "b"}), HasSubstr("the model reads `b`, which ML_FEATURE_MAPPING"));
    EXPECT_THAT(columns_of(R"({"nbo": {"nbo": {"a": "b"}}})"), HasSubstr("does not name columns for nbo"));
}

}  // namespace
}  // namespace boon::scoring
