// The parts of a request's target (RFC 3986, RFC 9112 section 3.2), decoded strictly: what two readers could
// understand differently is refused.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "platform/base/error.h"

namespace boon::http {

// How `+` reads: as itself (paths), or as a space (query strings, as forms and URLSearchParams write them).
enum class Plus { literal, space };

// `invalid` for a `%` without two hexadecimal digits, and for text that decodes to NUL or to ill-formed UTF-8.
Result<std::string> percent_decode(std::string_view text, Plus plus = Plus::literal);

// Everything but the unreserved characters of RFC 3986 (letters, digits, `-._~`) as %XX.
std::string percent_encode(std::string_view text);

// The parameters of a query string in the order given; a name may occur more than once.
class Query {
public:
    // `a=1&b=&c`: `c` without `=` has an empty value; empty pairs (`&&`) are skipped. `invalid` as percent_decode,
    // and beyond kMaxParameters.
    static Result<Query> parse(std::string_view query_string);

    static constexpr std::size_t kMaxParameters = 256;

    // The first value of that name.
    [[nodiscard]] std::optional<std::string_view> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& items() const { return items_; }

private:
    std::vector<std::pair<std::string, std::string>> items_;
};

struct Target {
    std::string path;
    std::string query_string;
};

// Origin form (`/path?query`), `*`, or absolute form (`http://host/path`) whose authority is `host`. `invalid` for
// anything else, and for a path with ill-formed percent-encoding, an encoded slash, a backslash, a control character,
// or a `.` or `..` segment, before or after decoding.
Result<Target> parse_target(std::string_view target, std::string_view host);

}  // namespace boon::http
