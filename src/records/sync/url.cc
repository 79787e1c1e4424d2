#include "records/sync/url.h"

#include <algorithm>

#include <fmt/format.h>

#include "platform/http/message.h"

namespace boon::sync {

Result<UrlParts> split_url(std::string_view url) {
    const std::size_t scheme = url.starts_with("https://") ? 8 : url.starts_with("http://") ? 7 : 0;
    const std::size_t end = std::min(url.find_first_of("/?#\\", scheme), url.size());
    const std::string_view authority = url.substr(scheme, end - scheme);
    if (scheme != 0 && authority.find('@') != std::string_view::npos) {
        return fail(
            ErrorCode::invalid, "the URL has a user or password in it",
            "write https://host/path; who logs in is said by the source's options and secrets"
        );
    }
    if (scheme == 0 || authority.empty()) {
        return fail(
            ErrorCode::invalid, fmt::format("this is not a URL: {}", shown_url(url)), "write https://host/path"
        );
    }
    const std::size_t port = authority.find(':', authority.starts_with('[') ? authority.find(']') : 0);
    return UrlParts{url.substr(0, end), authority.substr(0, port), url.substr(end)};
}

std::string join_url(std::string_view base, std::string_view path) {
    while (base.ends_with('/')) base.remove_suffix(1);
    while (path.starts_with('/')) path.remove_prefix(1);
    return fmt::format("{}/{}", base, path);
}

std::string shown_url(std::string_view url) { return std::string(url.substr(0, url.find_first_of("?#"))); }

Result<std::string> follow_link(std::string_view base_url, std::string_view link) {
    BOON_TRY(const UrlParts base, split_url(base_url));
    if (link.starts_with('/') && !link.starts_with("//") && !link.starts_with("/\\")) {
        return std::string(base.origin) + std::string(link);
    }
    const auto parts = split_url(link);
    if (!parts || !http::same_name(parts->host, base.host)) {
        return fail(
            ErrorCode::unavailable,
            fmt::format(
                "{} sends us on to {}, which is not the configured host", base.host,
                parts ? std::string(parts->host) : "a link that is no URL"
            ),
            "set the base URL to the host that its links name"
        );
    }
    return std::string(base.origin) + std::string(parts->rest);
}

}  // namespace boon::sync
