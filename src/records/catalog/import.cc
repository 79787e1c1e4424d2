#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "platform/db/record.h"
#include "records/catalog/catalogue.h"
#include "records/catalog/rows.h"

namespace boon::catalog {

namespace {

// One line for a report.
std::string problem_text(const Error& error) {
    if (error.fields.empty()) return error.message;
    std::string text;
    for (const FieldError& field : error.fields) {
        text += fmt::format("{}{} {}", text.empty() ? "" : "; ", field.pointer, field.detail);
    }
    return text;
}

void count(ImportReport& report, const ImportedRow& row) {
    switch (row.outcome) {
        case RowOutcome::created: ++report.created; break;
        case RowOutcome::updated: ++report.updated; break;
        case RowOutcome::unchanged: ++report.unchanged; break;
        case RowOutcome::rejected: ++report.rejected; break;
    }
}

void refuse(ImportedRow& row, std::string problem) {
    row.outcome = RowOutcome::rejected;
    row.problem = std::move(problem);
}

}  // namespace

Result<ImportedRow> Catalogue::import_row(db::Connection& connection, Offer offer, const Author& author) const {
    ImportedRow row{.offer_id = offer.offer_id};
    const auto current =
        offer.offer_id < 0 ? fail(ErrorCode::not_found, "") : find_offer(connection, offer.offer_id, Access::change);
    if (!current && current.error().code != ErrorCode::not_found) return std::unexpected(current.error());
    if (!current) {
        BOON_TRY(const Offer created, insert(connection, std::move(offer), "imported", author));
        row.offer_id = created.offer_id;
        row.outcome = RowOutcome::created;
        return row;
    }
    BOON_TRY(const Offer stored, store(connection, *current, std::move(offer), "imported", author));
    row.outcome = stored.version == current->version ? RowOutcome::unchanged : RowOutcome::updated;
    return row;
}

// What can be said of the rows before the database is asked.
std::vector<std::optional<Offer>> Catalogue::read_rows(const json::Array& rows, ImportReport& report) const {
    std::vector<std::optional<Offer>> offers(rows.size());
    std::set<OfferId> seen;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        ImportedRow row{.row = static_cast<std::int64_t>(i + 1)};
        auto offer = read_row(rows[i]);
        const Status good = offer ? complete(*offer, names_) : std::unexpected(offer.error());
        if (!good) {
            refuse(row, problem_text(good.error()));
        } else if (offer->offer_id >= 0 && !seen.insert(offer->offer_id).second) {
            refuse(row, fmt::format("offer {} is there twice", offer->offer_id));
        } else {
            offers[i] = std::move(*offer);
        }
        report.rows.push_back(std::move(row));
    }
    return offers;
}

Status Catalogue::write_rows(
    db::Connection& connection, const std::vector<std::optional<Offer>>& offers, ImportMode mode, const Author& author,
    ImportReport& report
) const {
    for (std::size_t i = 0; i < offers.size(); ++i) {
        if (!offers[i]) continue;
        auto row = import_row(connection, *offers[i], author);
        if (row) {
            row->row = report.rows[i].row;
            report.rows[i] = *std::move(row);
            continue;
        }
        // A conflict (a retired offer) is found before anything is written, so the others can go on.
        if (row.error().code != ErrorCode::conflict) {
            return in_context(fmt::format("could not import row {}", i + 1), std::move(row).error());
        }
        refuse(report.rows[i], row.error().message);
        if (mode == ImportMode::all_or_nothing) return std::unexpected(row.error());
    }
    return {};
}

Result<ImportReport> Catalogue::import(const json::Array& rows, ImportMode mode, const Author& author) {
    if (rows.size() > kMaxImportRows) {
        return fail(
            ErrorCode::limited, fmt::format("{} offers are too many for one import", rows.size()),
            fmt::format("import at most {} at once", kMaxImportRows)
        );
    }
    ImportReport report;
    const auto offers = read_rows(rows, report);
    const auto is_bad = [](const ImportedRow& row) { return row.outcome == RowOutcome::rejected; };
    report.written = mode == ImportMode::skip_bad || std::ranges::none_of(report.rows, is_bad);
    if (report.written) {
        const ImportReport unwritten = report;
        const Status written = database_.write(db::Lane::batch, [&](db::Connection& connection) {
            report = unwritten;  // may run again after a deadlock
            return write_rows(connection, offers, mode, author, report);
        });
        if (!written && std::ranges::none_of(report.rows, is_bad)) return std::unexpected(written.error());
        report.written = written.has_value();
    }
    for (ImportedRow& row : report.rows) {
        if (!report.written && !is_bad(row)) row.outcome = RowOutcome::unchanged;
        count(report, row);
    }
    return report;
}

}  // namespace boon::catalog
