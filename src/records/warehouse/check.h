// Finds what is wrong in the rows of the configured tables. Only warehouse.cc includes it.
#pragma once

#include <span>
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

Result<Report> check_tables(Session& session, std::span<const ConfiguredTable> tables, Timestamp now);

}  // namespace boon::warehouse
