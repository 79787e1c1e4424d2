#include "platform/base/csv.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace boon {
namespace {

using Rows = std::vector<std::vector<std::string>>;

Rows rows_of(std::string_view text, CsvReader::Options options = {}) {
    CsvReader reader(text, options);
    Rows rows;
    while (true) {
        auto row = reader.next();
        EXPECT_TRUE(row) << to_text(row.error());
        if (!row || !*row) return rows;
        rows.push_back((*row)->cells);
    }
}

Error problem_of(std::string_view text, CsvReader::Options options = {}) {
    CsvReader reader(text, options);
    while (true) {
        auto row = reader.next();
        if (!row) return row.error();
        if (!*row) return {};
    }
}

TEST(CsvReader, ReadsWhatSpreadsheetsWrite) {
    EXPECT_EQ(rows_of("a,b\r\nc,d\r\n"), (Rows{{"a", "b"}, {"c", "d"}}));
    EXPECT_EQ(
        rows_of("\xEF\xBB\xBF"
                "a,b\nc,d"),
        (Rows{{"a", "b"}, {"c", "d"}})
    );
    EXPECT_EQ(rows_of("a,,\r\n,\r\n"), (Rows{{"a", "", ""}, {"", ""}}));
    EXPECT_EQ(rows_of("a\rb\r"), (Rows{{"a"}, {"b"}}));
    EXPECT_EQ(rows_of("\r\n\na\n\n\nb\n\n"), (Rows{{"a"}, {"b"}}));
    EXPECT_EQ(rows_of(""), Rows{});
    EXPECT_EQ(rows_of("\"\"\n"), Rows{{""}});
    EXPECT_EQ(rows_of("a;b,c\n", {.separator = ';'}), (Rows{{"a", "b,c"}}));
}

TEST(CsvReader, ReadsQuotedCells) {
    EXPECT_EQ(rows_of("\"a,b\",\"say \"\"hi\"\"\"\n"), (Rows{{"a,b", "say \"hi\""}}));
    EXPECT_EQ(rows_of("\"one\ntwo\r\nthree\",x\ny"), (Rows{{"one\ntwo\r\nthree", "x"}, {"y"}}));
    EXPECT_EQ(rows_of("ab\"c,d\n"), (Rows{{"ab\"c", "d"}}));
}

TEST(CsvReader, SaysOnWhichLineARowBegins) {
    CsvReader reader("a\n\"b\nb\"\r\n\r\nc\n");
    EXPECT_EQ((*reader.next())->line, 1);
    EXPECT_EQ((*reader.next())->line, 2);
    EXPECT_EQ((*reader.next())->line, 5);
}

TEST(CsvReader, SaysWhereItCannotRead) {
    EXPECT_EQ(
        to_text(problem_of("a\n\"b\nc")),
        "line 2: a quote is opened and not closed\nhint: a quote within a quoted cell is written twice"
    );
    EXPECT_EQ(problem_of("a\n\"b\"c\n").message, "line 2: text follows a closed quote");
    EXPECT_EQ(problem_of("a\nb\xFC\n").message, "line 2: a cell is not UTF-8 text, or has a NUL in it");
    EXPECT_EQ(problem_of(std::string_view("a\0b", 3)).code, ErrorCode::invalid);
    EXPECT_EQ(problem_of("abcd,abc\n", {.cell_bytes = 3}).message, "line 1: a cell has 4 bytes");
    EXPECT_EQ(problem_of("abc,abc\n", {.cell_bytes = 3}).message, "");
}

TEST(CsvSeparator, IsTheOneOfTheFirstLine) {
    EXPECT_EQ(csv_separator_of("a,b;c,d\n;;;;"), ',');
    EXPECT_EQ(csv_separator_of("a;b;\"c,,,\"\n"), ';');
    EXPECT_EQ(csv_separator_of("a\tb\tc"), '\t');
    EXPECT_EQ(csv_separator_of("name"), ',');
}

TEST(CsvWriter, QuotesWhereItMust) {
    const std::vector<std::string> cells = {"a", "b,c", "say \"hi\"", "two\nlines", " space", "", "x;y"};
    std::string out;
    append_csv_row(out, cells);
    EXPECT_EQ(out, "a,\"b,c\",\"say \"\"hi\"\"\",\"two\nlines\",\" space\",,\"x;y\"\r\n");
    EXPECT_EQ(rows_of(out), Rows{cells});
    const std::vector<std::string> lone = {""};
    out.clear();
    append_csv_row(out, lone);
    EXPECT_EQ(rows_of(out), Rows{lone});
}

TEST(CsvFormulas, AreDefusedAndComeBack) {
    for (const char* formula :
         {"=1+1", "+49 30", "-5", "@cmd", "\t=1", "\r=1", "\n=1", "'=1", "''@x",
          "\xEF\xBC\x9D"
          "1"}) {
        EXPECT_EQ(csv_defused(formula), std::string("'") + formula);
        EXPECT_EQ(csv_restored(csv_defused(formula)), formula);
    }
    for (const char* plain : {"'tis the season", "", "'", "''", "a=b", "10% off", "\xF0\x9F\x8E\x81"}) {
        EXPECT_EQ(csv_defused(plain), plain);
        EXPECT_EQ(csv_restored(plain), plain);
    }
}

}  // namespace
}  // namespace boon
