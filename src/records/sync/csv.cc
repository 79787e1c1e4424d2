#include "records/sync/csv.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::sync {

namespace {
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
}

CsvReader::CsvReader(std::string_view text, char separator) : text_(text), separator_(separator) {
    if (text_.starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
}

bool CsvReader::at_line_end() const {
    return text_[at_] == '\n' || (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n');
}

void CsvReader::skip_line_end() {
    at_ += text_[at_] == '\r' ? std::size_t{2} : std::size_t{1};
    ++line_;
}

Status CsvReader::read_quoted(CsvRow& row) {
    std::string cell;
    ++at_;
    while (true) {
        const auto quote = text_.find('"', at_);
        if (quote == std::string_view::npos) {
            return fail(ErrorCode::invalid, fmt::format("line {}: a quote is opened and not closed", row.line));
        }
        const std::string_view part = text_.substr(at_, quote - at_);
        line_ += std::ranges::count(part, '\n');
        cell += part;
        at_ = quote + 1;
        if (at_end() || text_[at_] != '"') break;
        cell += '"';
        ++at_;
    }
    if (!at_end() && text_[at_] != separator_ && !at_line_end()) {
        return fail(
            ErrorCode::invalid, fmt::format("line {}: there is text behind a closed quote", line_),
            "a quote within a quoted cell is written twice"
        );
    }
    row.cells.push_back(std::move(cell));
    return {};
}

Status CsvReader::read_cell(CsvRow& row) {
    if (!at_end() && text_[at_] == '"') return read_quoted(row);
    const std::size_t start = at_;
    while (!at_end() && text_[at_] != separator_ && !at_line_end()) ++at_;
    row.cells.emplace_back(text_.substr(start, at_ - start));
    return {};
}

Result<std::optional<CsvRow>> CsvReader::next() {
    while (!at_end() && at_line_end()) skip_line_end();
    if (at_end()) return std::nullopt;
    CsvRow row{.line = line_, .cells = {}};
    while (true) {
        BOON_CHECK(read_cell(row));
        if (at_end() || text_[at_] != separator_) break;
        ++at_;
    }
    if (!at_end()) skip_line_end();
    return row;
}

}  // namespace boon::sync
