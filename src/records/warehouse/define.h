// The views boon.TABLE made from the configured SELECTs. Only warehouse.cc includes it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "records/warehouse/check.h"
#include "records/warehouse/session.h"
#include "records/warehouse/warehouse.h"

namespace boon::warehouse {

// All logical tables; those not configured have no columns.
using ConfiguredTables = std::vector<ConfiguredTable>;

// `invalid` for a name that is no logical table's.
Status check_table_names(const std::map<std::string, TableSource>& tables);

// The source as it is under boon_source, the standard form under boon; replaces what was defined before. Each view is
// bound here; when several tables are wrong, `fields` lists them all.
Result<ConfiguredTables> define_tables(
    Session& session, const std::map<std::string, TableSource>& tables, int currency_exponent
);

}  // namespace boon::warehouse
