// CSV as RFC 4180 has it, in and out: cells with separators, line breaks and doubled quotes in quotes, lines that end
// in CRLF or LF, a UTF-8 byte order mark before the first.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon {

struct CsvRow {
    std::int64_t line = 0;  // of the text, from 1, on which the row begins
    std::vector<std::string> cells;
};

class CsvReader {
public:
    struct Options {
        char separator = ',';
        std::size_t cell_bytes = std::size_t{1} << 20U;
    };

    // `text` must outlive the reader.
    explicit CsvReader(std::string_view text) : CsvReader(text, Options{}) {}
    CsvReader(std::string_view text, Options options);

    // Nothing at the end. Empty lines are skipped. `invalid`, with the line, for a quote that is not closed, text
    // behind a closed one, bytes that are not UTF-8 and NUL; `limited` for a cell that is too long. The reader ends
    // with the first of them.
    Result<std::optional<CsvRow>> next();

private:
    Status read_cell(CsvRow& row);
    Status read_quoted(std::string& cell);
    void read_bare(std::string& cell);
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] bool at_line_end() const;
    void skip_line_end();

    std::string_view text_;
    Options options_;
    std::size_t at_ = 0;
    std::int64_t line_ = 1;
};

// `;` or a tab where the first line has more of them than commas outside of quotes (spreadsheets write what their
// country uses), else a comma.
char csv_separator_of(std::string_view text);

// One line with its CRLF; a cell is quoted where it needs to be.
void append_csv_row(std::string& out, std::span<const std::string> cells);

// Spreadsheets run a cell that begins with = + - @, their full-width forms, a tab or a line break as a formula. Such
// text is given an apostrophe in front, and so is text that has apostrophes before one of these: csv_restored() gives
// back exactly what csv_defused() was given, and leaves what no formula could be as it is.
std::string csv_defused(std::string_view text);
std::string csv_restored(std::string_view cell);

}  // namespace boon
