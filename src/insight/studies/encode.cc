#include "insight/studies/encode.h"

#include <algorithm>
#include <limits>
#include <map>

#include <fmt/format.h>

namespace boon::studies {
namespace {

constexpr std::size_t kMostWords = 100;
constexpr std::int64_t kFewest = 10;

std::vector<std::string> frequent_words(const Column& column, std::span<const std::uint32_t> rows) {
    std::map<std::string_view, std::int64_t> counts;
    for (const auto row : rows) {
        if (!column.texts[row].empty()) ++counts[column.texts[row]];
    }
    std::vector<std::pair<std::int64_t, std::string>> found;
    for (const auto& [word, count] : counts) {
        if (count >= kFewest) found.emplace_back(-count, word);
    }
    std::ranges::sort(found);
    if (found.size() > kMostWords) found.resize(kMostWords);
    std::vector<std::string> words;
    for (auto& [count, word] : found) words.push_back(std::move(word));
    std::ranges::sort(words);
    return words;
}

// A name as the fit takes it: without line breaks.
std::string one_line(std::string name) {
    std::ranges::replace(name, '\n', ' ');
    return name;
}

}  // namespace

Encoding Encoding::make(const Table& table, std::span<const std::string> columns, std::span<const std::uint32_t> rows) {
    Encoding encoding;
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
        const Column& column = table.columns[c];
        if (std::ranges::find(columns, column.name) == columns.end()) continue;
        Source source{c, {}};
        if (column.kind == ColumnKind::text) {
            source.words = frequent_words(column, rows);
            for (const std::string& word : source.words) {
                encoding.names_.push_back(one_line(fmt::format("{}={}", column.name, word)));
            }
        } else {
            encoding.names_.push_back(one_line(column.name));
        }
        encoding.sources_.push_back(std::move(source));
    }
    return encoding;
}

namespace {

// A column a word: 1 where it is the text, else 0; all missing where none is.
void append_word(const std::vector<std::string>& words, const std::string& text, std::vector<float>& values) {
    constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();
    const float other = std::ranges::binary_search(words, text) ? 0.0F : kMissing;
    for (const std::string& word : words) values.push_back(word == text ? 1.0F : other);
}

}  // namespace

training::Matrix Encoding::matrix(const Table& table, std::span<const std::uint32_t> rows) const {
    constexpr double kLargest = 3e38;  // a float holds no more
    training::Matrix out;
    out.names = names_;
    out.values.reserve(rows.size() * names_.size());
    for (const auto row : rows) {
        for (const Source& source : sources_) {
            const Column& column = table.columns[source.column];
            if (column.kind != ColumnKind::text) {
                out.values.push_back(static_cast<float>(std::clamp(column.numbers[row], -kLargest, kLargest)));
                continue;
            }
            append_word(source.words, column.texts[row], out.values);
        }
    }
    return out;
}

}  // namespace boon::studies
