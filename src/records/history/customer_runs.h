// Which of a day's decisions are a customer's, on SQLite. An index by customer would write a page of its own for nearly
// every decision, because customers come in no order. Instead, the day's newest rows are looked through, and every
// kRunRows of them are then sorted into a run: pairs of (the customer's hash, row) in the table customer_runs_YYYYMMDD.
// kRunsMerged such runs become one large run, cut by hash into parts, of which a look reads one. So a decision costs
// some 16 bytes, written in large pieces, and a look reads at most one part of each large run, kRunsMerged small runs
// and about two times kRunRows rows.
//
// All is in the database, and a run is written in the transaction that notes how far the runs go: a crash leaves
// nothing half done.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/db/connection.h"
#include "records/history/days.h"

namespace boon::history {

// Few, because the decisions that come meanwhile wait for a run to be sorted, and its rows are in the cache still.
inline constexpr std::int64_t kRunRows = 256;
inline constexpr std::size_t kRunsMerged = 32;

// For a unit of work, once the day is listed: its table.
Status make_customer_runs(db::Connection& connection, Day day);

// False for a day that has an index by customer.
Result<bool> has_customer_runs(db::Connection& connection, Day day);

// For a unit of work: sorts the rows that are in no run yet into one, if there are enough. Milliseconds.
Status sort_into_runs(db::Connection& connection, Day day);

// For a unit of work that has deleted rows of the day singly: SQLite gives the number of a deleted last row to the next
// one, which must not pass for sorted.
Status note_deleted_rows(db::Connection& connection, Day day);

// The rows that may be the customer's, in no order: those of others with the same hash can be among them. Nullopt for a
// day that has an index by customer.
Result<std::optional<std::vector<std::int64_t>>> rows_of_customer(
    db::Connection& connection, Day day, std::string_view customer_id
);

}  // namespace boon::history
