// The company's warehouse: what boon reads of it, and how fresh that is.
#include "program/api/route.h"
#include "program/app/warehouse_checks.h"
#include "program/app/warehouse_source.h"

namespace boon::api {

namespace {

Result<http::Response> read_warehouse(Call& call) {
    BOON_TRY(const auto status, app::warehouse_status(call.app));
    return record_response(call, status);
}

Result<http::Response> read_check(Call& call) {
    BOON_TRY(const auto check, call.app.warehouse_checks().last());
    if (!check) return fail(ErrorCode::not_found, "the warehouse has not been checked yet", "check it: boon doctor");
    return record_response(call, *check);
}

}  // namespace

std::vector<Route> warehouse_routes() {
    return {
        {.method = "GET",
         .path = "/api/v1/warehouse",
         .permission = access::Scope::read,
         .call = read_warehouse,
         .summary = "The warehouse: its tables, when they were read, and whether they are stale",
         .tag = "system",
         .response = schema_of<app::WarehouseStatus>},
        {.method = "GET",
         .path = "/api/v1/warehouse/check",
         .permission = access::Scope::read,
         .call = read_check,
         .summary = "What the last check of the warehouse found: its tables, column by column, and every fault",
         .tag = "system",
         .response = schema_of<app::WarehouseCheck>},
    };
}

}  // namespace boon::api
