// The faults that one row of a table can have by itself, each as an SQL condition over the table read tolerantly.
#pragma once

#include <string>
#include <vector>

#include "records/warehouse/check.h"

namespace boon::warehouse {

struct Fault {
    std::string condition;  // over tolerant_sql()
    std::string value;      // SQL of what to show of the first such row
    Severity severity = Severity::error;
    std::string column;
    std::string words;  // after `N rows `: "are in the future"
    std::string hint;
    bool stops_queries = false;  // Finding::stops_queries
};

// The standard columns that the source has, NULL where a value cannot be cast, and every source column as
// `source:NAME`.
std::string tolerant_sql(const ConfiguredTable& table);

std::vector<Fault> row_faults(const ConfiguredTable& table, Timestamp now);

}  // namespace boon::warehouse
