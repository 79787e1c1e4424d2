// Labels of customers seen at cut-offs: where these lie in the history, and the SQL that such plans share. Only label
// files of this room include it.
#pragma once

#include <string>
#include <vector>

#include "insight/training/label_sql.h"

namespace boon::training {

// The test has one cut-off, as late as its horizon allows (or Options::test_from). Training cut-offs lie before it, so
// that their horizons end by then, `spacing_days` apart, as many as the history has room for.
struct CutOffShape {
    std::int32_t horizon_days = 0;
    std::int32_t history_days = 0;  // there must be, before each
    std::int32_t cutoffs = 1;
    std::int32_t spacing_days = 30;
};

struct CutOffs {
    Timestamp test;
    std::vector<Timestamp> train;  // latest first
};

// SELECT of one instant: the first transaction or payment; the first row of another table's column.
std::string first_activity_sql(Timestamp now);
Result<Timestamp> first_event(warehouse::Warehouse& warehouse, const std::string& sql, Timestamp now);

// `invalid` when the history since `first` is too short for a training and a test cut-off.
Result<CutOffs> place_cutoffs(
    Timestamp first, const CutOffShape& shape, const Options& options, const LabelWindow& window
);
std::unexpected<Error> too_short(Timestamp first, Timestamp settled, std::int64_t needed_days);

// `cuts(as_of, is_test) AS (VALUES …)`.
std::string cuts_sql(const CutOffs& cuts);
// `base AS (…)`: as_of, is_test, customer_id of those with activity in `days` days before, whose contract is not
// closed. Needs cuts and `activity AS (activity_sql())`.
std::string base_sql(std::int32_t days);
// The plan: `ctes` end in `labelled` with customer_id, as_of, is_test, label. The last training cut-off validates.
LabelPlan plan_of(const CutOffs& cuts, std::int32_t horizon_days, const std::string& ctes);

// Of labelled rows: numbers rows and customers.
inline constexpr std::string_view kNumberRows =
    "SELECT row_number() OVER (ORDER BY as_of, customer_id) - 1 AS row_id, customer_id, "
    "dense_rank() OVER (ORDER BY customer_id) - 1 AS customer, as_of, label::DOUBLE AS label, is_test "
    "FROM labelled ORDER BY row_id";

}  // namespace boon::training
