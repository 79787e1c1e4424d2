#include "program/api/site.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace boon::api {

namespace {

// No script but this server's own files, no other host, no framing. Styles may stand inside the page: the UI's
// component library and its charts write them while they run, and text never becomes markup.
constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'none'";

constexpr std::string_view kIndex = "/index.html";
// Their names change with their content.
constexpr std::string_view kHashed = "/assets/";
// What lies below these is not the UI's.
constexpr std::array<std::string_view, 5> kOthers = {"/api/", "/tmf-api/", "/docs/", "/metrics/", kHashed};

const SiteFile* find(std::span<const SiteFile> files, std::string_view path) {
    const auto found = std::ranges::lower_bound(files, path, {}, &SiteFile::path);
    return found != files.end() && found->path == path ? &*found : nullptr;
}

// A path of the client's own: `/offers/7`, but not `/favicon.ico`.
bool is_page(std::string_view path) {
    const bool other = std::ranges::any_of(kOthers, [&](std::string_view prefix) {
        return path.starts_with(prefix) || path == prefix.substr(0, prefix.size() - 1);
    });
    return !other && path.substr(path.rfind('/')).find('.') == std::string_view::npos;
}

bool wants_page(const http::Request& request) {
    const auto accept = request.headers.find("Accept");
    return !accept || accept->find("text/html") != std::string_view::npos ||
           accept->find("*/*") != std::string_view::npos;
}

// Hands each element of `text`, split at commas, to `f` until that gives true.
template <class F>
bool any_element(std::string_view text, F f) {
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        std::string_view element = text.substr(0, comma);
        while (element.starts_with(' ')) element.remove_prefix(1);
        while (element.ends_with(' ')) element.remove_suffix(1);
        if (f(element)) return true;
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    return false;
}

// RFC 9110 section 12.5.3, as far as browsers and proxies use it: a coding that is named, and not with q=0.
bool takes(const http::Request& request, std::string_view coding) {
    return any_element(request.headers.find("Accept-Encoding").value_or(""), [&](std::string_view element) {
        const auto semicolon = std::min(element.find(';'), element.size());
        const std::string_view weight = element.substr(semicolon);
        const bool refused = weight.find("q=0") != std::string_view::npos &&
                             weight.find_first_of("123456789", weight.find("q=0")) == std::string_view::npos;
        return http::same_name(element.substr(0, element.find_first_of("; ")), coding) && !refused;
    });
}

http::Response answer_with(const http::Request& request, const SiteFile& file) {
    std::string_view coding;
    std::string_view body = file.plain;
    if (!file.brotli.empty() && takes(request, "br")) {
        coding = "br";
        body = file.brotli;
    } else if (!file.gzip.empty() && takes(request, "gzip")) {
        coding = "gzip";
        body = file.gzip;
    }
    // Each form has a tag of its own, but any of them says that the content is the same.
    const std::string etag = fmt::format("\"{}{}{}\"", file.digest, coding.empty() ? "" : "-", coding);
    http::Response response;
    response.headers = {
        {"ETag", etag},
        {"Cache-Control", file.path.starts_with(kHashed) ? "public, max-age=31536000, immutable" : "no-cache"},
        {"Vary", "Accept-Encoding"},
        {"X-Content-Type-Options", "nosniff"},
    };
    if (file.path == kIndex) {
        response.headers.push_back({"Content-Security-Policy", std::string(kPolicy)});
        response.headers.push_back({"Referrer-Policy", "same-origin"});
        response.headers.push_back({"Cross-Origin-Opener-Policy", "same-origin"});
    }
    const bool unchanged = any_element(request.headers.find("If-None-Match").value_or(""), [&](std::string_view known) {
        if (known.starts_with("W/")) known.remove_prefix(2);
        return known == "*" || known.starts_with(fmt::format("\"{}", file.digest));
    });
    if (unchanged) {
        response.status = 304;
        return response;
    }
    response.content_type = file.content_type;
    if (!coding.empty()) response.headers.push_back({"Content-Encoding", std::string(coding)});
    response.body = body;
    return response;
}

}  // namespace

std::optional<http::Response> site_answer(const http::Request& request, std::span<const SiteFile> files) {
    if (request.method != "GET" && request.method != "HEAD") return std::nullopt;
    if (const SiteFile* file = find(files, request.path)) return answer_with(request, *file);
    const SiteFile* index = find(files, kIndex);
    if (index == nullptr || !is_page(request.path) || !wants_page(request)) return std::nullopt;
    return answer_with(request, *index);
}

}  // namespace boon::api
