// Finds what is wrong in the rows of the configured tables. Only warehouse.cc includes it.
#pragma once

#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "records/warehouse/schema.h"
#include "records/warehouse/warehouse.h"

namespace boon::warehouse {

struct ConfiguredTable {
    const LogicalTable* table;
    std::vector<SourceColumn> columns = {};  // empty: not configured
    bool current_state = false;
};

// `on_table` before each table; its error ends the check.
Result<Report> check_tables(
    Session& session, std::span<const ConfiguredTable> tables, Timestamp now,
    const std::function<Status(std::string_view)>& on_table
);

}  // namespace boon::warehouse
