// The offers table and the table of versions: how every change of an offer is checked and kept. Shared by the
// catalogue's files; what changes an offer goes through settle_* and write_*, in one transaction.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "platform/base/error.h"
#include "platform/db/database.h"
#include "records/catalog/offer.h"

namespace boon::catalog {

// Of rows in the change feed that speak of offers; the key is the offer's id.
inline constexpr std::string_view kChangeKind = "offer";
// The key that stands for many at once.
inline constexpr std::string_view kManyOffers;

// Who changes, and when.
struct Author {
    std::string name;
    Timestamp at;
};

// on: what a person wrote, another person makes live.
enum class FourEyes { off, on };

// `invalid` when what an offer aims at went meanwhile; else it stays until the transaction ends.
using HoldTarget = std::function<Status(db::Connection& connection, const std::string& target_segment)>;

// One change on its way into the tables.
struct Edition {
    std::string_view what;  // created, replaced, patched, …; see Revision
    const Author& author;
    Currency currency;
    FourEyes four_eyes = FourEyes::off;
    HoldTarget hold_target = {};
};

// An offer as it shall be kept, and as what its version is kept: the edition's word, or the new status where nothing
// else changed.
struct Settled {
    Offer offer;
    std::string_view what;
    bool aims_anew = false;  // at another target than its version before
};

enum class Access { look, change };

// `not_found` when there is none. `change` keeps others from changing it until the transaction ends.
Result<Offer> find_offer(db::Connection& connection, OfferId id, Access access);

// Ids for new offers: those above the highest that any offer has, and where none is left there, the free ones below.
class FreeIds {
public:
    static Result<FreeIds> read(db::Connection& connection);

    // Not that one: an offer that is not in the tables yet has it.
    void leave_out(OfferId id);
    // Each is given once. `conflict` when none is left.
    Result<OfferId> take(db::Connection& connection);

private:
    std::int64_t highest_ = -1;
    std::int64_t lowest_ = 0;                 // below it none is free
    std::optional<std::set<OfferId>> taken_;  // read when nothing is left above the highest
    std::set<OfferId> left_out_;
};

// A new offer as it shall be kept. Its id is given; that it is free is the caller's to know. `forbidden` where four
// eyes are asked for and it would be live at once.
Result<Settled> settle_new(Offer offer, const Edition& edition);
// The next version of `current`, or nothing when `changed` says the same. `conflict` for a retired offer, and for a
// status that cannot follow; `forbidden` where four eyes are asked for and these are the same two.
Result<std::optional<Settled>> settle_change(
    db::Connection& connection, const Offer& current, Offer changed, const Edition& edition
);

// complete(), for an offer that changes. One that only comes to rest (paused, retired) may, whatever has become of the
// names that it refers to.
Status complete_change(const Offer& current, Offer& changed, const Names& names);

// What was settled, its version, and its row in the change feed.
Status write_new(db::Connection& connection, const Settled& settled, const Edition& edition);
Status write_change(db::Connection& connection, const Settled& settled, const Edition& edition);

// Where the search looks: an offer's words, folded.
std::string search_text_of(const Offer& offer);

}  // namespace boon::catalog
