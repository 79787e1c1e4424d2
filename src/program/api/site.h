// The web UI as the browser gets it: the files that `ui/` was built into, embedded in the binary with their compressed
// forms. Every path that is not the API's is the UI's: what is no file is a page of the client's, so index.html.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "platform/http/message.h"

namespace boon::api {

struct SiteFile {
    std::string_view path;  // `/assets/index-3f2a.js`
    std::string_view content_type;
    std::string_view digest;  // hexadecimal, of the content
    std::string_view plain;
    std::string_view gzip;    // empty: compressing does not pay
    std::string_view brotli;  // likewise
};

// By path. Empty when this boon was built without the UI.
std::span<const SiteFile> site_files();

// The answer to a GET or HEAD; nothing when the path is not the UI's.
std::optional<http::Response> site_answer(const http::Request& request, std::span<const SiteFile> files = site_files());

}  // namespace boon::api
