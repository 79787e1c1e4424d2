#include "action/serving/answer.h"
#include "action/serving/score_segments.h"
#include "action/serving/serving_test.h"
#include "insight/audiences/store.h"
#include "insight/scoring/score_store.h"
#include "records/profiles/standing_store.h"

namespace boon::serving {
namespace {

INSTANTIATE_TEST_SUITE_P(Engines, ServingTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(ServingTest, ADecisionIsAnsweredOnceItIsInTheLedger) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double points"})");
    promote_pair_model();
    load();
    const auto answer = decide({.customer_id = "anna", .placement = "home", .channel = "app", .explain = true});
    ASSERT_TRUE(answer) << to_text(answer.error());
    const auto record = ledger_->find(answer->decision.decision_id);
    ASSERT_TRUE(record && *record);
    EXPECT_EQ((*record)->customer_id, "anna");
    EXPECT_EQ((*record)->offers, std::vector<OfferId>{1});
    EXPECT_EQ((*record)->body, json::write(answer->decision));
    EXPECT_EQ((*record)->features.size(), 3U);
    EXPECT_EQ((*record)->features[0], 3.0F);
    EXPECT_EQ((*record)->model_version, "nbo-1");
    EXPECT_EQ((*record)->catalogue_version, 1);

    const auto text = to_json(*answer);
    const auto back = json::read_text<AnsweredDecision>(text, {.currency = {}, .read_as = json::ReadAs::stored});
    ASSERT_TRUE(back) << to_text(back.error()) << text;
    EXPECT_EQ(back->offers.at(0).offer.name, "Double points");
    EXPECT_EQ(json::write(*back), text);
    EXPECT_THAT(
        back->offers.at(0).explanation->text, testing::StartsWith("its chance to be accepted is 75 %: days since")
    );
    std::promise<Result<std::string>> promise;
    engine_->decide_text({.customer_id = "anna"}, kNow, [&](Result<std::string> answered) {
        promise.set_value(std::move(answered));
    });
    const auto answered = promise.get_future().get();
    ASSERT_TRUE(answered);
    EXPECT_TRUE(json::read_text<AnsweredDecision>(*answered, {.currency = {}, .read_as = json::ReadAs::stored}));
    EXPECT_NE(decide({.customer_id = "anna"})->decision.decision_id, answer->decision.decision_id);
}

TEST_P(ServingTest, TheLedgersTextIsTheAnswersWithoutTheOffersDetails) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double \"points\""})");
    make_offer(R"({"offer_id":2,"name":"Two for one"})");
    load();
    for (const bool explain : {false, true}) {
        const auto answer = decide({.customer_id = "anna", .explain = explain});
        ASSERT_TRUE(answer) << to_text(answer.error());
        ASSERT_EQ(answer->decision.offers.size(), 2U);
        const Texts texts = texts_of(*answer);
        EXPECT_EQ(texts.answer, to_json(*answer));
        EXPECT_EQ(texts.decision, json::write(answer->decision));
    }
}

TEST_P(ServingTest, DecisionsForNobody) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double points"})");
    load();
    EXPECT_EQ(decide({.customer_id = "zoe"}).error().code, ErrorCode::not_found);
    const auto answer = decide({.customer_id = "zoe", .allow_unknown = true});
    ASSERT_TRUE(answer) << to_text(answer.error());
    EXPECT_EQ(answer->decision.offers.size(), 1U);
    EXPECT_THAT(answer->decision.notes, testing::ElementsAre("scores are a fallback: no model scored this customer"));
    EXPECT_TRUE(*ledger_->find(answer->decision.decision_id));
}

TEST_P(ServingTest, ChangesAreFollowed) {
    fill_profiles();
    load();
    const auto before = engine_->state();
    ASSERT_TRUE(engine_->follow());
    EXPECT_EQ(engine_->state(), before);  // nothing has changed
    make_offer(R"({"offer_id":1,"name":"Double points"})");
    ASSERT_TRUE(engine_->follow());
    EXPECT_EQ(engine_->state()->snapshot->offers().size(), 1U);
    EXPECT_EQ(before->snapshot->offers().size(), 0U);
    ASSERT_TRUE(catalogue_.set_status(1, catalog::OfferStatus::paused, std::nullopt, kAnn));
    ASSERT_TRUE(engine_->follow());
    EXPECT_EQ(decide({.customer_id = "anna"})->decision.no_offer, decision::NoOffer::nothing_eligible);
    promote_pair_model();
    ASSERT_TRUE(engine_->follow());
    EXPECT_NE(engine_->state()->snapshot->model(), nullptr);
}

TEST_P(ServingTest, OneCustomersChangeIsFollowed) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double points"})");
    load();
    const auto before = engine_->state();
    const std::vector<profiles::ProfileRow> rows = {
        {"bert", {1.0F, 7.0F, 1.0F}, plus_days(kNow, 1)}, {"zoe", {2.0F, 8.0F, 0.0F}, plus_days(kNow, 1)}
    };
    const auto changed = database_->write([&](db::Connection& c) -> Status {
        BOON_CHECK(profiles::change_profiles(c, before->profiles->schema()->schema_id, rows, kNow));
        return profiles::write_stages(c, std::vector{profiles::StageRow{"zoe", "onboarding", kNow, "", false}});
    });
    ASSERT_TRUE(changed) << to_text(changed.error());
    EXPECT_EQ(decide({.customer_id = "zoe"}).error().code, ErrorCode::not_found);
    ASSERT_TRUE(engine_->follow());
    const auto& image = *engine_->state()->profiles;
    EXPECT_EQ(image.find("anna")->features[1], 120.5F);
    EXPECT_EQ(image.find("bert")->features[1], 7.0F);
    EXPECT_EQ(image.find("zoe")->stage, "onboarding");
    EXPECT_EQ(before->profiles->find("bert")->features[0], 45.0F);
    EXPECT_EQ(engine_->state()->snapshot, before->snapshot);  // nothing is compiled anew
    const auto answer = decide({.customer_id = "zoe"});
    ASSERT_TRUE(answer) << to_text(answer.error());
    const auto record = ledger_->find(answer->decision.decision_id);
    EXPECT_EQ((*record)->features[1], 8.0F);
}

TEST_P(ServingTest, AnOfferForAnAudienceGoesToItsMembersAsItIsNow) {
    fill_profiles();
    const auto recent = [](int days) {
        return json::parse(R"({"<":[{"var":"recency"},)" + std::to_string(days) + "]}").value();
    };
    const auto made = database_->write([&](db::Connection& c) {
        return audiences::create(c, {.name = "recent", .rule = recent(10)}, {"ann", kNow});
    });
    ASSERT_TRUE(made) << to_text(made.error());
    catalog::Names names = catalog::Names::defaults();
    names.audiences = {"recent"};  // as the composition root tells the catalogue
    catalogue_.set_names(names);
    make_offer(R"({"offer_id":1,"name":"Double points","target_segment":"recent"})");
    load();
    EXPECT_EQ(decide({.customer_id = "anna"})->decision.offers.size(), 1U);  // 3 days
    const auto bert = decide({.customer_id = "bert", .explain = true});      // 45 days
    ASSERT_TRUE(bert);
    EXPECT_EQ(bert->decision.considered.at(0).cause, decision::Cause::other_segment);
    EXPECT_EQ(bert->decision.considered.at(0).why, "it is for the audience recent: recency (45) is not < 10");
    EXPECT_EQ(bert->decision.considered.at(0).change, "recency has to be < 10");
    const auto zoe = decide({.customer_id = "zoe", .explain = true, .allow_unknown = true});
    EXPECT_EQ(zoe->decision.considered.at(0).cause, decision::Cause::segment_unknown);

    const auto turn = [&](std::int64_t version, json::Value rule) {
        return database_->write([&](db::Connection& c) {
            return audiences::change(
                c, {"recent", version}, {.name = "recent", .rule = std::move(rule)}, "changed", {"ann", kNow}
            );
        });
    };
    ASSERT_TRUE(turn(1, recent(50)));
    ASSERT_TRUE(engine_->follow());
    EXPECT_EQ(decide({.customer_id = "bert"})->decision.offers.size(), 1U);

    // A feature that is no more: nobody gets the offer, and it is said.
    ASSERT_TRUE(turn(2, json::parse(R"({"<":[{"var":"visits"},1]})").value()));
    ASSERT_TRUE(engine_->follow());
    EXPECT_THAT(
        engine_->state()->problems,
        testing::ElementsAre(testing::HasSubstr("the audience recent selects nobody: the part at `/rule/</0/var`"))
    );
    EXPECT_EQ(
        decide({.customer_id = "anna", .explain = true})->decision.considered.at(0).cause,
        decision::Cause::segment_unknown
    );
}

TEST_P(ServingTest, ScoresOfTheBaseServeRulesOnceARunHasEnded) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Stay","eligibility_rule":{">":[{"var":"score.churn"},0.5]},"status":"live"})");
    load();
    EXPECT_TRUE(decide({.customer_id = "anna"})->decision.offers.empty()) << "nobody was scored";
    const auto nothing = score_segments(*engine_->state(), "churn", Grouping::stage, kNow);
    EXPECT_EQ(nothing.error().code, ErrorCode::not_found);

    scoring::ScoreStore store(*database_);
    auto fill = store.begin({{"churn_probability", "churn", "v1"}, {"predicted_ltv", "ltv", "l1"}}, {5}, kNow);
    ASSERT_TRUE(fill) << to_text(fill.error());
    const std::vector<std::string_view> both = {"anna", "bert"};
    ASSERT_TRUE(fill->add(both, std::vector<float>{0.75F, 10.0F, 0.25F, kMissing}));
    ASSERT_TRUE(engine_->follow());
    EXPECT_TRUE(decide({.customer_id = "anna"})->decision.offers.empty()) << "the run goes on";
    ASSERT_TRUE(fill->finish(2, 0.5, "scores.parquet"));
    ASSERT_TRUE(engine_->follow());
    EXPECT_EQ(decide({.customer_id = "anna"})->decision.offers.size(), 1U);
    const auto bert = decide({.customer_id = "bert", .explain = true});
    EXPECT_TRUE(bert->decision.offers.empty());
    EXPECT_THAT(bert->decision.considered.at(0).why, testing::HasSubstr("score.churn (0.25) is not > 0.5"));

    const auto moved = database_->write([&](db::Connection& c) -> Status {
        BOON_CHECK(profiles::write_stages(c, std::vector{profiles::StageRow{"bert", "growth", kNow, "", false}}));
        return storage::append_change(c, profiles::kStandingChange, "bert", kNow);
    });
    ASSERT_TRUE(moved);
    ASSERT_TRUE(engine_->follow());
    const auto churn = score_segments(*engine_->state(), "churn", Grouping::stage, kNow);
    ASSERT_TRUE(churn) << to_text(churn.error());
    EXPECT_EQ(churn->version, "v1");
    EXPECT_EQ(churn->all.mean, 0.5);
    EXPECT_EQ(churn->all.p25, 0.375);
    EXPECT_EQ(churn->edges.at(3), 0.3);
    EXPECT_THAT(churn->all.counts, testing::ElementsAre(0, 0, 1, 0, 0, 0, 0, 1, 0, 0));
    ASSERT_EQ(churn->groups.size(), 2U);
    EXPECT_EQ(churn->groups[0].name, std::nullopt);
    EXPECT_EQ(churn->groups[0].mean, 0.75);
    EXPECT_EQ(churn->groups[1].name, "growth");
    EXPECT_EQ(churn->groups[1].median, 0.25);
    // An amount that only anna has: parts are tenths of what is known.
    const auto ltv = score_segments(*engine_->state(), "ltv", Grouping::stage, kNow);
    ASSERT_TRUE(ltv);
    EXPECT_EQ(ltv->all.customers, 2);
    EXPECT_EQ(ltv->all.scored, 1);
    EXPECT_EQ(ltv->edges.front(), 10);
    EXPECT_EQ(ltv->groups[1].mean, std::nullopt);
    EXPECT_EQ(score_segments(*engine_->state(), "rfm", Grouping::stage, kNow).error().code, ErrorCode::not_found);
    EXPECT_EQ(
        score_segments(*engine_->state(), "propensity", Grouping::stage, kNow).error().message,
        "the base was not scored by propensity yet"
    );
    // A process that starts later has them, too.
    load();
    EXPECT_EQ(decide({.customer_id = "anna"})->decision.offers.size(), 1U);
}

TEST_P(ServingTest, ADamagedModelIsNamedAndDecisionsGoOn) {
    fill_profiles();
    make_offer(R"({"offer_id":1,"name":"Double points"})");
    promote_pair_model();
    std::ofstream(folder_.path() / "nbo" / "nbo-1" / scoring::kModelFile) << "{";
    load();
    ASSERT_EQ(engine_->state()->problems.size(), 1U);
    EXPECT_THAT(engine_->state()->problems[0], testing::HasSubstr("nbo: "));
    const auto answer = decide({.customer_id = "anna"});
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->decision.offers.at(0).score_kind, decision::ScoreKind::base_rate);
    EXPECT_EQ(answer->decision.offers.at(0).probability, 0.125);
}

}  // namespace
}  // namespace boon::serving
