#include "action/serving/supposed.h"

#include <fmt/format.h>

#include "action/serving/serving_test.h"
#include "records/customers/attribute_store.h"

namespace boon::serving {
namespace {

class SupposedTest : public ServingTest {
protected:
    // `plan` is gold for anna; offer 1 asks for it, offer 2 for the stage churn, offer 3 for spend from 100 on.
    void prepare() {
        fill_profiles();
        auto fill =
            customers::AttributeStore(*database_)
                .begin({{"plan", profiles::AttributeKind::text}, {"since", profiles::AttributeKind::time}}, kNow);
        ASSERT_TRUE(fill) << to_text(fill.error());
        const std::array<std::string_view, 1> anna{"anna"};
        const std::array<profiles::AttributeValue, 2> said{"gold", std::monostate()};
        ASSERT_TRUE(fill->add(anna, said));
        ASSERT_TRUE(fill->finish(kNow));
        load();
        make_offer(R"({"offer_id":1,"name":"For gold","eligibility_rule":{"==":[{"var":"attributes.plan"},"gold"]}})");
        make_offer(R"({"offer_id":2,"name":"Stay","lifecycle_stage":"churn"})");
        make_offer(R"({"offer_id":3,"name":"For spenders","eligibility_rule":{">=":[{"var":"spend"},100]}})");
        make_offer(R"({"offer_id":4,"name":"For high value","target_segment":"high_value"})");
        make_offer(R"({"offer_id":5,"name":"For the rich","min_customer_value":5000})");
        load();
    }

    std::vector<OfferId> shown(const std::string& customer, std::string_view suppose) {
        const auto read = json::read_text<Simulation>(
            fmt::format(R"({{"customer_id":"{}","limit":20,"suppose":{}}})", customer, suppose)
        );
        EXPECT_TRUE(read) << to_text(read.error());
        const auto answer = engine_->simulate(*read, kNow);
        EXPECT_TRUE(answer) << to_text(answer.error());
        std::vector<OfferId> ids;
        for (const auto& offer : answer->decision.offers) ids.push_back(offer.offer_id);
        std::ranges::sort(ids);
        return ids;
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, SupposedTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(SupposedTest, WhatIsSupposedStandsInThePlaceOfWhatIsKnown) {
    prepare();
    EXPECT_THAT(shown("anna", "null"), ElementsAre(1, 3));
    EXPECT_THAT(shown("anna", "{}"), ElementsAre(1, 3));
    EXPECT_THAT(shown("anna", R"({"features":{"spend":99}})"), ElementsAre(1));
    EXPECT_THAT(shown("anna", R"({"features":{"spend":null}})"), ElementsAre(1));
    EXPECT_THAT(shown("anna", R"({"attributes":{"plan":"silver"}})"), ElementsAre(3));
    EXPECT_THAT(shown("anna", R"({"attributes":{"plan":null,"since":"2026-01-01T00:00:00Z"}})"), ElementsAre(3));
    EXPECT_THAT(shown("anna", R"({"stage":"churn","value_segment":"high_value"})"), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(shown("anna", R"({"lifetime_value":5000})"), ElementsAre(1, 3, 5));
    EXPECT_THAT(shown("anna", "null"), ElementsAre(1, 3)) << "nothing of it is kept";
}

TEST_P(SupposedTest, ACustomerMayBeInvented) {
    prepare();
    EXPECT_THAT(shown("nobody", "{}"), IsEmpty());
    EXPECT_THAT(
        shown("nobody", R"({"stage":"churn","features":{"spend":100,"gender":"M"},"attributes":{"plan":"gold"}})"),
        ElementsAre(1, 2, 3)
    );
    const auto unknown = engine_->simulate(Simulation{{.customer_id = "nobody"}, {}}, kNow);
    ASSERT_FALSE(unknown) << "of whom nothing is supposed";
    EXPECT_EQ(unknown.error().code, ErrorCode::not_found);
}

// The known customer's own values, supposed of somebody else, make the same decision.
TEST_P(SupposedTest, TheSameValuesMakeTheSameDecision) {
    prepare();
    promote_pair_model();
    load();
    const auto known = engine_->simulate(Simulation{{.customer_id = "bert", .limit = 20, .explain = true}, {}}, kNow);
    ASSERT_TRUE(known) << to_text(known.error());
    Simulation asked{{.customer_id = "nobody", .limit = 20, .explain = true}, Supposed{}};
    asked.suppose->features = {{"recency", 45}, {"spend", nullptr}, {"gender", "M"}};
    const auto supposed = engine_->simulate(asked, kNow);
    ASSERT_TRUE(supposed) << to_text(supposed.error());
    EXPECT_EQ(json::write(supposed->decision.considered), json::write(known->decision.considered));
    EXPECT_EQ(json::write(supposed->decision.offers), json::write(known->decision.offers));
}

TEST_P(SupposedTest, EveryMistakeIsNamedByItsPlace) {
    prepare();
    Simulation asked{{.customer_id = "anna"}, Supposed{}};
    asked.suppose->stage = "teenager";
    asked.suppose->value_segment = "whale";
    asked.suppose->features = {{"recency", "three"}, {"gender", "X"}, {"a/b", 1}};
    asked.suppose->attributes = {{"plan", 7}, {"since", "yesterday"}, {"none", true}};
    const auto refused = engine_->simulate(asked, kNow);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::invalid);
    std::vector<std::string> places;
    for (const FieldError& field : refused.error().fields) places.push_back(field.pointer);
    EXPECT_THAT(
        places, ElementsAre(
                    "/suppose/stage", "/suppose/value_segment", "/suppose/features/a~1b", "/suppose/features/gender",
                    "/suppose/features/recency", "/suppose/attributes/none", "/suppose/attributes/plan",
                    "/suppose/attributes/since"
                )
    );
}

}  // namespace
}  // namespace boon::serving
