#include "action/serving/actions.h"

#include "action/serving/serving_test.h"
#include "action/serving/value_offers.h"
#include "records/profiles/standing_store.h"

namespace boon::serving {
namespace {

constexpr std::int64_t kHour = kMicrosPerHour;

Timestamp hours_ago(std::int64_t hours) { return plus_micros(kNow, -hours * kHour); }

TEST(NextContact, IsNowUnlessAMessageADayOrThreeAWeekStandInTheWay) {
    const auto next = [](std::vector<Timestamp> sent) { return next_contact(std::move(sent), {}, kNow); };
    EXPECT_TRUE(next({}).now);
    EXPECT_EQ(next({}).reason, "no message went out lately");

    const auto yesterday = next({hours_ago(23)});
    EXPECT_FALSE(yesterday.now);
    EXPECT_EQ(yesterday.at, plus_micros(kNow, kHour));
    EXPECT_EQ(yesterday.reason, "1 message a day is the most");
    EXPECT_EQ(yesterday.sent_24_hours, 1);
    EXPECT_TRUE(next({hours_ago(24)}).now);  // a day is over after 24 hours

    const auto third = next({hours_ago(48), hours_ago(6 * 24), hours_ago(5 * 24)});
    EXPECT_EQ(third.at, plus_days(kNow, 1));  // the first of them is 7 days old then
    EXPECT_EQ(third.reason, "3 messages in 7 days are the most");
    EXPECT_EQ(third.sent_7_days, 3);
    const auto free = next({hours_ago(48), hours_ago(7 * 24), hours_ago(5 * 24)});
    EXPECT_TRUE(free.now);
    EXPECT_EQ(free.sent_7_days, 2);
    EXPECT_EQ(free.reason, "last message 2026-02-28T00:00:00Z");

    EXPECT_TRUE(next({plus_micros(kNow, 1)}).now);  // one of the future says nothing
    const auto both = next({hours_ago(1), hours_ago(2), hours_ago(3)});
    EXPECT_EQ(both.at, plus_micros(kNow, 7 * kMicrosPerDay - 3 * kHour));
}

class ActionsTest : public ServingTest {
protected:
    // anna: churn, high value, 120.50 so far; bert: no stage, no value.
    void place_anna(const std::string& stage = "churn", const std::string& segment = "high_value") {
        fill_profiles();
        const auto written = database_->write([&](db::Connection& connection) -> Status {
            BOON_CHECK(profiles::write_stages(
                connection, std::array{profiles::StageRow{
                                .customer_id = "anna", .stage = stage, .stage_since = hours_ago(48), .stage_flags = ""
                            }}
            ));
            profiles::ValueRow value;
            value.customer_id = "anna";
            value.value_score = 90;
            value.value_segment = segment;
            value.predicted_ltv = 40;
            return profiles::write_values(connection, std::array{value});
        });
        ASSERT_TRUE(written) << to_text(written.error());
    }
    RecommendedActions actions(const std::string& customer, std::int32_t limit = 5) {
        const auto made =
            recommend(*engine_->state(), {.customer_id = customer, .limit = limit}, {hours_ago(23)}, kNow);
        EXPECT_TRUE(made) << to_text(made.error());
        return made.value_or(RecommendedActions{});
    }
};
INSTANTIATE_TEST_SUITE_P(Engines, ActionsTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(ActionsTest, OffersOfTheStageComeWithItsUrgencyOthersOneLower) {
    place_anna();
    make_offer(R"({"offer_id":1,"name":"Stay","lifecycle_stage":"churn","value":50})");
    make_offer(R"({"offer_id":2,"name":"For all","value":90})");
    make_offer(R"({"offer_id":3,"name":"Grow","lifecycle_stage":"growth","value":99})");
    make_offer(R"({"offer_id":4,"name":"At risk","target_segment":"at_risk","value":10})");
    load();
    const auto answer = actions("anna");
    EXPECT_EQ(answer.stage, "churn");
    EXPECT_EQ(answer.stage_since, hours_ago(48));
    EXPECT_EQ(answer.priority, Priority::high);
    EXPECT_EQ(answer.priority_reason, "the customer is likely to leave; worth more (high_value): sooner");
    EXPECT_EQ(answer.priority_shift, Shift::sooner);
    EXPECT_EQ(answer.actions[0].for_stage, std::nullopt);
    EXPECT_EQ(answer.actions[1].for_stage, "churn");
    EXPECT_EQ(answer.actions[2].for_segment, "at_risk");
    // By value alone, for want of a model: 90, 50, 10.
    std::vector<std::string> told;
    for (const auto& action : answer.actions) {
        told.push_back(action.name + " " + std::string(enum_name(action.priority)));
    }
    EXPECT_THAT(told, testing::ElementsAre("For all medium", "Stay high", "At risk high"));
    EXPECT_THAT(answer.actions[1].reason, testing::StartsWith("for customers in the stage churn; "));
    EXPECT_THAT(answer.actions[0].reason, testing::StartsWith("for every customer; "));
    EXPECT_TRUE(answer.why_not.empty());
    EXPECT_EQ(answer.next_contact.at, plus_micros(kNow, kHour));
    EXPECT_EQ(actions("anna", 1).actions.size(), 1U);
}

TEST_P(ActionsTest, WithoutAnOfferEachOneSaysWhyNot) {
    place_anna("growth", "low_value");
    make_offer(R"({"offer_id":1,"name":"Come back","lifecycle_stage":"win_back"})");
    make_offer(R"({"offer_id":2,"name":"Rich","min_customer_value":200})");
    make_offer(R"({"offer_id":3,"name":"Not yet","status":"draft"})");
    load();
    const auto answer = actions("anna");
    EXPECT_EQ(answer.priority, Priority::low);
    EXPECT_TRUE(answer.actions.empty());
    ASSERT_EQ(answer.why_not.size(), 2U);       // a draft is nobody's
    EXPECT_EQ(answer.why_not[0].name, "Rich");  // came as far as its value bound
    EXPECT_EQ(answer.why_not[1].why, "it is for customers in the stage win_back; this one is in growth");
    EXPECT_EQ(actions("bert").priority_reason, "the customer's stage is not known");
    EXPECT_EQ(recommend(*engine_->state(), {.customer_id = "zoe"}, {}, kNow).error().code, ErrorCode::not_found);
}

TEST_P(ActionsTest, ValueOffersNameTheBoundThatExcludesEachOther) {
    place_anna();
    make_offer(R"({"offer_id":1,"name":"For the best","target_segment":"high_value","value":5})");
    make_offer(R"({"offer_id":2,"name":"From 100","min_customer_value":100,"value":9})");
    make_offer(R"({"offer_id":3,"name":"From 121","min_customer_value":121})");
    make_offer(R"({"offer_id":4,"name":"Up to 120","max_customer_value":120})");
    make_offer(R"({"offer_id":5,"name":"For the others","target_segment":"low_value"})");
    make_offer(R"({"offer_id":6,"name":"Of another stage","lifecycle_stage":"growth"})");
    make_offer(R"({"offer_id":7,"name":"Both","lifecycle_stage":"growth","max_customer_value":100})");
    make_offer(R"({"offer_id":8,"name":"Draft","status":"draft","max_customer_value":1})");
    load();
    const auto told = [&] {
        std::vector<std::string> lines;
        const auto answer = offers_by_value(*engine_->state(), {.customer_id = "anna", .limit = 100}, kNow);
        EXPECT_TRUE(answer) << to_text(answer.error());
        for (const auto& offer : answer->offers) lines.push_back("fits " + offer.name);
        for (const auto& offer : answer->excluded) {
            lines.push_back(offer.name + ": " + offer.bound.value_or("-") + " " + std::string(enum_name(offer.cause)));
        }
        return lines;
    };
    EXPECT_THAT(
        told(), testing::ElementsAre(
                    "fits From 100", "fits For the best", "From 121: min_customer_value value_below",
                    "Up to 120: max_customer_value value_above", "For the others: target_segment other_segment",
                    "Of another stage: - other_stage", "Both: max_customer_value value_above"
                )
    );
    // By what the model expects, 40, everything from 100 on is out, and what ends at 100 or more is in by value.
    engine_ = std::make_unique<Engine>(
        *database_, catalogue_, *ledger_,
        Options{.policy = {.value_bounds = decision::ValueBasis::predicted}, .seed = 7}
    );
    load();
    EXPECT_THAT(
        told(), testing::ElementsAre(
                    "fits For the best", "fits Up to 120", "From 100: min_customer_value value_below",
                    "From 121: min_customer_value value_below", "For the others: target_segment other_segment",
                    "Of another stage: - other_stage", "Both: - other_stage"
                )
    );
    const auto bert = offers_by_value(*engine_->state(), {.customer_id = "bert", .limit = 100}, kNow);
    ASSERT_TRUE(bert);
    EXPECT_EQ(bert->value, std::nullopt);
    EXPECT_EQ(bert->excluded.at(1).cause, decision::Cause::value_unknown);
}

}  // namespace
}  // namespace boon::serving
