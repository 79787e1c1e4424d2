#include "program/world/world.h"

#include <atomic>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "platform/base/json.h"
#include "records/warehouse/scratch_test.h"

namespace boon::world {
namespace {

using testing::HasSubstr;
using warehouse::Scratch;
using warehouse::Warehouse;

std::unique_ptr<Warehouse> open_world(const Options& options) {
    auto opened =
        Warehouse::open({.tables = tables_of(options.folder), .allowed_directories = {options.folder}, .threads = 2});
    if (!opened) ADD_FAILURE() << to_text(opened.error());
    return opened ? *std::move(opened) : nullptr;
}

std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path, std::ios::binary);
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
}

std::map<std::string, std::string> files_of(const std::string& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.is_regular_file())
            files[std::filesystem::relative(entry.path(), folder).string()] = read_file(entry.path());
    }
    return files;
}

// One world of 6 000 customers for all tests that only look.
class World : public testing::Test {
protected:
    static void SetUpTestSuite() {
        scratch_ = new Scratch;
        options_ = new Options{.folder = scratch_->path(), .customers = 6000, .seed = 42};
        summary_ = new Summary(generate(*options_).value());
        warehouse_ = open_world(*options_).release();
        // Each exposure with what was true of it and what came of it.
        ASSERT_TRUE(warehouse_->execute(fmt::format(
            "CREATE TABLE main.exposures AS SELECT s.*, t.probability, c.leaves_at, EXISTS (SELECT 1 FROM "
            "boon.interactions k WHERE k.kind = 'converted' AND k.exposure_id = s.interaction_id AND "
            "k.converted_offer_id = k.offer_id) AS converted FROM boon.interactions s "
            "JOIN {} t ON t.interaction_id = CAST(s.interaction_id AS BIGINT) JOIN {} c USING (customer_id) "
            "WHERE s.kind = 'sent'",
            truth("exposures"), truth("churn")
        )));
    }
    static void TearDownTestSuite() {
        delete warehouse_;
        delete summary_;
        delete options_;
        delete scratch_;
    }

    static std::string truth(std::string_view name) {
        return fmt::format("read_parquet('{}/truth_{}/*.parquet')", options_->folder, name);
    }
    // As delivered, duplicates and all.
    static std::string raw(std::string_view table) {
        return fmt::format("read_parquet('{}/{}/*.parquet')", options_->folder, table);
    }
    static warehouse::Frame query(const std::string& sql) {
        auto frame = warehouse_->query(sql);
        EXPECT_TRUE(frame) << sql << '\n' << (frame ? "" : to_text(frame.error()));
        return frame ? *std::move(frame) : warehouse::Frame{};
    }
    static double number(const std::string& sql) { return query(sql).columns[0].real(0); }

    static inline Scratch* scratch_ = nullptr;
    static inline Options* options_ = nullptr;
    static inline Summary* summary_ = nullptr;
    static inline Warehouse* warehouse_ = nullptr;
};

TEST_F(World, TheWarehouseFindsNoFault) {
    const auto report = warehouse_->check(plus_days(options_->start, options_->days));
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_THAT(report->findings, testing::IsEmpty()) << warehouse::to_text(*report);
    EXPECT_EQ(report->tables.size(), 7U);
}

TEST_F(World, TheSummaryCountsTheRows) {
    EXPECT_EQ(summary_->customers, 6000);
    EXPECT_EQ(number("SELECT count(*) FROM boon.customers"), 6000);
    EXPECT_EQ(number("SELECT count(*) FROM " + raw("transactions")), static_cast<double>(summary_->transactions));
    EXPECT_EQ(number("SELECT count(*) FROM " + raw("interactions")), static_cast<double>(summary_->interactions));
    EXPECT_EQ(number("SELECT count(*) FROM boon.payments"), static_cast<double>(summary_->payments));
    EXPECT_EQ(number("SELECT count(leaves_at) FROM " + truth("churn")), static_cast<double>(summary_->leavers));
}

// Where the offer was drawn evenly and neither the customer's leaving nor the end cuts the answer off, outcomes are
// coin tosses with the probabilities of the truth.
TEST_F(World, AcceptanceFollowsTheTruth) {
    const auto frame = query(
        "SELECT offer_id, count(*) AS n, sum(CAST(converted AS INTEGER)) AS seen, sum(probability) AS expected, "
        "sum(probability * (1 - probability)) AS variance FROM exposures WHERE propensity IS NOT NULL "
        "AND occurred_at < TIMESTAMP '2026-06-25' - INTERVAL 20 DAY "
        "AND (leaves_at IS NULL OR leaves_at > occurred_at + INTERVAL 20 DAY) GROUP BY offer_id ORDER BY offer_id"
    );
    ASSERT_EQ(frame.rows(), 8U);
    for (std::size_t i = 0; i < 8; ++i) {
        EXPECT_GT(frame.column("n").real(i), 1000);
        const double sigma = std::sqrt(frame.column("variance").real(i));
        EXPECT_NEAR(frame.column("seen").real(i), frame.column("expected").real(i), 4 * sigma) << "offer " << i;
    }
}

TEST_F(World, LikelierExposuresConvertMoreOften) {
    const auto frame = query(
        "SELECT width_bucket, avg(probability) AS p, avg(CAST(converted AS INTEGER)) AS y FROM (SELECT *, "
        "ntile(5) OVER (ORDER BY probability) AS width_bucket FROM exposures WHERE probability > 0) GROUP BY 1 ORDER "
        "BY 1"
    );
    for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(frame.column("y").real(i), frame.column("p").real(i), 0.02);
    const double rate = number("SELECT avg(CAST(converted AS INTEGER)) FROM exposures");
    EXPECT_GT(rate, 0.05);
    EXPECT_LT(rate, 0.15);
}

// What a model that knew the truth would reach: enough for others to learn from, not so much that all is plain.
TEST_F(World, TheTruthSeparates) {
    // Mann and Whitney's statistic, from the probabilities' ranks; ties are rare (only who has left has the same).
    const double auc = number(
        "SELECT (sum(r) FILTER (WHERE converted) - n1 * (n1 + 1) / 2.0) / (n1 * (n - n1)) FROM "
        "(SELECT converted, row_number() OVER (ORDER BY probability, customer_id) AS r FROM exposures), "
        "(SELECT count(*) AS n, count(*) FILTER (WHERE converted) AS n1 FROM exposures) GROUP BY n, n1"
    );
    RecordProperty("auc", std::to_string(auc));
    EXPECT_GT(auc, 0.78);
    EXPECT_LT(auc, 0.88);
}

TEST_F(World, ConfoundedExposuresPreferWhatConverts) {
    const auto frame = query(
        "SELECT avg(probability) FILTER (WHERE propensity IS NULL) AS preferred, avg(probability) FILTER (WHERE "
        "propensity IS NOT NULL) AS even, avg(CAST(propensity IS NULL AS INTEGER)) AS share, min(propensity) AS low, "
        "max(propensity) AS high FROM exposures WHERE probability > 0"
    );
    EXPECT_GT(frame.column("preferred").real(0), 1.2 * frame.column("even").real(0));
    EXPECT_NEAR(frame.column("share").real(0), 0.5, 0.02);
    EXPECT_EQ(frame.column("low").real(0), 0.125);
    EXPECT_EQ(frame.column("high").real(0), 0.125);
}

TEST_F(World, WhoHasLeftDoesNothing) {
    for (const std::string what :
         {"boon.transactions t JOIN {} c USING (customer_id) WHERE t.occurred_at >= c.leaves_at",
          "boon.interactions t JOIN {} c USING (customer_id) WHERE t.kind <> 'sent' AND t.occurred_at >= c.leaves_at",
          "boon.payments t JOIN {} c USING (customer_id) WHERE t.paid_at >= c.leaves_at",
          "boon.holdings t JOIN {} c USING (customer_id) WHERE t.started_at >= c.leaves_at"}) {
        EXPECT_EQ(number("SELECT count(*) FROM " + fmt::format(fmt::runtime(what), truth("churn"))), 0) << what;
    }
    EXPECT_EQ(
        number(fmt::format(
            "SELECT max(probability) FROM {} JOIN {} USING (customer_id) WHERE leaves_at IS NOT NULL", truth("accept"),
            truth("churn")
        )),
        0
    );
    EXPECT_NEAR(static_cast<double>(summary_->leavers) / 6000, 0.21, 0.03);
}

// Spending of the year that the truth is about cannot be seen, but it must resemble that of the year before.
TEST_F(World, ValueIsOfTheRightSize) {
    const double expected = number("SELECT avg(value_365d) FROM " + truth("value") + " WHERE value_365d > 0");
    const double seen = number(fmt::format(
        "SELECT sum(amount) / count(DISTINCT customer_id) FROM boon.transactions JOIN {} USING (customer_id) "
        "JOIN boon.customers USING (customer_id) WHERE leaves_at IS NULL AND joined_at < TIMESTAMP '2025-06-25' AND "
        "occurred_at >= TIMESTAMP '2025-06-25'",
        truth("churn")
    ));
    EXPECT_NEAR(expected / seen, 0.87, 0.08);  // a part of them will leave within the year
}

// What is to come must resemble what has just been, of customers who are still there when the world ends on 25 June.
TEST_F(World, WhatIsToComeResemblesWhatWas) {
    const std::string there = fmt::format(
        "(SELECT a.* FROM {} a JOIN {} l USING (customer_id) JOIN boon.customers k USING (customer_id) WHERE "
        "l.leaves_at IS NULL AND k.joined_at < TIMESTAMP '2026-03-01')",
        truth("answers"), truth("churn")
    );
    const auto ratio = [&](std::string_view answer, std::string_view seen) {
        return number(fmt::format(
            "SELECT avg({}) / avg(CAST(customer_id IN (SELECT customer_id FROM {}) AS INTEGER)) FROM {} WHERE {} IS "
            "NOT "
            "NULL",
            answer, seen, there, answer
        ));
    };
    EXPECT_NEAR(
        ratio("purchase_30d", "boon.transactions WHERE type = 'purchase' AND occurred_at >= TIMESTAMP '2026-05-26'"), 1,
        0.07
    );
    EXPECT_NEAR(ratio("upsell_60d", "boon.holdings WHERE tier > 1 AND started_at >= TIMESTAMP '2026-04-26'"), 1, 0.2);
    EXPECT_NEAR(
        ratio(
            "default_90d",
            "boon.payments WHERE due_at > TIMESTAMP '2026-03-26' AND due_at <= TIMESTAMP '2026-05-25' AND (paid_at IS "
            "NULL OR paid_at >= due_at + INTERVAL 30 DAY)"
        ),
        1, 0.35
    );
}

TEST_F(World, RowsAreMissingLateAndDoubled) {
    EXPECT_NEAR(number("SELECT avg(CAST(region IS NULL AS INTEGER)) FROM boon.customers"), 0.04, 0.01);
    EXPECT_NEAR(number("SELECT avg(CAST(known_at > occurred_at AS INTEGER)) FROM boon.transactions"), 0.03, 0.003);
    EXPECT_NEAR(
        number("SELECT count(*) / count(DISTINCT transaction_id) - 1 FROM " + raw("transactions")), 0.002, 0.0007
    );
    EXPECT_EQ(number("SELECT count(*) - count(DISTINCT transaction_id) FROM boon.transactions"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM " + raw("transactions") + " WHERE known_at >= TIMESTAMP '2026-06-25'"), 0);
}

TEST_F(World, OffersAreACatalogueToImport) {
    const auto value = json::parse(read_file(options_->folder + "/offers.json"));
    ASSERT_TRUE(value) << to_text(value.error());
    ASSERT_EQ(value->as_array().size(), 8U);
    EXPECT_EQ(value->as_array()[2].as_object().at("name").as_string(), "Early access to new devices");
    EXPECT_EQ(number("SELECT count(*) FROM boon.offers WHERE offer_id = 6"), 2);
    EXPECT_EQ(number("SELECT attr_discount FROM boon.offers WHERE offer_id = 1"), 0.5);
}

TEST(Bytes, AreTheSameForTheSameSeedWhateverTheThreads) {
    Scratch one;
    Scratch two;
    Scratch three;
    // Two parts, so that two threads have something to do.
    const Parameters few{.transactions_per_year = 4, .exposures_per_year = 2};
    const Options options{
        .folder = one.path(), .customers = 20'300, .seed = 9, .days = 90, .threads = 1, .parameters = few
    };
    ASSERT_TRUE(generate(options));
    Options again = options;
    again.folder = two.path();
    again.threads = 3;
    ASSERT_TRUE(generate(again));
    Options other = options;
    other.folder = three.path();
    other.seed = 10;
    ASSERT_TRUE(generate(other));
    const auto files = files_of(one.path());
    const auto same = files_of(two.path());
    const auto different = files_of(three.path());
    EXPECT_EQ(files.size(), 12U * 2 + 2);
    ASSERT_EQ(same.size(), files.size());
    for (const auto& [name, bytes] : files) {
        EXPECT_TRUE(bytes == same.at(name)) << name;
        if (!name.starts_with("offers")) {
            EXPECT_FALSE(bytes == different.at(name)) << name;
        }
    }
}

TEST(Parameters, DoWhatTheySay) {
    Scratch scratch;
    Options options{.folder = scratch.path(), .customers = 1500, .seed = 3};
    options.parameters = {
        .leaving_share = 0, .confounded_share = 0, .missing_share = 0.5, .late_share = 0, .duplicate_share = 0.1
    };
    const auto summary = generate(options);
    ASSERT_TRUE(summary) << to_text(summary.error());
    EXPECT_EQ(summary->leavers, 0);
    const auto warehouse = open_world(options);
    const auto number = [&](const std::string& sql) { return warehouse->query(sql)->columns[0].real(0); };
    EXPECT_EQ(number("SELECT count(*) FROM boon.interactions WHERE kind = 'sent' AND propensity IS NULL"), 0);
    EXPECT_NEAR(number("SELECT avg(CAST(gender IS NULL AS INTEGER)) FROM boon.customers"), 0.5, 0.06);
    EXPECT_EQ(number("SELECT count(*) FROM boon.transactions WHERE known_at > occurred_at"), 0);
    EXPECT_NEAR(
        number(
            "SELECT count(*) / count(DISTINCT transaction_id) - 1 FROM read_parquet('" + scratch.path() +
            "/transactions/*.parquet')"
        ),
        0.1, 0.01
    );
}

TEST(Drift, MovesTheOffersThatItNames) {
    Scratch scratch;
    Options options{.folder = scratch.path(), .customers = 3000, .seed = 5};
    options.parameters.drift = 2;
    options.parameters.confounded_share = 0;
    ASSERT_TRUE(generate(options));
    const auto warehouse = open_world(options);
    const auto frame = warehouse->query(fmt::format(
        "SELECT offer_id, avg(probability) FILTER (WHERE occurred_at < TIMESTAMP '2025-05-01') AS before, "
        "avg(probability) FILTER (WHERE occurred_at > TIMESTAMP '2026-03-01') AS after FROM boon.interactions JOIN "
        "read_parquet('{}/truth_exposures/*.parquet') t ON t.interaction_id = CAST(interactions.interaction_id AS "
        "BIGINT) "
        "WHERE probability > 0 GROUP BY 1 ORDER BY 1",
        options.folder
    ));
    ASSERT_TRUE(frame) << to_text(frame.error());
    const auto change = [&](std::size_t offer) {
        return frame->column("after").real(offer) / frame->column("before").real(offer);
    };
    EXPECT_LT(change(1), 0.3);  // down by 4 in the logit from the first to the last day
    EXPECT_GT(change(2), 3);    // up by as much
}

// Of the customers who are there when the world ends, what `sql` makes of the logit z of each customer and offer.
double of_logits(const Parameters& parameters, std::string_view sql) {
    Scratch scratch;
    const Options options{.folder = scratch.path(), .customers = 2000, .seed = 6, .parameters = parameters};
    EXPECT_TRUE(generate(options));
    const auto frame = open_world(options)->query(fmt::format(
        "WITH logits AS (SELECT customer_id, offer_id, ln(probability / (1 - probability)) AS z FROM "
        "read_parquet('{}/truth_accept/*.parquet') WHERE probability > 0) {}",
        options.folder, sql
    ));
    EXPECT_TRUE(frame) << to_text(frame.error());
    return frame->columns[0].real(0);
}

TEST(Unobserved, SpreadsTheAnswersByWhatNoRecordShows) {
    constexpr std::string_view kVariance = "SELECT var_pop(z) FROM logits";
    const double without = of_logits({.unobserved = 0}, kVariance);
    // u is independent of the rest of z, but for the conversions that follow from it: those spread z a little more.
    const double more = of_logits({.unobserved = 2}, kVariance) - without;
    EXPECT_GT(more, 3.5);
    EXPECT_LT(more, 5.5);
}

TEST(Interactions, MakeAFeatureMeanMoreBesideAnother) {
    // How much more the young take a new offer than an old one, against others. Offers 4, 5 and 7 have further terms.
    constexpr std::string_view kContrast =
        "SELECT avg(young * (novelty - 0.3)) / avg((novelty - 0.3) * (novelty - 0.3)) FROM ("
        "SELECT novelty, avg(z) FILTER (WHERE birth_year > 1995) - avg(z) FILTER (WHERE birth_year <= 1995) AS young "
        "FROM logits JOIN boon.customers USING (customer_id) JOIN (SELECT offer_id, min(attr_novelty) AS novelty FROM "
        "boon.offers GROUP BY offer_id) USING (offer_id) WHERE offer_id NOT IN (4, 5, 7) GROUP BY offer_id, novelty)";
    const Parameters clean{.unobserved = 0, .missing_share = 0};
    Parameters none = clean;
    none.interactions = 0;
    Parameters strong = clean;
    strong.interactions = 3;
    const double without = of_logits(none, kContrast);
    EXPECT_NEAR(of_logits(clean, kContrast) - without, 0.9 + 0.2, 0.25);
    EXPECT_NEAR(of_logits(strong, kContrast) - without, 3 * (0.9 + 0.2), 0.5);
}

TEST(Generate, SaysWhatIsWrong) {
    EXPECT_EQ(generate({.folder = "/proc/none", .customers = 10}).error().code, ErrorCode::unavailable);
    EXPECT_EQ(
        generate({.folder = "x", .customers = 0}).error().message, "a world has 1 to 100 000 000 customers, not 0"
    );
    EXPECT_EQ(
        generate({.folder = "x", .parameters = {.late_share = 1.5}}).error().message,
        "late_share is 1.5, and must be between 0 and 1"
    );
}

TEST(Generate, TellsItsProgressAndStops) {
    Scratch scratch;
    std::int64_t last = 0;
    const Options options{.folder = scratch.path(), .customers = 2500, .days = 60};
    ASSERT_TRUE(generate(options, [&](std::int64_t done) {
        EXPECT_GT(done, last);
        last = done;
        return true;
    }));
    EXPECT_EQ(last, 2500);
    const auto stopped = generate(options, [](std::int64_t) { return false; });
    ASSERT_FALSE(stopped);
    EXPECT_EQ(stopped.error().message, "the world was stopped before it was whole");
}

TEST(Generate, ReplacesAnEarlierWorldAndNothingElse) {
    Scratch scratch;
    Options options{.folder = scratch.path(), .customers = 100, .days = 60};
    ASSERT_TRUE(generate(options));
    scratch.write("customers/part-007.parquet", "left over");
    scratch.write("customers/notes.txt", "mine");
    ASSERT_TRUE(generate(options));
    EXPECT_FALSE(std::filesystem::exists(scratch.file("customers/part-007.parquet")));
    EXPECT_TRUE(std::filesystem::exists(scratch.file("customers/notes.txt")));
}

}  // namespace
}  // namespace boon::world
