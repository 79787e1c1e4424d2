// The few things about URLs that a source has to know.
#pragma once

#include <string>
#include <string_view>

#include "platform/base/error.h"

namespace boon::sync {

struct UrlParts {
    std::string_view origin;  // scheme://host:port, as written
    std::string_view host;    // without the port
    std::string_view rest;    // path, query and fragment
};
// Of an absolute http(s) URL without user and password; `invalid` otherwise.
Result<UrlParts> split_url(std::string_view url);

// `base` and `path` with one slash between them.
std::string join_url(std::string_view base, std::string_view path);

// The URL without query and fragment, for messages.
std::string shown_url(std::string_view url);

// Where a link that an upstream gave leads: a path, or a URL. `unavailable` unless its host is that of `base_url`; the
// request then goes to the scheme and port of `base_url`, since a server behind a proxy may not know its own.
Result<std::string> follow_link(std::string_view base_url, std::string_view link);

}  // namespace boon::sync
