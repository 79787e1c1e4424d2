// The attributes that the warehouse's table of customers holds: its columns, as they are today.
//
// A column of times, numbers or booleans is an attribute, and one of text whose words are few: a name or an address,
// of which nearly everybody has another, is none. One that the features' definitions declare is one in any case.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "records/features/tables.h"
#include "records/profiles/attributes.h"
#include "records/warehouse/warehouse.h"

namespace boon::customers {

inline constexpr std::size_t kMostAttributes = 100;
inline constexpr std::size_t kMostWords = 1000;

// Whether text of so many different words among so many customers who have one is an attribute.
bool are_few(std::int64_t words, std::int64_t customers);

struct WarehouseAttributes {
    profiles::AttributeColumns columns;
    // Columns that are no attributes, each with the reason.
    std::vector<std::string> left_out;
};

// `declared`: the company's own columns of customers (features::Definitions). A warehouse without a table of customers
// has none.
Result<WarehouseAttributes> find_attributes(
    warehouse::Warehouse& warehouse, const std::map<std::string, features::ColumnKind>& declared
);

// Every customer of the table exactly once, in batches; the values row by row, in the order of the columns. They are
// valid during the call. An error of `take` ends it.
using TakeAttributes = std::function<
    Status(std::span<const std::string_view> customer_ids, std::span<const profiles::AttributeValue> values)>;
Status read_attributes(
    warehouse::Warehouse& warehouse, const profiles::AttributeColumns& columns, const TakeAttributes& take
);

}  // namespace boon::customers
