#include "action/serving/serving_test.h"
#include "records/customers/attribute_store.h"

namespace boon::serving {
namespace {

class PredictionsTest : public ServingTest {};
INSTANTIATE_TEST_SUITE_P(
    Engines, PredictionsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName()
);

TEST_P(PredictionsTest, NboOfAKnownOffer) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double points","category":"points"})");
    make_offer(R"({"offer_id":2,"name":"Free shipping"})");
    promote_pair_model();
    load();
    auto answer = nbo("anna");
    EXPECT_EQ(answer.at("offer_details").at("name"), "Double points");
    EXPECT_EQ(answer.at("offer_details").at("offer_id"), 1);
    EXPECT_EQ(answer.at("offer_details").at("category"), "points");
    EXPECT_TRUE(answer.at("offer_details").as_object().contains("lifecycle_stage"));
    answer.as_object().erase("offer_details");
    // The margin of a feature's two equally frequent leaves is their mean: base −2 + 1.
    EXPECT_EQ(rounded(answer), golden("nbo_known_offer"));
}

TEST_P(PredictionsTest, NboOfAnUnknownAndAnInactiveOffer) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double points","is_active":false})");
    make_offer(R"({"offer_id":2,"name":"Free shipping"})");
    promote_multi_class_model();
    load();
    const auto inactive = nbo("anna");
    EXPECT_EQ(
        json::to_text(inactive.at("offer_details")),
        R"({"offer_id":1,"name":"Offer #1","description":"Offer details not available"})"
    );
    EXPECT_EQ(inactive.at("recommended_offer"), 1);
    EXPECT_EQ(inactive.at("score_kind"), "share");
    EXPECT_NEAR(inactive.at("confidence").to_number<double>(), 0.75, 1e-6);
    EXPECT_NEAR(inactive.at("offer_scores").at("9").to_number<double>(), 0.25, 1e-6);

    const auto unknown = nbo("bert");
    EXPECT_EQ(
        json::to_text(unknown.at("offer_details")),
        R"({"offer_id":9,"name":"Offer #9","description":"Offer details not available"})"
    );
    EXPECT_THAT(
        std::string(unknown.at("explanation").as_string()),
        "its share among likely choices is 75 %: days since the last purchase (45 days) raises it"
    );
    // The engine shows what the catalogue has, not what the model names.
    EXPECT_EQ(unknown.at("decision").at("offers").as_array().size(), 1U);
    EXPECT_EQ(unknown.at("decision").at("offers").at(0).at("offer_id"), 2);
}

TEST_P(PredictionsTest, NboWithoutAModelIsTheFallbackAndSaysSo) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double points","value":2})");
    make_offer(R"({"offer_id":2,"name":"Free shipping","value":5})");
    load();
    const auto answer = nbo("anna");
    EXPECT_EQ(answer.at("recommended_offer"), 2);  // by value alone
    EXPECT_TRUE(answer.at("confidence").is_null());
    EXPECT_TRUE(answer.at("offer_scores").as_object().empty());
    EXPECT_EQ(answer.at("score_kind"), "rules");
    EXPECT_EQ(answer.at("is_fallback"), true);
    EXPECT_EQ(answer.at("explanation"), "no model scored this customer: offers are ranked by rates and rules");
    EXPECT_EQ(answer.at("offer_details").at("name"), "Free shipping");
}

TEST_P(PredictionsTest, AnUnknownCustomerIsToldWhatToDo) {
    make_offer(R"({"offer_id":1,"name":"Double points"})");
    load();
    EXPECT_EQ(
        to_text(predict_nbo(*engine_->state(), {"zoe", Unknown::refuse, kNow}).error()),
        "there is no customer \"zoe\"\nhint: there are no profiles yet: run `boon features`"
    );
    fill_profiles();
    promote_pair_model();
    ASSERT_TRUE(engine_->follow());
    const auto refused = predict_nbo(*engine_->state(), {"zoe", Unknown::refuse, kNow});
    EXPECT_EQ(refused.error().code, ErrorCode::not_found);
    EXPECT_EQ(
        to_text(refused.error()),
        "there is no customer \"zoe\"\nhint: decisions and predictions take allow_unknown (--allow-unknown): the "
        "fallback, for somebody nobody knows"
    );
    const auto allowed = nbo("zoe", Unknown::allow);
    EXPECT_EQ(allowed.at("score_kind"), "base_rate");
    EXPECT_EQ(allowed.at("confidence"), 0.125);
    EXPECT_EQ(allowed.at("is_fallback"), true);
    EXPECT_EQ(allowed.at("explanation"), "nobody knows this customer: offers are ranked by rates and rules");
    EXPECT_EQ(predict_nbo(*engine_->state(), {"", Unknown::allow, kNow}).error().code, ErrorCode::invalid);
}

TEST_P(PredictionsTest, ChurnWithAndWithoutAModel) {
    fill_profiles();
    load();
    const auto without = predict_churn(*engine_->state(), {"anna", Unknown::refuse});
    ASSERT_TRUE(without);
    EXPECT_EQ(shown(*without), golden("churn_without_model"));
    promote(
        "churn", scoring::ModelKind::probability, xgboost_json(1, 0, {{0, 30, -2, 2}}),
        {{{"recency", "r1", "days since the last purchase", "days", {}}}, {}},
        {.calibration = {.kind = scoring::CalibrationKind::isotonic, .raw = {0.2, 0.8}, .calibrated = {0.125, 0.875}},
         .interval = {},
         .threshold = 0.7}
    );
    ASSERT_TRUE(engine_->follow());
    EXPECT_EQ(shown(*predict_churn(*engine_->state(), {"bert", Unknown::refuse})), golden("churn"));
    EXPECT_EQ(predict_churn(*engine_->state(), {"anna", Unknown::refuse})->will_churn, false);
    const auto unknown = predict_churn(*engine_->state(), {"zoe", Unknown::allow});
    EXPECT_EQ(unknown->churn_probability, 0.125);
    EXPECT_EQ(unknown->will_churn, std::nullopt);
    EXPECT_TRUE(unknown->is_fallback);
    EXPECT_EQ(unknown->explanation, "nobody knows this customer: this is the rate of all");
}

TEST_P(PredictionsTest, LtvHasAnIntervalAndAHorizon) {
    fill_profiles();
    promote(
        "ltv", scoring::ModelKind::amount, xgboost_json(1, 0, {{0, 30, 99.5, 9.5}}),
        {{{"recency", "r1", "days since the last purchase", "days", {}}}, {}},
        {.calibration = {},
         .interval = scoring::AmountInterval{.predicted = {10, 100}, .lower = {4, 60}, .upper = {20, 180}}}
    );
    load();
    const auto anna = predict_ltv(*engine_->state(), {"anna", Unknown::refuse});
    ASSERT_TRUE(anna) << to_text(anna.error());
    EXPECT_NEAR(*anna->predicted_ltv, 99.5, 1);
    EXPECT_LT(*anna->lower, 61);
    EXPECT_GT(*anna->upper, 170);
    EXPECT_EQ(anna->horizon_days, 90);
    EXPECT_EQ(anna->currency, "USD");
    EXPECT_FALSE(anna->is_fallback);
    EXPECT_NEAR(anna->reasons->base + anna->reasons->effects.at(0).effect, anna->reasons->margin, 1e-5);
}

TEST_P(PredictionsTest, ACustomerIsSeenWithWords) {
    fill_profiles();
    using profiles::AttributeKind;
    using profiles::AttributeValue;
    constexpr Timestamp kRenewed{1'767'225'600'000'000};  // 2026-01-01
    auto fill = customers::AttributeStore(*database_)
                    .begin(
                        {{"plan", AttributeKind::text},
                         {"price", AttributeKind::number},
                         {"newsletter", AttributeKind::boolean},
                         {"renewed", AttributeKind::time},
                         {"tariff", AttributeKind::text}},
                        kNow
                    );
    ASSERT_TRUE(fill) << to_text(fill.error());
    const std::array<std::string_view, 1> bert{"bert"};
    const std::array<AttributeValue, 5> said{"gold <1>", 9.5, false, kRenewed, std::monostate()};
    ASSERT_TRUE(fill->add(bert, said));
    ASSERT_TRUE(fill->finish(kNow));
    load();
    EXPECT_EQ(shown(*view_customer(*engine_->state(), "bert")), golden("customer"));
    const auto anna = view_customer(*engine_->state(), "anna");
    ASSERT_EQ(anna->attributes.size(), 5U);
    EXPECT_TRUE(anna->attributes[0].value.is_null());
    EXPECT_EQ(view_customer(*engine_->state(), "anna")->lifetime_value, 120.5);
    EXPECT_EQ(view_customer(*engine_->state(), "zoe").error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace boon::serving
