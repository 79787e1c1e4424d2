// What the records of customers (customers.h) say as attributes: their characteristics, `status` and `is_active`.
#pragma once

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "records/profiles/attributes.h"
#include "records/profiles/table.h"

namespace boon::customers {

// The columns, and behind them those that only records have, by name.
Result<profiles::AttributeColumns> with_characteristics(
    db::Connection& connection, const profiles::AttributeColumns& columns
);

// Sets what the records say, over what is there. A text that a number or time is wanted of is read as one; what cannot
// be read as the column's kind leaves what was there.
Status read_characteristics(
    db::Connection& connection, const profiles::Image& image, const profiles::AttributeColumns& columns,
    profiles::AttributesBuilder& builder
);

}  // namespace boon::customers
