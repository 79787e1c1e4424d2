// Customers' pasts out of the warehouse: the company's own rows (boon_own.TABLE), for online.h to add to.
#pragma once

#include <map>
#include <span>
#include <string>

#include "platform/base/error.h"
#include "records/features/online.h"
#include "records/warehouse/posted.h"
#include "records/warehouse/warehouse.h"

namespace boon::features {

using PastsByCustomer = std::map<std::string, Past, std::less<>>;

// One for each of `customers`, also for those of whom the warehouse knows nothing. Rows count as `own` says, repeated
// business ids once. One scan of each table, whatever the number of customers.
Result<PastsByCustomer> read_pasts(
    warehouse::Warehouse& warehouse, const Online& online, std::span<const std::string> customers,
    const warehouse::OwnTables& own
);
// Without a warehouse: nothing but what is posted.
PastsByCustomer empty_pasts(std::span<const std::string> customers);

}  // namespace boon::features
