// Churn as the company itself flags it: who is a row, and what is true of each; cases by hand.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/training/labels.h"
#include "insight/training/model_table.h"
#include "records/features/definitions.h"

namespace boon::training {
namespace {

using testing::HasSubstr;
using warehouse::Warehouse;

Timestamp at(std::string_view text) { return *parse_timestamp(text); }

std::string values(std::string_view columns, std::string_view rows) {
    return fmt::format("SELECT * FROM (VALUES {}) t({})", rows, columns);
}

std::string purchase(std::string_view customer, std::string_view day) {
    return fmt::format("('{}', TIMESTAMP '{}', 1)", customer, day);
}

// One whose activity spans everything, so that the history is long enough, and others who were last active at the end
// of June.
std::string purchases() {
    std::string rows = purchase("steady", "2025-01-01");
    for (const char* day : {"2025-02-01", "2025-03-20", "2025-05-01", "2025-06-20", "2025-08-01", "2025-10-05"}) {
        rows += ", " + purchase("steady", day);
    }
    for (const char* who : {"first_day", "last_day", "day_after", "silent", "left_before", "came_back", "not_told"}) {
        rows += ", " + purchase(who, "2025-01-02") + ", " + purchase(who, "2025-06-20");
    }
    return values("customer_id, occurred_at, amount", rows);
}

// `flags`: rows of customer, when it left, when that was known; nothing: no such table.
std::unique_ptr<Warehouse> open(std::string_view flags) {
    warehouse::Options options;
    options.tables["transactions"].select = purchases();
    if (!flags.empty()) options.tables["churn"].select = values("customer_id, churned_at, known_at", flags);
    auto opened = Warehouse::open(options);
    BOON_ASSERT(opened.has_value());
    return *std::move(opened);
}

Options options() {
    Options o;
    o.model = Model::churn;
    o.lateness_days = 0;
    o.test_from = at("2025-07-01");
    o.churn.label = ChurnLabel::flag;
    return o;
}

// 90 days from 1 July end with 28 September. Activity decides who is a row, and nothing else; of `not_told` the flag
// says nothing.
TEST(ChurnFlag, IsDatedWithinTheHorizon) {
    const auto warehouse = open(
        "('steady', NULL, TIMESTAMP '2025-11-01'), ('first_day', TIMESTAMP '2025-07-01', NULL), "
        "('last_day', TIMESTAMP '2025-09-28', NULL), ('day_after', TIMESTAMP '2025-09-29', NULL), "
        "('silent', NULL, NULL), ('left_before', TIMESTAMP '2025-06-25', NULL), "
        "('came_back', TIMESTAMP '2025-03-01', NULL)"
    );
    const auto set = label_rows(*warehouse, options(), at("2025-12-01"));
    ASSERT_TRUE(set) << to_text(set.error());
    const auto frame = warehouse->query(fmt::format("SELECT customer_id, label FROM {} WHERE is_test", set->table()));
    std::map<std::string, double> found;
    for (std::size_t i = 0; i < frame->rows(); ++i) found[frame->columns[0].text(i)] = frame->columns[1].real(i);
    const std::map<std::string, double> expected{{"steady", 0},    {"first_day", 1}, {"last_day", 1},
                                                 {"day_after", 0}, {"silent", 0},    {"came_back", 0}};
    EXPECT_EQ(found, expected);
}

// What is not flagged yet is no negative.
TEST(ChurnFlag, HorizonsEndWhenItWasLastKnown) {
    // Why there are no labels; empty where there are.
    const auto until = [](std::string_view day) {
        const auto warehouse = open(fmt::format(
            "('steady', NULL, TIMESTAMP '{}'), ('silent', NULL, NULL), ('first_day', TIMESTAMP '2025-07-01', NULL)", day
        ));
        const auto set = label_rows(*warehouse, options(), at("2025-12-01"));
        return set ? std::string() : set.error().message;
    };
    EXPECT_EQ(until("2025-09-29"), "");
    EXPECT_THAT(until("2025-09-28"), HasSubstr("to 2025-09-28"));
    // What became known after `now` does not exist.
    const auto ahead = open("('steady', NULL::TIMESTAMP, TIMESTAMP '2025-12-02')");
    const auto unknown = label_rows(*ahead, options(), at("2025-12-01"));
    ASSERT_FALSE(unknown);
    EXPECT_THAT(unknown.error().message, HasSubstr("`churn`"));
}

TEST(ChurnFlag, IsOfTheTableAndSaysSo) {
    const auto warehouse = open("");
    const auto none = label_rows(*warehouse, options(), at("2025-12-01"));
    ASSERT_FALSE(none);
    EXPECT_THAT(none.error().hint, HasSubstr("[warehouse.views] churn"));
    const ModelRow& row = row_of(Model::churn);
    EXPECT_EQ(
        row.answers(options(), 90),
        "probability that the company's own flag says, within 90 days, that the customer left"
    );
    EXPECT_EQ(row.answers(Options{}, 90), "probability of no activity in the next 90 days");
}

// The table is none that features are made of, and a flag among the columns of customers is refused by its name.
TEST(ChurnFlag, IsNoFeature) {
    EXPECT_FALSE(features::Definitions::from_json(
        R"({"features": [{"name": "f", "words": "w", "unit": "count", "from": "churn", "aggregate": "count"}]})"
    ));
    for (const char* name : {"churned", "churned_at", "churned_date", "churn_date"}) {
        const auto planted = features::Definitions::from_json(fmt::format(
            R"({{"columns": {{"customers": {{"{0}": "text"}}}}, "fixed": ["{0}"], "features": [{{"name": "plain_name",
                "words": "w", "unit": "category", "from": "customers", "aggregate": "value", "column": "{0}"}}]}})",
            name
        ));
        ASSERT_TRUE(planted) << to_text(planted.error());
        EXPECT_FALSE(planted->check_trainable()) << name;
    }
}

}  // namespace
}  // namespace boon::training
