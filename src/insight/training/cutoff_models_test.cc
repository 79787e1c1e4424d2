// Who is a row of each model that sees customers at cut-offs, or campaigns' contacts, and what counts as its outcome:
// cases by hand.
#include <map>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/training/assemble.h"
#include "insight/training/labels.h"
#include "insight/training/split.h"

namespace boon::training {
namespace {

using testing::ElementsAre;
using warehouse::Warehouse;
using Labels = std::map<std::string, double>;

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

// A table of these rows, `'ann', '2025-07-01', 3`: DuckDB makes times of the texts.
struct Table {
    std::string_view columns;
    std::vector<std::string> rows;

    [[nodiscard]] std::string select() const {
        std::string all;
        for (const auto& row : rows) all += (all.empty() ? "(" : ", (") + row + ")";
        return fmt::format("SELECT * FROM (VALUES {}) t({})", all, columns);
    }
};

std::unique_ptr<Warehouse> open(const std::map<std::string, Table>& tables) {
    warehouse::Options options;
    for (const auto& [name, table] : tables) options.tables[name].select = table.select();
    auto opened = Warehouse::open(options);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : to_text(opened.error()));
    return *std::move(opened);
}

// Everything is known by October; the test cut-off is the first of July.
Options options_of(Model model) {
    Options o;
    o.model = model;
    o.lateness_days = 0;
    o.test_from = at("2025-07-01");
    o.watermark = at("2025-10-01");
    return o;
}

// customer → label at the test cut-off.
Labels test_rows(Warehouse& warehouse, const Options& o) {
    const auto set = label_rows(warehouse, o, at("2025-12-01"));
    EXPECT_TRUE(set.has_value()) << (set ? "" : to_text(set.error()));
    Labels out;
    if (!set) return out;
    const auto frame = warehouse.query(fmt::format("SELECT customer_id, label FROM {} WHERE is_test", set->table()));
    for (std::size_t i = 0; i < frame->rows(); ++i) out[frame->columns[0].text(i)] = frame->columns[1].real(i);
    return out;
}

constexpr std::string_view kTransactions = "customer_id, occurred_at, type, category, amount";

std::string transaction(
    std::string_view customer, std::string_view when, std::string_view type = "purchase",
    std::string_view category = "'food'"
) {
    return fmt::format("'{}', TIMESTAMP '{}', '{}', {}, 1.0", customer, when, type, category);
}

// Rows for training, and a history that is long enough.
std::vector<std::string> with_steady(std::vector<std::string> rows) {
    for (const char* day : {"2025-01-01", "2025-02-20", "2025-04-01", "2025-05-20"})
        rows.push_back(transaction("steady", day));
    return rows;
}

TEST(PropensityLabels, APurchaseWithinThirtyDays) {
    const auto warehouse = open(
        {{"transactions",
          {kTransactions,
           with_steady({
               transaction("ann", "2025-06-01"), transaction("ann", "2025-07-01"),  // at the cut-off: after it
               transaction("bob", "2025-06-01"), transaction("bob", "2025-07-31"),  // the 31st day
               transaction("cy", "2025-06-01"), transaction("cy", "2025-07-02", "recharge"),    // no purchase
               transaction("di", "2025-06-01"), transaction("di", "2025-07-02", "automatic"),   // nor this
               transaction("ed", "2024-06-01"), transaction("ed", "2025-07-02"),                // long asleep
               transaction("fay", "2025-06-01", "recharge"), transaction("fay", "2025-07-30"),  // active is enough
               transaction("gus", "2025-06-01"), transaction("gus", "2025-07-02"),              // has closed
           })}},
         {"customers", {"customer_id, closed_at", {"'gus', TIMESTAMP '2025-06-30'"}}}}
    );
    const Labels expected{{"steady", 0}, {"ann", 1}, {"bob", 0}, {"cy", 0}, {"di", 0}, {"fay", 1}};
    EXPECT_EQ(test_rows(*warehouse, options_of(Model::propensity)), expected);
}

std::string holding(std::string_view customer, int tier, std::string_view from, std::string_view until = "NULL") {
    return fmt::format("'{}', 'tariff-{}', {}, TIMESTAMP '{}', {}::TIMESTAMP", customer, tier, tier, from, until);
}

TEST(UpsellLabels, AHigherTierWithinSixtyDays) {
    const auto warehouse = open(
        {{"transactions", {kTransactions, with_steady({})}},
         {"holdings",
          {"customer_id, product_id, tier, started_at, ended_at",
           {
               holding("ann", 1, "2025-01-01", "'2025-07-15'"), holding("ann", 2, "2025-07-15"),  // up
               holding("bob", 1, "2025-01-01"),                                                   // stays
               holding("cy", 3, "2025-01-01"),                                                    // as high as it goes
               holding("di", 2, "2025-01-01", "'2025-07-10'"), holding("di", 1, "2025-07-10"),    // down
               holding("ed", 1, "2025-01-01", "'2025-08-30'"), holding("ed", 2, "2025-08-30"),    // on the 61st day
               holding("fay", 2, "2025-07-05"),                                                   // has none yet
               holding("gus", 3, "2025-01-01", "'2025-03-01'"), holding("gus", 1, "2025-03-01"),  // was higher once
           }}}}
    );
    const Labels expected{{"ann", 1}, {"bob", 0}, {"di", 0}, {"ed", 0}, {"gus", 0}};
    EXPECT_EQ(test_rows(*warehouse, options_of(Model::upsell)), expected);
}

TEST(CrossSellLabels, ACategoryNotBoughtForAYear) {
    const auto warehouse = open(
        {{"transactions",
          {kTransactions,
           with_steady({
               transaction("steady", "2024-01-01"),  // a year of history before the training cut-off
               transaction("ann", "2025-03-01"), transaction("ann", "2025-07-10", "purchase", "'toys'"),
               transaction("bob", "2025-03-01"), transaction("bob", "2025-07-10"),  // the same again
               transaction("cy", "2024-06-01", "purchase", "'toys'"), transaction("cy", "2025-03-01"),
               transaction("cy", "2025-07-10", "purchase", "'toys'"),  // for the first time in 13 months
               transaction("di", "2025-05-01"), transaction("di", "2025-07-10", "purchase", "'toys'"),  // new
               transaction("ed", "2025-03-01"), transaction("ed", "2025-07-10", "purchase", "NULL"),    // of what?
               transaction("fay", "2025-03-01"), transaction("fay", "2025-07-10", "return", "'toys'"),
               transaction("gus", "2025-03-01"), transaction("gus", "2025-08-30", "purchase", "'toys'"),  // 61st day
           })}}}
    );
    const Labels expected{{"steady", 0}, {"ann", 1}, {"bob", 0}, {"cy", 1}, {"ed", 0}, {"fay", 0}, {"gus", 0}};
    EXPECT_EQ(test_rows(*warehouse, options_of(Model::cross_sell)), expected);
}

std::string bill(std::string_view customer, std::string_view due, std::string_view paid) {
    return fmt::format("'{}', TIMESTAMP '{}', {}::TIMESTAMP, 19.0, '{}{}'", customer, due, paid, customer, due);
}

TEST(DefaultRiskLabels, ThirtyDaysLate) {
    const std::vector<std::string> bills = {
        bill("steady", "2025-01-01", "'2025-01-01'"),
        bill("steady", "2025-04-20", "'2025-04-20'"),
        bill("ann", "2025-07-10", "'2025-08-09'"),  // 30 days
        bill("bob", "2025-07-10", "'2025-08-08'"),  // 29
        bill("cy", "2025-07-10", "NULL"),           // never
        bill("di", "2025-05-20", "NULL"),
        bill("di", "2025-07-10", "'2025-07-10'"),  // is late already
        bill("ed", "2025-06-10", "'2025-07-05'"),
        bill("ed", "2025-07-10", "'2025-07-10'"),  // late by 21 days only
        bill("fay", "2025-08-31", "NULL"),         // due on the 61st day
        bill("gus", "2025-07-01", "NULL"),         // due at the cut-off
        bill("hal", "2025-07-10", "'2025-07-10'"),
        bill("hal", "2025-08-09", "NULL"),  // one of two
        bill("ida", "2025-05-20", "'2025-06-25'"),
        bill("ida", "2025-07-10", "'2025-07-10'"),  // was late, has paid
    };
    const auto warehouse = open({{"payments", {"customer_id, due_at, paid_at, amount, payment_id", bills}}});
    const Labels expected{{"ann", 1}, {"bob", 0}, {"cy", 1}, {"ed", 0}, {"hal", 1}, {"ida", 0}};
    EXPECT_EQ(test_rows(*warehouse, options_of(Model::default_risk)), expected);
    Options short_sighted = options_of(Model::default_risk);
    short_sighted.default_risk.horizon_days = 80;
    EXPECT_EQ(
        label_rows(*warehouse, short_sighted, at("2025-12-01")).error().message,
        "default_risk: a payment due in 60 days is 30 days late only after the horizon of 80 days"
    );
}

TEST(EngagementLabels, PointsOfThirtyDays) {
    const auto event = [](std::string_view id, std::string_view customer, std::string_view kind, std::string_view when
                       ) { return fmt::format("'{}', '{}', 1, '{}', TIMESTAMP '{}'", id, customer, kind, when); };
    const auto warehouse = open(
        {{"transactions",
          {kTransactions, with_steady({
                              transaction("ann", "2025-06-01"),
                              transaction("ann", "2025-07-04"),
                              transaction("bob", "2025-06-01"),
                              transaction("cy", "2025-06-01"),
                              transaction("cy", "2025-07-04", "recharge"),
                              transaction("cy", "2025-07-05", "usage"),
                              transaction("cy", "2025-07-06", "automatic"),
                          })}},
         {"interactions",
          {"interaction_id, customer_id, offer_id, kind, occurred_at",
           {
               event("1", "ann", "sent", "2025-07-01"), event("2", "ann", "viewed", "2025-07-02"),
               event("3", "ann", "clicked", "2025-07-02"), event("4", "ann", "converted", "2025-07-03"),
               event("4", "ann", "converted", "2025-07-03"),                                        // told twice
               event("5", "bob", "sent", "2025-07-02"), event("6", "bob", "viewed", "2025-07-31"),  // the 31st day
           }}}}
    );
    Options o = options_of(Model::engagement);
    // 1 + 3 + 5 + 2; nothing; a recharge.
    EXPECT_EQ(test_rows(*warehouse, o), (Labels{{"steady", 0}, {"ann", 11}, {"bob", 0}, {"cy", 2}}));
    o.engagement.logins =
        "SELECT 'bob' AS customer_id, TIMESTAMP '2025-07-05' + to_days(d::INTEGER) AS happened FROM "
        "range(3) t(d)";
    o.engagement.clicked = 0.5;
    EXPECT_EQ(test_rows(*warehouse, o), (Labels{{"steady", 0}, {"ann", 8.5}, {"bob", 3}, {"cy", 2}}));
}

class CampaignLabels : public testing::Test {
protected:
    static std::string contact(
        std::string_view id, std::string_view customer, std::string_view campaign, std::string_view when,
        bool control = false
    ) {
        return fmt::format("'{}', '{}', '{}', 'sms', TIMESTAMP '{}', {}", id, customer, campaign, when, control);
    }
    static std::string conversion(std::string_view customer, std::string_view campaign, std::string_view when) {
        return fmt::format("'{}', 1, 'converted', TIMESTAMP '{}', {}", customer, when, campaign);
    }
    std::unique_ptr<Warehouse> warehouse_ = open(
        {{"contacts",
          {"contact_id, customer_id, campaign_id, channel, sent_at, is_control",
           {
               contact("a", "ann", "A", "2025-03-01"),
               contact("b", "bob", "A", "2025-03-01"),
               contact("c", "cy", "A", "2025-03-01", true),
               contact("d1", "di", "A", "2025-03-01"),
               contact("d2", "di", "A", "2025-03-05"),
               contact("e", "ed", "A", "2025-03-01"),
               contact("f", "fay", "A", "2025-03-01"),
               contact("g", "gus", "A", "2025-06-20"),
               contact("h", "hal", "A", "2025-07-03"),
               contact("i", "ida", "B", "2025-07-03"),
               contact("j", "joe", "B", "2025-09-20"),
           }}},
         {"interactions",
          {"customer_id, offer_id, kind, occurred_at, campaign_id",
           {
               conversion("ann", "'A'", "2025-03-15"),           // on the last instant
               conversion("bob", "'A'", "2025-03-15 00:00:01"),  // a second late
               conversion("cy", "'A'", "2025-03-02"),            // of the control group
               conversion("di", "'A'", "2025-03-06"),            // the latest of two
               conversion("ed", "'B'", "2025-03-02"),            // another campaign
               conversion("fay", "NULL", "2025-03-03"),          // names none
           }}}}
    );
};

TEST_F(CampaignLabels, AConversionIsCreditedOnce) {
    const auto set = label_rows(*warehouse_, options_of(Model::campaign_response), at("2025-12-01"));
    ASSERT_TRUE(set) << to_text(set.error());
    // ann, bob, di, ed, fay, di again; gus's 14 days reach into the test; hal, ida; joe's are not over.
    EXPECT_THAT(set->labels, ElementsAre(1, 0, 0, 0, 1, 1, 0, 0));
    EXPECT_EQ(set->unmatured, 1);
    EXPECT_EQ(set->campaign_names, (std::vector<std::string>{"A", "B"}));
    const Split split = split_rows(*set, 0.5);
    EXPECT_THAT(split.test, ElementsAre(6, 7));
    EXPECT_THAT(split.new_campaigns, ElementsAre(7));
}

TEST(ShuffledLabels, AreTheSameInAnotherOrderWithinEachPart) {
    std::vector<std::string> rows;
    for (int c = 0; c < 200; ++c) {
        rows.push_back(transaction(fmt::format("c{}", c), "2025-05-01"));
        if (c < 60) rows.push_back(transaction(fmt::format("c{}", c), "2025-07-02"));
    }
    const auto warehouse = open({{"transactions", {kTransactions, with_steady(rows)}}});
    Options o = options_of(Model::propensity);
    const auto straight = test_rows(*warehouse, o);
    o.shuffle_labels_seed = 3;
    const auto set = label_rows(*warehouse, o, at("2025-12-01"));
    ASSERT_TRUE(set);
    double positives = 0;
    std::size_t first_sixty = 0;
    std::size_t seen = 0;
    for (std::size_t i = 0; i < set->labels.size(); ++i) {
        if (set->parts[i] == Part::train) continue;
        positives += static_cast<double>(set->labels[i]);
        ++seen;
        if (set->labels[i] > 0 && seen <= 67) ++first_sixty;
    }
    EXPECT_EQ(seen, straight.size());
    EXPECT_EQ(positives, 60);
    EXPECT_GT(first_sixty, 5U);  // 20 of 60 by chance
    EXPECT_LT(first_sixty, 40U);
}

}  // namespace
}  // namespace boon::training
