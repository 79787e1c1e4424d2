#include "program/app/warehouse_source.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "platform/base/log.h"
#include "program/app/app.h"
#include "program/app/background.h"
#include "program/app/posted_rows.h"
#include "records/warehouse/usual_tables.h"

namespace boon::app {

namespace {

std::string with_home(std::string text, const std::filesystem::path& home) {
    constexpr std::string_view kPlace = "{home}";
    for (auto at = text.find(kPlace); at != std::string::npos; at = text.find(kPlace, at)) {
        text.replace(at, kPlace.size(), home.string());
    }
    return text;
}

// The places of config::Dwh::tables are those of the usual tables.
constexpr std::array<std::string_view, config::kDwhTables> kPlaces = {
    "customer_features_view",   "customer_offer_history",   "customer_churn_history",   "customer_transaction_history",
    "customer_payment_history", "customer_product_history", "customer_contact_history",
};

warehouse::Mirror mirror_of(const config::Dwh& dwh) {
    warehouse::Mirror mirror;
    mirror.url = dwh.url;
    mirror.statement_timeout_s = dwh.statement_timeout_s;
    mirror.overlap_days = dwh.overlap_days;
    mirror.whole_days = dwh.whole_days;
    for (const warehouse::UsualTable& usual : warehouse::usual_tables()) {
        const auto place = std::ranges::find(kPlaces, usual.name);
        BOON_ASSERT(place != kPlaces.end());
        const std::string& named = dwh.tables[static_cast<std::size_t>(place - kPlaces.begin())];
        warehouse::MirroredTable table{.name = std::string(usual.name), .source = named, .required = !named.empty()};
        if (named.empty()) table.source = usual.name;
        for (const std::string_view column : usual.time_columns) table.time_columns.emplace_back(column);
        mirror.tables.push_back(std::move(table));
    }
    for (const std::string& name : dwh.further_tables) {
        // `crm.cards` is read as dwh.cards.
        mirror.tables.push_back({.name = name.substr(name.rfind('.') + 1), .source = name, .required = true});
    }
    return mirror;
}

std::string age_text(Timestamp since, Timestamp now) {
    const double hours = static_cast<double>(now.micros - since.micros) / static_cast<double>(kMicrosPerHour);
    return hours < 48 ? fmt::format("{:.0f} h", hours) : fmt::format("{:.0f} days", hours / 24);
}

}  // namespace

bool has_warehouse(const config::Config& config) { return config.dwh.is_postgres() || !config.warehouse.views.empty(); }

Result<bool> has_history(App& app) {
    if (has_warehouse(app.config())) return true;
    return has_events(app.database());
}

warehouse::Options warehouse_options(const config::Config& config) {
    warehouse::Options options;
    for (const auto& [table, select] : config.warehouse.views) {
        options.tables[table] = {.select = with_home(select, config.home)};
    }
    if (!config.warehouse.database.empty()) options.attached.push_back({"dwh", config.warehouse.database});
    for (const auto& folder : config.warehouse.folders) options.allowed_directories.push_back(folder.string());
    options.memory_limit = config.warehouse.memory_limit;
    options.threads = config.warehouse.threads;
    options.temp_directory = (config.home / "tmp").string();
    options.currency_exponent = config.currency.exponent();
    if (config.dwh.is_postgres()) {
        options.attached.clear();
        options.path = (config.home / "warehouse.duckdb").string();
        options.mirror = mirror_of(config.dwh);
    }
    return options;
}

WarehouseStatus judge_mirror(std::vector<warehouse::MirrorState> tables, int stale_hours, Timestamp now) {
    WarehouseStatus status{.kind = WarehouseKind::postgres, .tables = std::move(tables)};
    if (status.tables.empty()) {
        status.stale = true;
        status.words = "the warehouse has not been read yet";
        status.hint = "read it: boon warehouse refresh";
        return status;
    }
    for (const warehouse::MirrorState& table : status.tables) {
        status.refreshed_at = std::max(status.refreshed_at.value_or(table.refreshed_at), table.refreshed_at);
        if (table.name == "customer_churn_history" || !table.watermark) continue;
        status.watermark = std::max(status.watermark.value_or(*table.watermark), *table.watermark);
    }
    const auto sales = std::ranges::find(status.tables, "customer_transaction_history", &warehouse::MirrorState::name);
    if (sales != status.tables.end() && sales->watermark) status.watermark = sales->watermark;

    const Timestamp oldest{now.micros - stale_hours * kMicrosPerHour};
    status.words = fmt::format("read {} ago", age_text(*status.refreshed_at, now));
    if (status.watermark) status.words += fmt::format(", its latest event is {} old", age_text(*status.watermark, now));
    if (*status.refreshed_at < oldest) {
        status.stale = true;
        status.hint = "look why it is not refreshed: boon warehouse refresh";
    } else if (status.watermark && *status.watermark < oldest) {
        status.stale = true;
        status.hint = "the source has nothing newer: look at the loads of the company's warehouse";
    }
    if (status.stale) status.words = "stale: " + status.words;
    return status;
}

Result<std::unique_ptr<warehouse::Warehouse>> open_warehouse(const config::Config& config) {
    // The engine starts its threads on the one that opens it, and they take its priority.
    Result<std::unique_ptr<warehouse::Warehouse>> opened;
    give_way_while([&] { opened = warehouse::Warehouse::open(warehouse_options(config)); });
    return opened;
}

Result<WarehouseStatus> warehouse_status(App& app) {
    const config::Config& config = app.config();
    if (!has_warehouse(config)) {
        return WarehouseStatus{
            .words = "none is configured", .hint = "see docs/warehouse.md: files, or DWH_POSTGRES_CONNECTION_STRING"
        };
    }
    if (!config.dwh.is_postgres()) {
        return WarehouseStatus{.kind = WarehouseKind::files, .words = "files, read as they are"};
    }
    BOON_TRY(const auto warehouse, app.warehouse_to_refresh());
    BOON_TRY(auto tables, warehouse->mirror_state());
    return judge_mirror(std::move(tables), config.dwh.stale_hours, app.now());
}

Status refresh_warehouse(App& app, Refresh refresh, const Progress& progress) {
    if (!app.config().dwh.is_postgres()) return {};
    BOON_TRY(const auto warehouse, app.warehouse_to_refresh());
    warehouse::RefreshOptions options{.now = app.now(), .whole = refresh == Refresh::whole};
    options.progress = [&](std::string_view table, std::int64_t rows) {
        return progress(rows, 0, fmt::format("read: {}", table));
    };
    if (auto refreshed = warehouse->refresh(options); !refreshed) {
        return in_context("could not refresh the warehouse", refreshed.error());
    }
    BOON_TRY(const auto status, warehouse_status(app));
    std::int64_t read = 0;
    for (const auto& table : status.tables) read += table.rows_read;
    log::info(fmt::format("the warehouse was refreshed: {} rows read; {}", read, status.words));
    return {};
}

}  // namespace boon::app
