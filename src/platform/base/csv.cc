#include "platform/base/csv.h"

#include <algorithm>
#include <array>

#include "platform/base/id.h"

namespace boon {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

constexpr std::array<std::string_view, 11> kFormulaStarts = {
    "=", "+", "-", "@", "\t", "\r", "\n", "\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0",
};

bool begins_formula(std::string_view text) {
    return std::ranges::any_of(kFormulaStarts, [&](std::string_view start) { return text.starts_with(start); });
}

// Apostrophes, any number of them, before what would begin a formula.
bool needs_defusing(std::string_view text) {
    const auto first = text.find_first_not_of('\'');
    return first != std::string_view::npos && begins_formula(text.substr(first));
}

std::string at_line(std::int64_t line, std::string_view problem) {
    return "line " + std::to_string(line) + ": " + std::string(problem);
}

}  // namespace

CsvReader::CsvReader(std::string_view text, Options options) : text_(text), options_(options) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
}

bool CsvReader::at_line_end() const { return text_[at_] == '\n' || text_[at_] == '\r'; }

void CsvReader::skip_line_end() {
    if (at_end()) return;
    if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
    ++at_;
    ++line_;
}

Status CsvReader::read_quoted(std::string& cell) {
    const std::int64_t opened = line_;
    ++at_;
    while (true) {
        const auto quote = text_.find('"', at_);
        if (quote == std::string_view::npos) {
            at_ = text_.size();
            return fail(
                ErrorCode::invalid, at_line(opened, "a quote is opened and not closed"),
                "a quote within a quoted cell is written twice"
            );
        }
        cell += text_.substr(at_, quote - at_);
        at_ = quote + 1;
        if (at_end() || text_[at_] != '"') break;
        cell += '"';
        ++at_;
    }
    line_ += std::ranges::count(cell, '\n');
    if (at_end() || at_line_end() || text_[at_] == options_.separator) return {};
    at_ = text_.size();
    return fail(
        ErrorCode::invalid, at_line(line_, "text follows a closed quote"),
        "a quote within a quoted cell is written twice"
    );
}

void CsvReader::read_bare(std::string& cell) {
    const std::size_t begin = at_;
    while (!at_end() && text_[at_] != options_.separator && !at_line_end()) ++at_;
    cell = text_.substr(begin, at_ - begin);
}

Status CsvReader::read_cell(CsvRow& row) {
    std::string& cell = row.cells.emplace_back();
    const std::int64_t line = line_;
    if (!at_end() && text_[at_] == '"') {
        BOON_CHECK(read_quoted(cell));
    } else {
        read_bare(cell);
    }
    if (cell.size() > options_.cell_bytes) {
        return fail(
            ErrorCode::limited, at_line(line, "a cell has " + std::to_string(cell.size()) + " bytes"),
            "a cell has at most " + std::to_string(options_.cell_bytes)
        );
    }
    if (!is_utf8(cell)) {
        return fail(
            ErrorCode::invalid, at_line(line, "a cell is not UTF-8 text, or has a NUL in it"),
            "save the file as CSV UTF-8"
        );
    }
    return {};
}

Result<std::optional<CsvRow>> CsvReader::next() {
    while (!at_end() && at_line_end()) skip_line_end();
    if (at_end()) return std::optional<CsvRow>();
    CsvRow row{.line = line_, .cells = {}};
    while (true) {
        if (auto read = read_cell(row); !read) {
            at_ = text_.size();
            return std::unexpected(std::move(read).error());
        }
        if (at_end() || at_line_end()) break;
        ++at_;
    }
    skip_line_end();
    return row;
}

char csv_separator_of(std::string_view text) {
    std::array<std::pair<char, int>, 3> found = {{{',', 0}, {';', 0}, {'\t', 0}}};
    bool quoted = false;
    for (const char c : text) {
        if (c == '"') quoted = !quoted;
        if (!quoted && (c == '\n' || c == '\r')) break;
        for (auto& [separator, count] : found) count += !quoted && c == separator ? 1 : 0;
    }
    return std::ranges::max_element(found, {}, &std::pair<char, int>::second)->first;
}

void append_csv_row(std::string& out, std::span<const std::string> cells) {
    bool first = true;
    for (const std::string& cell : cells) {
        if (!first) out += ',';
        first = false;
        // A lone empty cell would be an empty line, and spaces at the ends are lost on some readers.
        const bool quote = cell.find_first_of(",;\"\r\n\t") != std::string::npos || cell.starts_with(' ') ||
                           cell.ends_with(' ') || (cell.empty() && cells.size() == 1);
        if (!quote) {
            out += cell;
            continue;
        }
        out += '"';
        for (const char c : cell) out.append(c == '"' ? 2 : 1, c);
        out += '"';
    }
    out += "\r\n";
}

std::string csv_defused(std::string_view text) {
    std::string cell(text);
    if (needs_defusing(text)) cell.insert(cell.begin(), '\'');
    return cell;
}

std::string csv_restored(std::string_view cell) {
    if (cell.starts_with('\'') && needs_defusing(cell)) cell.remove_prefix(1);
    return std::string(cell);
}

}  // namespace boon
