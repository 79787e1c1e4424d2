// Every model of the table on one small company: it learns what is there, and learns nothing from labels dealt out at
// random.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "insight/recommend/serial.h"
#include "insight/training/model_table.h"
#include "insight/training/product_purchases.h"
#include "insight/training/training_test.h"

namespace boon::training {
namespace {

using testing::HasSubstr;

// How often a customer does anything: 0 to 1, known to the company only by what happened.
constexpr std::string_view kLively = "((c % 20) / 19.0)";

// 1500 customers over 540 days; the lively buy, view and convert more often, and more of them move up; every seventh
// pays late. Of 40 products each customer mostly buys from a fifth.
const std::map<std::string, std::string>& company() {
    static const std::string transactions = fmt::format(
        "SELECT 't' || i AS transaction_id, c AS customer_id, TIMESTAMP '2025-01-01' + to_days(d) AS occurred_at, "
        "CASE WHEN i % 4 = 0 THEN 'recharge' ELSE 'purchase' END AS type, 5.0 + hash(c * 3) % 40 AS amount, "
        "'cat' || (hash(i * 13) % (1 + c % 6)) AS category, 'p' || (CASE WHEN hash(i * 19) % 10 = 0 THEN hash(i * 23) "
        "% "
        "40 ELSE 8 * (c % 5) + hash(i * 17) % 8 END) AS product_id "
        "FROM (SELECT i, (hash(i * 11 + 1) % 1500)::INTEGER AS c, (hash(i * 11 + 5) % 540)::INTEGER AS d, "
        "(hash(i * 11 + 7) % 1000) / 1000.0 AS u FROM range(60000) r(i)) WHERE u < 0.05 + 0.9 * {} * {}",
        kLively, kLively
    );
    static const std::string sent =
        "SELECT i, (hash(i * 7 + 1) % 1500)::INTEGER AS c, (hash(i * 7 + 2) % 4)::INTEGER AS o, "
        "TIMESTAMP '2025-01-01' + to_hours((hash(i * 7 + 3) % 12960)::INTEGER) AS t, "
        "(hash(i * 7 + 4) % 1000) / 1000.0 AS u FROM range(18000) r(i)";
    static const std::string interactions = fmt::format(
        "WITH s AS ({sent}) SELECT 's' || i AS interaction_id, c AS customer_id, o AS offer_id, 'sent' AS kind, t AS "
        "occurred_at, NULL AS exposure_id, 0.25 AS propensity, 'm' || month(t) AS campaign_id FROM s UNION ALL "
        "SELECT 'v' || i, c, o, 'viewed', t, 's' || i, NULL, 'm' || month(t) FROM s WHERE u < 0.7 * {lively} UNION ALL "
        "SELECT 'c' || i, c, o, 'converted', t + INTERVAL 1 DAY, 's' || i, NULL, 'm' || month(t) FROM s WHERE u < 0.4 "
        "* {lively}",
        fmt::arg("sent", sent), fmt::arg("lively", kLively)
    );
    static const std::map<std::string, std::string> tables = {
        {"customers", "SELECT c AS customer_id, TIMESTAMP '2024-01-01' AS joined_at FROM range(1500) t(c)"},
        {"transactions", transactions},
        {"interactions", interactions},
        {"offers", "SELECT o AS offer_id, 14 AS horizon_days, 5.0 + o AS value FROM range(4) t(o)"},
        {"contacts", fmt::format(
                         "SELECT 'k' || i AS contact_id, c AS customer_id, 'm' || month(t) AS campaign_id, CASE WHEN i "
                         "% 2 = 0 THEN 'sms' ELSE 'email' END AS channel, t AS sent_at FROM ({})",
                         sent
                     )},
        {"payments",
         "SELECT c || '-' || k AS payment_id, c AS customer_id, TIMESTAMP '2025-01-15' + to_days((30 * k)::INTEGER) AS "
         "due_at, TIMESTAMP '2025-01-15' + to_days((30 * k + CASE WHEN hash(c * 31 + k) % 100 < (CASE WHEN c % 7 = 0 "
         "THEN 45 ELSE 2 END) THEN 40 ELSE 0 END)::INTEGER) AS paid_at, 19.0 AS amount FROM range(1500) a(c), "
         "range(18) b(k)"},
        {"holdings", fmt::format(
                         "SELECT c AS customer_id, 'tariff-1' AS product_id, 1 AS tier, TIMESTAMP '2024-06-01' AS "
                         "started_at FROM range(1500) t(c) UNION ALL SELECT c, 'tariff-2', 2, TIMESTAMP '2025-01-01' + "
                         "to_days((hash(c * 5) % 540)::INTEGER) FROM range(1500) t(c) WHERE (hash(c * 17) % 1000) / "
                         "1000.0 < {} * {}",
                         kLively, kLively
                     )},
    };
    return tables;
}

constexpr std::string_view kFeatures = R"({"features": [
    {"name": "purchases_90d", "words": "purchases in 90 days", "unit": "count", "from": "transactions",
     "aggregate": "count", "where": {"type": ["purchase"]}, "days": 90},
    {"name": "purchases_365d", "words": "purchases in 365 days", "unit": "count", "from": "transactions",
     "aggregate": "count", "where": {"type": ["purchase"]}, "days": 365},
    {"name": "categories_365d", "words": "categories bought in 365 days", "unit": "count", "from": "transactions",
     "aggregate": "distinct", "column": "category", "days": 365},
    {"name": "spend_365d", "words": "spend in 365 days", "unit": "money", "from": "transactions", "aggregate": "sum",
     "column": "amount", "days": 365},
    {"name": "viewed_90d", "words": "offers viewed in 90 days", "unit": "count", "from": "interactions",
     "aggregate": "count", "where": {"kind": ["viewed"]}, "days": 90},
    {"name": "late_365d", "words": "bills paid late in 365 days", "unit": "count", "from": "payments",
     "aggregate": "count", "where": {"state": ["late"]}, "days": 365},
    {"name": "days_since_last_activity", "words": "days since the last activity", "unit": "days", "from": "activity",
     "aggregate": "days_since_last"}]})";

class AllModels : public TrainingTest {
protected:
    void SetUp() override { open(company()); }

    Result<TrainedModel> learn(Model model, std::optional<std::int64_t> shuffle_labels_seed) {
        Options options = quick();
        options.model = model;
        options.shuffle_labels_seed = shuffle_labels_seed;
        options.metrics.replicates = 20;
        return run(options, kFeatures);
    }
    static std::uint32_t number_of(const scoring::LoadedModel& model, std::string_view product) {
        return static_cast<std::uint32_t>(
            std::ranges::find(model.products()->ids, product) - model.products()->ids.begin()
        );
    }
    // Of versions trained on labels at random.
    int passes(Model model, int seeds) {
        int passed = 0;
        for (int seed = 1; seed <= seeds; ++seed) {
            const auto trained = learn(model, seed);
            EXPECT_TRUE(trained) << enum_name(model) << ": " << to_text(trained.error());
            if (!trained) return seeds;
            EXPECT_THAT(trained->card.warnings, testing::Contains(HasSubstr("shuffled")));
            passed += trained->card.gate.passed ? 1 : 0;
        }
        return passed;
    }
};

// Ranked by the true liveliness or lateness alone, these labels have AUCs of .7 to .9: a model that finds it passes.
TEST_F(AllModels, LearnWhatIsThere) {
    for (const Model model :
         {Model::propensity, Model::upsell, Model::cross_sell, Model::default_risk, Model::engagement,
          Model::campaign_response}) {
        const auto trained = learn(model, {});
        ASSERT_TRUE(trained) << enum_name(model) << ": " << to_text(trained.error());
        const ModelCard& card = trained->card;
        ASSERT_FALSE(card.baselines.empty());
        EXPECT_GT(card.baselines.front().gain.lower, 0) << to_text(card);
        if (card.test.binary) {
            EXPECT_GT(card.test.binary->auc.value, 0.6) << to_text(card);
        } else {
            EXPECT_GT(card.test.amount->rank_correlation.value, 0.5) << to_text(card);
            EXPECT_EQ(card.test.amount->deciles.size(), 10U);
        }
    }
}

TEST_F(AllModels, ProductsAreRankedByWhatOthersWithTheSameTasteBuy) {
    const auto trained = learn(Model::product_recommendation, {});
    ASSERT_TRUE(trained) << to_text(trained.error());
    const ModelCard& card = trained->card;
    EXPECT_TRUE(card.gate.passed) << to_text(card);
    ASSERT_EQ(card.baselines.size(), 3U) << "popularity twice, and repeats";
    EXPECT_EQ(std::ranges::count(card.competition, true, &Contestant::won), 2);
    const auto model = scoring::LoadedModel::open(trained->folder, trained->manifest_hash);
    ASSERT_TRUE(model) << to_text(model.error());
    ASSERT_NE((*model)->products(), nullptr);
    EXPECT_EQ((*model)->products()->ids.size(), 40U);
    EXPECT_EQ((*model)->horizon_days(), 30);

    // Customer 5 has the taste of products 0 to 7: those come first, whether bought before or not.
    const auto artefact = scoring::read_artefact(trained->folder, trained->manifest_hash);
    ASSERT_TRUE(artefact);
    const auto recommender = recommend::from_bytes(artefact->files.at(std::string(scoring::kNewItemsFile)));
    ASSERT_TRUE(recommender) << to_text(recommender.error());
    std::vector<CustomerHistory> histories;
    std::size_t largest = 0;
    const Status read = for_each_history(
        *warehouse_, (*model)->products()->ids, *parse_timestamp("2026-06-01"), 100,
        [&](std::vector<CustomerHistory> some) -> Status {
            largest = std::max(largest, some.size());
            std::ranges::move(some, std::back_inserter(histories));
            return {};
        }
    );
    ASSERT_TRUE(read) << to_text(read.error());
    EXPECT_EQ(largest, 100U);
    const auto by_id = [](const CustomerHistory& one, const CustomerHistory& next) {
        return one.customer_id >= next.customer_id;
    };
    EXPECT_EQ(std::ranges::adjacent_find(histories, by_id), histories.end()) << "a customer was cut in two";
    const std::vector<recommend::ItemTimes> own = {{number_of(**model, "p1"), 1}, {number_of(**model, "p4"), 2}};
    for (const auto& [item, score] : recommender->recommend(own, recommend::Task::new_items, 6)) {
        EXPECT_LT(std::stoi((*model)->products()->ids[item].substr(1)), 8) << score;
    }
    EXPECT_GT(histories.size(), 1400U);
    EXPECT_TRUE(std::ranges::is_sorted(histories.front().bought, {}, &recommend::ItemTimes::item));
}

TEST_F(AllModels, AnOfferThatNobodyTookIsLearntFromAllTheSame) {
    auto tables = company();
    tables["interactions"] =
        fmt::format("SELECT * FROM ({}) WHERE NOT (kind = 'converted' AND offer_id = 3)", tables["interactions"]);
    open(tables);
    const auto trained = learn(Model::nbo, {});
    ASSERT_TRUE(trained) << to_text(trained.error());
    const ModelCard& card = trained->card;
    ASSERT_FALSE(card.baselines.empty());
    EXPECT_GT(card.baselines.front().gain.lower, 0) << to_text(card);
    const auto none = std::ranges::find(card.support, OfferId{3}, &OfferSupport::offer_id);
    ASSERT_NE(none, card.support.end());
    EXPECT_GT(none->exposures, 100);
    EXPECT_EQ(none->conversions, 0);
    EXPECT_FALSE(none->enough);
    EXPECT_GT(none->shrunken_rate, 0);
    EXPECT_LT(none->shrunken_rate, 0.01);
}

TEST_F(AllModels, AShuffledOneDoesNotPass) {
    int passed = 0;
    for (const ModelRow& row : model_table()) passed += passes(row.model, 1);
    EXPECT_EQ(passed, 0);
}

class LongAllModels : public AllModels {};

TEST_F(LongAllModels, AtMostFiveOfAHundredShuffledOnesPass) {
    for (const ModelRow& row : model_table()) {
        const int passed = passes(row.model, 100);
        RecordProperty(std::string(enum_name(row.model)), passed);
        EXPECT_LE(passed, 5) << enum_name(row.model);
    }
}

}  // namespace
}  // namespace boon::training
