// The offer catalogue in the operational database. Every change is a new version with who, when and what; the row of
// the change feed that tells servers to read anew is in the same transaction. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "records/catalog/offer.h"

namespace boon::catalog {

// Of rows in the change feed that speak of offers; the key is the offer's id.
inline constexpr std::string_view kChangeKind = "offer";

// Who changes, and when.
struct Author {
    std::string name;
    Timestamp at;
};

struct Revision {
    OfferId offer_id = -1;
    std::int64_t version = 0;
    std::string change;  // created, replaced, patched, imported, or the new status
    std::string changed_by;
    Timestamp changed_at;
    json::Value offer;  // as the API shows it
};
BOOST_DESCRIBE_STRUCT(Revision, (), (offer_id, version, change, changed_by, changed_at, offer))

enum class SortBy { offer_id, name, category, status, weight, created_at, updated_at };
BOOST_DESCRIBE_ENUM(SortBy, offer_id, name, category, status, weight, created_at, updated_at)
enum class Order { ascending, descending };

struct ListQuery {
    std::optional<OfferStatus> status = {};
    std::optional<bool> is_active = {};
    std::optional<std::string> category = {};
    std::optional<std::string> lifecycle_stage = {};
    std::optional<std::string> target_segment = {};
    std::optional<std::string> external_system = {};
    std::string search = {};  // in name and description, without regard to ASCII case; empty: all
    SortBy sort = SortBy::offer_id;
    Order order = Order::ascending;
    std::int32_t limit = 50;  // 1–500
    std::string cursor = {};  // of the page before; empty: the first
};

struct Page {
    std::vector<Offer> items;
    std::string next_cursor;  // empty after the last
    std::int64_t total = 0;   // that the filters select
};

enum class RowOutcome { created, updated, unchanged, rejected };
BOOST_DESCRIBE_ENUM(RowOutcome, created, updated, unchanged, rejected)
struct ImportedRow {
    std::int64_t row = 0;  // from 1
    OfferId offer_id = -1;
    RowOutcome outcome = RowOutcome::unchanged;
    std::string problem = {};  // of a rejected one
};
BOOST_DESCRIBE_STRUCT(ImportedRow, (), (row, offer_id, outcome, problem))

// all_or_nothing: one bad row and nothing is written; skip_bad: the good ones are.
enum class ImportMode { all_or_nothing, skip_bad };
BOOST_DESCRIBE_ENUM(ImportMode, all_or_nothing, skip_bad)

struct ImportReport {
    std::int64_t created = 0;
    std::int64_t updated = 0;
    std::int64_t unchanged = 0;
    std::int64_t rejected = 0;
    bool written = false;  // false: a row was bad, and nothing changed
    std::vector<ImportedRow> rows;
};
BOOST_DESCRIBE_STRUCT(ImportReport, (), (created, updated, unchanged, rejected, written, rows))

inline constexpr std::size_t kMaxImportRows = 100'000;

// Everything, for the serving snapshot.
struct Contents {
    std::vector<Offer> offers;
    std::int64_t version = 0;  // grows with every change of any offer
};

class Catalogue {
public:
    Catalogue(db::Database& database, Names names) : database_(database), names_(std::move(names)) {}

    [[nodiscard]] const Names& names() const { return names_; }
    // With which an offer is read and written as JSON.
    [[nodiscard]] json::Context context() const { return {.currency = names_.currency}; }

    // Gives the next free id unless the offer has one; `conflict` when that one is taken.
    Result<Offer> create(Offer offer, const Author& author);
    Result<Offer> read(OfferId id);
    // `expected_version` (of an ETag): `failed_precondition` when the offer has another by now; nothing: any.
    // A change that changes nothing makes no version. A retired offer does not change: `conflict`.
    Result<Offer> replace(OfferId id, Offer offer, std::optional<std::int64_t> expected_version, const Author& author);
    // RFC 7396 on the offer's JSON; null gives a field its default.
    Result<Offer> patch(
        OfferId id, const json::Value& patch, std::optional<std::int64_t> expected_version, const Author& author
    );
    Result<Offer> set_status(
        OfferId id, OfferStatus status, std::optional<std::int64_t> expected_version, const Author& author
    );
    Result<Page> list(const ListQuery& query);
    // Newest first; `not_found` for an offer that never was.
    Result<std::vector<Revision>> history(OfferId id);
    // Rows with an id that is taken replace that offer, the others are created. One transaction.
    Result<ImportReport> import(const json::Array& rows, ImportMode mode, const Author& author);
    Result<Contents> contents();

    // Which offer, and at which version (nothing: any).
    struct Target {
        OfferId id;
        std::optional<std::int64_t> expected_version = {};
    };
    // The same within the caller's transaction, for rooms that keep something beside an offer.
    static Result<Offer> read(db::Connection& connection, OfferId id);
    static Result<std::vector<Offer>> read_all(db::Connection& connection);
    Result<Offer> create(db::Connection& connection, Offer offer, const Author& author) const;
    Result<Offer> patch(
        db::Connection& connection, const Target& target, const json::Value& patch, const Author& author
    ) const;
    Result<Offer> set_status(db::Connection& connection, const Target& target, OfferStatus status, const Author& author)
        const;

private:
    // Turns the offer as it is into what it shall be.
    using Edit = std::function<Result<Offer>(const Offer& current)>;
    Result<Offer> change(const Target& target, std::string_view what, const Author& author, const Edit& edit);
    Result<Offer> change(
        db::Connection& connection, const Target& target, std::string_view what, const Author& author, const Edit& edit
    ) const;
    Result<Offer> insert(db::Connection& connection, Offer offer, std::string_view what, const Author& author) const;
    Result<Offer> store(
        db::Connection& connection, const Offer& current, Offer changed, std::string_view what, const Author& author
    ) const;
    Status keep_version(db::Connection& connection, const Offer& offer, std::string_view what, const Author& author)
        const;
    Result<Offer> read_row(const json::Value& value) const;
    std::vector<std::optional<Offer>> read_rows(const json::Array& rows, ImportReport& report) const;
    Status write_rows(
        db::Connection& connection, const std::vector<std::optional<Offer>>& offers, ImportMode mode,
        const Author& author, ImportReport& report
    ) const;
    Result<ImportedRow> import_row(db::Connection& connection, Offer offer, const Author& author) const;

    db::Database& database_;
    Names names_;
};

}  // namespace boon::catalog
