#include "platform/config/settings_access.h"

#include <algorithm>
#include <array>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/config/settings_read.h"

namespace boon::config {

namespace {

// `10.0.0.7`, `10.0.0.0/8`, `fd00::/8`.
bool is_network(std::string_view text) {
    const auto slash = std::min(text.find('/'), text.size());
    const std::string address(text.substr(0, slash));
    std::array<unsigned char, 16> bytes{};
    const bool v4 = inet_pton(AF_INET, address.c_str(), bytes.data()) == 1;
    if (!v4 && inet_pton(AF_INET6, address.c_str(), bytes.data()) != 1) return false;
    int bits = 0;
    return slash == text.size() || read_int(text.substr(slash + 1), 0, v4 ? 32 : 128, bits);
}

bool read_networks(std::string_view text, std::vector<std::string>& out) {
    std::vector<std::string> networks;
    while (text != "none" && !text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        const std::string_view network = text.substr(0, comma);
        if (!is_network(network)) return false;
        networks.emplace_back(network);
        text.remove_prefix(std::min(comma + 1, text.size()));
        if (text.empty()) break;
    }
    if (networks.empty() && text != "none") return false;
    out = std::move(networks);
    return true;
}

constexpr std::array kSettings = {
    Setting{
        "http.trusted_proxies", "BOON_HTTP_TRUSTED_PROXIES",
        "addresses and networks such as 10.0.0.7,fd00::/8, or none",
        "the proxies that bring TLS: their X-Forwarded-For and X-Forwarded-Proto are believed",
        [](Config& config, std::string_view text) { return read_networks(text, config.http.trusted_proxies); },
        [](const Config& config) {
            return config.http.trusted_proxies.empty() ? std::string("none")
                                                       : fmt::format("{}", fmt::join(config.http.trusted_proxies, ","));
        }
    },
    Setting{
        "session.idle_minutes", "BOON_SESSION_IDLE_MINUTES", "a number of minutes, 1 to 10080",
        "a login ends after so long without a request",
        [](Config& config, std::string_view text) { return read_int(text, 1, 10'080, config.session.idle_minutes); },
        [](const Config& config) { return fmt::to_string(config.session.idle_minutes); }
    },
    Setting{
        "session.max_hours", "BOON_SESSION_MAX_HOURS", "a number of hours, 1 to 720",
        "a login ends after so long at the latest",
        [](Config& config, std::string_view text) { return read_int(text, 1, 720, config.session.max_hours); },
        [](const Config& config) { return fmt::to_string(config.session.max_hours); }
    },
};

}  // namespace

std::span<const Setting> access_settings() { return kSettings; }

}  // namespace boon::config
