// The warehouse of this instance: what the settings make of it, how fresh it is, and its refresh.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/base/timestamp.h"
#include "platform/config/config.h"
#include "program/app/job_kinds.h"
#include "records/warehouse/warehouse.h"

namespace boon::app {

class App;

// Whether the settings describe one at all.
bool has_warehouse(const config::Config& config);
// Whether anything is known of customers: a warehouse is configured, or something was posted.
Result<bool> has_history(App& app);
warehouse::Options warehouse_options(const config::Config& config);
// Its engine's threads give way to those that answer requests (background.h).
Result<std::unique_ptr<warehouse::Warehouse>> open_warehouse(const config::Config& config);

enum class WarehouseKind { none, files, postgres };
BOOST_DESCRIBE_ENUM(WarehouseKind, none, files, postgres)

// What is known without reading the source.
struct WarehouseStatus {
    WarehouseKind kind = WarehouseKind::none;
    bool stale = false;
    std::string words = {};
    std::string hint = {};
    std::optional<Timestamp> refreshed_at = {};  // of a copy: the instant it shows
    std::optional<Timestamp> watermark = {};     // the latest event of its transactions, else of its other histories
    std::vector<warehouse::MirrorState> tables = {};
};
BOOST_DESCRIBE_STRUCT(WarehouseStatus, (), (kind, stale, words, hint, refreshed_at, watermark, tables))

Result<WarehouseStatus> warehouse_status(App& app);

// How fresh a copy is, judged at `now`. Fills all but the kind.
WarehouseStatus judge_mirror(std::vector<warehouse::MirrorState> tables, int stale_hours, Timestamp now);

// Reads the source again when the warehouse is a copy of one; else nothing.
enum class Refresh { as_due, whole };
Status refresh_warehouse(App& app, Refresh refresh, const Progress& progress);

}  // namespace boon::app
