// What a command prints and how: data on standard output, messages on standard error, colours and moving bars only on
// a terminal that wants them (NO_COLOR, TERM=dumb).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "program/app/pace.h"

namespace boon::cli {

enum class Paint { plain, bold, dim, red, green, yellow };

// A stranger's text without what a terminal would obey instead of showing (control characters, what turns the direction
// of writing): U+FFFD in its place. The ends of lines and tabs stay.
std::string visible(std::string_view text);

class Terminal {
public:
    // Looks at the process's streams and environment.
    Terminal();

    // One line of data.
    void data(std::string_view line) const;
    // One line for the person.
    void message(std::string_view line) const;
    // `error: …` with its hint.
    void error(const Error& error) const;

    // The text as painted on standard output (`err`: on standard error), plain where colours are off.
    [[nodiscard]] std::string on_out(Paint paint, std::string_view text) const;
    [[nodiscard]] std::string on_err(Paint paint, std::string_view text) const;

    [[nodiscard]] bool err_moves() const { return err_moves_; }
    [[nodiscard]] int err_width() const { return err_width_; }

private:
    bool out_colours_ = false;
    bool err_colours_ = false;
    bool err_moves_ = false;
    int err_width_ = 80;
};

// Rows of text with a header, columns as wide as they need; `right` columns are aligned to the right.
class TextTable {
public:
    struct Column {
        std::string title;
        bool right = false;
    };
    explicit TextTable(std::vector<Column> columns) : columns_(std::move(columns)) {}
    void add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
    void print(const Terminal& terminal) const;

private:
    std::vector<Column> columns_;
    std::vector<std::vector<std::string>> rows_;
};

// Long work as it goes: a bar with rate and time left on a terminal, a line every few seconds elsewhere. A bar never
// goes back: what begins to count anew (app::Pace) has a bar of its own on the next line.
class ProgressBar {
public:
    ProgressBar(const Terminal& terminal, std::string label) : terminal_(terminal), label_(std::move(label)) {}
    ~ProgressBar();
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;

    static constexpr std::int64_t kShares = app::Pace::kShares;
    struct Step {
        std::int64_t done = 0;
        std::int64_t total = 0;  // 0: not known
        std::string note = {};   // what it is at
    };
    // `elapsed_s`: since the work began. Away from a terminal a new step (app::step_of the note) is a new line.
    void update(const Step& step, double elapsed_s);
    // Ends the bar's line.
    void finish();

private:
    [[nodiscard]] std::string text_of(const Step& step, double elapsed_s) const;
    void draw(std::string line);

    const Terminal& terminal_;
    std::string label_;
    app::Pace pace_;
    double most_ = 0;    // the greatest share so far
    std::string drawn_;  // what the terminal's line shows
    double last_line_s_ = -10;
    std::string last_step_;
    std::int64_t last_done_ = -1;
};

// 1 234 567 → `1,234,567`; 12.3 s; 3 min 20 s.
std::string count_text(std::int64_t count);
std::string duration_text(double seconds);

// Columns a UTF-8 text takes on a terminal, one for each code point.
std::size_t width_of(std::string_view text);
// Its first `columns` code points.
std::string_view cut_to(std::string_view text, std::size_t columns);

}  // namespace boon::cli
