// Networks made elsewhere: what the runtime answers is what the weights say, and a file that is not what it should be
// is refused in words.
#include "insight/models/network.h"

#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <limits>
#include <random>
#include <sstream>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/models/network_file.h"
#include "insight/models/testing/network_writer.h"
#include "platform/base/json.h"

namespace boon::models {
namespace {

using testing::Activation;
using testing::Dense;
using ::testing::HasSubstr;

constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

Dense eight_offers() {
    return testing::random_dense(std::array<std::size_t, 4>{12, 32, 16, 8}, Activation::softmax, 5);
}
Dense one_answer(Activation last) { return testing::random_dense(std::array<std::size_t, 3>{6, 10, 1}, last, 9); }

std::string refusal(
    const std::string& file, NetworkAnswer answer = NetworkAnswer::shares, const Scaling& scaling = {}
) {
    const auto network = Network::load(file, answer, scaling);
    return network ? "loaded" : to_text(network.error());
}

std::string whole(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

std::vector<float> some_rows(std::size_t rows, std::size_t width, float reach) {
    std::mt19937_64 random(3);
    std::vector<float> all(rows * width);
    for (float& value : all) {
        value = reach * (static_cast<float>(random() % 2001) / 1000 - 1);
    }
    return all;
}

TEST(Network, AnswersWhatTheWeightsSay) {
    const Dense dense = eight_offers();
    const auto network = Network::load(testing::write_tflite(dense), NetworkAnswer::shares, {});
    ASSERT_TRUE(network) << to_text(network.error());
    ASSERT_EQ((*network)->features(), 12);
    ASSERT_EQ((*network)->outputs(), 8);
    constexpr std::size_t kRows = 200;  // three batches and eight rows one by one
    const std::vector<float> rows = some_rows(kRows, 12, 3);
    std::vector<float> answers(kRows * 8);
    std::vector<float> margins(kRows * 8);
    (*network)->answers(rows.data(), kRows, 12, answers.data());
    (*network)->margins_batch(rows.data(), kRows, 12, margins.data());
    for (std::size_t r = 0; r < kRows; ++r) {
        const std::span<const float> one = std::span(rows).subspan(r * 12, 12);
        const std::vector<double> row(one.begin(), one.end());
        const auto expected = testing::answer_in_double(dense, row);
        for (std::size_t o = 0; o < 8; ++o) {
            EXPECT_NEAR(static_cast<double>(answers[r * 8 + o]), expected[o], 1e-5);
            EXPECT_NEAR(std::exp(static_cast<double>(margins[r * 8 + o])), expected[o], 1e-5);
        }
    }
}

// examples/own-model: the file is what the writer makes of the weights beside it.
TEST(Network, TheExamplesFileHasTheWeightsBesideIt) {
    const std::filesystem::path folder = std::filesystem::path(BOON_SOURCE_DIR) / "examples" / "own-model";
    const auto written = json::parse(whole(folder / "weights.json"));
    ASSERT_TRUE(written) << to_text(written.error());
    Dense dense;
    for (const json::Value& from : written->at("layers").as_array()) {
        testing::Layer layer;
        layer.outputs = from.at("weights").as_array().size();
        layer.inputs = from.at("weights").at(0).as_array().size();
        for (const json::Value& row : from.at("weights").as_array()) {
            for (const json::Value& weight : row.as_array()) layer.weights.push_back(weight.to_number<float>());
        }
        for (const json::Value& bias : from.at("bias").as_array()) layer.bias.push_back(bias.to_number<float>());
        layer.activation = from.at("activation") == "softmax" ? Activation::softmax : Activation::relu;
        dense.layers.push_back(std::move(layer));
    }
    EXPECT_EQ(testing::write_tflite(dense), whole(folder / "offers.tflite"));
}

TEST(Network, TellsProbabilitiesAndAmounts) {
    const Dense dense = one_answer(Activation::sigmoid);
    const auto probability = Network::load(testing::write_tflite(dense), NetworkAnswer::probability, {});
    ASSERT_TRUE(probability) << to_text(probability.error());
    const std::vector<float> row = some_rows(1, 6, 2);
    float margin = 0;
    (*probability)->margins(row, {&margin, 1});
    const double expected = testing::answer_in_double(dense, std::vector<double>(row.begin(), row.end())).front();
    EXPECT_NEAR(1 / (1 + std::exp(-static_cast<double>(margin))), expected, 1e-5);

    const Dense open = one_answer(Activation::none);
    const auto amount = Network::load(testing::write_tflite(open), NetworkAnswer::amount, {});
    ASSERT_TRUE(amount) << to_text(amount.error());
    (*amount)->margins(row, {&margin, 1});
    const double said = testing::answer_in_double(open, std::vector<double>(row.begin(), row.end())).front();
    EXPECT_NEAR(static_cast<double>(margin), said, 1e-5);
}

TEST(Network, ScalesAndReadsWhatIsMissingAsTheMean) {
    const Dense dense = one_answer(Activation::none);
    const Scaling scaling{{10, 20, 30, -4, 0, 2}, {2, 5, 0.5, 1, 3, 100}};
    const auto network = Network::load(testing::write_tflite(dense), NetworkAnswer::amount, scaling);
    ASSERT_TRUE(network) << to_text(network.error());
    const std::vector<float> row = {12, 15, kMissing, -3, 1.5F, 102};
    float margin = 0;
    (*network)->margins(row, {&margin, 1});
    EXPECT_NEAR(
        static_cast<double>(margin), testing::answer_in_double(dense, std::vector<double>{1, -1, 0, 1, 0.5, 1}).front(),
        1e-5
    );
}

TEST(Network, ExplanationsSumToTheMarginAndWhatIsMissingAddsNothing) {
    const auto network = Network::load(testing::write_tflite(eight_offers()), NetworkAnswer::shares, {});
    ASSERT_TRUE(network);
    std::vector<float> row = some_rows(1, 12, 3);
    row[4] = kMissing;
    std::vector<float> margins(8);
    (*network)->margins(row, margins);
    std::vector<double> parts(13);
    (*network)->explain(row, 2, parts);
    double sum = 0;
    for (const double part : parts) sum += part;
    EXPECT_NEAR(sum, static_cast<double>(margins[2]), 1e-5);
    EXPECT_EQ(parts[4], 0);
    std::vector<double> again(13);
    (*network)->explain(row, 2, again);
    EXPECT_EQ(parts, again);
}

// Of a linear model every order gives the same: weight × value.
TEST(Network, ExplanationsOfALinearModelAreExact) {
    const Dense dense = testing::random_dense(std::array<std::size_t, 2>{6, 1}, Activation::none, 4);
    const auto network = Network::load(testing::write_tflite(dense), NetworkAnswer::amount, {});
    ASSERT_TRUE(network) << to_text(network.error());
    const std::vector<float> row = some_rows(1, 6, 3);
    std::vector<double> parts(7);
    (*network)->explain(row, 0, parts);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_NEAR(parts[i], static_cast<double>(dense.layers[0].weights[i] * row[i]), 1e-5);
    }
    EXPECT_NEAR(parts[6], static_cast<double>(dense.layers[0].bias[0]), 1e-6);
}

TEST(Network, ManyThreadsGetTheSameAnswers) {
    const auto network = Network::load(testing::write_tflite(eight_offers()), NetworkAnswer::shares, {});
    ASSERT_TRUE(network);
    const std::vector<float> rows = some_rows(150, 12, 3);
    std::vector<float> expected(150 * 8);
    (*network)->answers(rows.data(), 150, 12, expected.data());
    std::vector<std::vector<float>> found(4, std::vector<float>(expected.size()));
    {
        std::vector<std::jthread> threads;
        for (auto& mine : found) {
            threads.emplace_back([&] {
                for (int i = 0; i < 20; ++i) (*network)->answers(rows.data(), 150, 12, mine.data());
            });
        }
    }
    for (const auto& mine : found) EXPECT_EQ(mine, expected);
}

TEST(Network, RefusesWhatItsAnswersAreNot) {
    EXPECT_THAT(
        refusal(testing::write_tflite(eight_offers()), NetworkAnswer::probability),
        HasSubstr("the model gives 8 numbers, not a probability of 0 to 1\nhint: end the network with a sigmoid")
    );
    EXPECT_THAT(
        refusal(testing::write_tflite(one_answer(Activation::none)), NetworkAnswer::probability),
        HasSubstr("not a probability of 0 to 1\nhint: end the network with a sigmoid")
    );
    Dense logits = eight_offers();
    logits.layers.back().activation = Activation::none;
    EXPECT_THAT(refusal(testing::write_tflite(logits)), HasSubstr("not shares that sum to 1\nhint: end the network"));
    EXPECT_THAT(
        refusal(testing::write_tflite(eight_offers()), NetworkAnswer::shares, {{1, 2}, {1, 1}}),
        HasSubstr("the scaler has 2 inputs, the model reads 12")
    );
}

TEST(Network, RefusesWeightsThatAreNoNumbers) {
    Dense diverged = eight_offers();
    diverged.layers[1].weights[7] = kMissing;
    EXPECT_THAT(
        refusal(testing::write_tflite(diverged)),
        HasSubstr("a weight of the tensor `weights` is not a number\nhint: the")
    );
    // Finite weights whose sums are not.
    Dense large = one_answer(Activation::none);
    for (float& weight : large.layers[0].weights) weight = 3e38F;
    EXPECT_THAT(
        refusal(testing::write_tflite(large), NetworkAnswer::amount), HasSubstr("the model answers a row of trial with")
    );
}

TEST(Network, RefusesWhatIsTooNewOrUnknown) {
    Dense dense = eight_offers();
    dense.schema_version = 4;
    EXPECT_THAT(
        refusal(testing::write_tflite(dense)),
        HasSubstr("version 4 of TensorFlow Lite's format; this boon reads version 3")
    );
    dense = eight_offers();
    dense.operator_version = 99;
    EXPECT_THAT(refusal(testing::write_tflite(dense)), HasSubstr("refuses the model: "));
    EXPECT_THAT(refusal(testing::write_tflite(dense)), HasSubstr("'FULLY_CONNECTED' version '99'"));
    dense = eight_offers();
    dense.operator_code = 131;
    EXPECT_THAT(refusal(testing::write_tflite(dense)), HasSubstr("the model needs operator 131 of TensorFlow Lite"));
    dense = eight_offers();
    dense.operator_code = 32;
    dense.custom_operator = "FlexBoost";
    EXPECT_THAT(refusal(testing::write_tflite(dense)), HasSubstr("the model needs the operator `FlexBoost`"));
}

TEST(Network, RefusesWhatIsNoModelOrCutOff) {
    EXPECT_THAT(refusal(""), HasSubstr("the file is not a TensorFlow Lite model\nhint: write it with"));
    EXPECT_THAT(refusal("PK\3\4 and more than eight bytes"), HasSubstr("is not a TensorFlow Lite model"));
    const std::string good = testing::write_tflite(eight_offers());
    EXPECT_EQ(refusal(good), "loaded");
    for (std::size_t size = 0; size < good.size(); size += 5) {
        const auto cut = Network::load(good.substr(0, size), NetworkAnswer::shares, {});
        ASSERT_FALSE(cut) << size;
        EXPECT_EQ(cut.error().code, ErrorCode::invalid);
    }
}

// Whatever still loads must also answer.
TEST(Network, DamagedFilesAreErrorsAndNeverCrashes) {
    const std::string good = testing::write_tflite(one_answer(Activation::sigmoid));
    std::mt19937_64 random(21);
    int refused = 0;
    for (int i = 0; i < 6000; ++i) {
        std::string file = good;
        const std::uint64_t times = 1 + random() % 3;
        for (std::uint64_t k = 0; k < times; ++k) {
            const std::size_t at = random() % file.size();
            if (random() % 2 == 0) {
                file[at] = static_cast<char>(random());
            } else {
                file[at] = static_cast<char>(file[at] ^ (1 << (random() % 8)));
            }
        }
        const auto network = Network::load(file, NetworkAnswer::probability, {});
        if (!network) {
            ++refused;
            EXPECT_EQ(network.error().code, ErrorCode::invalid);
            continue;
        }
        const std::vector<float> rows(70 * static_cast<std::size_t>((*network)->features()), 0.5F);
        std::vector<float> out(70);
        (*network)->margins_batch(rows.data(), 70, static_cast<std::size_t>((*network)->features()), out.data());
    }
    EXPECT_GT(refused, 1000);
}

}  // namespace
}  // namespace boon::models
