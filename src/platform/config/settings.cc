#include <algorithm>
#include <array>
#include <charconv>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/config/config.h"
#include "platform/config/settings_access.h"
#include "platform/config/settings_customers.h"
#include "platform/config/settings_models.h"
#include "platform/config/settings_privacy.h"
#include "platform/config/settings_read.h"
#include "platform/config/settings_sync.h"
#include "platform/config/settings_warehouse.h"

namespace boon::config {

bool read_int(std::string_view text, int low, int high, int& out) {
    int value = 0;
    const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (problem != std::errc() || end != text.data() + text.size() || value < low || value > high) return false;
    out = value;
    return true;
}

bool read_bool(std::string_view text, bool& out) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    const bool yes = lower == "true" || lower == "1" || lower == "yes" || lower == "on";
    const bool no = lower == "false" || lower == "0" || lower == "no" || lower == "off";
    if (yes || no) out = yes;
    return yes || no;
}

bool read_text(std::string_view text, std::string& out) {
    if (text.empty()) return false;
    out = text;
    return true;
}

namespace {

// `443,8443`, or `any`.
bool read_ports(std::string_view text, std::vector<std::uint16_t>& out) {
    std::vector<std::uint16_t> ports;
    while (text != "any" && !text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        int port = 0;
        if (!read_int(text.substr(0, comma), 1, 65535, port)) return false;
        ports.push_back(static_cast<std::uint16_t>(port));
        text.remove_prefix(std::min(comma + 1, text.size()));
        if (text.empty()) break;
    }
    if (ports.empty() && text != "any") return false;
    out = std::move(ports);
    return true;
}

// `https://boon.example` or with a path, without the slash at its end.
bool is_public_url(std::string_view text) {
    return (text.starts_with("https://") || text.starts_with("http://")) && !text.ends_with('/') &&
           text.find_first_of(" ?#\"<>") == std::string_view::npos;
}

bool is_database_url(std::string_view text) {
    return (text.starts_with("sqlite:") && text.size() > 7) || text.starts_with("postgresql://") ||
           text.starts_with("postgres://");
}

// `512MB`, `4GB`: digits, then a unit that DuckDB knows.
bool is_size(std::string_view text) {
    const auto unit = text.find_first_not_of("0123456789.");
    if (unit == 0 || unit == std::string_view::npos) return false;
    constexpr std::array kUnits = {"KB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB"};
    return std::ranges::find(kUnits, text.substr(unit)) != kUnits.end();
}

constexpr std::array kSettings = {
    Setting{
        "database_url", "BOON_DATABASE_URL", "sqlite:PATH or postgresql://…", "where boon keeps its own state",
        [](Config& config, std::string_view text) {
            return is_database_url(text) && read_text(text, config.database_url);
        },
        [](const Config& config) { return config.database_url; }
    },
    Setting{
        "currency", "BOON_CURRENCY", "an ISO 4217 code such as EUR", "the programme's one currency",
        [](Config& config, std::string_view text) {
            auto currency = Currency::from_code(text);
            if (currency) config.currency = *currency;
            return currency.has_value();
        },
        [](const Config& config) { return std::string(config.currency.code()); }
    },
    Setting{
        "time_zone", "BOON_TIME_ZONE", "an IANA time zone such as Europe/Berlin",
        "the programme's time zone: windows of days start at its midnight",
        [](Config& config, std::string_view text) { return read_text(text, config.time_zone); },
        [](const Config& config) { return config.time_zone; }
    },
    Setting{
        "http.address", "BOON_HTTP_ADDRESS", "an IP address", "the address the server listens on",
        [](Config& config, std::string_view text) { return read_text(text, config.http.address); },
        [](const Config& config) { return config.http.address; }
    },
    Setting{
        "http.port", "BOON_HTTP_PORT", "a port, 0 to 65535 (0: any free one)", "the port the server listens on",
        [](Config& config, std::string_view text) { return read_int(text, 0, 65535, config.http.port); },
        [](const Config& config) { return fmt::to_string(config.http.port); }
    },
    Setting{
        "http.metrics_port", "BOON_HTTP_METRICS_PORT", "a port, 0 to 65535 (0: any free one)",
        "the port of /metrics, which asks for no key",
        [](Config& config, std::string_view text) { return read_int(text, 0, 65535, config.http.metrics_port); },
        [](const Config& config) { return fmt::to_string(config.http.metrics_port); }
    },
    Setting{
        "http.threads", "BOON_HTTP_THREADS", "a number of threads, 0 to 256 (0: one for each processor)",
        "threads that serve requests",
        [](Config& config, std::string_view text) { return read_int(text, 0, 256, config.http.threads); },
        [](const Config& config) { return fmt::to_string(config.http.threads); }
    },
    Setting{
        "http.workers", "BOON_HTTP_WORKERS", "a number of threads, 1 to 256", "threads for requests that block",
        [](Config& config, std::string_view text) { return read_int(text, 1, 256, config.http.workers); },
        [](const Config& config) { return fmt::to_string(config.http.workers); }
    },
    Setting{
        "http.public_url", "BOON_HTTP_PUBLIC_URL", "a URL such as https://boon.example, without a slash at its end",
        "how others reach this server: goes before the hrefs of TM Forum resources",
        [](Config& config, std::string_view text) {
            return is_public_url(text) && read_text(text, config.http.public_url);
        },
        [](const Config& config) { return config.http.public_url; }
    },
    Setting{
        "limits.requests_per_s", "BOON_LIMITS_REQUESTS_PER_S", "a number, 0 to 1000000 (0: no limit)",
        "requests a second that one API key may send for long",
        [](Config& config, std::string_view text) {
            return read_int(text, 0, 1'000'000, config.limits.requests_per_s);
        },
        [](const Config& config) { return fmt::to_string(config.limits.requests_per_s); }
    },
    Setting{
        "limits.burst", "BOON_LIMITS_BURST", "a number, 1 to 1000000",
        "requests that one API key may send at once after a rest",
        [](Config& config, std::string_view text) { return read_int(text, 1, 1'000'000, config.limits.burst); },
        [](const Config& config) { return fmt::to_string(config.limits.burst); }
    },
    Setting{
        "outbound.allow_private", "BOON_OUTBOUND_ALLOW_PRIVATE", kYesOrNo,
        "whether webhooks, imports and exports may reach addresses of this machine and its network",
        [](Config& config, std::string_view text) { return read_bool(text, config.outbound.allow_private); },
        [](const Config& config) { return std::string(config.outbound.allow_private ? "True" : "False"); }
    },
    Setting{
        "outbound.ports", "BOON_OUTBOUND_PORTS", "ports such as 443,8443, or any",
        "the ports that webhooks, imports and exports may reach",
        [](Config& config, std::string_view text) { return read_ports(text, config.outbound.ports); },
        [](const Config& config) {
            return config.outbound.ports.empty() ? std::string("any")
                                                 : fmt::format("{}", fmt::join(config.outbound.ports, ","));
        }
    },
    Setting{
        "outbound.ca_file", "BOON_OUTBOUND_CA_FILE", "the path of a PEM file",
        "certificates to trust instead of the system's, of an authority of one's own",
        [](Config& config, std::string_view text) { return read_text(text, config.outbound.ca_file); },
        [](const Config& config) { return config.outbound.ca_file; }
    },
    Setting{
        "warehouse.database", "BOON_WAREHOUSE_DATABASE", "the path of a DuckDB file",
        "a DuckDB file that the views may read, attached as `dwh`",
        [](Config& config, std::string_view text) { return read_text(text, config.warehouse.database); },
        [](const Config& config) { return config.warehouse.database; }
    },
    Setting{
        "warehouse.memory_limit", "BOON_WAREHOUSE_MEMORY_LIMIT", "a size such as 4GB",
        "memory that warehouse queries may take before they spill to disk",
        [](Config& config, std::string_view text) {
            return is_size(text) && read_text(text, config.warehouse.memory_limit);
        },
        [](const Config& config) { return config.warehouse.memory_limit; }
    },
    Setting{
        "warehouse.threads", "BOON_WAREHOUSE_THREADS", "a number of threads, 0 to 256 (0: one for each processor)",
        "threads of warehouse queries",
        [](Config& config, std::string_view text) { return read_int(text, 0, 256, config.warehouse.threads); },
        [](const Config& config) { return fmt::to_string(config.warehouse.threads); }
    },
    Setting{
        "ledger", "BOON_LEDGER", "durable or relaxed",
        "durable: a decision is answered when it is on disk; relaxed: when it is queued",
        [](Config& config, std::string_view text) {
            if (text != "durable" && text != "relaxed") return false;
            config.ledger = text == "durable" ? Durability::durable : Durability::relaxed;
            return true;
        },
        [](const Config& config) { return std::string(config.ledger == Durability::durable ? "durable" : "relaxed"); }
    },
    Setting{
        "features_file", "BOON_FEATURES_FILE", "the path of a JSON file",
        "definitions of the features, below the instance's folder unless absolute; default: boon's own",
        [](Config& config, std::string_view text) { return read_text(text, config.features_file); },
        [](const Config& config) { return config.features_file; }
    },
    Setting{
        "catalog.four_eyes", "BOON_OFFERS_FOUR_EYES", kYesOrNo,
        "an offer goes live only by another person than who last changed it",
        [](Config& config, std::string_view text) { return read_bool(text, config.offers_four_eyes); },
        [](const Config& config) { return std::string(config.offers_four_eyes ? "True" : "False"); }
    },
    Setting{
        "clm_enabled", "CLM_ENABLED", kYesOrNo, "customer lifecycle: stages filter offers",
        [](Config& config, std::string_view text) { return read_bool(text, config.clm_enabled); },
        [](const Config& config) { return std::string(config.clm_enabled ? "True" : "False"); }
    },
    Setting{
        "cvm_enabled", "CVM_ENABLED", kYesOrNo, "customer value: segments and value bounds filter offers",
        [](Config& config, std::string_view text) { return read_bool(text, config.cvm_enabled); },
        [](const Config& config) { return std::string(config.cvm_enabled ? "True" : "False"); }
    },
};

}  // namespace

std::span<const Setting> settings() {
    static const std::vector<Setting> kAll = [] {
        std::vector<Setting> all(kSettings.begin(), kSettings.end());
        all.insert(all.end(), access_settings().begin(), access_settings().end());
        all.insert(all.end(), customer_settings().begin(), customer_settings().end());
        all.insert(all.end(), privacy_settings().begin(), privacy_settings().end());
        all.insert(all.end(), sync_settings().begin(), sync_settings().end());
        all.insert(all.end(), model_settings().begin(), model_settings().end());
        all.insert(all.end(), warehouse_settings().begin(), warehouse_settings().end());
        // boon.toml may open a table once: what belongs to one stands together, tables in the order they first appear.
        const auto table = [](const Setting& setting) { return setting.key.substr(0, setting.key.find('.')); };
        for (auto first = all.begin(); first != all.end();) {
            first = std::stable_partition(first, all.end(), [&, name = table(*first)](const Setting& setting) {
                return table(setting) == name;
            });
        }
        return all;
    }();
    return kAll;
}

}  // namespace boon::config
