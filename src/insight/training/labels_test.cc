// Who is a row, and what counts as its outcome: cases by hand.
#include "insight/training/labels.h"

#include <set>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/training/split.h"

namespace boon::training {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using warehouse::Warehouse;

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

std::string values(std::string_view columns, std::string_view rows) {
    return fmt::format("SELECT * FROM (VALUES {}) t({})", rows, columns);
}

std::unique_ptr<Warehouse> open(const std::map<std::string, std::string>& tables) {
    warehouse::Options options;
    for (const auto& [name, select] : tables) options.tables[name].select = select;
    auto opened = Warehouse::open(options);
    EXPECT_TRUE(opened.has_value()) << (opened ? "" : to_text(opened.error()));
    return *std::move(opened);
}

constexpr std::string_view kColumns =
    "interaction_id, customer_id, offer_id, kind, occurred_at, exposure_id, converted_offer_id, propensity";

// Offer 1 has 10 days, offer 2 the default of 14.
constexpr std::string_view kOffers = "SELECT 1 AS offer_id, 10 AS horizon_days UNION ALL SELECT 2, NULL";

// A row of interactions; `about` is the exposure it names and `took` the offer converted on.
std::string event(
    std::string_view id, std::string_view customer, int offer, std::string_view kind, std::string_view day,
    std::string_view about = "NULL", std::string_view took = "NULL"
) {
    return fmt::format(
        "('{}', '{}', {}, '{}', TIMESTAMP '2026-{}', {}, {}::INTEGER, NULL::DOUBLE)", id, customer, offer, kind, day,
        about, took
    );
}

// Filler so that both parts have rows: an exposure long before, one long after the test cut-off, and a late event
// that moves the watermark to 1 June.
std::string with_frame(const std::vector<std::string>& events) {
    std::string all = event("f1", "filler", 2, "sent", "01-01") + ", " + event("f2", "filler", 2, "sent", "05-01") +
                      ", " + event("f3", "filler", 2, "viewed", "06-01");
    for (const auto& e : events) all += ", " + e;
    return values(kColumns, all);
}

Options options() {
    Options o;
    o.test_from = at("2026-04-01");
    return o;
}

// Of the rows that are not filler, in order of time.
std::vector<float> labels_of(const std::vector<std::string>& events, const Options& o = options()) {
    const auto warehouse = open({{"interactions", with_frame(events)}, {"offers", std::string(kOffers)}});
    const auto set = label_rows(*warehouse, o, at("2026-06-02"));
    EXPECT_TRUE(set.has_value()) << (set ? "" : to_text(set.error()));
    if (!set) return {};
    const auto frame =
        warehouse->query(fmt::format("SELECT label FROM {} WHERE customer_id <> 'filler' ORDER BY row_id", set->table())
        );
    std::vector<float> labels;
    for (std::size_t i = 0; i < frame->rows(); ++i) labels.push_back(static_cast<float>(frame->columns[0].real(i)));
    return labels;
}

TEST(NboLabels, ConvertedWithinTheHorizon) {
    EXPECT_THAT(
        labels_of({
            event("a", "ann", 1, "sent", "02-01"), event("a2", "ann", 1, "converted", "02-11"),  // on the last instant
            event("b", "bob", 1, "sent", "02-02"),
            event("b2", "bob", 1, "converted", "02-12 00:00:01"),                              // a second late
            event("c", "cy", 2, "sent", "02-03"), event("c2", "cy", 2, "converted", "02-16"),  // 13 of 14 days
            event("d", "di", 1, "sent", "02-04"), event("d2", "di", 1, "viewed", "02-05"),  // a view is no conversion
            event("e", "ed", 1, "sent", "02-05"), event("e2", "ed", 1, "converted", "02-04"),  // before it
        }),
        ElementsAre(1, 0, 1, 0, 0)
    );
}

TEST(NboLabels, AConversionIsCreditedOnceToTheLatestExposure) {
    EXPECT_THAT(
        labels_of({
            event("a", "ann", 1, "sent", "02-01"),
            event("b", "ann", 1, "sent", "02-05"),
            event("c", "ann", 1, "converted", "02-06"),
        }),
        ElementsAre(0, 1)
    );
    // Named, the earlier exposure has it.
    EXPECT_THAT(
        labels_of({
            event("a", "ann", 1, "sent", "02-01"),
            event("b", "ann", 1, "sent", "02-05"),
            event("c", "ann", 1, "converted", "02-06", "'a'"),
        }),
        ElementsAre(1, 0)
    );
    // The latest is out of its horizon: the conversion does not fall back to an earlier one, either.
    EXPECT_THAT(
        labels_of({
            event("a", "ann", 1, "sent", "02-01"),
            event("b", "ann", 1, "sent", "02-05"),
            event("c", "ann", 1, "converted", "02-16"),
        }),
        ElementsAre(0, 0)
    );
}

TEST(NboLabels, ConvertingOnAnotherOfferIsANegative) {
    // Shown 1, took 2: no credit for 1; the exposure of 2 before it has it.
    EXPECT_THAT(
        labels_of({
            event("a", "ann", 2, "sent", "02-01"),
            event("b", "ann", 1, "sent", "02-02"),
            event("c", "ann", 1, "converted", "02-06", "'b'", "2"),
        }),
        ElementsAre(1, 0)
    );
    // Another customer's conversion is nobody else's.
    EXPECT_THAT(
        labels_of({event("a", "ann", 1, "sent", "02-01"), event("c", "bob", 1, "converted", "02-02")}), ElementsAre(0)
    );
}

TEST(NboLabels, ADuplicateEventIsOneEvent) {
    EXPECT_THAT(
        labels_of({
            event("a", "ann", 1, "sent", "02-01"),
            event("a", "ann", 1, "sent", "02-01"),
            event("c", "ann", 1, "converted", "02-06"),
            event("c", "ann", 1, "converted", "02-06"),
        }),
        ElementsAre(1)
    );
}

TEST(NboLabels, WhatIsNotMaturedStaysOutPositivesToo) {
    // Watermark 1 June, lateness 3 days: settled 29 May. Offer 1 sent on 19 May ends on 29 May; on 20 May, later.
    const std::vector<std::string> events = {
        event("a", "ann", 1, "sent", "05-19"),
        event("b", "bob", 1, "sent", "05-20"),
        event("c", "bob", 1, "converted", "05-21"),
    };
    EXPECT_THAT(labels_of(events), ElementsAre(0));
    Options patient = options();
    patient.lateness_days = 0;
    EXPECT_THAT(labels_of(events, patient), ElementsAre(0, 1));
}

TEST(NboLabels, TrainingWindowsEndByTheTestCutOff) {
    const auto warehouse = open({
        {"interactions", with_frame({
                             event("a", "ann", 1, "sent", "03-22"),           // ends on 1 April
                             event("b", "bob", 1, "sent", "03-22 00:00:01"),  // a second after
                             event("c", "cy", 1, "sent", "04-01"),
                         })},
        {"offers", std::string(kOffers)},
    });
    const auto set = *label_rows(*warehouse, options(), at("2026-06-02"));
    EXPECT_THAT(set.parts, ElementsAre(Part::train, Part::train, Part::test, Part::test));
    EXPECT_EQ(to_string(set.as_of[1]), "2026-03-22T00:00:00Z");
    EXPECT_EQ(to_string(set.as_of[2]), "2026-04-01T00:00:00Z");
}

TEST(NboLabels, TheOfferIsTheVersionThatWasLive) {
    const auto warehouse = open({
        {"interactions", with_frame({
                             event("a", "ann", 1, "sent", "02-01"),
                             event("b", "bob", 1, "sent", "03-01"),
                             event("c", "cy", 1, "sent", "04-10"),
                         })},
        {"offers", values(
                       "offer_id, valid_from, value, attr_size, horizon_days",
                       "(1, TIMESTAMP '2026-02-15', 5.0, 1, 10), (1, TIMESTAMP '2026-04-10', 7.5, 2, 20), "
                       "(2, NULL, NULL, NULL, NULL)"
                   )},
    });
    const auto set = *label_rows(*warehouse, options(), at("2026-06-02"));
    ASSERT_THAT(set.labels, SizeIs(5));  // filler, ann, bob, cy, filler
    const auto value = [&](std::size_t row) {
        return set.versions[static_cast<std::size_t>(set.offer_rows[row])].value;
    };
    EXPECT_EQ(value(1), Money{500});  // before the first version: the first
    EXPECT_EQ(value(2), Money{500});
    EXPECT_EQ(value(3), Money{750});  // from the very instant
    EXPECT_EQ(value(4), std::nullopt);
    EXPECT_EQ(set.versions[1].attributes.at("size"), 2);
}

TEST(NboLabels, AnOutcomeOfTheCompanysOwn) {
    Options o = options();
    o.outcomes["viewed"] = "SELECT exposure_id AS interaction_id FROM boon.interactions WHERE kind = 'viewed'";
    o.nbo.outcome = "viewed";
    const std::vector<std::string> events = {
        event("a", "ann", 1, "sent", "02-01"),
        event("b", "ann", 1, "viewed", "02-02", "'a'"),
        event("c", "bob", 1, "sent", "02-03"),
        event("d", "bob", 1, "converted", "02-04"),
    };
    EXPECT_THAT(labels_of(events, o), ElementsAre(1, 0));
    o.nbo.outcome = "loved";
    const auto warehouse = open({{"interactions", with_frame(events)}, {"offers", std::string(kOffers)}});
    const auto refused = label_rows(*warehouse, o, at("2026-06-02"));
    EXPECT_EQ(to_text(refused.error()), "there is no outcome \"loved\"\nhint: the outcomes defined are: viewed");
}

TEST(NboLabels, NothingToLearnFromIsSaid) {
    auto warehouse = open({{"offers", std::string(kOffers)}});
    EXPECT_EQ(
        label_rows(*warehouse, options(), at("2026-06-02")).error().message, "there are no interactions to learn from"
    );
    warehouse = open({{"interactions", values(kColumns, event("a", "ann", 1, "sent", "02-01"))}});
    EXPECT_THAT(
        label_rows(*warehouse, options(), at("2026-06-02")).error().message,
        HasSubstr("there are 0 training rows and 0 test rows around the test cut-off 2026-04-01T00:00:00Z; 1 rows are "
                  "not matured")
    );
}

TEST(NboLabels, WarnWhenCustomersAreMissingToday) {
    const auto warehouse = open({
        {"interactions", with_frame({event("a", "ann", 1, "sent", "02-01")})},
        {"customers", "SELECT 'filler' AS customer_id"},
    });
    const auto set = *label_rows(*warehouse, options(), at("2026-06-02"));
    ASSERT_THAT(set.warnings, SizeIs(1));
    EXPECT_THAT(set.warnings[0], HasSubstr("1 customers of the training rows are not in today's customers table"));
}

TEST(NboLabels, TheTableGoesWithTheSet) {
    const auto warehouse = open({{"interactions", with_frame({event("a", "ann", 1, "sent", "02-01")})}});
    std::string table;
    {
        const auto set = *label_rows(*warehouse, options(), at("2026-06-02"));
        table = set.table();
        EXPECT_TRUE(warehouse->query("SELECT * FROM " + table));
    }
    EXPECT_FALSE(warehouse->query("SELECT * FROM " + table));
}

std::string purchase(
    std::string_view customer, std::string_view when, double amount, std::string_view type = "purchase"
) {
    return fmt::format("('{}', TIMESTAMP '{}', {}, '{}')", customer, when, amount, type);
}
constexpr std::string_view kPurchases = "customer_id, occurred_at, amount, type";

// (customer, label) of the test cut-off.
std::map<std::string, double> test_rows(Warehouse& warehouse, const Options& o, Timestamp now) {
    const auto set = label_rows(warehouse, o, now);
    EXPECT_TRUE(set.has_value()) << (set ? "" : to_text(set.error()));
    std::map<std::string, double> out;
    if (!set) return out;
    const auto frame = warehouse.query(fmt::format("SELECT customer_id, label FROM {} WHERE is_test", set->table()));
    for (std::size_t i = 0; i < frame->rows(); ++i) out[frame->columns[0].text(i)] = frame->columns[1].real(i);
    return out;
}

TEST(ChurnLabels, WhoIsARowAndWhoLeft) {
    Options o;
    o.model = Model::churn;
    o.lateness_days = 0;
    o.test_from = at("2025-07-01");
    // One whose activity spans everything gives the history its length and the training cut-offs a row.
    std::string rows = purchase("steady", "2025-01-01", 1);
    for (const char* day : {"2025-02-01", "2025-03-20", "2025-05-01", "2025-06-20", "2025-08-01", "2025-10-05"}) {
        rows += ", " + purchase("steady", day, 1);
    }
    const auto add = [&](const std::string& row) { rows += ", " + row; };
    add(purchase("gone", "2025-01-02", 1));
    add(purchase("gone", "2025-06-30", 1));
    add(purchase("back_at_once", "2025-01-02", 1));
    add(purchase("back_at_once", "2025-06-30", 1));
    add(purchase("back_at_once", "2025-07-01", 1));  // at the cut-off: after it
    add(purchase("charged", "2025-01-02", 1));
    add(purchase("charged", "2025-06-30", 1));
    add(purchase("charged", "2025-07-10", 1, "automatic"));  // no activity
    add(purchase("asleep", "2025-01-02", 1));                // nothing in the 90 days before
    add(purchase("new", "2025-06-01", 1));                   // 30 days of tenure
    add(purchase("closed", "2025-01-02", 1));
    add(purchase("closed", "2025-06-30", 1));
    const auto warehouse = open({
        {"transactions", values(kPurchases, rows)},
        {"customers", values("customer_id, closed_at", "('closed', TIMESTAMP '2025-06-30'), ('steady', NULL)")},
    });
    const auto found = test_rows(*warehouse, o, at("2025-12-01"));
    const std::map<std::string, double> expected{{"steady", 0}, {"gone", 1}, {"back_at_once", 0}, {"charged", 1}};
    EXPECT_EQ(found, expected);
}

TEST(ChurnLabels, CustomersHeldOutValidateAtTheLastTrainingCutOff) {
    Options o;
    o.model = Model::churn;
    o.lateness_days = 0;
    o.churn.cutoffs = 2;
    o.test_from = at("2026-01-01");
    // Forty who buy every week of a year have a row at every cut-off.
    const auto warehouse = open(
        {{"transactions",
          "SELECT c::VARCHAR AS customer_id, TIMESTAMP '2025-05-01' + to_days((7 * w)::INTEGER) "
          "AS occurred_at, 1.0 AS amount, 'purchase' AS type FROM range(40) a(c), range(53) b(w)"}}
    );
    const auto set = *label_rows(*warehouse, o, at("2026-05-01"));
    const Split split = split_rows(set, 0.25);
    EXPECT_EQ(split.all.size(), 80U);  // 90 and 120 days before the test
    EXPECT_EQ(split.test.size(), 40U);
    EXPECT_TRUE(split.unseen.empty());
    // Each customer is fitted with both rows, or validates with the later one.
    ASSERT_FALSE(split.validation.empty());
    EXPECT_EQ(split.fit.size() + 2 * split.validation.size(), 80U);
    std::set<std::uint32_t> fitted;
    for (const auto row : split.fit) fitted.insert(set.customers[row]);
    for (const auto row : split.validation) {
        EXPECT_FALSE(fitted.contains(set.customers[row]));
        EXPECT_EQ(to_string(set.as_of[row]), "2025-10-03T00:00:00Z");
    }
    // Nothing is fitted whose outcome was not settled when the test begins.
    for (const auto row : split.all) EXPECT_LE(plus_days(set.as_of[row], 90), set.test_from);
}

TEST(ChurnLabels, AShortHistoryIsRefused) {
    Options o;
    o.model = Model::churn;
    const auto warehouse = open({
        {"transactions", values(kPurchases, purchase("a", "2025-01-01", 1) + ", " + purchase("a", "2025-04-01", 1))},
    });
    EXPECT_EQ(
        label_rows(*warehouse, o, at("2025-12-01")).error().message,
        "the history runs from 2025-01-01T00:00:00Z to 2025-03-29T00:00:00Z, after the lateness; at least 270 days are "
        "needed"
    );
}

TEST(LtvLabels, RevenueNetOfReturnsOverTheLongestHorizonThatFits) {
    Options o;
    o.model = Model::ltv;
    o.lateness_days = 0;
    // 300 days: 90 is the longest with two windows and as much history before.
    const auto warehouse = open({
        {"transactions", values(
                             kPurchases, purchase("a", "2025-01-01", 3) + ", " + purchase("a", "2025-07-30", 50) +
                                             ", " + purchase("a", "2025-08-01", -20, "return") + ", " +
                                             purchase("a", "2025-10-28", 9) + ", " + purchase("b", "2025-06-01", 4)
                         )},
    });
    const auto set = *label_rows(*warehouse, o, at("2025-12-01"));
    EXPECT_EQ(set.horizon_days, 90);
    EXPECT_EQ(to_string(set.test_from), "2025-07-30T00:00:00Z");
    // a: 50 at the cut-off itself, −20; the 9 falls on the end, outside.
    const std::map<std::string, double> expected{{"a", 30}, {"b", 0}};
    EXPECT_EQ(test_rows(*warehouse, o, at("2025-12-01")), expected);
}

}  // namespace
}  // namespace boon::training
