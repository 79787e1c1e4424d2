#include "platform/db/placeholders.h"

#include <algorithm>
#include <cctype>

namespace boon::db {

namespace {

// Where a block comment that begins at 0 ends; PostgreSQL's nest.
std::size_t comment_end(std::string_view text) {
    int depth = 0;
    std::size_t i = 0;
    while (i < text.size()) {
        const std::string_view pair = text.substr(i, 2);
        if (pair == "/*") {
            ++depth;
            i += 2;
        } else if (pair == "*/") {
            i += 2;
            if (--depth == 0) return i;
        } else {
            ++i;
        }
    }
    return i;
}

// Where the text ends that begins with `opening` and goes to the next `closing`, which is included.
std::size_t end_after(std::string_view text, std::size_t opening, std::string_view closing) {
    const std::size_t found = text.find(closing, opening);
    return found == std::string_view::npos ? text.size() : found + closing.size();
}

// `$tag$` at the beginning of `text`, or nothing.
std::string_view dollar_tag(std::string_view text) {
    const std::size_t end = text.find('$', 1);
    if (end == std::string_view::npos) return {};
    const std::string_view tag = text.substr(0, end + 1);
    const auto fits = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    return std::ranges::all_of(tag.substr(1, tag.size() - 2), fits) ? tag : std::string_view{};
}

// How long the stretch at the beginning of `text` is in which a question mark is none.
std::size_t quoted_length(std::string_view text) {
    switch (text.front()) {
        case '\'':
            return end_after(text, 1, "'");  // a doubled quote reads as two texts side by side, which does no harm
        case '"': return end_after(text, 1, "\"");
        case '-': return text.starts_with("--") ? end_after(text, 2, "\n") : 0;
        case '/': return text.starts_with("/*") ? comment_end(text) : 0;
        case '$': {
            const std::string_view tag = dollar_tag(text);
            return tag.empty() ? 0 : end_after(text, tag.size(), tag);
        }
        default: return 0;
    }
}

}  // namespace

Numbered number_placeholders(std::string_view sql) {
    Numbered numbered;
    numbered.sql.reserve(sql.size() + 16);
    while (!sql.empty()) {
        std::size_t length = quoted_length(sql);
        if (length == 0 && sql.front() == '?') {
            numbered.sql += '$' + std::to_string(++numbered.placeholders);
            length = 1;
        } else {
            length = std::max<std::size_t>(length, 1);
            numbered.sql += sql.substr(0, length);
        }
        sql.remove_prefix(length);
    }
    return numbered;
}

}  // namespace boon::db
