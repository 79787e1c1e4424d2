#include "program/cli/terminal.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace boon::cli {

namespace {

constexpr std::size_t kBarWidth = 24;

std::string_view escape_of(Paint paint) {
    switch (paint) {
        case Paint::plain: return "";
        case Paint::bold: return "\033[1m";
        case Paint::dim: return "\033[2m";
        case Paint::red: return "\033[31m";
        case Paint::green: return "\033[32m";
        case Paint::yellow: return "\033[33m";
    }
    return "";
}

std::string painted(bool colours, Paint paint, std::string_view text) {
    if (!colours || paint == Paint::plain) return std::string(text);
    return fmt::format("{}{}\033[0m", escape_of(paint), text);
}

bool wants_colours() {
    const char* no_color = std::getenv("NO_COLOR");
    const char* term = std::getenv("TERM");
    const bool dumb = term == nullptr || std::string_view(term) == "dumb";
    return (no_color == nullptr || *no_color == '\0') && !dumb;
}

std::string padded(std::string_view text, std::size_t width, bool right) {
    const std::string space(width - std::min(width, width_of(text)), ' ');
    return right ? space + std::string(text) : std::string(text) + space;
}

// The bytes at the start of `text` that a terminal would obey instead of showing: a control character, or one that
// turns the direction of writing (UTF-8).
std::size_t obeyed_at(std::string_view text) {
    const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
    if (byte(0) < 0x20 || byte(0) == 0x7f) return 1;
    if (byte(0) == 0xc2 && byte(1) >= 0x80 && byte(1) < 0xa0) return 2;
    const bool embeds = byte(0) == 0xe2 && byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae;
    const bool isolates = byte(0) == 0xe2 && byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9;
    return embeds || isolates ? 3 : 0;
}

// A time that is estimated: `8 s`, `3 min`.
std::string about_text(double seconds) {
    const auto whole = static_cast<std::int64_t>(std::ceil(seconds));
    if (whole < 100) return fmt::format("{} s", whole);
    if (whole < 6000) return fmt::format("{} min", (whole + 30) / 60);
    return duration_text(seconds);
}

// A stranger's text as one line of a table.
std::string one_line(std::string_view text) {
    std::string line = visible(text);
    for (char& byte : line) {
        if (byte == '\n' || byte == '\t' || byte == '\r') byte = ' ';
    }
    return line;
}

}  // namespace

std::string visible(std::string_view text) {
    std::string kept;
    while (!text.empty()) {
        const std::size_t obeyed = obeyed_at(text);
        if (obeyed == 0 || text.front() == '\n' || text.front() == '\t' || text.front() == '\r') {
            kept += text.front();
        } else {
            kept += "\xEF\xBF\xBD";
        }
        text.remove_prefix(std::max<std::size_t>(obeyed, 1));
    }
    return kept;
}

Terminal::Terminal() {
    const bool colours = wants_colours();
    out_colours_ = colours && isatty(STDOUT_FILENO) != 0;
    err_moves_ = isatty(STDERR_FILENO) != 0 && colours;
    err_colours_ = err_moves_;
    winsize size{};
    if (err_moves_ && ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 20) err_width_ = size.ws_col;
}

void Terminal::data(std::string_view line) const {
    std::fwrite(line.data(), 1, line.size(), stdout);
    std::fputc('\n', stdout);
    std::fflush(stdout);
}

void Terminal::message(std::string_view line) const {
    std::fwrite(line.data(), 1, line.size(), stderr);
    std::fputc('\n', stderr);
}

void Terminal::error(const Error& problem) const {
    Error body = problem;
    body.hint.clear();
    message(on_err(Paint::red, "error: ") + visible(to_text(body)));
    if (!problem.hint.empty()) message(on_err(Paint::bold, "hint: ") + visible(problem.hint));
}

std::string Terminal::on_out(Paint paint, std::string_view text) const { return painted(out_colours_, paint, text); }
std::string Terminal::on_err(Paint paint, std::string_view text) const { return painted(err_colours_, paint, text); }

void TextTable::print(const Terminal& terminal) const {
    auto rows = rows_;
    for (auto& row : rows) {
        for (std::string& cell : row) cell = one_line(cell);
    }
    std::vector<std::size_t> widths;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
        std::size_t width = width_of(columns_[i].title);
        for (const auto& row : rows) width = std::max(width, width_of(row[i]));
        widths.push_back(width);
    }
    const auto line_of = [&](const auto& cell) {
        std::string line;
        for (std::size_t i = 0; i < columns_.size(); ++i) {
            line += (i > 0 ? "  " : "") + padded(cell(i), widths[i], columns_[i].right);
        }
        return line.erase(line.find_last_not_of(' ') + 1);
    };
    terminal.data(terminal.on_out(Paint::bold, line_of([&](std::size_t i) { return columns_[i].title; })));
    for (const auto& row : rows) terminal.data(line_of([&](std::size_t i) { return row[i]; }));
}

ProgressBar::~ProgressBar() { finish(); }

void ProgressBar::finish() {
    if (!drawn_.empty()) std::fputc('\n', stderr);
    drawn_.clear();
}

std::string ProgressBar::text_of(const Step& step, double elapsed_s) const {
    std::string text = label_;
    const bool counts = step.total != kShares;
    if (step.total > 0) {
        if (terminal_.err_moves()) {
            const auto filled = static_cast<std::size_t>(most_ * kBarWidth);
            text += fmt::format(" [{}{}]", std::string(filled, '='), std::string(kBarWidth - filled, ' '));
        }
        text += fmt::format(" {:3.0f} %", most_ * 100);
        if (counts) text += fmt::format("  {} of {}", count_text(step.done), count_text(step.total));
    } else if (step.done > 0) {
        text += "  " + count_text(step.done);
    }
    const auto rate = static_cast<std::int64_t>(pace_.rate_per_s());
    if (counts && rate > 0) text += fmt::format("  {}/s", count_text(rate));
    if (const auto left = pace_.left_s(elapsed_s)) text += fmt::format("  {} left", about_text(*left));
    if (!step.note.empty()) text += "  " + visible(step.note);
    return text;
}

void ProgressBar::draw(std::string line) {
    line = cut_to(line, static_cast<std::size_t>(terminal_.err_width() - 1));
    if (line == drawn_) return;
    // Written over, then cleared behind its end: cleared first, it would flicker.
    fmt::print(stderr, "\r{}\033[K", line);
    std::fflush(stderr);
    drawn_ = std::move(line);
}

void ProgressBar::update(const Step& step, double elapsed_s) {
    pace_.report(step.done, step.total, step.note, elapsed_s);
    if (pace_.began_anew()) {
        finish();
        most_ = 0;
    }
    if (step.total > 0) {
        const double share = static_cast<double>(step.done) / static_cast<double>(step.total);
        most_ = std::max(most_, std::clamp(share, 0.0, 1.0));
    }
    std::string line = text_of(step, elapsed_s);
    if (terminal_.err_moves()) return draw(std::move(line));
    const std::string at(app::step_of(step.note));
    const bool is_next = at != last_step_;
    const bool due = is_next || elapsed_s - last_line_s_ >= 5 || (step.total > 0 && step.done >= step.total);
    const bool is_new = is_next || step.done != last_done_;
    const bool says_nothing = step.total == 0 && step.note.empty();
    if (!due || !is_new || says_nothing) return;
    last_line_s_ = elapsed_s;
    last_step_ = at;
    last_done_ = step.done;
    terminal_.message(line);
}

std::string count_text(std::int64_t count) {
    std::string digits = fmt::to_string(count);
    for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > (count < 0 ? 1 : 0); at -= 3) {
        digits.insert(static_cast<std::size_t>(at), 1, ',');
    }
    return digits;
}

std::string duration_text(double seconds) {
    if (seconds < 0.1) return fmt::format("{:.0f} ms", seconds * 1000);
    if (seconds < 60) return fmt::format("{:.1f} s", seconds);
    const auto whole = static_cast<std::int64_t>(seconds);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

std::string_view cut_to(std::string_view text, std::size_t columns) {
    std::size_t end = 0;
    for (std::size_t seen = 0; end < text.size(); ++end) {
        const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
        if (begins && seen++ == columns) break;
    }
    return text.substr(0, end);
}

}  // namespace boon::cli
