// Reads CSV as RFC 4180 has it: quoted cells with commas, line breaks and doubled quotes, lines that end in CRLF or LF,
// a UTF-8 byte order mark before the first.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"

namespace boon::sync {

struct CsvRow {
    std::int64_t line = 0;  // of the text, from 1, on which the row begins
    std::vector<std::string> cells;
};

class CsvReader {
public:
    // `text` must outlive the reader.
    explicit CsvReader(std::string_view text, char separator = ',');

    // Nothing at the end. Empty lines are skipped. `invalid` with the line for a quote that is not closed, or text
    // behind a closed one.
    Result<std::optional<CsvRow>> next();

private:
    Status read_cell(CsvRow& row);
    Status read_quoted(CsvRow& row);
    [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
    [[nodiscard]] bool at_line_end() const;
    void skip_line_end();

    std::string_view text_;
    char separator_;
    std::size_t at_ = 0;
    std::int64_t line_ = 1;
};

}  // namespace boon::sync
