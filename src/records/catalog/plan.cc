#include "records/catalog/plan.h"

#include <algorithm>

#include <fmt/format.h>

namespace boon::catalog {

namespace {

// `/caps/0/limit` → `caps`.
std::string column_of(std::string_view pointer) {
    if (pointer.empty()) return {};
    pointer.remove_prefix(1);
    return std::string(pointer.substr(0, pointer.find('/')));
}

std::string one_line(const std::vector<RowProblem>& problems) {
    std::string text;
    for (const RowProblem& problem : problems) {
        if (!text.empty()) text += "; ";
        const std::string& place = problem.pointer.empty() ? problem.column : problem.pointer;
        text += place.empty() ? problem.reason : place + " " + problem.reason;
    }
    return text;
}

}  // namespace

void Plan::add(PlannedRow row, RowOutcome outcome, std::optional<Settled> offer) {
    row.outcome = outcome;
    rows.push_back(std::move(row));
    offers.push_back(std::move(offer));
}

void Plan::rejected(PlannedRow row, std::vector<RowProblem> problems) {
    row.problems = std::move(problems);
    row.problem = one_line(row.problems);
    add(std::move(row), RowOutcome::rejected, std::nullopt);
}

void Plan::rejected(PlannedRow row, const Error& error) {
    std::vector<RowProblem> problems;
    for (const FieldError& field : error.fields) {
        problems.push_back({column_of(field.pointer), field.pointer, field.detail});
    }
    if (problems.empty()) problems.push_back({"", "", error.message});
    rejected(std::move(row), std::move(problems));
}

bool Plan::has_rejected() const {
    return std::ranges::any_of(rows, [](const PlannedRow& row) { return row.outcome == RowOutcome::rejected; });
}

bool is_of_the_row(const Error& error) {
    switch (error.code) {
        case ErrorCode::invalid:
        case ErrorCode::not_found:
        case ErrorCode::conflict:
        case ErrorCode::forbidden: return true;
        case ErrorCode::failed_precondition:
        case ErrorCode::precondition_required:
        case ErrorCode::unauthenticated:
        case ErrorCode::limited:
        case ErrorCode::unavailable:
        case ErrorCode::internal: return false;
    }
    return false;
}

Status write_plan(db::Connection& connection, const Plan& plan, const Edition& edition) {
    for (std::size_t i = 0; i < plan.rows.size(); ++i) {
        if (!plan.offers[i]) continue;
        const bool is_new = plan.rows[i].outcome == RowOutcome::created;
        const Status written = is_new ? write_new(connection, *plan.offers[i], edition)
                                      : write_change(connection, *plan.offers[i], edition);
        if (!written) return in_context(fmt::format("could not write row {}", plan.rows[i].row), written.error());
    }
    return {};
}

PlanReport report_of(Plan plan, bool dry_run, bool written) {
    PlanReport report{.dry_run = dry_run, .written = written, .rows = std::move(plan.rows)};
    for (const PlannedRow& row : report.rows) {
        switch (row.outcome) {
            case RowOutcome::created: ++report.created; break;
            case RowOutcome::updated: ++report.updated; break;
            case RowOutcome::unchanged: ++report.unchanged; break;
            case RowOutcome::rejected: ++report.rejected; break;
        }
    }
    return report;
}

std::vector<ImportRow> import_rows(const json::Array& array) {
    std::vector<ImportRow> rows;
    rows.reserve(array.size());
    for (const json::Value& value : array) {
        rows.push_back({.row = static_cast<std::int64_t>(rows.size() + 1), .value = value});
    }
    return rows;
}

json::Value comparable(const Offer& offer, const json::Context& context) {
    auto value = json::parse(json::write(offer, context));
    BOON_ASSERT(value.has_value());
    for (const char* own : {"version", "created_at", "updated_at", "last_synced"}) value->get_object().erase(own);
    return *std::move(value);
}

}  // namespace boon::catalog
