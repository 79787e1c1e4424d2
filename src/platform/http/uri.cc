#include "platform/http/uri.h"

#include <algorithm>

#include "platform/base/id.h"
#include "platform/http/message.h"

namespace boon::http {

namespace {

constexpr std::string_view kHexDigits = "0123456789ABCDEF";

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return -1;
}

// The byte that `%XX` at `at` stands for, or -1.
int encoded_byte(std::string_view text, std::size_t at) {
    if (text.size() - at < 3) return -1;
    const int high = hex_digit(text[at + 1]);
    const int low = hex_digit(text[at + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
}

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("-._~").contains(c);
}

bool is_visible_ascii(char c) { return c > 0x20 && c < 0x7f; }

Status check_percent_encoding(std::string_view text) {
    for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 1)) {
        const int byte = encoded_byte(text, at);
        if (byte < 0) return fail(ErrorCode::invalid, "a % is not followed by two hexadecimal digits");
        if (byte == 0) return fail(ErrorCode::invalid, "%00 is not allowed");
    }
    return {};
}

Status check_segments(std::string_view path) {
    std::size_t start = 1;
    while (start <= path.size()) {
        const std::size_t end = std::min(path.find('/', start), path.size());
        const std::string_view segment = path.substr(start, end - start);
        if (segment == "." || segment == "..") {
            return fail(ErrorCode::invalid, "the path has a . or .. segment", "send the path that is meant");
        }
        start = end + 1;
    }
    return {};
}

// The path as it is after decoding; `/` and `\` come only unencoded, or not at all.
Result<std::string> decode_path(std::string_view raw) {
    for (std::size_t at = raw.find('%'); at != std::string_view::npos; at = raw.find('%', at + 1)) {
        const int byte = encoded_byte(raw, at);
        if (byte == '/' || byte == '\\') {
            return fail(
                ErrorCode::invalid, "the path has an encoded slash or backslash",
                "give such an id in the query: `-` in its place in the path, then ?NAME=ID; see docs/api.md"
            );
        }
    }
    BOON_TRY(std::string path, percent_decode(raw));
    for (const char c : path) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || c == '\\') {
            return fail(ErrorCode::invalid, "the path has a control character or a backslash");
        }
    }
    BOON_CHECK(check_segments(path));
    return path;
}

// What follows the authority of `http://authority/…`, when the authority is `host`.
Result<std::string_view> without_authority(std::string_view target, std::string_view host) {
    const std::size_t scheme = target.find("://");
    if (scheme == std::string_view::npos ||
        !(same_name(target.substr(0, scheme), "http") || same_name(target.substr(0, scheme), "https"))) {
        return fail(ErrorCode::invalid, "the request target does not start with /");
    }
    const std::string_view rest = target.substr(scheme + 3);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    if (!same_name(rest.substr(0, end), host)) {
        return fail(ErrorCode::invalid, "the request target names another host than the Host header");
    }
    return rest.substr(end);
}

}  // namespace

Result<std::string> percent_decode(std::string_view text, Plus plus) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%') {
            const int byte = encoded_byte(text, i);
            if (byte < 0) return fail(ErrorCode::invalid, "a % is not followed by two hexadecimal digits");
            out += static_cast<char>(byte);
            i += 2;
        } else {
            out += text[i] == '+' && plus == Plus::space ? ' ' : text[i];
        }
    }
    if (!is_utf8(out)) return fail(ErrorCode::invalid, "percent-encoded text is not UTF-8, or has a NUL");
    return out;
}

std::string percent_encode(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        if (is_unreserved(c)) {
            out += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            out += '%';
            out += kHexDigits[byte >> 4];
            out += kHexDigits[byte & 15];
        }
    }
    return out;
}

Result<Query> Query::parse(std::string_view query_string) {
    Query query;
    std::size_t start = 0;
    while (start < query_string.size()) {
        const std::size_t end = std::min(query_string.find('&', start), query_string.size());
        const std::string_view pair = query_string.substr(start, end - start);
        start = end + 1;
        if (pair.empty()) continue;
        if (query.items_.size() == kMaxParameters) {
            return fail(
                ErrorCode::invalid, "the query has more than " + std::to_string(kMaxParameters) + " parameters"
            );
        }
        const std::size_t equals = std::min(pair.find('='), pair.size());
        BOON_TRY(std::string name, percent_decode(pair.substr(0, equals), Plus::space));
        BOON_TRY(std::string value, percent_decode(pair.substr(std::min(equals + 1, pair.size())), Plus::space));
        query.items_.emplace_back(std::move(name), std::move(value));
    }
    return query;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
    for (const auto& [key, value] : items_) {
        if (key == name) return value;
    }
    return std::nullopt;
}

std::vector<std::string_view> Query::all(std::string_view name) const {
    std::vector<std::string_view> values;
    for (const auto& [key, value] : items_) {
        if (key == name) values.emplace_back(value);
    }
    return values;
}

Result<Target> parse_target(std::string_view target, std::string_view host) {
    if (!std::ranges::all_of(target, is_visible_ascii) || target.contains('#')) {
        return fail(ErrorCode::invalid, "the request target has a character that must be percent-encoded");
    }
    if (target == "*") return Target{.path = "*", .query_string = {}};
    if (!target.starts_with('/')) {
        BOON_TRY(target, without_authority(target, host));
    }
    const std::size_t question = std::min(target.find('?'), target.size());
    const std::string_view raw_path = target.substr(0, question);
    const std::string_view query = target.substr(std::min(question + 1, target.size()));
    BOON_CHECK(check_percent_encoding(query));
    Target parsed;
    BOON_TRY(parsed.path, decode_path(raw_path.empty() ? "/" : raw_path));
    parsed.query_string = query;
    return parsed;
}

}  // namespace boon::http
