// Where features' numbers come from, as SQL: the instant asked about, and each logical table's countable rows. For
// this room, and for who reads the customers themselves (records/customers).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "platform/base/timestamp.h"
#include "records/features/schema.h"
#include "records/features/speech.h"

namespace boon::features {

// How SQL speaks of the instant.
class Moment {
public:
    Moment(const Programme& programme, const Speech& speech, Timestamp as_of);

    [[nodiscard]] std::string as_of() const;
    // Local midnight `days` days before the instant's local date, as UTC.
    [[nodiscard]] std::string start(std::int64_t days) const;
    // The local date of the instant, and of any SQL TIMESTAMP.
    [[nodiscard]] std::string today() const;
    [[nodiscard]] std::string local_date(std::string_view at) const;

private:
    [[nodiscard]] std::string local(std::string_view at) const;

    Speech speech_;
    std::string zone_;  // empty for UTC
    Timestamp as_of_;
};

// The table's rows with repeated business ids taken once; the plain view when `unique`. `relation`: what is read in
// place of the view, with all of its columns; empty for the view itself.
std::string rows_of(Table table, bool unique, const Speech& speech, std::string_view relation = {});

// Rows `t` of one business id in the order in which they could be counted, as ORDER BY has it; whole rows break ties.
std::string countable_order(Table table);

// A column of numbers as whole ones: minor units, millionths, or itself. `sql`: the column as it is.
std::string whole_sql(
    const Schema& schema, Table table, const Column& column, const std::string& sql,
    const Speech& speech = Speech(sql::Dialect::duckdb)
);

}  // namespace boon::features
