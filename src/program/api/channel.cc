#include "program/api/channel.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

#include "platform/http/address.h"

namespace boon::api {

namespace {

constexpr std::string_view kTlsCookie = "__Host-boon";
constexpr std::string_view kLoopbackCookie = "boon-loopback";

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

// Whether the first `bits` of both are the same; IPv4 counts from its own first bit.
bool in_network(const http::IpAddress& address, std::string_view network) {
    const auto slash = std::min(network.find('/'), network.size());
    const auto base = http::parse_ip(network.substr(0, slash));
    if (!base) return false;
    std::size_t bits = 128;
    if (slash < network.size()) {
        const std::string_view digits = network.substr(slash + 1);
        std::from_chars(digits.data(), digits.data() + digits.size(), bits);
        if (network.substr(0, slash).find(':') == std::string_view::npos) bits += 96;
    }
    for (std::size_t bit = 0; bit < bits; ++bit) {
        const unsigned mask = 0x80U >> (bit % 8);
        if (((address[bit / 8] ^ (*base)[bit / 8]) & mask) != 0) return false;
    }
    return true;
}

bool is_trusted(std::string_view peer, const config::Http& settings) {
    const auto address = http::parse_ip(peer);
    return address && std::ranges::any_of(settings.trusted_proxies, [&](const std::string& network) {
               return in_network(*address, network);
           });
}

bool is_loopback_address(std::string_view text) {
    const auto address = http::parse_ip(text);
    return address && (in_network(*address, "127.0.0.0/8") || in_network(*address, "::1"));
}

// Of `localhost:8480`, `127.0.0.1`, `[::1]:8480`.
bool is_loopback_host(std::string_view host) {
    if (host.starts_with('[')) {
        const auto close = host.find(']');
        return close != std::string_view::npos && is_loopback_address(host.substr(1, close - 1));
    }
    const std::string_view name = host.substr(0, host.find(':'));
    return name == "localhost" || is_loopback_address(name);
}

// `https://boon.example/below` → `https://boon.example`.
std::string origin_of(std::string_view url) { return std::string(url.substr(0, url.find('/', url.find("://") + 3))); }

bool is_forwarded(const http::Request& request) {
    constexpr std::array kMarks = {"Forwarded", "X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Via"};
    return std::ranges::any_of(kMarks, [&](const char* name) { return request.headers.find(name).has_value(); });
}

// The client, as the nearest proxies say that are trusted: reading from the right, the first that is not one of them.
std::string client_of(const http::Request& request, const config::Http& settings) {
    std::string_view rest = request.headers.find("X-Forwarded-For").value_or("");
    std::string client = request.peer;
    while (!rest.empty()) {
        const auto comma = rest.rfind(',');
        const std::string_view last = trimmed(comma == std::string_view::npos ? rest : rest.substr(comma + 1));
        if (!http::parse_ip(last)) return client;
        client = last;
        if (comma == std::string_view::npos || !is_trusted(last, settings)) return client;
        rest = rest.substr(0, comma);
    }
    return client;
}

}  // namespace

Channel channel_of(const http::Request& request, const config::Http& settings) {
    const std::string host(request.headers.find("Host").value_or(""));
    Channel channel{.transport = Transport::plain, .client = request.peer, .origin = "http://" + host, .why = {}};
    if (is_trusted(request.peer, settings)) {
        channel.client = client_of(request, settings);
        if (request.headers.find("X-Forwarded-Proto") == "https") {
            channel.transport = Transport::tls;
            channel.origin = "https://" + std::string(request.headers.find("X-Forwarded-Host").value_or(host));
            if (settings.public_url.starts_with("https://")) channel.origin = origin_of(settings.public_url);
        } else {
            channel.why = "the proxy does not say X-Forwarded-Proto: https";
        }
    } else if (is_forwarded(request)) {
        channel.why =
            fmt::format("the request came through {}, which http.trusted_proxies does not name", request.peer);
    } else if (!is_loopback_address(request.peer)) {
        channel.why = "the connection is plain HTTP from another machine";
    } else if (!is_loopback_host(host)) {
        // Another name for this machine may be a rebound one (DNS), or a proxy's that says nothing of itself.
        channel.why = fmt::format("the host is called \"{}\", which is not a name of loopback", host.substr(0, 100));
    } else {
        channel.transport = Transport::loopback;
    }
    return channel;
}

Status require_private(const Channel& channel) {
    if (channel.transport != Transport::plain) return {};
    return fail(
        ErrorCode::forbidden, "passwords are not taken here: " + channel.why,
        "come over TLS, through a proxy that http.trusted_proxies names, or from this machine to "
        "http://127.0.0.1; see docs/access.md"
    );
}

std::optional<std::string_view> session_cookie(const http::Request& request, const Channel& channel) {
    if (channel.transport == Transport::plain) return std::nullopt;
    const std::string_view wanted = channel.transport == Transport::tls ? kTlsCookie : kLoopbackCookie;
    const auto header = request.headers.find("Cookie");
    std::string_view rest = header.value_or("");
    while (!rest.empty()) {
        const auto end = std::min(rest.find(';'), rest.size());
        const std::string_view pair = trimmed(rest.substr(0, end));
        if (pair.size() > wanted.size() && pair.starts_with(wanted) && pair[wanted.size()] == '=') {
            return pair.substr(wanted.size() + 1);
        }
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return std::nullopt;
}

std::string set_session_cookie(const Channel& channel, std::string_view token) {
    const bool tls = channel.transport == Transport::tls;
    return fmt::format(
        "{}={}; Path=/; HttpOnly; SameSite=Strict{}{}", tls ? kTlsCookie : kLoopbackCookie, token,
        tls ? "; Secure" : "", token.empty() ? "; Max-Age=0" : ""
    );
}

Status require_same_origin(const http::Request& request, const Channel& channel) {
    const auto origin = request.headers.find("Origin");
    if (!origin || *origin != channel.origin) {
        return fail(
            ErrorCode::forbidden,
            fmt::format(
                "the request comes from {}, not from a page of this server ({})",
                origin ? fmt::format("\"{}\"", origin->substr(0, 100)) : std::string("an unknown page"), channel.origin
            ),
            "programs that are no browsers use an API key"
        );
    }
    if (request.body.empty()) return {};
    const std::string_view type = request.headers.find("Content-Type").value_or("");
    constexpr std::array kOfForms = {"application/x-www-form-urlencoded", "multipart/form-data", "text/plain"};
    const bool of_form = std::ranges::any_of(kOfForms, [&](std::string_view form) {
        return http::same_name(type.substr(0, form.size()), form);
    });
    if (!type.empty() && !of_form) return {};
    return fail(ErrorCode::forbidden, "a body of this type is not taken from a browser", "send application/json");
}

}  // namespace boon::api
