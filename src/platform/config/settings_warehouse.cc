#include "platform/config/settings_warehouse.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "platform/config/settings_read.h"

namespace boon::config {

namespace {

// `postgres` in the ways it is written; `duckdb` and `files` mean the views of warehouse.toml.
bool read_type(std::string_view text, std::string& out) {
    const bool postgres = text == "postgres" || text == "postgresql";
    const bool files = text == "files" || text == "duckdb";
    if (postgres) out = "postgres";
    if (files) out = "files";
    return postgres || files;
}

// libpq takes both forms: postgresql://… and host=… dbname=….
bool is_connection_string(std::string_view text) {
    return text.starts_with("postgresql://") || text.starts_with("postgres://") ||
           (text.find('=') != std::string_view::npos && text.find("://") == std::string_view::npos);
}

bool read_tables(std::string_view text, std::vector<std::string>& out) {
    if (text.empty()) return false;
    std::vector<std::string> names;
    while (!text.empty()) {
        const auto comma = std::min(text.find(','), text.size());
        std::string_view name = text.substr(0, comma);
        while (name.starts_with(' ')) name.remove_prefix(1);
        while (name.ends_with(' ')) name.remove_suffix(1);
        if (name.empty()) return false;
        names.emplace_back(name);
        text.remove_prefix(std::min(comma + 1, text.size()));
    }
    out = std::move(names);
    return true;
}

template <std::size_t role>
constexpr Setting table_setting(std::string_view key, std::string_view variable, std::string_view doc) {
    return Setting{
        key,
        variable,
        "a table or view such as analytics.customers",
        doc,
        [](Config& config, std::string_view text) { return read_text(text, config.dwh.tables[role]); },
        [](const Config& config) { return config.dwh.tables[role]; }
    };
}

constexpr std::array kSettings = {
    Setting{
        "dwh.type", "DWH_TYPE", "postgres or files",
        "what the warehouse is: a PostgreSQL database, or what warehouse.toml describes",
        [](Config& config, std::string_view text) { return read_type(text, config.dwh.type); },
        [](const Config& config) { return config.dwh.type; }
    },
    Setting{
        "dwh.postgres_connection_string", "DWH_POSTGRES_CONNECTION_STRING",
        "postgresql://USER:PASSWORD@HOST/DATABASE, or host=… dbname=…", "where that database is",
        [](Config& config, std::string_view text) {
            return is_connection_string(text) && read_text(text, config.dwh.url);
        },
        [](const Config&) { return std::string(); }, true
    },
    table_setting<kDwhCustomerFeatures>(
        "dwh.customer_features_table", "DWH_CUSTOMER_FEATURES_TABLE", "the customers as they are today"
    ),
    table_setting<kDwhOfferHistory>(
        "dwh.offer_history_table", "DWH_OFFER_HISTORY_TABLE", "which offer was sent to whom, and what came of it"
    ),
    table_setting<kDwhChurnHistory>(
        "dwh.churn_history_table", "DWH_CHURN_HISTORY_TABLE", "dated snapshots of customers, and who left"
    ),
    table_setting<kDwhTransactionHistory>(
        "dwh.transaction_history_table", "DWH_TRANSACTION_HISTORY_TABLE", "purchases, returns, recharges, usage"
    ),
    table_setting<kDwhPayments>("dwh.payments_table", "DWH_PAYMENTS_TABLE", "bills, when due and when paid"),
    table_setting<kDwhHoldings>(
        "dwh.holdings_table", "DWH_HOLDINGS_TABLE", "which product a customer had from when on"
    ),
    table_setting<kDwhContacts>("dwh.contacts_table", "DWH_CONTACTS_TABLE", "contacts of campaigns"),
    Setting{
        "dwh.tables", "BOON_DWH_TABLES", "tables with commas between them",
        "further tables of the database that SELECTs in warehouse.toml read as dwh.NAME",
        [](Config& config, std::string_view text) { return read_tables(text, config.dwh.further_tables); },
        [](const Config& config) { return fmt::format("{}", fmt::join(config.dwh.further_tables, ",")); }
    },
    Setting{
        "dwh.statement_timeout", "BOON_DWH_STATEMENT_TIMEOUT", "seconds, 1 to 86400",
        "how long one statement may run there",
        [](Config& config, std::string_view text) { return read_int(text, 1, 86'400, config.dwh.statement_timeout_s); },
        [](const Config& config) { return fmt::to_string(config.dwh.statement_timeout_s); }
    },
    Setting{
        "dwh.refresh_every", "BOON_DWH_REFRESH_EVERY", "seconds, 60 to 31536000, or 0",
        "seconds between two refreshes beside the one of the daily work; 0: that one only",
        [](Config& config, std::string_view text) {
            return text == "0" ? (config.dwh.refresh_every_s = 0, true)
                               : read_int(text, 60, 31'536'000, config.dwh.refresh_every_s);
        },
        [](const Config& config) { return fmt::to_string(config.dwh.refresh_every_s); }
    },
    Setting{
        "dwh.overlap_days", "BOON_DWH_OVERLAP_DAYS", "days, 0 to 3650",
        "rows younger than that may still change: each refresh reads them again",
        [](Config& config, std::string_view text) { return read_int(text, 0, 3650, config.dwh.overlap_days); },
        [](const Config& config) { return fmt::to_string(config.dwh.overlap_days); }
    },
    Setting{
        "dwh.whole_days", "BOON_DWH_WHOLE_DAYS", "days, 0 to 3650",
        "a table is read whole again when that is longer ago; 0: at each refresh",
        [](Config& config, std::string_view text) { return read_int(text, 0, 3650, config.dwh.whole_days); },
        [](const Config& config) { return fmt::to_string(config.dwh.whole_days); }
    },
    Setting{
        "dwh.features", "BOON_DWH_FEATURES", "copy or source",
        "what computes the features of the whole base: boon over its copy, or that database over its newest rows",
        [](Config& config, std::string_view text) {
            if (text != "copy" && text != "source") return false;
            config.dwh.features_at_source = text == "source";
            return true;
        },
        [](const Config& config) { return std::string(config.dwh.features_at_source ? "source" : "copy"); }
    },
    Setting{
        "dwh.stale_hours", "BOON_DWH_STALE_HOURS", "hours, 1 to 87600",
        "an alarm when the last refresh, or the latest event in the warehouse, is longer ago",
        [](Config& config, std::string_view text) { return read_int(text, 1, 87'600, config.dwh.stale_hours); },
        [](const Config& config) { return fmt::to_string(config.dwh.stale_hours); }
    },
};

}  // namespace

std::span<const Setting> warehouse_settings() { return kSettings; }

Status settle_warehouse(Config& config) {
    if (config.dwh.type.empty()) config.dwh.type = config.dwh.url.empty() ? "files" : "postgres";
    if (config.dwh.type == "postgres" && config.dwh.url.empty()) {
        return fail(
            ErrorCode::invalid, "setting DWH_TYPE = `postgres`, and DWH_POSTGRES_CONNECTION_STRING is not set",
            "expected postgresql://USER:PASSWORD@HOST/DATABASE"
        );
    }
    return {};
}

}  // namespace boon::config
