// Refreshes the copy of a PostgreSQL warehouse.
#include <chrono>
#include <cmath>

#include "platform/base/record.h"
#include "program/app/app.h"
#include "program/app/job_kinds.h"
#include "program/app/warehouse_source.h"

namespace boon::app {

namespace {

struct WarehouseParameters {
    bool whole = false;  // every table, whatever could be read in part
};
BOOST_DESCRIBE_STRUCT(WarehouseParameters, (), (whole))

struct WarehouseResult {
    WarehouseStatus warehouse;
    double seconds = 0;
};
BOOST_DESCRIBE_STRUCT(WarehouseResult, (), (warehouse, seconds))

}  // namespace

Result<json::Value> run_warehouse(App& app, const json::Value& parameters, const Progress& progress) {
    const auto started = std::chrono::steady_clock::now();
    BOON_TRY(const auto wanted, json::read<WarehouseParameters>(parameters));
    if (!app.config().dwh.is_postgres()) {
        return fail(
            ErrorCode::failed_precondition, "the warehouse is no copy: its files are read as they are",
            "set DWH_POSTGRES_CONNECTION_STRING for a PostgreSQL warehouse; see docs/warehouse.md"
        );
    }
    BOON_CHECK(refresh_warehouse(app, wanted.whole ? Refresh::whole : Refresh::as_due, progress));
    BOON_TRY(auto status, warehouse_status(app));
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;
    return json::parse(
        json::write(WarehouseResult{.warehouse = std::move(status), .seconds = std::round(took.count() * 10) / 10})
    );
}

}  // namespace boon::app
