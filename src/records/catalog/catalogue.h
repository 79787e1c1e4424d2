// The offer catalogue in the operational database. Every change is a new version with who, when and what; the row of
// the change feed that tells servers to read anew is in the same transaction. Thread-safe.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "platform/base/error.h"
#include "platform/base/record.h"
#include "platform/db/database.h"
#include "records/catalog/changes.h"
#include "records/catalog/filter.h"
#include "records/catalog/kept_offer.h"
#include "records/catalog/offer.h"
#include "records/catalog/plan.h"
#include "records/catalog/rows.h"

namespace boon::catalog {

// One version of an offer. `change`: created, replaced, patched, imported, bulk, restored, or the new status where
// nothing else changed.
struct Revision {
    OfferId offer_id = -1;
    std::int64_t version = 0;
    std::string change;
    std::string changed_by;
    Timestamp changed_at;
    std::vector<FieldChange> changes;  // against the version before; of the first version none
    json::Value offer;                 // as the API shows it
};
BOOST_DESCRIBE_STRUCT(Revision, (), (offer_id, version, change, changed_by, changed_at, changes, offer))

// Newest first: at most `limit` versions older than `before` (0: from the newest on).
struct HistoryQuery {
    std::int64_t limit = 500;
    std::int64_t before = 0;
};

enum class SortBy { offer_id, name, category, status, weight, created_at, updated_at };
BOOST_DESCRIBE_ENUM(SortBy, offer_id, name, category, status, weight, created_at, updated_at)
enum class Order { ascending, descending };

struct ListQuery {
    Filter filter = {};
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

// The same patch for many offers, chosen by `ids` or by `filter` (one of them). A filter without a status leaves
// retired offers out: they do not change.
struct BulkEdit {
    std::vector<OfferId> ids = {};
    std::optional<Filter> filter = {};
    json::Value patch = {};  // RFC 7396, an object
    PlanMode mode = PlanMode::all_or_nothing;
    bool dry_run = false;
};
BOOST_DESCRIBE_STRUCT(BulkEdit, (), (ids, filter, patch, mode, dry_run))

inline constexpr std::size_t kMaxImportRows = 100'000;
inline constexpr std::size_t kMaxBulkOffers = 10'000;

struct ImportOptions {
    PlanMode mode = PlanMode::all_or_nothing;
    bool dry_run = false;
    // Asked now and then: true ends the import before anything is written. Empty: never.
    std::function<bool()> out_of_time = {};
};

// What an offer may refer to by name.
enum class NameKind {
    stage,
    value_segment,
    rfm_segment,
    audience,
    variable,  // of eligibility rules: features and the like
    exclusion_group,
    channel,
    placement,
    tag,
};
BOOST_DESCRIBE_ENUM(
    NameKind, stage, value_segment, rfm_segment, audience, variable, exclusion_group, channel, placement, tag
)

// An offer that refers to a name, and by which member.
struct Reference {
    OfferId offer_id = -1;
    std::string name;  // the offer's
    std::string pointer;

    bool operator==(const Reference&) const = default;
};
BOOST_DESCRIBE_STRUCT(Reference, (), (offer_id, name, pointer))

// Everything, for the serving snapshot.
struct Contents {
    std::vector<KeptOffer> offers;  // by id
    std::int64_t version = 0;       // grows with every change of any offer
};

// Whether there is an audience of that name; it then stays until the transaction ends. Names may be older than that.
using HoldAudience = std::function<Result<bool>(db::Connection& connection, std::string_view name)>;

class Catalogue {
public:
    // `hold_audience`: empty where audiences do not go.
    Catalogue(db::Database& database, Names names, FourEyes four_eyes = FourEyes::off, HoldAudience hold_audience = {})
        : database_(database),
          names_(std::make_shared<const Names>(std::move(names))),
          currency_(names_->currency),
          four_eyes_(four_eyes),
          hold_audience_(std::move(hold_audience)) {}

    // What offers may refer to, as it is now. Rooms above tell what changed (an audience was published, features were
    // computed anew) by set_names(); the currency stays.
    [[nodiscard]] std::shared_ptr<const Names> names() const;
    void set_names(Names names);
    [[nodiscard]] const Currency& currency() const { return currency_; }
    [[nodiscard]] const HoldAudience& hold_audience() const { return hold_audience_; }
    // With which an offer is read and written as JSON.
    [[nodiscard]] json::Context context() const { return {.currency = currency_}; }

    // Once, after the migrations: makes what offers of an earlier release lack for the search.
    Status prepare();

    // Which offer is meant to change; `expected_version` as below.
    struct Target {
        OfferId id;
        std::optional<std::int64_t> expected_version = {};
    };

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
    // The same as parts of a transaction of the caller's, which keeps more than the offer.
    static Result<Offer> read(db::Connection& connection, OfferId id);
    static Result<std::vector<Offer>> read_all(db::Connection& connection);
    Result<Offer> create(db::Connection& connection, Offer offer, const Author& author) const;
    Result<Offer> replace(db::Connection& connection, const Target& target, const Offer& offer, const Author& author)
        const;
    Result<Offer> patch(
        db::Connection& connection, const Target& target, const json::Value& patch, const Author& author
    ) const;
    Result<Offer> set_status(db::Connection& connection, const Target& target, OfferStatus status, const Author& author)
        const;
    // What it said at `version` becomes its next version, as far as today's names allow; its status stays, and so does
    // what its supplier last said of it (is_active, last_synced).
    Result<Offer> restore(
        OfferId id, std::int64_t version, std::optional<std::int64_t> expected_version, const Author& author
    );
    Result<Page> list(const ListQuery& query);
    // All that the filter selects, by id.
    Result<std::vector<Offer>> select(const Filter& filter);
    // `not_found` for an offer that never was.
    Result<std::vector<Revision>> history(OfferId id, const HistoryQuery& query = {});
    Result<Offer> read_version(OfferId id, std::int64_t version);
    // From one version to another, in either order.
    Result<std::vector<FieldChange>> diff(OfferId id, std::int64_t from, std::int64_t to);
    // A row with an id that is taken changes that offer: members that the row lacks stay as they are, null gives the
    // default. The others are created. One transaction.
    Result<PlanReport> import(std::span<const ImportRow> rows, const ImportOptions& options, const Author& author);
    // One transaction, too.
    Result<PlanReport> bulk(const BulkEdit& edit, const Author& author);
    // The offers, but for retired ones, that would lose what they refer to if the name went.
    Result<std::vector<Reference>> references(NameKind kind, std::string_view name);
    Result<std::vector<Reference>> references(db::Connection& connection, NameKind kind, std::string_view name) const;
    // As it was at one moment. Offers that have not changed since `before` are shared with it and not read again.
    Result<Contents> contents(const Contents& before = {});

private:
    // Turns the offer as it is into what it shall be; says what kind of change it is.
    struct Edit {
        std::string_view what;
        std::function<Result<Offer>(const Offer& current)> make;
    };
    [[nodiscard]] Edition edition(std::string_view what, const Author& author) const;
    Result<Offer> change(db::Connection& connection, const Target& target, const Edit& edit, const Author& author)
        const;
    Result<PlanReport> carry_out(const MakePlan& make_plan, const ImportOptions& options, const Edition& kept_as);

    db::Database& database_;
    mutable std::mutex names_mutex_;
    std::shared_ptr<const Names> names_;  // under names_mutex_
    Currency currency_;
    FourEyes four_eyes_;
    HoldAudience hold_audience_;
};

}  // namespace boon::catalog

template <>
inline constexpr auto boon::kFields<boon::catalog::BulkEdit> = std::array{
    boon::Field{.name = "ids", .doc = "the offers to change; or give a filter"},
    boon::Field{.name = "filter", .doc = "which offers to change; without a status, retired ones are left out"},
    boon::Field{.name = "patch", .doc = "what to change, as for PATCH (RFC 7396)", .required = true},
    boon::Field{.name = "mode", .doc = "all_or_nothing: one offer that cannot change and none does"},
    boon::Field{.name = "dry_run", .doc = "only show what would change"},
};
