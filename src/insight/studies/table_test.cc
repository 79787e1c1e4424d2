#include "insight/studies/table.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "insight/studies/encode.h"
#include "insight/studies/split.h"
#include "insight/studies/studies_test.h"

namespace boon::studies {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class Tables : public testing::Test {
protected:
    Result<Table> read(std::string_view text, Study study = {}) {
        folder_.write("table.csv", text);
        study.file = "table.csv";
        auto warehouse = open_folder(folder_.path());
        EXPECT_TRUE(warehouse) << to_text(warehouse.error());
        warehouse_ = *std::move(warehouse);
        return read_table(*warehouse_, folder_.path(), study);
    }
    Folder folder_;
    std::unique_ptr<warehouse::Warehouse> warehouse_;
};

TEST_F(Tables, HaveTheKindsTheirValuesHave) {
    const auto table = read(
        "id,spend,rate,city,since,flag\n"
        "a,1.5,NA,Rome,2011-09-09,0\n"
        "b, ,2,,2011-09-10 12:00:00,1\n"
        "c,-3e2,?,Rome,,1\n"
    );
    ASSERT_TRUE(table) << to_text(table.error());
    std::vector<ColumnKind> kinds;
    for (const Column& column : table->columns) kinds.push_back(column.kind);
    using enum ColumnKind;
    EXPECT_THAT(kinds, ElementsAre(text, number, number, text, time, number));
    EXPECT_EQ(table->columns[1].numbers[0], 1.5);
    EXPECT_TRUE(std::isnan(table->columns[1].numbers[1]));
    EXPECT_EQ(table->columns[1].numbers[2], -300);
    EXPECT_TRUE(std::isnan(table->columns[2].numbers[0]));
    EXPECT_EQ(table->columns[2].numbers[1], 2);
    EXPECT_THAT(table->columns[3].texts, ElementsAre("Rome", "", "Rome"));
    EXPECT_EQ(table->columns[3].distinct, 1U);
    EXPECT_EQ(table->columns[4].numbers[0], 15226);  // days: 41 years, 10 of them leap, and 251
    EXPECT_EQ(table->columns[4].numbers[1], 15227.5);
}

TEST_F(Tables, TakeWordsForNoneAndNamesThatAreNumbers) {
    Study study;
    study.missing = {"unknown"};
    study.categories = {"zip"};
    study.separator = ";";
    const auto table = read("zip;job\n01;unknown\n02;x\n01;y\n", study);
    ASSERT_TRUE(table) << to_text(table.error());
    EXPECT_THAT(table->columns[0].texts, ElementsAre("01", "02", "01"));
    EXPECT_THAT(table->columns[1].texts, ElementsAre("", "x", "y"));
}

TEST_F(Tables, SayWhichColumnTheyHaveInstead) {
    const auto table = read("spend,churn\n1,0\n");
    EXPECT_EQ(table->column("chrn").error().message, "the table has no column \"chrn\"");
    EXPECT_EQ(table->column("chrn").error().hint, "did you mean churn?");
}

TEST_F(Tables, AreNotReadOutsideTheirFolder) {
    ASSERT_TRUE(read("a,b\n1,2\n"));
    Study study;
    study.select = "SELECT * FROM read_csv('/etc/passwd', all_varchar = true, header = false)";
    EXPECT_EQ(read_table(*warehouse_, folder_.path(), study).error().code, ErrorCode::forbidden);
    EXPECT_EQ(open_folder("/nowhere").error().code, ErrorCode::not_found);
}

TEST_F(Tables, BecomeNumbersByTheWordsOfTheRowsThatAreLearntFrom) {
    std::string text = "n,city\n";
    for (int i = 0; i < 10; ++i) text += "1,Rome\n2,Bonn\n";
    text += "3,Oslo\n4,\n";
    const auto table = read(text);
    ASSERT_TRUE(table) << to_text(table.error());
    std::vector<std::uint32_t> learn(20);
    for (std::uint32_t i = 0; i < 20; ++i) learn[i] = i;
    const std::vector<std::string> columns{"n", "city"};
    const Encoding encoding = Encoding::make(*table, columns, learn);
    EXPECT_THAT(encoding.names(), ElementsAre("n", "city=Bonn", "city=Rome"));
    const std::vector<std::uint32_t> rows{0, 20};
    const auto matrix = encoding.matrix(*table, rows);
    EXPECT_THAT(matrix.row(0), ElementsAre(1, 0, 1));
    EXPECT_EQ(matrix.row(1)[0], 3);
    EXPECT_TRUE(std::isnan(matrix.row(1)[1]) && std::isnan(matrix.row(1)[2]));
}

class Splits : public Tables {
protected:
    Result<Parts> split(const Split& how, const std::vector<float>& labels) {
        auto table = read("day,y\n2020-01-03,1\n2020-01-01,0\n2020-01-02,1\n2020-01-04,0\n");
        EXPECT_TRUE(table) << to_text(table.error());
        Study study;
        study.split = how;
        return split_rows(*warehouse_, {study, *table, folder_.path(), labels, {}});
    }
    const std::vector<float> labels_{1, 0, 1, 0};
};

TEST_F(Splits, FollowAFile) {
    folder_.write("folds.csv", "row,fold\n3,0\n0,1\n1,0\n2,1\n");
    const auto parts = split({.file = "folds.csv", .columns = {"fold"}}, labels_);
    ASSERT_TRUE(parts) << to_text(parts.error());
    ASSERT_EQ(parts->parts.size(), 2U);
    EXPECT_THAT(parts->parts[0].judge, ElementsAre(1, 3));
    EXPECT_THAT(parts->parts[0].learn, ElementsAre(0, 2));
}

TEST_F(Splits, JudgeOneWordOfAFileAlone) {
    folder_.write("half.csv", "row,part\n0,train\n2,val\n3,train\n");
    const auto parts = split({.file = "half.csv", .columns = {"part"}, .test = "val"}, labels_);
    ASSERT_TRUE(parts) << to_text(parts.error());
    ASSERT_EQ(parts->parts.size(), 1U);
    EXPECT_THAT(parts->parts[0].judge, ElementsAre(2));
    EXPECT_THAT(parts->parts[0].learn, ElementsAre(0, 3));
}

TEST_F(Splits, RefuseAFileThatDoesNotFit) {
    folder_.write("folds.csv", "row,fold\n3,0\n4,1\n");
    EXPECT_EQ(split({.file = "folds.csv", .columns = {"fold"}}, labels_).error().message, "folds.csv says row `4`");
    folder_.write("folds.csv", "row,fold\n3,0\n3,1\n");
    EXPECT_EQ(split({.file = "folds.csv", .columns = {"fold"}}, labels_).error().message, "folds.csv says row `3`");
}

TEST_F(Splits, FollowTimeOrTheOrderOfTheFile) {
    auto parts = split({.order = "day", .test_from = "2020-01-03"}, labels_);
    ASSERT_TRUE(parts) << to_text(parts.error());
    EXPECT_THAT(parts->parts[0].judge, ElementsAre(0, 3));
    parts = split({.order = "day", .test_share = 0.25}, labels_);
    EXPECT_THAT(parts->parts[0].judge, ElementsAre(3));
    parts = split({.test_share = 0.5}, labels_);
    EXPECT_THAT(parts->parts[0].judge, ElementsAre(2, 3));
}

TEST_F(Splits, LeaveRowsWithoutALabelOut) {
    const auto parts = split({.folds = 2}, {1, 0, 1, std::nanf("")});
    ASSERT_TRUE(parts) << to_text(parts.error());
    EXPECT_EQ(parts->parts[0].judge.size() + parts->parts[1].judge.size(), 3U);
}

TEST_F(Splits, NeedRowsOnBothSides) {
    const auto parts = split({.order = "day", .test_from = "2021-01-01"}, labels_);
    EXPECT_THAT(parts.error().message, HasSubstr("4 rows to learn from and 0 to judge by"));
}

}  // namespace
}  // namespace boon::studies
