#include "insight/scoring/uplift_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/models/testing/xgboost_peer.h"
#include "insight/scoring/calibration.h"

namespace boon::scoring {
namespace {

using models::testing::Peer;
using testing::HasSubstr;

class UpliftModelTest : public testing::Test {
protected:
    static std::string trees(unsigned seed) {
        const Peer peer(
            models::testing::random_table(200, 2, 0, seed), {{"objective", "binary:logistic"}, {"max_depth", "2"}}, 3
        );
        const auto bytes = peer.save("ubj");
        return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
    }
    static double probability(const std::string& file, std::span<const float> row) {
        const auto ensemble = models::TreeEnsemble::from_xgboost(std::as_bytes(std::span(file)));
        float margin = 0;
        ensemble->margins(row, {&margin, 1});
        return inverse_logit(static_cast<double>(margin));
    }
    static std::map<std::string, std::string> files(const std::string& part) {
        return {
            {"uplift.json", part},
            {"uplift_treated.ubj", trees(1)},
            {"uplift_untreated.ubj", trees(2)},
            {"uplift_agreement.ubj", trees(3)},
        };
    }
    const std::vector<float> row_ = {0.3F, 0.7F};
};

TEST_F(UpliftModelTest, IsADifferenceOfProbabilitiesOrWhatAgreementStandsFor) {
    const auto all = files(R"({"way": "two_models", "words": "", "bands": []})");
    const auto two = UpliftModel::read(all, 2);
    ASSERT_TRUE(two) << to_text(two.error());
    const double difference =
        probability(all.at("uplift_treated.ubj"), row_) - probability(all.at("uplift_untreated.ubj"), row_);
    EXPECT_DOUBLE_EQ((*two)->of(row_)->value, difference);
    EXPECT_FALSE((*two)->of(row_)->lower);
    const auto one = UpliftModel::read(files(R"({"way": "changed_labels", "words": "", "bands": []})"), 2);
    ASSERT_TRUE(one) << to_text(one.error());
    EXPECT_DOUBLE_EQ((*one)->of(row_)->value, 2 * probability(all.at("uplift_agreement.ubj"), row_) - 1);
}

// The interval is that of the first band whose end is not below the value; beyond all of them, of the last.
TEST_F(UpliftModelTest, TakesTheIntervalOfItsBand) {
    const auto interval_with = [&](double first_end) {
        const auto model = UpliftModel::read(
            files(
                R"({"way": "changed_labels", "words": "", "bands": [{"up_to": )" + std::to_string(first_end) +
                R"(, "lower": -0.5, "upper": -0.25}, {"up_to": )" + std::to_string(first_end + 0.001) +
                R"(, "lower": 0.25, "upper": 0.5}]})"
            ),
            2
        );
        EXPECT_TRUE(model) << to_text(model.error());
        return *(*model)->of(row_)->lower;
    };
    EXPECT_EQ(interval_with(0.99), -0.5);
    EXPECT_EQ(interval_with(-1), 0.25);
}

TEST_F(UpliftModelTest, SaysWhyThereIsNone) {
    const auto none = UpliftModel::read({{"uplift.json", R"({"way": "none", "words": "no control group"})"}}, 2);
    ASSERT_TRUE(none) << to_text(none.error());
    EXPECT_EQ((*none)->part().words, "no control group");
    EXPECT_FALSE((*none)->of(row_));
    EXPECT_EQ(*UpliftModel::read({{"model.ubj", "x"}}, 2), nullptr) << "made before there was any";
}

TEST_F(UpliftModelTest, RefusesWhatDoesNotFit) {
    auto all = files(R"({"way": "two_models", "words": "", "bands": []})");
    EXPECT_THAT(UpliftModel::read(all, 3).error().message, HasSubstr("uplift_treated.ubj does not read its columns"));
    all.erase("uplift_untreated.ubj");
    EXPECT_THAT(UpliftModel::read(all, 2).error().message, HasSubstr("has no uplift_untreated.ubj"));
    const auto bands = files(R"({"way": "two_models", "words": "", "bands": [{"up_to": 1}, {"up_to": 0}]})");
    EXPECT_THAT(UpliftModel::read(bands, 2).error().message, HasSubstr("out of order"));
}

}  // namespace
}  // namespace boon::scoring
