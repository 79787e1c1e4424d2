// Many changes at once, planned before the first is written: what each row would do and what is wrong with it. A dry
// run shows the plan; a real run writes it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/json.h"
#include "records/catalog/changes.h"
#include "records/catalog/offer.h"
#include "records/catalog/rows.h"

namespace boon::catalog {

// all_or_nothing: one bad row and nothing is written; skip_bad: the good ones are.
enum class PlanMode { all_or_nothing, skip_bad };
BOOST_DESCRIBE_ENUM(PlanMode, all_or_nothing, skip_bad)

enum class RowOutcome { created, updated, unchanged, rejected };
BOOST_DESCRIBE_ENUM(RowOutcome, created, updated, unchanged, rejected)

struct RowProblem {
    std::string column;   // the member that is wrong; empty: the row as a whole
    std::string pointer;  // the very place within the offer (RFC 6901)
    std::string reason;

    bool operator==(const RowProblem&) const = default;
};
BOOST_DESCRIBE_STRUCT(RowProblem, (), (column, pointer, reason))

// An offer to bring in, as it was read; what could not be read of it is in `problems`.
struct ImportRow {
    std::int64_t row = 0;    // from 1
    std::int64_t line = 0;   // of the file on which it begins; 0 where lines mean nothing
    json::Value value = {};  // the offer's members
    std::vector<RowProblem> problems = {};
};

struct PlannedRow {
    std::int64_t row = 0;
    std::int64_t line = 0;
    OfferId offer_id = -1;
    std::string name = {};
    RowOutcome outcome = RowOutcome::unchanged;
    std::vector<FieldChange> changes = {};  // of an updated one
    std::vector<RowProblem> problems = {};  // of a rejected one
    std::string problem = {};               // these in one line
};
BOOST_DESCRIBE_STRUCT(PlannedRow, (), (row, line, offer_id, name, outcome, changes, problems, problem))

struct PlanReport {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::int64_t rejected = 0;
    bool dry_run = false;
    // False: a dry run, or a bad row where all or nothing was asked for. Then the outcomes and their counts are those
    // that there would have been.
    bool written = false;
    std::vector<PlannedRow> rows = {};
};
BOOST_DESCRIBE_STRUCT(PlanReport, (), (created, updated, unchanged, rejected, dry_run, written, rows))

// The rows of a plan and, for those that write, the offers as they shall be.
struct Plan {
    std::vector<PlannedRow> rows;
    std::vector<std::optional<Settled>> offers;  // as long as `rows`

    // Adds a row that is as it shall be, or not at all.
    void unchanged(PlannedRow row) { add(std::move(row), RowOutcome::unchanged, std::nullopt); }
    void created(PlannedRow row, Settled offer) { add(std::move(row), RowOutcome::created, std::move(offer)); }
    void updated(PlannedRow row, Settled offer) { add(std::move(row), RowOutcome::updated, std::move(offer)); }
    void rejected(PlannedRow row, std::vector<RowProblem> problems);
    void rejected(PlannedRow row, const Error& error);
    [[nodiscard]] bool has_rejected() const;

private:
    void add(PlannedRow row, RowOutcome outcome, std::optional<Settled> offer);
};

// Plans on what the connection sees.
using MakePlan = std::function<Result<Plan>(db::Connection&, Access)>;

// An error of one row, to be reported with it; any other ends the whole.
bool is_of_the_row(const Error& error);

Status write_plan(db::Connection& connection, const Plan& plan, const Edition& edition);

// How the plan reads to who asked for it: what each row did or, where nothing was written, would have done.
PlanReport report_of(Plan plan, bool dry_run, bool written);

// The rows of a JSON array.
std::vector<ImportRow> import_rows(const json::Array& array);

// What an offer says, but for what boon keeps of it by itself (version, times of change).
json::Value comparable(const Offer& offer, const json::Context& context);

}  // namespace boon::catalog
