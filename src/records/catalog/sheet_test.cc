#include "records/catalog/sheet.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "records/catalog/catalogue_test.h"

namespace boon::catalog {
namespace {

ImportRow only_row(std::string_view text) {
    const auto rows = read_csv(text, 10);
    EXPECT_TRUE(rows) << to_text(rows.error());
    EXPECT_EQ(rows->size(), 1U);
    return rows->at(0);
}

TEST(Sheet, CellsBecomeMembers) {
    const ImportRow row = only_row(
        "\xEF\xBB\xBFoffer_id;name;is_active;weight;value;channels;tags;caps;valid_from;lifecycle_stage;version\r\n"
        "7;\"'=SUM(A1)\";TRUE;1.5;12.50;app; sms ;[{\"a\":1}];2026-03-01;;9\r\n"
    );
    EXPECT_TRUE(row.problems.empty());
    EXPECT_EQ(row.line, 2);
    EXPECT_EQ(
        json::to_text(row.value),
        R"-({"offer_id":7,"name":"=SUM(A1)","is_active":true,"weight":1.5,"value":12.5,"channels":["app"],)-"
        R"("tags":["sms"],"caps":[{"a":1}],"valid_from":"2026-03-01","lifecycle_stage":null})"
    );

    const ImportRow good = only_row(
        "offer_id,name,is_active,weight,value,channels,tags,content,valid_from,lifecycle_stage,version,status\n"
        "7,'=SUM(A1),TRUE,1.5,12.50,app; sms,\"[\"\"a;b\"\"]\",\"{\"\"de\"\":{}}\",2026-03-01,,9,\n"
    );
    EXPECT_TRUE(good.problems.empty());
    EXPECT_EQ(
        json::to_text(good.value),
        R"-({"offer_id":7,"name":"=SUM(A1)","is_active":true,"weight":1.5,"value":12.5,"channels":["app","sms"],)-"
        R"("tags":["a;b"],"content":{"de":{}},"valid_from":"2026-03-01","lifecycle_stage":null})"
    );
}

TEST(Sheet, CellsThatCannotBeReadAreProblemsOfTheirRow) {
    const auto rows = read_csv("name,weight,is_active,caps\na,much,perhaps,{\nb,1\n\"c\nd\",2,no,\n", 10);
    ASSERT_TRUE(rows) << to_text(rows.error());
    ASSERT_EQ(rows->size(), 3U);
    EXPECT_EQ(rows->at(0).line, 2);
    EXPECT_EQ(rows->at(0).problems.at(0), (RowProblem{"weight", "/weight", "`much` is no number; write 1234.5"}));
    EXPECT_EQ(rows->at(0).problems.at(1).reason, "`perhaps` is neither true nor false");
    EXPECT_EQ(rows->at(0).problems.at(2).column, "caps");
    EXPECT_EQ(rows->at(1).problems.at(0).reason, "has 2 cells, the first line has 4");
    EXPECT_EQ(rows->at(2).row, 3);
    EXPECT_EQ(rows->at(2).line, 4);
    EXPECT_TRUE(rows->at(2).problems.empty());
}

TEST(Sheet, SaysWhatIsWrongWithTheWhole) {
    const auto header = read_csv("name,colour,name\na,b,c\n", 10);
    ASSERT_FALSE(header);
    const std::vector<FieldError> expected = {
        {"column 2", "`colour` is no field of an offer"}, {"column 3", "`name` is there twice"}
    };
    EXPECT_EQ(header.error().fields, expected);
    EXPECT_EQ(read_csv("", 10).error().message, "the sheet is empty");
    EXPECT_EQ(read_csv("name\n\"a\n", 10).error().message, "line 2: a quote is opened and not closed");
    EXPECT_EQ(read_csv("name\na\nb\nc\n", 2).error().code, ErrorCode::limited);
    EXPECT_TRUE(read_csv("name\na\nb\n", 2));
    const std::string long_cell = "name\n" + std::string(kMaxCellBytes + 1, 'x');
    EXPECT_EQ(read_csv(long_cell, 2).error().code, ErrorCode::limited);
}

rc::Gen<std::string> hostile_text() {
    const auto piece = rc::gen::element<std::string>(
        "=", "+", "-", "@", "\t", "'", "\"", ",", ";", "\n", "\r\n", "[", "]", "{", " ", "a", "null", "0", "\\",
        "\xF0\x9F\x8E\x81", "\xD7\xA9\xD7\x9C\xD7\x95\xD7\x9D", "\xE2\x80\xAE", "\xC3\xA9", "\xEF\xBC\x9D",
        "\xEF\xBB\xBF"
    );
    return rc::gen::map(
        rc::gen::container<std::vector<std::string>>(piece),
        [](const std::vector<std::string>& pieces) {
            std::string text;
            for (const std::string& one : pieces) text += one;
            return text.empty() || pieces.size() > 6 ? std::string("x=") : text;
        }
    );
}

std::vector<std::string> hostile_names() {
    std::vector<std::string> names;
    for (const std::string& name : *rc::gen::container<std::vector<std::string>>(hostile_text())) {
        if (std::ranges::find(names, name) == names.end() && names.size() < 4) names.push_back(name);
    }
    return names;
}

Offer any_offer(OfferId id) {
    Offer offer;
    offer.offer_id = id;
    offer.name = *hostile_text();
    offer.description = *hostile_text();
    offer.category = *hostile_text();
    offer.is_active = *rc::gen::arbitrary<bool>();
    offer.status = *rc::gen::element(OfferStatus::draft, OfferStatus::live, OfferStatus::paused, OfferStatus::retired);
    if (*rc::gen::arbitrary<bool>()) offer.target_segment = "high_value";
    if (*rc::gen::arbitrary<bool>()) offer.external_offer_id = *hostile_text();
    if (*rc::gen::arbitrary<bool>()) offer.exclusion_group = *hostile_text();
    if (*rc::gen::arbitrary<bool>()) offer.eligibility_rule = json::Object{{"==", json::Array{*hostile_text(), 1}}};
    if (*rc::gen::arbitrary<bool>())
        offer.valid_from = Timestamp{*rc::gen::inRange<std::int64_t>(0, 1'900'000'000'000'000)};
    offer.channels = hostile_names();
    offer.tags = hostile_names();
    offer.value = Money{*rc::gen::inRange<std::int64_t>(-100'000, 100'000)};
    offer.weight = *rc::gen::inRange(0, 1000) / 7.0;
    if (*rc::gen::arbitrary<bool>())
        offer.caps = {{.name = *hostile_text(), .limit = *rc::gen::inRange(1, 9), .period_days = 7}};
    offer.content["en"].title = *hostile_text();
    offer.content["en"].channels["sms"].text = *hostile_text();
    offer.attributes["x"] = *rc::gen::inRange(-1000, 1000) / 3.0;
    return offer;
}

// A catalogue with the rows of an export in it.
void fill(Catalogue& catalogue, const std::vector<ImportRow>& rows) {
    const auto report = catalogue.import(rows, {}, kAnn);
    RC_ASSERT(report.has_value());
    for (const PlannedRow& row : report->rows) {
        if (!row.problem.empty()) RC_FAIL(row.problem);
    }
    RC_ASSERT(report->written);
}

using SheetTest = CatalogueTest;
INSTANTIATE_TEST_SUITE_P(Engines, SheetTest, ::testing::ValuesIn(db::testing::kEngines), db::testing::EngineName());

TEST_P(SheetTest, WhatIsExportedComesBackByteForByte) {
    EXPECT_TRUE(rc::check("any catalogue", [this] {
        std::vector<Offer> offers;
        const auto count = *rc::gen::inRange(1, 4);
        for (OfferId id = 0; id < count; ++id) {
            offers.push_back(any_offer(id));
            RC_PRE(complete(offers.back(), Names::defaults()).has_value());
        }
        const auto clear = [&] {
            RC_ASSERT(database_->write([](db::Connection& c) -> Status {
                BOON_CHECK(c.execute("delete from offers"));
                BOON_CHECK(c.execute("delete from offer_versions"));
                return {};
            }));
        };
        const std::string csv = to_csv(offers, Currency());
        clear();
        fill(catalogue_, *read_csv(csv, 10));
        const auto from_csv = *catalogue_.select({});
        RC_ASSERT(to_csv(from_csv, Currency()) == csv);

        const std::string lines = to_json_lines(offers, Currency());
        RC_ASSERT(to_json_lines(from_csv, Currency()) == lines);
        clear();
        fill(catalogue_, import_rows(json::parse(lines)->get_array()));
        RC_ASSERT(to_json_lines(*catalogue_.select({}), Currency()) == lines);
    }));
}

// No cell of an export is one that a spreadsheet would run.
TEST(Sheet, FormulasAreDefused) {
    Offer offer;
    offer.offer_id = 1;
    offer.name = "=HYPERLINK(\"http://evil\")";
    offer.description = "@SUM(A1)";
    offer.category = "\t=1";
    offer.tags = {"+1", "b"};
    const std::string csv = to_csv(std::vector{offer}, Currency());
    EXPECT_THAT(csv, testing::HasSubstr("1,\"'=HYPERLINK(\"\"http://evil\"\")\",'@SUM(A1),\"'\t=1\","));
    EXPECT_THAT(csv, testing::HasSubstr(",\"'+1;b\","));
}

TEST_P(SheetTest, AnExportImportsUnchanged) {
    made(R"({"name":"a","value":1.10,"attributes":{"x":0.1},"valid_from":"2026-01-01T00:00:00.5Z","weight":0.3})");
    const auto offers = *catalogue_.select({});
    EXPECT_EQ(catalogue_.import(*read_csv(to_csv(offers, Currency()), 10), {}, kBob)->unchanged, 1);
    const auto lines = json::parse(to_json_lines(offers, Currency()));
    EXPECT_EQ(catalogue_.import(import_rows(lines->get_array()), {}, kBob)->unchanged, 1);
}

}  // namespace
}  // namespace boon::catalog
