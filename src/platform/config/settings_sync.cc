#include "platform/config/settings_sync.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/config/settings_read.h"

namespace boon::config {

namespace {

bool read_choice(std::string_view text, std::initializer_list<std::string_view> choices, std::string& out) {
    const auto same = [&](std::string_view choice) {
        return std::ranges::equal(text, choice, [](char a, char b) {
            return std::tolower(static_cast<unsigned char>(a)) == std::tolower(static_cast<unsigned char>(b));
        });
    };
    const auto found = std::ranges::find_if(choices, same);
    if (found != choices.end()) out = *found;
    return found != choices.end();
}

bool read_url(std::string_view text, std::string& out) {
    const bool known = text.starts_with("https://") || text.starts_with("http://");
    return known && text.size() > 8 && read_text(text, out);
}

// `443,8443`, or `any`.
bool read_ports(std::string_view text, std::vector<int>& out) {
    std::vector<int> ports;
    while (text != "any" && !text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        int port = 0;
        if (!read_int(text.substr(0, comma), 1, 65535, port)) return false;
        ports.push_back(port);
        text.remove_prefix(std::min(comma + 1, text.size()));
        if (text.empty()) break;
    }
    if (text.empty() && ports.empty()) return false;
    out = std::move(ports);
    return true;
}

bool read_object(std::string_view text, json::Value& out) {
    auto value = json::parse(text);
    if (!value || !value->is_object()) return false;
    out = *std::move(value);
    return true;
}

// 64 hexadecimal digits or 44 characters of base64; that it is a key is checked by whoever uses it.
bool read_key(std::string_view text, std::string& out) {
    return (text.size() == 64 || text.size() == 44) && read_text(text, out);
}
constexpr std::string_view kKey = "64 hexadecimal digits, or 32 bytes in base64 (`openssl rand -hex 32` makes one)";
std::string not_shown(const Config&) { return ""; }

constexpr std::array kSettings = {
    Setting{
        "sync.enabled", "OFFER_SYNC_ENABLED", kYesOrNo, "whether offers are fetched by themselves, from sync.source",
        [](Config& config, std::string_view text) { return read_bool(text, config.sync.enabled); },
        [](const Config& config) { return std::string(config.sync.enabled ? "True" : "False"); }
    },
    Setting{
        "sync.source", "OFFER_SYNC_SOURCE", "xiva, crm or manual", "where offers come from by themselves",
        [](Config& config, std::string_view text) {
            return read_choice(text, {"xiva", "crm", "manual"}, config.sync.source);
        },
        [](const Config& config) { return config.sync.source; }
    },
    Setting{
        "sync.interval", "OFFER_SYNC_INTERVAL", "seconds, 60 to 31536000", "seconds between two runs",
        [](Config& config, std::string_view text) { return read_int(text, 60, 31'536'000, config.sync.interval_s); },
        [](const Config& config) { return fmt::to_string(config.sync.interval_s); }
    },
    Setting{
        "sync.folder", "BOON_SYNC_FOLDER", "the path of a folder",
        "files that sources of the kind `file` read lie below it; below the instance's folder unless absolute",
        [](Config& config, std::string_view text) { return read_text(text, config.sync.folder); },
        [](const Config& config) { return config.sync.folder; }
    },
    Setting{
        "sync.allow_private", "BOON_SYNC_ALLOW_PRIVATE", kYesOrNo,
        "whether an upstream may be at a loopback or private address",
        [](Config& config, std::string_view text) { return read_bool(text, config.sync.allow_private); },
        [](const Config& config) { return std::string(config.sync.allow_private ? "True" : "False"); }
    },
    Setting{
        "sync.ports", "BOON_SYNC_PORTS", "ports such as 443,8443, or any", "ports that an upstream may have",
        [](Config& config, std::string_view text) { return read_ports(text, config.sync.ports); },
        [](const Config& config) {
            return config.sync.ports.empty() ? "any" : fmt::format("{}", fmt::join(config.sync.ports, ","));
        }
    },
    Setting{
        "sync.ca_file", "BOON_SYNC_CA_FILE", "the path of a PEM file", "certificates to trust beside the system's",
        [](Config& config, std::string_view text) { return read_text(text, config.sync.ca_file); },
        [](const Config& config) { return config.sync.ca_file; }
    },
    Setting{
        "xiva.base_url", "XIVA_API_BASE_URL", "a URL such as https://bss.example.com/api", "where Xiva is",
        [](Config& config, std::string_view text) { return read_url(text, config.xiva.base_url); },
        [](const Config& config) { return config.xiva.base_url; }
    },
    Setting{
        "xiva.auth_type", "XIVA_API_AUTH_TYPE", "JWT, Bearer or Token", "the word before the token in Authorization",
        [](Config& config, std::string_view text) {
            return read_choice(text, {"JWT", "Bearer", "Token"}, config.xiva.auth_type);
        },
        [](const Config& config) { return config.xiva.auth_type; }
    },
    Setting{
        "xiva.username", "XIVA_API_USERNAME", "a user name or e-mail address", "who logs in to Xiva",
        [](Config& config, std::string_view text) { return read_text(text, config.xiva.username); },
        [](const Config& config) { return config.xiva.username; }
    },
    Setting{
        "xiva.password", "XIVA_API_PASSWORD", "a password", "of that user",
        [](Config& config, std::string_view text) { return read_text(text, config.xiva.password); }, not_shown, true
    },
    Setting{
        "xiva.auth_token", "XIVA_API_AUTH_TOKEN", "a token", "a fixed token, in place of a login",
        [](Config& config, std::string_view text) { return read_text(text, config.xiva.token); }, not_shown, true
    },
    Setting{
        "xiva.timeout", "XIVA_API_TIMEOUT", "seconds, 1 to 600", "how long one exchange with Xiva may take",
        [](Config& config, std::string_view text) { return read_int(text, 1, 600, config.xiva.timeout_s); },
        [](const Config& config) { return fmt::to_string(config.xiva.timeout_s); }
    },
    Setting{
        "crm.kind", "BOON_CRM_KIND", "salesforce, hubspot or dataverse", "which CRM the source `crm` is",
        [](Config& config, std::string_view text) {
            return read_choice(text, {"salesforce", "hubspot", "dataverse"}, config.crm.kind);
        },
        [](const Config& config) { return config.crm.kind; }
    },
    Setting{
        "crm.base_url", "BOON_CRM_BASE_URL", "a URL", "where the CRM is",
        [](Config& config, std::string_view text) { return read_url(text, config.crm.base_url); },
        [](const Config& config) { return config.crm.base_url; }
    },
    Setting{
        "crm.options", "BOON_CRM_OPTIONS", "a JSON object", "options of the CRM's kind; see docs/sources.md",
        [](Config& config, std::string_view text) { return read_object(text, config.crm.options); },
        [](const Config& config) { return json::to_text(config.crm.options); }
    },
    Setting{
        "crm.client_secret", "BOON_CRM_CLIENT_SECRET", "a secret", "with which boon logs in to the CRM",
        [](Config& config, std::string_view text) { return read_text(text, config.crm.client_secret); }, not_shown, true
    },
    Setting{
        "crm.token", "BOON_CRM_TOKEN", "a token", "a fixed token, in place of a login",
        [](Config& config, std::string_view text) { return read_text(text, config.crm.token); }, not_shown, true
    },
    Setting{
        "secrets.key", "BOON_SECRET_KEY", kKey, "seals the secrets of sources; else a key file does",
        [](Config& config, std::string_view text) { return read_key(text, config.secrets.key); }, not_shown, true
    },
    Setting{
        "secrets.old_key", "BOON_SECRET_KEY_OLD", kKey, "the key before this one: still opens what it sealed",
        [](Config& config, std::string_view text) { return read_key(text, config.secrets.old_key); }, not_shown, true
    },
    Setting{
        "secrets.key_file", "BOON_SECRET_KEY_FILE", "the path of a file", "holds the key; default: secret.key",
        [](Config& config, std::string_view text) { return read_text(text, config.secrets.key_file); },
        [](const Config& config) { return config.secrets.key_file; }
    },
};

}  // namespace

std::span<const Setting> sync_settings() { return kSettings; }

}  // namespace boon::config
