#include "records/catalog/catalogue_test.h"

namespace boon::catalog {
namespace {

using ImportTest = CatalogueTest;
INSTANTIATE_TEST_SUITE_P(Engines, ImportTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(ImportTest, ImportReportsEachRow) {
    made(R"({"name":"a"})");
    made(R"({"name":"old"})");
    ASSERT_TRUE(catalogue_.set_status(1, OfferStatus::retired, std::nullopt, kAnn));
    const auto given = rows(
        R"([{"offer_id":0,"name":"a"},{"offer_id":5,"name":"five"},{"name":"","weight":-1},{"name":"next"},
            {"offer_id":5,"name":"twice"},{"offer_id":1,"name":"revived"},{"name":"x","colour":1}])"
    );
    const auto refused = catalogue_.import(given, {}, kBob);
    ASSERT_TRUE(refused);
    EXPECT_FALSE(refused->written);
    using enum RowOutcome;
    std::vector<RowOutcome> outcomes;
    for (const PlannedRow& row : refused->rows) outcomes.push_back(row.outcome);
    EXPECT_THAT(
        outcomes, testing::ElementsAre(unchanged, created, rejected, created, rejected, rejected, rejected)
    );  // what each would have been
    EXPECT_EQ(refused->rows[1].offer_id, 5);
    EXPECT_EQ(refused->created, 2);
    EXPECT_EQ(refused->unchanged, 1);
    EXPECT_EQ(refused->rejected, 4);
    EXPECT_EQ(number("select count(*) from offers"), 2);

    const auto report = catalogue_.import(given, {.mode = PlanMode::skip_bad}, kBob);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_TRUE(report->written);
    EXPECT_EQ(report->unchanged, 1);
    EXPECT_EQ(report->created, 2);
    EXPECT_EQ(report->rejected, 4);
    EXPECT_EQ(report->rows[2].problem, "/name must not be empty; /weight must be at least 0");
    EXPECT_EQ(report->rows[3].offer_id, 6);
    EXPECT_EQ(report->rows[4].problem, "offer 5 is there twice");
    EXPECT_EQ(report->rows[5].problem, "offer 1 is retired and does not change");
    EXPECT_EQ(report->rows[6].problem, "/colour is not a known field");
}

TEST_P(ImportTest, AnImportThatMeetsARetiredOfferWritesNothing) {
    made(R"({"name":"old"})");
    ASSERT_TRUE(catalogue_.set_status(0, OfferStatus::retired, std::nullopt, kAnn));
    const auto given = rows(R"([{"name":"new"},{"offer_id":0,"name":"revived"}])");
    const auto report = catalogue_.import(given, {}, kBob);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_FALSE(report->written);
    EXPECT_EQ(report->created, 1);
    EXPECT_EQ(report->rejected, 1);
    EXPECT_EQ(number("select count(*) from offers"), 1);
}

TEST_P(ImportTest, ADryRunShowsEachChangeAndWritesNothing) {
    made(R"({"name":"a","weight":1,"tags":["x"],"content":{"en":{"title":"old"}}})");
    const auto given = rows(
        R"([{"offer_id":0,"weight":2,"tags":null,"content":{"en":{"title":"new"}}},{"name":"b"},{"weight":"x","caps":[{}]}])"
    );
    const auto report = catalogue_.import(given, {.dry_run = true}, kBob);
    ASSERT_TRUE(report) << to_text(report.error());
    EXPECT_TRUE(report->dry_run);
    EXPECT_FALSE(report->written);
    const std::vector<FieldChange> changes = {
        {"/weight", 1, 2}, {"/tags", json::Array{"x"}, json::Array{}}, {"/content/en/title", "old", "new"}
    };
    EXPECT_EQ(report->rows[0].outcome, RowOutcome::updated);
    EXPECT_EQ(report->rows[0].changes, changes);
    EXPECT_EQ(report->rows[1].outcome, RowOutcome::created);
    EXPECT_EQ(report->rows[1].offer_id, 1);
    const std::vector<RowProblem> problems = {
        {"name", "/name", "is missing"},         {"weight", "/weight", "must be a number"},
        {"caps", "/caps/0/scope", "is missing"}, {"caps", "/caps/0/counts", "is missing"},
        {"caps", "/caps/0/limit", "is missing"},
    };
    EXPECT_THAT(report->rows[2].problems, testing::UnorderedElementsAreArray(problems));
    EXPECT_EQ(number("select count(*) from offer_versions"), 1);
}

TEST_P(ImportTest, WhatARowLacksStays) {
    made(R"({"name":"a","weight":3,"value":5,"status":"paused"})");
    const auto given = rows(R"([{"offer_id":0,"category":"points","value":null}])");
    ASSERT_TRUE(catalogue_.import(given, {}, kBob)->written);
    const auto offer = catalogue_.read(0);
    EXPECT_EQ(offer->name, "a");
    EXPECT_EQ(offer->weight, 3);
    EXPECT_EQ(offer->value, std::nullopt);
    EXPECT_EQ(offer->status, OfferStatus::paused);
    EXPECT_EQ(offer->category, "points");
}

TEST_P(ImportTest, NamesThatAreNotKnownAreRejectedWithTheirColumn) {
    const auto given = rows(R"([{"name":"a","target_segment":"vip"},{"name":"b","lifecycle_stage":"adult"}])");
    const auto report = catalogue_.import(given, {}, kBob);
    ASSERT_TRUE(report);
    EXPECT_FALSE(report->written);
    EXPECT_EQ(report->rows[0].problems.at(0).column, "target_segment");
    EXPECT_EQ(report->rows[1].problems.at(0).column, "lifecycle_stage");
}

TEST_P(ImportTest, WhereTheHighestIdIsTakenFreeOnesBelowAreGiven) {
    made(R"({"name":"a","offer_id":1})");
    const auto given = rows(R"([{"name":"b"},{"name":"c","offer_id":2147483647},{"name":"d"},{"name":"e"}])");
    const auto report = catalogue_.import(given, {}, kBob);
    ASSERT_TRUE(report && report->written);
    EXPECT_EQ(report->rows[0].offer_id, 2);
    EXPECT_EQ(report->rows[2].offer_id, 0);
    EXPECT_EQ(report->rows[3].offer_id, 3);
    EXPECT_EQ(made(R"({"name":"f"})").offer_id, 4);
}

TEST_P(ImportTest, EndsWhenTimeIsUp) {
    const auto given = rows(R"([{"name":"a"}])");
    const auto report = catalogue_.import(given, {.out_of_time = [] { return true; }}, kBob);
    EXPECT_EQ(report.error().code, ErrorCode::limited);
    EXPECT_EQ(report.error().message, "time was up after 0 of 1 rows; nothing was imported");
    EXPECT_EQ(number("select count(*) from offers"), 0);
    const std::vector<ImportRow> many(kMaxImportRows + 1);
    EXPECT_EQ(catalogue_.import(many, {}, kBob).error().message, "100001 offers are too many for one import");
}

// Another process may change an offer between the plan and its writing.
TEST_P(ImportTest, PlansAnewWhatChangedMeanwhile) {
    made(R"({"name":"a","weight":1})");
    Catalogue other(*database_, Names::defaults());
    bool changed = false;
    const auto given = rows(R"([{"offer_id":0,"category":"points"}])");
    const ImportOptions options{.out_of_time = [&] {
        if (!changed) {
            changed = true;
            EXPECT_TRUE(other.patch(0, *json::parse(R"({"weight":7})"), 1, kAnn));
        }
        return false;
    }};
    ASSERT_TRUE(catalogue_.import(given, options, kBob)->written);
    EXPECT_EQ(catalogue_.read(0)->weight, 7);
    EXPECT_EQ(catalogue_.read(0)->category, "points");
    EXPECT_EQ(catalogue_.read(0)->version, 3);
}

using BulkTest = CatalogueTest;
INSTANTIATE_TEST_SUITE_P(Engines, BulkTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(BulkTest, ShowsThenChangesWhatTheFilterSelects) {
    made(R"({"name":"a","tags":["spring"],"weight":1})");
    made(R"({"name":"b","tags":["spring"],"weight":2})");
    made(R"({"name":"c","weight":1})");
    made(R"({"name":"d","tags":["spring"]})");
    ASSERT_TRUE(catalogue_.set_status(3, OfferStatus::retired, std::nullopt, kAnn));
    BulkEdit edit{
        .ids = {}, .filter = Filter{.tag = {"spring"}}, .patch = *json::parse(R"({"weight":2})"), .dry_run = true
    };
    const auto shown = catalogue_.bulk(edit, kBob);
    ASSERT_TRUE(shown) << to_text(shown.error());
    ASSERT_EQ(shown->rows.size(), 2U);
    EXPECT_EQ(shown->rows[0].changes, (std::vector<FieldChange>{{"/weight", 1, 2}}));
    EXPECT_EQ(shown->rows[1].outcome, RowOutcome::unchanged);
    EXPECT_EQ(catalogue_.read(0)->weight, 1);

    edit.dry_run = false;
    const auto done = catalogue_.bulk(edit, kBob);
    EXPECT_TRUE(done->written);
    EXPECT_EQ(done->updated, 1);
    EXPECT_EQ(catalogue_.read(0)->weight, 2);
    EXPECT_EQ(catalogue_.read(0)->version, 2);
    EXPECT_EQ(catalogue_.read(1)->version, 1);
    EXPECT_EQ(catalogue_.history(0)->at(0).change, "bulk");
}

TEST_P(BulkTest, OneThatCannotChangeStopsAllUnlessItIsSkipped) {
    made(R"({"name":"a","status":"draft"})");
    made(R"({"name":"b"})");
    BulkEdit edit{.ids = {1, 0, 9}, .filter = {}, .patch = *json::parse(R"({"status":"paused"})")};
    const auto refused = catalogue_.bulk(edit, kBob);
    ASSERT_TRUE(refused) << to_text(refused.error());
    EXPECT_FALSE(refused->written);
    EXPECT_EQ(refused->rejected, 2);
    EXPECT_EQ(refused->rows[0].problem, "a draft offer cannot become paused");
    EXPECT_EQ(refused->rows[2].problem, "there is no offer 9");
    EXPECT_EQ(catalogue_.read(1)->status, OfferStatus::live);
    edit.mode = PlanMode::skip_bad;
    EXPECT_EQ(catalogue_.bulk(edit, kBob)->updated, 1);
    EXPECT_EQ(catalogue_.read(1)->status, OfferStatus::paused);
}

TEST_P(BulkTest, AsksWhichOffers) {
    const json::Value patch = *json::parse(R"({"weight":2})");
    EXPECT_EQ(
        catalogue_.bulk({.ids = {}, .filter = {}, .patch = patch}, kBob).error().message,
        "it is not said which offers to change"
    );
    EXPECT_EQ(
        catalogue_.bulk({.ids = {}, .filter = Filter{}, .patch = patch}, kBob).error().message,
        "it is not said which offers to change"
    );
    EXPECT_EQ(
        catalogue_.bulk({.ids = {1}, .filter = Filter{.tag = {"a"}}, .patch = patch}, kBob).error().message,
        "the offers are given twice: by ids and by a filter"
    );
    EXPECT_EQ(
        catalogue_.bulk({.ids = {1}, .filter = {}, .patch = json::Object()}, kBob).error().message,
        "the patch names no field"
    );
}

}  // namespace
}  // namespace boon::catalog
