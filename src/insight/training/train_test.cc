// Whole runs on small warehouses whose truth is known: what is learned, what is refused, what is written.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/training/outcomes.h"
#include "insight/training/training_test.h"

namespace boon::training {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view kFeatures = R"({"features": [
    {"name": "age", "words": "age", "unit": "years", "from": "customers", "aggregate": "years_since",
     "column": "birth_year"},
    {"name": "region", "words": "region", "unit": "category", "from": "customers", "aggregate": "value",
     "column": "region"},
    {"name": "sent_all", "words": "offers ever sent", "unit": "count", "from": "interactions", "aggregate": "count",
     "where": {"kind": ["sent"]}},
    {"name": "purchases_90d", "words": "purchases in 90 days", "unit": "count", "from": "transactions",
     "aggregate": "count", "days": 90},
    {"name": "spend_365d", "words": "spend in 365 days", "unit": "money", "from": "transactions", "aggregate": "sum",
     "column": "amount", "days": 365},
    {"name": "days_since_last_activity", "words": "days since the last activity", "unit": "days", "from": "activity",
     "aggregate": "days_since_last"}]})";

constexpr std::string_view kCustomers =
    "SELECT c AS customer_id, 1950 + c % 50 AS birth_year, CASE WHEN c % 3 = 0 THEN 'north' ELSE 'south' END AS region "
    "FROM range(3000) t(c)";

// 18 000 exposures of offers 0–3, drawn evenly, over 300 days; who accepts depends on age, offer and chance:
// logit = −1 + .1 × (birth year − 1975) + (offer = 2) + (offer = 1 and north).
constexpr std::string_view kExposures =
    "WITH s AS (SELECT i, i % 3000 AS c, (hash(i * 7 + 1) % 4)::INTEGER AS o, "
    "TIMESTAMP '2025-01-01' + to_hours((hash(i * 7 + 2) % 7200)::INTEGER) AS t, "
    "(hash(i * 7 + 3) % 1000000) / 1e6 AS u FROM range(18000) r(i)), "
    "d AS (SELECT *, u < 1 / (1 + exp(1 - 0.1 * (c % 50 - 25) - (o = 2)::INTEGER - "
    "(o = 1 AND c % 3 = 0)::INTEGER)) AS yes FROM s) "
    "SELECT 's' || i AS interaction_id, c AS customer_id, o AS offer_id, 'sent' AS kind, t AS occurred_at, "
    "NULL AS exposure_id, {propensity} AS propensity FROM d UNION ALL "
    "SELECT 'c' || i, c, o, 'converted', t + INTERVAL 1 DAY, 's' || i, NULL FROM d WHERE yes";

constexpr std::string_view kOffers =
    "SELECT o AS offer_id, 14 AS horizon_days, 5.0 + o AS value, CASE WHEN o < 2 THEN 'points' ELSE 'sale' END AS "
    "category FROM range(4) t(o)";

// Purchases over 720 days at a customer's own pace; every fourth customer stops on day 300 + c % 400.
constexpr std::string_view kTransactions =
    "SELECT 't' || i AS transaction_id, c AS customer_id, TIMESTAMP '2024-01-01' + to_days(d) AS occurred_at, "
    "5.0 + c % 40 AS amount FROM (SELECT i, i % 2000 AS c, (hash(i * 11 + 5) % 720)::INTEGER AS d FROM range(60000) "
    "r(i)) WHERE (hash(c) % 3 < 2 OR i % 4 = 0) ";

// What the purchase models read, and a little more for the trees.
constexpr std::string_view kBuyingFeatures = R"({"features": [
    {"name": "contract_type", "words": "contract type", "unit": "category", "from": "customers", "aggregate": "value",
     "column": "contract_type"},
    {"name": "purchases_90d", "words": "purchases in 90 days", "unit": "count", "from": "transactions",
     "aggregate": "count", "days": 90},
    {"name": "spend_365d", "words": "spend in 365 days", "unit": "money", "from": "transactions", "aggregate": "sum",
     "column": "amount", "days": 365},
    {"name": "spend_all", "words": "spend", "unit": "money", "from": "transactions", "aggregate": "sum",
     "column": "amount"},
    {"name": "buying_days_all", "words": "days with purchases", "unit": "count", "from": "transactions",
     "aggregate": "distinct", "column": "day"},
    {"name": "days_since_first_buying", "words": "days since the first purchase", "unit": "days",
     "from": "transactions", "aggregate": "days_since_first"},
    {"name": "days_since_last_buying", "words": "days since the last purchase", "unit": "days", "from": "transactions",
     "aggregate": "days_since_last"},
    {"name": "bought_all", "words": "bought", "unit": "money", "from": "transactions", "aggregate": "sum",
     "column": "amount"}]})";

// 3 000 customers who come over two years, buy at a pace of their own (exponential, a purchase in 20 days on average),
// each time worth half to one and a half of an amount of their own, and leave after 150 days on average without a
// word. Every tenth has a contract.
constexpr std::string_view kLeavers =
    "WITH customer AS (SELECT c, (hash(c * 3 + 1) % 600)::INTEGER AS from_day, "
    "-ln((hash(c * 3 + 2) % 999983 + 1) / 1e6) / 20 AS pace, "
    "-ln((hash(c * 5 + 3) % 999983 + 1) / 1e6) * -ln((hash(c * 7 + 3) % 999983 + 1) / 1e6) * 150 AS stays, "
    "10 + hash(c * 11 + 4) % 40 AS worth FROM range(3000) t(c)) "
    "SELECT c || '-' || d AS transaction_id, c AS customer_id, TIMESTAMP '2024-01-01' + to_days(d::INTEGER) AS "
    "occurred_at, worth * (0.5 + (hash(c * 13 + d * 17) % 1000) / 1000.0) AS amount FROM customer, range(730) s(d) "
    "WHERE d = from_day OR (d > from_day AND d < from_day + stays AND (hash(c * 1009 + d * 31 + 7) % 999983) / 1e6 < "
    "pace)";
constexpr std::string_view kLeaversContracts =
    "SELECT c AS customer_id, CASE WHEN c % 10 = 0 THEN 'postpaid' ELSE 'prepaid' END AS contract_type FROM "
    "range(3000) t(c)";

class Training : public TrainingTest {
protected:
    void open_exposures(std::string_view propensity = "0.25") {
        open({
            {"customers", std::string(kCustomers)},
            {"interactions", fmt::format(kExposures, fmt::arg("propensity", propensity))},
            {"offers", std::string(kOffers)},
        });
    }
    Result<TrainedModel> run(
        const Options& options, std::string_view features = kFeatures,
        std::shared_ptr<const scoring::LoadedModel> champion = nullptr
    ) {
        return TrainingTest::run(options, features, std::move(champion));
    }
};

TEST_F(Training, NboLearnsWhatIsThereAndPassesTheGate) {
    open_exposures();
    const auto trained = run(quick());
    ASSERT_TRUE(trained) << to_text(trained.error());
    const ModelCard& card = trained->card;
    EXPECT_TRUE(card.gate.passed) << to_text(card);
    // The truth itself, ranked on: .84.
    EXPECT_GT(card.test.binary->auc.value, 0.8) << to_text(card);
    EXPECT_LT(card.test.binary->auc.value, 0.88);
    EXPECT_EQ(card.kind, scoring::ModelKind::pair);
    EXPECT_THAT(card.selection.words, StartsWith("propensities logged"));
    EXPECT_EQ(card.selection.logged_share, 1);
    EXPECT_THAT(card.support, SizeIs(4));
    EXPECT_EQ(card.dominance->best_fixed_offer, 2);
    const auto base = std::ranges::find(card.baselines, "base_rate", &BaselineResult::name);
    EXPECT_EQ(base->auc, 0.5);
    EXPECT_EQ(card.fit.importances.at(0).feature, "age");
    EXPECT_EQ(card.data.fit_rows + card.data.validation_rows + card.data.test_rows, card.data.rows);

    const auto model = scoring::LoadedModel::open(trained->folder, trained->manifest_hash);
    ASSERT_TRUE(model) << to_text(model.error());
    EXPECT_EQ((*model)->columns().columns.front().name, "age");
    EXPECT_EQ((*model)->columns().columns.back().name, "offer.id=3");
    const auto row = registry_row(*trained, "ana");
    EXPECT_TRUE(row.gate_passed);
    EXPECT_EQ(row.fallback_value, card.test.binary->base_rate);
    EXPECT_TRUE(json::parse((*model)->card()));
}

TEST_F(Training, WithoutPropensitiesItIsObservational) {
    open_exposures("NULL::DOUBLE");
    const auto trained = run(quick());
    ASSERT_TRUE(trained) << to_text(trained.error());
    EXPECT_THAT(trained->card.selection.words, StartsWith("observational"));
    EXPECT_EQ(trained->card.selection.logged_share, 0);
}

TEST_F(Training, NothingIsLearnedFromLabelsByLot) {
    open_exposures();
    Options options = quick();
    options.outcomes["lot"] = "SELECT interaction_id FROM boon.interactions WHERE hash(interaction_id || 'x') % 3 = 0";
    options.nbo.outcome = "lot";
    const auto trained = run(options);
    ASSERT_TRUE(trained) << to_text(trained.error());
    EXPECT_NEAR(trained->card.test.binary->auc.value, 0.5, 0.02);
    EXPECT_FALSE(trained->card.gate.passed);
    EXPECT_THAT(trained->card.gate.verdict, HasSubstr("which must lie above 0"));
}

TEST_F(Training, TheTestIsHonest) {
    // From the cut-off on, chance alone decides: what was learned before is worth nothing on the test rows.
    open_exposures();
    Options options = quick();
    options.test_from = *parse_timestamp("2025-09-01");
    options.outcomes["broken"] =
        "SELECT s.interaction_id FROM boon.interactions s LEFT JOIN boon.interactions c ON c.exposure_id = "
        "s.interaction_id WHERE s.kind = 'sent' AND (CASE WHEN s.occurred_at < TIMESTAMP '2025-09-01' THEN "
        "c.exposure_id IS NOT NULL ELSE hash(s.interaction_id || 'y') % 3 = 0 END)";
    options.nbo.outcome = "broken";
    const auto trained = run(options);
    ASSERT_TRUE(trained) << to_text(trained.error());
    EXPECT_NEAR(trained->card.test.binary->auc.value, 0.5, 0.02);
    EXPECT_FALSE(trained->card.gate.passed);
}

TEST_F(Training, WhatWasForetoldIsHeldAgainstWhatCameTrue) {
    open_exposures();
    Options options = quick();
    options.watermark = *parse_timestamp("2025-07-01");
    const auto trained = run(options);
    ASSERT_TRUE(trained) << to_text(trained.error());
    const auto model = *scoring::LoadedModel::open(trained->folder, trained->manifest_hash);
    const features::Schema schema = schema_of(kFeatures);
    const Timestamp now = *parse_timestamp("2026-06-01");
    Options later = quick();
    later.model = Model::nbo;
    const scoring::Outcomes well = check_outcomes({*warehouse_, schema, {}}, *model, later, now);
    EXPECT_GT(well.rows, 3000) << well.words;
    EXPECT_GT(*well.from, trained->card.data.last);
    EXPECT_EQ(well.level, scoring::DriftLevel::stable) << well.words;
    EXPECT_NEAR(well.gap->value, *well.mean_predicted - *well.mean_actual, 1e-12);
    EXPECT_LT(well.gap->lower, well.gap->upper);
    EXPECT_NEAR(well.slope->value, 1, 0.2) << well.words;
    EXPECT_EQ(well.checked_at, now);

    // Since then chance alone decides, in one of six: far fewer than it says, and not those it says.
    later.outcomes["broken"] =
        "SELECT interaction_id FROM boon.interactions WHERE kind = 'sent' AND hash(interaction_id || 'y') % 6 = 0";
    later.nbo.outcome = "broken";
    const scoring::Outcomes badly = check_outcomes({*warehouse_, schema, {}}, *model, later, now);
    EXPECT_EQ(badly.level, scoring::DriftLevel::drifted) << badly.words;
    EXPECT_NEAR(*badly.mean_actual, 1.0 / 6, 0.02);
    EXPECT_GT(badly.gap->lower, 0.05);
    EXPECT_LT(badly.slope->upper, 0.5);
    EXPECT_THAT(badly.words, HasSubstr("calibration slope"));

    // Of a version that has seen all there is, nothing has come true since.
    const auto newest = run(quick());
    ASSERT_TRUE(newest) << to_text(newest.error());
    const auto loaded = *scoring::LoadedModel::open(newest->folder, newest->manifest_hash);
    const scoring::Outcomes none = check_outcomes({*warehouse_, schema, {}}, *loaded, quick(), now);
    EXPECT_EQ(none.rows, 0);
    EXPECT_FALSE(none.gap);
    EXPECT_FALSE(none.words.empty());
}

// One cut-off later than its test is new to a version; the same one is not.
TEST_F(Training, ACutOffThatAVersionWasTestedOnIsNotNew) {
    open({
        {"customers", "SELECT c AS customer_id, 1950 + c % 50 AS birth_year, 'north' AS region FROM range(2000) t(c)"},
        {"transactions", std::string(kTransactions)},
    });
    Options options = quick();
    options.model = Model::ltv;
    options.watermark = *parse_timestamp("2025-09-01");
    const auto ltv = run(options);
    ASSERT_TRUE(ltv) << to_text(ltv.error());
    const auto model = *scoring::LoadedModel::open(ltv->folder, ltv->manifest_hash);
    const features::Schema schema = schema_of(kFeatures);
    const Timestamp now = *parse_timestamp("2026-06-01");
    const scoring::Outcomes same = check_outcomes({*warehouse_, schema, {}}, *model, options, now);
    EXPECT_EQ(same.rows, 0);
    EXPECT_THAT(same.words, StartsWith("nothing has come true since its own test of"));
    options.watermark.reset();
    const scoring::Outcomes later = check_outcomes({*warehouse_, schema, {}}, *model, options, now);
    EXPECT_GT(later.rows, 1000) << later.words;
    EXPECT_FALSE(later.slope);
    EXPECT_GT(*later.mean_actual, 0);
}

TEST_F(Training, AFeatureOfTodayIsRefusedByName) {
    open({
        {"customers", "SELECT c AS customer_id, (c % 7)::DOUBLE AS churn_score FROM range(3000) t(c)"},
        {"interactions", fmt::format(kExposures, fmt::arg("propensity", "NULL::DOUBLE"))},
    });
    const auto refused = run(quick(), R"({"columns": {"customers": {"churn_score": "number"}}, "features": [
        {"name": "score", "words": "score", "unit": "number", "from": "customers", "aggregate": "value",
         "column": "churn_score"}]})");
    ASSERT_FALSE(refused);
    EXPECT_THAT(to_text(refused.error()), HasSubstr("churn_score"));
}

TEST_F(Training, TheMultiClassFormGivesSharesAmongConverters) {
    open_exposures();
    Options options = quick();
    options.nbo.form = NboForm::multi_class;
    const auto trained = run(options);
    ASSERT_TRUE(trained) << to_text(trained.error());
    const auto model = scoring::LoadedModel::open(trained->folder, trained->manifest_hash);
    ASSERT_TRUE(model) << to_text(model.error());
    EXPECT_THAT((*model)->columns().labels, testing::ElementsAre(0, 1, 2, 3));
    EXPECT_THAT(trained->card.answers, HasSubstr("not the probability"));
    std::vector<float> row((*model)->columns().columns.size(), std::nanf(""));
    const auto prediction = (*model)->predict(row);
    EXPECT_NEAR(prediction.shares[0] + prediction.shares[1] + prediction.shares[2] + prediction.shares[3], 1, 1e-9);
}

TEST_F(Training, AChallengerIsComparedWithTheChampion) {
    open_exposures();
    const auto first = run(quick());
    ASSERT_TRUE(first) << to_text(first.error());
    const auto champion = scoring::LoadedModel::open(first->folder, first->manifest_hash);
    const auto same = run(quick(), kFeatures, *champion);
    ASSERT_TRUE(same);
    const auto& checks = same->card.gate.checks;
    ASSERT_EQ(checks.back().name, "champion");
    EXPECT_TRUE(checks.back().passed);
    EXPECT_THAT(checks.back().words, StartsWith("its loss is +0.00 % of the champion's"));
    Options worse = quick();
    worse.fit.max_rounds = 2;
    const auto refused = run(worse, kFeatures, *champion);
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->card.gate.checks.back().passed);
}

TEST_F(Training, ChurnOfThoseWhoStop) {
    open({
        {"customers", "SELECT c AS customer_id, 1950 + c % 50 AS birth_year, 'north' AS region FROM range(2000) t(c)"},
        {"transactions", std::string(kTransactions) + "AND (c % 4 <> 0 OR d < 300 + c % 400)"},
    });
    Options options = quick();
    options.model = Model::churn;
    const auto churn = run(options);
    ASSERT_TRUE(churn) << to_text(churn.error());
    EXPECT_EQ(churn->card.answers, "probability of no activity in the next 90 days");
    EXPECT_GT(churn->card.test.binary->auc.value, 0.6) << to_text(churn->card);
}

TEST_F(Training, ValueComesWithAnInterval) {
    open({
        {"customers",
         "SELECT c AS customer_id, 1950 + c % 50 AS birth_year, 'north' AS region, "
         "'prepaid' AS contract_type FROM range(2000) t(c)"},
        {"transactions", std::string(kTransactions)},
    });
    Options options = quick();
    options.model = Model::ltv;
    const auto ltv = run(options, kBuyingFeatures);
    ASSERT_TRUE(ltv) << to_text(ltv.error());
    EXPECT_EQ(ltv->card.data.horizon_days, 180);
    EXPECT_GT(ltv->card.test.amount->rank_correlation.value, 0.5) << to_text(ltv->card);
    const auto model = *scoring::LoadedModel::open(ltv->folder, ltv->manifest_hash);
    const auto prediction = model->predict(std::vector<float>(model->columns().columns.size(), std::nanf("")));
    EXPECT_LE(*prediction.lower, *prediction.upper);
    // These customers never leave: both purchase models end at that boundary, and say so.
    const std::vector<Contestant>& rivals = ltv->card.competition;
    ASSERT_EQ(rivals.size(), 3U);
    EXPECT_EQ(rivals[0].name + (rivals[0].won ? " won" : " lost"), "trees won");
    for (const Contestant& rival : {rivals[1], rivals[2]}) {
        EXPECT_FALSE(rival.won);
        EXPECT_THAT(rival.words, HasSubstr("nbd is used, in which nobody leaves"));
        // Of the same customers: their error and the gain over the trees add up.
        EXPECT_NEAR(
            rival.figures.at("mean_absolute_error").value + rival.figures.at("gain_over_trees").value,
            rivals[0].figures.at("mean_absolute_error").value, 1e-6
        ) << to_text(ltv->card);
        EXPECT_LT(
            rival.figures.at("mean_absolute_error").value, 1.2 * rivals[0].figures.at("mean_absolute_error").value
        );
    }
    EXPECT_EQ(model->purchases(), nullptr);
    // Without the features it reads, a purchase model does not compete; the card says so.
    const auto blind = run(options);
    ASSERT_TRUE(blind) << to_text(blind.error());
    EXPECT_TRUE(blind->card.competition.empty());
    EXPECT_NEAR(blind->card.test.amount->interval_coverage->value, 0.8, 0.07) << to_text(blind->card);
    EXPECT_THAT(blind->card.warnings, testing::Contains(HasSubstr("no feature \"contract_type\"")));
}

// Shallow trees know less of who has left than the times of purchases do: the purchase model wins, and serves.
TEST_F(Training, ThePurchaseModelThatWinsServes) {
    open({{"customers", std::string(kLeaversContracts)}, {"transactions", std::string(kLeavers)}});
    Options options = quick();
    options.model = Model::ltv;
    options.fit.max_rounds = 4;
    const auto ltv = run(options, kBuyingFeatures);
    ASSERT_TRUE(ltv) << to_text(ltv.error());
    const ModelCard& card = ltv->card;
    ASSERT_TRUE(card.gate.passed) << to_text(card);
    ASSERT_EQ(card.competition.size(), 3U);
    EXPECT_FALSE(card.competition[0].won) << to_text(card);
    const auto won = std::ranges::find(card.competition, true, &Contestant::won);
    ASSERT_NE(won, card.competition.end()) << to_text(card);
    EXPECT_GT(won->figures.at("gain_over_trees").lower, 0);
    EXPECT_NEAR(card.test.amount->interval_coverage->value, 0.88, 0.1) << "of many who bring nothing it begins at 0";
    EXPECT_THAT(card.answers, HasSubstr("of customers without a contract, by a purchase model"));

    const auto model = *scoring::LoadedModel::open(ltv->folder, ltv->manifest_hash);
    ASSERT_NE(model->purchases(), nullptr);
    const auto& columns = model->columns().columns;
    std::vector<float> row(columns.size(), std::nanf(""));
    const auto set = [&](std::string_view name, float value) {
        row[static_cast<std::size_t>(std::ranges::find(columns, name, &scoring::ModelColumn::name) - columns.begin())] =
            value;
    };
    set("contract_type=prepaid", 1);
    set("contract_type=postpaid", 0);
    set("buying_days_all", 12);
    set("days_since_first_buying", 200);
    set("days_since_last_buying", 5);
    set("bought_all", 240);
    const auto active = model->predict(row);
    set("days_since_last_buying", 150);
    const auto gone = model->predict(row);
    ASSERT_TRUE(active.buying && gone.buying);
    EXPECT_GT(active.buying->alive, 0.6);
    EXPECT_LT(gone.buying->alive, 0.1) << "12 days in 50, then none in 150";
    EXPECT_GT(active.value, 10 * gone.value);
    EXPECT_LE(*active.lower, *active.upper);
    const auto breakdown = model->explain(row, 0, row.size());
    double sum = breakdown.base;
    for (const auto& reason : breakdown.reasons) sum += reason.contribution;
    EXPECT_NEAR(sum, gone.value, 1e-6);
    // One of the two that say most.
    const auto& silence = breakdown.reasons[breakdown.reasons[0].feature == "days_since_last_buying" ? 0 : 1];
    EXPECT_EQ(silence.feature + (silence.contribution < 0 ? " lowers" : " raises"), "days_since_last_buying lowers");
    // One by one and all at once are the same.
    EXPECT_EQ(model->predict_all(row, 1).front(), gone.value);
    // Who has a contract is the trees'.
    set("contract_type=postpaid", 1);
    EXPECT_FALSE(model->predict(row).buying);

    // A champion with a purchase model is compared as it serves.
    const auto again = run(options, kBuyingFeatures, model);
    ASSERT_TRUE(again) << to_text(again.error());
    EXPECT_THAT(again->card.gate.checks.back().words, StartsWith("its loss is +0.00 % of the champion's"));
}

}  // namespace
}  // namespace boon::training
