// Where features' numbers come from, as SQL: the instants asked about, and each logical table's countable rows. Only
// batch_sql.cc and pairs.cc include it.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/timestamp.h"
#include "records/features/schema.h"
#include "records/features/speech.h"

namespace boon::features {

// How SQL speaks of the instant: constants when there is one for all, columns of `m` when each row has its own.
class Moment {
public:
    // One instant for all.
    Moment(const Programme& programme, const Speech& speech, Timestamp as_of);
    // Each row of the relation has its own; moments_sql() is the CTE `m` to read them from.
    Moment(const Programme& programme, const Speech& speech);

    [[nodiscard]] bool is_constant() const { return as_of_.has_value(); }
    [[nodiscard]] std::string as_of() const;
    // Local midnight `days` days before the instant's local date, as UTC.
    std::string start(std::int64_t days);
    // The local date of the instant, and of any SQL TIMESTAMP.
    [[nodiscard]] std::string today() const;
    [[nodiscard]] std::string local_date(std::string_view at) const;

    // `moment, customer_id, as_of, today, start_N…` of the different (customer_id, as_of) of `rows`: for every window
    // asked for so far.
    [[nodiscard]] std::string moments_sql(std::string_view rows) const;

private:
    [[nodiscard]] std::string local(std::string_view at) const;
    [[nodiscard]] std::string start_sql(std::string_view as_of, std::int64_t days) const;

    Speech speech_;
    std::string zone_;  // empty for UTC
    std::optional<Timestamp> as_of_;
    std::set<std::int64_t> windows_;
};

// The table's rows with repeated business ids taken once; the plain view when `unique`.
std::string rows_of(Table table, bool unique, const Speech& speech);

// A column of numbers as whole ones: minor units, millionths, or itself. `sql`: the column as it is.
std::string whole_sql(
    const Schema& schema, Table table, const Column& column, const std::string& sql,
    const Speech& speech = Speech(sql::Dialect::duckdb)
);

}  // namespace boon::features
